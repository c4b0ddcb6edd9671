// Everything that a process can see of what came before it, as far as it is the same for every run.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <initializer_list>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
int main() {
    char line[4096];
    for (int i = 0; i < 4096; i++)
        if (int flags = fcntl(i, F_GETFL); flags >= 0)
            printf("descriptor %d %o %ld\n", i, flags, (long)lseek(i, 0, SEEK_CUR));
    while (fgets(line, sizeof line, stdin)) printf("input %s\n", line);
    for (char **entry = environ; *entry; entry++) printf("environment %s\n", *entry);
    printf("folder %s\n", getcwd(line, sizeof line) ? line : "none");
    for (const char *path : {".", "/tmp", "/dev/shm", (const char *)getenv("TMPDIR")})
        if (DIR *folder = opendir(path))
            while (dirent *entry = readdir(folder)) printf("file %s\n", entry->d_name);
    printf("mask %o\n", umask(022));
    for (int kind = 0; kind < RLIM_NLIMITS; kind++) {
        rlimit limit;
        if (getrlimit((__rlimit_resource)kind, &limit) == 0)
            printf("limit %d %lu %lu\n", kind, limit.rlim_cur, limit.rlim_max);
    }
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, nullptr, &blocked);
    for (int i = 1; i < 65; i++) {
        struct sigaction action;
        if (sigaction(i, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) printf("signal %d is handled\n", i);
        if (sigismember(&blocked, i) == 1) printf("signal %d is blocked\n", i);
    }
    itimerval timer;
    if (getitimer(ITIMER_REAL, &timer) == 0) printf("timer %ld\n", timer.it_value.tv_sec);
    printf("priority %d\n", getpriority(PRIO_PROCESS, 0));
}
