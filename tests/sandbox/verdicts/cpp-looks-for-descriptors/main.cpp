#include <cstdio>
#include <fcntl.h>
int main() {
    for (int i = 3; i < 4096; i++)
        if (fcntl(i, F_GETFD) >= 0) printf("%d is open\n", i);
    puts("nothing");
}
