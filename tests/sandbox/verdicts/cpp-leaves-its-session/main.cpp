#include <cstdio>
#include <unistd.h>
int main() {
    if (setsid() > 0) puts("left its session");
    if (setpgid(0, 0) == 0) puts("left its process group");
    puts("nothing");
}
