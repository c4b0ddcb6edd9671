#include <cstdio>
#include <sys/resource.h>
int main() {
    int kinds[] = {RLIMIT_CPU, RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_CORE};
    for (int kind : kinds) {
        rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
        if (setrlimit((__rlimit_resource)kind, &unlimited) == 0) printf("raised %d\n", kind);
    }
    puts("nothing");
}
