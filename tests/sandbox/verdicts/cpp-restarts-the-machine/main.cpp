#include <sys/syscall.h>
#include <unistd.h>
// Without the magic numbers, so nothing would happen.
int main() { syscall(SYS_reboot, 0, 0, 0, nullptr); }
