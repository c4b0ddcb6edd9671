#include <unistd.h>
static int slept = sleep(1000);
int main() { return slept; }
