#include <cstdio>
int main() {
    const char *paths[] = {"/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/machine-id", "/root/.ssh/id_rsa",
                           "/root/.bashrc", "/var/log/dpkg.log", "/usr/bin/env", "/usr/include/stdio.h"};
    for (const char *path : paths)
        if (fopen(path, "r")) puts(path);
    puts("nothing");
}
