#include <csignal>
#include <initializer_list>
#include <sys/time.h>
// Its own timers must not be mistaken for ours, nor stop them.
int main() {
    for (int kind : {SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU}) signal(kind, [](int) {});
    itimerval every = {{0, 1000}, {0, 1000}};
    for (int kind : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) setitimer((__itimer_which)kind, &every, nullptr);
    for (volatile int i = 0;;) i = i;
}
