#include <sys/klog.h>
int main() { klogctl(10, nullptr, 0); }
