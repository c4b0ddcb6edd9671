#include <sys/syscall.h>
#include <unistd.h>
int main() { syscall(SYS_bpf, 0, nullptr, 0); }
