#include <csignal>
#include <cstdio>
#include <unistd.h>
int main() {
    // Signal 0 only asks whether another one would arrive.
    if (kill(getppid(), 0) == 0) puts("could signal its parent");
    if (kill(1, 0) == 0) puts("could signal the first process");
    if (kill(-1, 0) == 0) puts("could signal everybody");
    if (sigqueue(getppid(), 0, sigval{}) == 0) puts("could queue a signal");
    puts("nothing");
}
