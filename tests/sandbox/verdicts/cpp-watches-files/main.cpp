#include <cstdio>
#include <sys/inotify.h>
int main() {
    if (inotify_init() >= 0) puts("watches");
    puts("nothing");
}
