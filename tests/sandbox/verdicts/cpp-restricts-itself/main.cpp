#include <cstdio>
#include <sys/syscall.h>
#include <unistd.h>
// More rules cannot free a program, but the code that handles them is one more thing to attack.
int main() {
    unsigned long accesses = 1;
    if (syscall(444, &accesses, sizeof accesses, 0) >= 0) puts("rules for files");
    puts("nothing");
}
