#include <cstdio>
#include <sys/syscall.h>
#include <unistd.h>
// Threads need these calls, for their own process.
int main() {
    if (syscall(SYS_tkill, getppid(), 0) == 0) puts("could signal its parent");
    if (syscall(SYS_tgkill, getppid(), getppid(), 0) == 0) puts("could signal its parent's main thread");
    if (syscall(SYS_tkill, 1, 0) == 0) puts("could signal the first process");
    puts("nothing");
}
