#include <unistd.h>
static int left = (_exit(0), 1);
int main() { return left; }
