#include <cstdio>
#include <sys/socket.h>
int main() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) puts("pair");
    puts("nothing");
}
