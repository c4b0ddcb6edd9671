int main() { asm volatile("int $0x80" : : "a"(20) : "memory"); }
