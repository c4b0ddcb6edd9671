#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>
int main() {
    rlimit limit;
    if (prlimit(getppid(), RLIMIT_NOFILE, nullptr, &limit) == 0) puts("read limits of its parent");
    if (prlimit(getpid(), RLIMIT_NOFILE, nullptr, &limit) == 0) puts("read limits by number");
    puts("nothing");
}
