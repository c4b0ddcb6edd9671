#include <cstdio>
#include <unistd.h>
int main() {
    int opened = 0;
    while (opened < 2000 && dup(0) >= 0) opened++;
    puts(opened < 200 ? "nothing" : "too many");
}
