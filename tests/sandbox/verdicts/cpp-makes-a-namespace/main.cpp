#include <sched.h>
int main() { unshare(CLONE_NEWUSER); }
