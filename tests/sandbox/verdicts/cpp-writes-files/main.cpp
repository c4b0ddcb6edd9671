#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    const char *paths[] = {"/x", "/tmp/x", "x", "/usr/lib/x", "program", "main.cpp", "../x", "/dev/shm/x"};
    for (const char *path : paths)
        if (open(path, O_WRONLY | O_CREAT, 0666) >= 0) puts(path);
    if (mkdir("y", 0777) == 0) puts("mkdir");
    if (symlink("/etc/passwd", "z") == 0) puts("symlink");
    if (link("main.cpp", "/w") == 0) puts("link");
    if (unlink("main.cpp") == 0) puts("unlink");
    if (chmod("program", 0777) == 0) puts("chmod");
    puts("nothing");
}
