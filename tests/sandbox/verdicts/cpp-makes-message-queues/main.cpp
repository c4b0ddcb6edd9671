#include <sys/ipc.h>
#include <sys/msg.h>
int main() { msgctl(msgget(IPC_PRIVATE, 0600), IPC_RMID, nullptr); }
