#include <cstdio>
#include <unistd.h>
int main() {
    if (setuid(0) == 0) puts("setuid");
    if (getuid() == 0) puts("is root");
    if (setgid(0) == 0) puts("setgid");
    puts("nothing");
}
