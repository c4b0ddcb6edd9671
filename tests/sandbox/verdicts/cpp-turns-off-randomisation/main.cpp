#include <cstdio>
#include <sys/personality.h>
int main() {
    if (personality(ADDR_NO_RANDOMIZE) != -1) puts("personality");
    puts("nothing");
}
