#include <cstdio>
int main() { putchar(0xff); }
