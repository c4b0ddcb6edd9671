#include <cstdio>
#include <dirent.h>
int main() {
    const char *paths[] = {"/", "..", "../..", "/etc", "/home", "/root", "/tmp", "/var", "/proc", "/sys", "/dev",
                           "/dev/shm", "/run", "/opt", "/mnt"};
    for (const char *path : paths)
        if (opendir(path)) puts(path);
    puts("nothing");
}
