#include <cstdio>
#include <unistd.h>
int main() {
    execl("/bin/echo", "echo", "through", nullptr);
    execl("/usr/bin/echo", "echo", "through", nullptr);
    execl("/bin/sh", "sh", "-c", "echo through", nullptr);
    puts("nothing");
}
