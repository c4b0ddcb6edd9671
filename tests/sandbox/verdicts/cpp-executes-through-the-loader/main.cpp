#include <unistd.h>
// The loader may be executed, but it has to read what it loads.
int main() { execl("/lib64/ld-linux-x86-64.so.2", "ld.so", "/bin/echo", "through", nullptr); }
