#include <cstdio>
#include <sys/prctl.h>
int main() {
    if (prctl(PR_SET_DUMPABLE, 0) == 0) puts("prctl: dumpable");
    if (prctl(PR_SET_PDEATHSIG, 0) == 0) puts("prctl: signal at its parent's end");
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) == 0) puts("prctl: subreaper");
    if (prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) puts("prctl: new privileges");
    if (prctl(PR_SET_KEEPCAPS, 1) == 0) puts("prctl: capabilities");
    if (prctl(PR_SET_TIMERSLACK, 1) == 0) puts("prctl: timer slack");
    if (prctl(PR_SET_SECCOMP, 0) == 0) puts("prctl: filter off");
    if (prctl(PR_SET_TSC, PR_TSC_ENABLE) == 0) puts("prctl: time stamp counter");
    puts("nothing");
}
