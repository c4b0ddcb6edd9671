#include <cstdio>
#include <sys/ioctl.h>
int main() {
    for (int i = 0; i < 3; i++) {
        if (ioctl(i, TIOCSTI, "x") == 0) puts("typed");
        if (ioctl(i, TIOCSCTTY, 0) == 0) puts("took the terminal");
        char subcode = 2;
        if (ioctl(i, TIOCLINUX, &subcode) == 0) puts("pasted");
    }
    puts("nothing");
}
