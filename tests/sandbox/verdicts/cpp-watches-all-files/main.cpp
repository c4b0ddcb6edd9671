#include <sys/fanotify.h>
int main() { fanotify_init(0, 0); }
