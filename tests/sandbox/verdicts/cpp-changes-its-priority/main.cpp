#include <cstdio>
#include <sched.h>
#include <sys/resource.h>
int main() {
    cpu_set_t processors;
    sched_param parameter = {0};
    if (sched_getaffinity(0, sizeof processors, &processors) != 0) puts("does not know its processors");
    if (sched_setaffinity(0, sizeof processors, &processors) == 0) puts("chose processors");
    if (sched_setscheduler(0, SCHED_BATCH, &parameter) == 0) puts("changed its class");
    parameter.sched_priority = 1;
    if (sched_setscheduler(0, SCHED_FIFO, &parameter) == 0) puts("became urgent");
    if (setpriority(PRIO_PROCESS, 0, 1) == 0) puts("changed its priority");
    if (setpriority(PRIO_PROCESS, 0, -20) == 0) puts("raised its priority");
    puts("nothing");
}
