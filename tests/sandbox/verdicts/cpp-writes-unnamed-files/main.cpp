#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
int main() {
    for (const char *folder : {"/tmp", "/", ".", "/dev/shm", "/var/tmp"})
        if (open(folder, O_TMPFILE | O_WRONLY, 0600) >= 0) puts(folder);
    puts("nothing");
}
