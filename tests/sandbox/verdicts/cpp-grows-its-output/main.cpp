#include <unistd.h>
int main() { return ftruncate(1, 1l << 40) != 0; }
