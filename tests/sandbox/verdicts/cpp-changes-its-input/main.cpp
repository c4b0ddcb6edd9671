#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int main() {
    if (write(0, "x", 1) == 1) puts("wrote");
    if (ftruncate(0, 0) == 0) puts("truncated");
    if (mmap(nullptr, 1, PROT_WRITE, MAP_SHARED, 0, 0) != MAP_FAILED) puts("mapped");
    puts("nothing");
}
