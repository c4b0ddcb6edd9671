#include <cstdio>
#include <unistd.h>
int main(int argc, char **argv) {
    printf("%d %s\n", argc, argv[0]);
    for (char **entry = environ; *entry; entry++) {
        for (char *c = *entry; *c && *c != '='; c++) putchar(*c);
        putchar(' ');
    }
}
