#include <csignal>
#include <cstdio>
#include <unistd.h>
int main() {
    if (kill(getppid(), SIGKILL) == 0) puts("killed its parent");
    if (kill(1, SIGKILL) == 0) puts("killed the first process");
    if (kill(-1, SIGKILL) == 0) puts("killed everybody");
    puts("nothing");
}
