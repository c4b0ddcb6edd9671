#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>
// Where a program is started once for many inputs, this runs before it has become one of the forks.
static int start() {
    int forked = 0;
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) {
            sleep(1);
            _exit(0);
        }
        forked += child > 0;
    }
    while (wait(nullptr) > 0) {}
    return forked;
}
static int forked = start();
int main() { puts(forked ? "forked" : "nothing"); }
