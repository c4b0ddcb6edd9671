#include <sys/syscall.h>
#include <unistd.h>
int main() {
    long parent = syscall(SYS_pidfd_open, getppid(), 0);
    syscall(SYS_pidfd_getfd, parent, 0, 0);
}
