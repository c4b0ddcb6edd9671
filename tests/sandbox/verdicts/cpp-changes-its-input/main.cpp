#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int main() {
    if (write(0, "x", 1) == 1) puts("wrote");
    if (ftruncate(0, 0) == 0) puts("truncated");
    if (fallocate(0, 0, 0, 100) == 0) puts("grew");
    if (mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0) != MAP_FAILED) puts("mapped");
    if (open("/proc/self/fd/0", O_RDWR) >= 0 || open("/dev/stdin", O_RDWR) >= 0) puts("opened to write");
    puts("nothing");
}
