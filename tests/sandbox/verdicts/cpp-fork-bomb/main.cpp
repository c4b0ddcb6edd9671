#include <cstdio>
#include <unistd.h>
int main() {
    for (int i = 0; i < 100; i++) {
        if (fork() >= 0) return puts("forked"), 0;
        if (vfork() >= 0) _exit(1);
    }
    puts("nothing");
}
