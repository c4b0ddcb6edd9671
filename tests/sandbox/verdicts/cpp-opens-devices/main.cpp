#include <cstdio>
#include <fcntl.h>
int main() {
    const char *paths[] = {"/dev/zero", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts/0", "/dev/mem",
                           "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/userfaultfd", "/dev/vsock"};
    for (const char *path : paths)
        if (open(path, O_RDONLY | O_NOCTTY) >= 0) puts(path);
    puts("nothing");
}
