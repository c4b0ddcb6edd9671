#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
#include <sys/stat.h>
#include <unistd.h>
// Each of these would change nothing if it were allowed.
int main() {
    for (const char *path : {"main.cpp", "program"}) {
        struct stat status;
        if (stat(path, &status) != 0) printf("%s is missing\n", path);
        if (open(path, O_WRONLY) >= 0) printf("opened %s\n", path);
        if (truncate(path, status.st_size) == 0) printf("truncated %s\n", path);
        if (chmod(path, status.st_mode & 07777) == 0) printf("changed the mode of %s\n", path);
        if (rename(path, path) == 0) printf("renamed %s\n", path);
        if (access(path, W_OK) == 0) printf("may write to %s\n", path);
    }
    puts("nothing");
}
