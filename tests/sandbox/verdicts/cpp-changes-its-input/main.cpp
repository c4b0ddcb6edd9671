#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
#include <sys/mman.h>
#include <unistd.h>
int main() {
    if (write(0, "x", 1) == 1) puts("wrote");
    if (ftruncate(0, 0) == 0) puts("truncated");
    if (fallocate(0, 0, 0, 100) == 0) puts("grew");
    if (mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0) != MAP_FAILED) puts("mapped");
    for (const char *path : {"/proc/self/fd/0", "/dev/stdin"}) {
        int again = open(path, O_RDWR);
        if (write(again, "x", 1) == 1 || ftruncate(again, 0) == 0) puts("changed it by its name");
    }
    puts("nothing");
}
