#include <sys/syscall.h>
#include <unistd.h>
int main() { syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0); }
