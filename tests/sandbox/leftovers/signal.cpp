// Every way to send a signal to a process whose number is read.
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    int other;
    if (scanf("%d", &other) != 1) return 1;
    int ends[2];
    if (pipe2(ends, O_NONBLOCK) != 0) return 1;
    // Sends its owner a signal when there is something to read.
    fcntl(ends[0], F_SETOWN, other);
    fcntl(ends[0], F_SETFL, O_ASYNC);
    if (write(ends[1], "x", 1) != 1) return 1;
    syscall(SYS_tkill, other, SIGUSR1);
    syscall(SYS_tgkill, other, other, SIGUSR1);
    kill(other, SIGUSR1);
    sigqueue(other, SIGUSR1, sigval{});
}
