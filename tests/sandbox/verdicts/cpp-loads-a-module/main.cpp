#include <sys/syscall.h>
#include <unistd.h>
int main() { syscall(SYS_init_module, nullptr, 0, nullptr); }
