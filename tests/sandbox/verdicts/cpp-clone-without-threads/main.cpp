#include <cstdio>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    if (syscall(SYS_clone, 17, 0, 0, 0, 0) >= 0) puts("cloned");
    char arguments[64] = {};
    if (syscall(SYS_clone3, arguments, sizeof arguments) >= 0) puts("cloned by clone3");
    puts("nothing");
}
