#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
int main() {
    for (int i = 0; i < 4096; i++) {
        if (fchdir(i) == 0) printf("%d is a folder\n", i);
        if (openat(i, "etc/passwd", O_RDONLY) >= 0) printf("%d leads out\n", i);
    }
    puts("nothing");
}
