char numbers[1 << 28] = {1};
int main() { return numbers[5]; }
