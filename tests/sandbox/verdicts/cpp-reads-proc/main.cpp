#include <cstdio>
#include <fcntl.h>
int main() {
    const char *paths[] = {"/proc/self/status", "/proc/self/environ", "/proc/self/maps", "/proc/self/mountinfo",
                           "/proc/self/root/etc/passwd", "/proc/1/root/etc/passwd", "/proc/1/environ",
                           "/proc/1/cmdline", "/proc/cpuinfo", "/proc/sys/kernel/osrelease", "/proc/self/cwd",
                           "/proc/self/fd", "/proc/self/fd/0", "/proc/self/exe", "/proc/self/ns/user"};
    for (const char *path : paths)
        if (open(path, O_RDONLY) >= 0) puts(path);
    const char *written[] = {"/proc/self/mem", "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/fd/0",
                             "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/timerslack_ns"};
    for (const char *path : written)
        if (open(path, O_WRONLY) >= 0) printf("%s to write\n", path);
    puts("nothing");
}
