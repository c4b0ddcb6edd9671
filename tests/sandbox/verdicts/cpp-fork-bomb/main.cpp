#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>
// Few enough to do no harm where it succeeds, and they all end by themselves.
int main() {
    int forked = 0;
    for (int i = 0; i < 40; i++) {
        pid_t child = i % 2 ? fork() : vfork();
        if (child == 0) {
            if (i % 2) sleep(1);
            _exit(0);
        }
        forked += child > 0;
    }
    while (wait(nullptr) > 0) {}
    puts(forked ? "forked" : "nothing");
}
