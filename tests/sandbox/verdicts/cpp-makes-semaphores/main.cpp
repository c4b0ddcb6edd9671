#include <sys/ipc.h>
#include <sys/sem.h>
int main() { semctl(semget(IPC_PRIVATE, 1, 0600), 0, IPC_RMID); }
