#include <cstdio>
#include <sys/mman.h>
#include <sys/shm.h>
int main() {
    if (memfd_create("x", 0) >= 0) puts("memfd");
    if (shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0) puts("shared memory");
    puts("nothing");
}
