#include <cstdio>
#include <ctime>
#include <signal.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
// Counts beside the runs, for as long as it is let.
static volatile long *counted() {
    void *shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto *count = static_cast<volatile long *>(shared);
    if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) {
        for (clock_t began = clock(); clock() - began < CLOCKS_PER_SEC / 2;) *count = *count + 1;
        _exit(0);
    }
    return count;
}
static volatile long *count = counted();
int main() {
    long before = *count;
    for (clock_t began = clock(); clock() - began < CLOCKS_PER_SEC / 20;) continue;
    puts(*count == before ? "nothing" : "counted");
}
