#include <cstdio>
#include <initializer_list>
#include <sys/mman.h>
// Never touched, so it costs nothing where it succeeds.
int main() {
    for (int kind : {MAP_PRIVATE, MAP_SHARED})
        if (mmap(nullptr, 1l << 40, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED)
            puts("mapped");
    puts("nothing");
}
