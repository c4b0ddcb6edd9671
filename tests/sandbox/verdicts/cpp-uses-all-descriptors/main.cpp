#include <cstdio>
#include <unistd.h>
int main() {
    int opened = 0;
    while (opened < 100000 && dup(0) >= 0) opened++;
    puts(opened < 1000 ? "nothing" : "too many");
}
