#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>
int main() {
    std::string parent = "/proc/" + std::to_string(getppid());
    // What leads only to what the program has anyway, such as /proc/self/exe, is not asked for.
    for (std::string path : {std::string("/proc/self/status"), std::string("/proc/self/environ"),
                             std::string("/proc/self/maps"), std::string("/proc/self/mountinfo"),
                             std::string("/proc/self/root/etc/passwd"), std::string("/proc/self/fd"),
                             std::string("/proc/1/root/etc/passwd"), std::string("/proc/1/environ"),
                             std::string("/proc/1/cmdline"), std::string("/proc/cpuinfo"),
                             std::string("/proc/sys/kernel/osrelease"), parent + "/environ", parent + "/fd/0",
                             parent + "/cwd", parent + "/exe", parent + "/root/etc/passwd", parent + "/maps"})
        if (open(path.c_str(), O_RDONLY) >= 0) puts(path.c_str());
    for (std::string path : {std::string("/proc/self/mem"), std::string("/proc/self/oom_score_adj"),
                             std::string("/proc/self/uid_map"), std::string("/proc/sys/kernel/core_pattern"),
                             std::string("/proc/sysrq-trigger"), std::string("/proc/self/timerslack_ns"),
                             parent + "/mem", parent + "/oom_score_adj", parent + "/fd/0"})
        if (open(path.c_str(), O_WRONLY) >= 0) printf("%s to write\n", path.c_str());
    puts("nothing");
}
