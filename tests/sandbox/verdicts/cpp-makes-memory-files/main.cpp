#include <cstdio>
#include <sys/mman.h>
#include <sys/shm.h>
int main() {
    if (memfd_create("x", 0) >= 0) puts("memory file");
    int shared = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    if (shared >= 0 && shmctl(shared, IPC_RMID, nullptr) == 0) puts("shared memory");
    puts("nothing");
}
