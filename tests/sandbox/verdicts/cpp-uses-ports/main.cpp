#include <sys/io.h>
int main() { ioperm(0x80, 1, 0); }
