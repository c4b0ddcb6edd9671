#include <cstdio>
#include <cstdlib>
#include <unistd.h>
int main() {
    if (system("true") == 0) puts("system");
    execl("/bin/sh", "sh", "-c", "echo exec", nullptr);
    puts("nothing");
}
