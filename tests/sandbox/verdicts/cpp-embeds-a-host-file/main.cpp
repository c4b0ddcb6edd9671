#include <cstdio>
asm("data: .incbin \"/etc/passwd\"\n.byte 0");
extern char data[] asm("data");
int main() { puts(data); }
