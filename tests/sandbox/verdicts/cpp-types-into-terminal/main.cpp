#include <cstdio>
#include <sys/ioctl.h>
int main() {
    for (int i = 0; i < 3; i++)
        if (ioctl(i, TIOCSTI, "x") == 0) puts("typed");
    puts("nothing");
}
