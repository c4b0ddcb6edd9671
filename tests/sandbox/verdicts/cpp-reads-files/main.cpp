#include <cstdio>
int main() {
    const char *paths[] = {"/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/self/environ", "/proc/1/cmdline",
                           "/sys/kernel", "/dev/urandom", "/dev/mem", "/home", "/root/.ssh", "/var/log", "/tmp"};
    for (const char *path : paths)
        if (fopen(path, "r")) puts(path);
    puts("nothing");
}
