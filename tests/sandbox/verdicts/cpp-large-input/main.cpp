#include <cstdio>
#include <unistd.h>
int main() {
    static char block[1 << 20];
    long total = 0;
    for (long size; (size = read(0, block, sizeof block)) > 0;) total += size;
    printf("%ld\n", total);
}
