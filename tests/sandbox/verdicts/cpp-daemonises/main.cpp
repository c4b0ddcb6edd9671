#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>
int main() {
    pid_t child = fork();
    if (child == 0) {
        setsid();
        // Outlives its parent, and ends by itself a moment later.
        if (fork() == 0) sleep(2);
        _exit(0);
    }
    if (child > 0 && wait(nullptr) == child) puts("daemonised");
    puts("nothing");
}
