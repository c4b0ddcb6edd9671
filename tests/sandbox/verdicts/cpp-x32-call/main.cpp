#include <unistd.h>
int main() { syscall(0x40000000 | 39); }
