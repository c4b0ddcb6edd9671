#include <cstdio>
#include <ctime>
#include <signal.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
// Starts to count beside the runs when the template has been waiting for a while.
static volatile long *count;
static void fork_for_parent(int) {
    if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) != 0) return;
    for (clock_t began = clock(); clock() - began < CLOCKS_PER_SEC / 2;) *count = *count + 1;
    _exit(0);
}
static bool prepared() {
    void *shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    count = static_cast<volatile long *>(shared);
    signal(SIGALRM, fork_for_parent);
    itimerval soon = {{0, 0}, {0, 20000}};
    return setitimer(ITIMER_REAL, &soon, nullptr) == 0;
}
static bool is_prepared = prepared();
int main() {
    long before = *count;
    for (clock_t began = clock(); clock() - began < CLOCKS_PER_SEC / 20;) continue;
    puts(*count == before ? "nothing" : "counted");
}
