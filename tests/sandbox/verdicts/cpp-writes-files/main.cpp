#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    const char *paths[] = {"/x", "/tmp/x", "x", "/usr/lib/x", "/app/program", "/app/main.cpp", "/dev/shm/x"};
    for (const char *path : paths)
        if (open(path, O_WRONLY | O_CREAT, 0666) >= 0) puts(path);
    if (mkdir("y", 0777) == 0) puts("mkdir");
    if (symlink("/etc/passwd", "z") == 0) puts("symlink");
    if (link("/app/main.cpp", "/w") == 0) puts("link");
    if (unlink("/app/main.cpp") == 0) puts("unlink");
    if (chmod("/app/program", 0777) == 0) puts("chmod");
    puts("nothing");
}
