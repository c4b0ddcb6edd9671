#include <cstdio>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    char table[8192];
    if (syscall(SYS_modify_ldt, 0, table, sizeof table) >= 0) puts("modify_ldt");
    puts("nothing");
}
