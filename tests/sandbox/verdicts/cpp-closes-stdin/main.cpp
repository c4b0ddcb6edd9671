#include <cstdio>
#include <unistd.h>
int main() {
    close(0);
    puts(getchar() == EOF ? "closed" : "open");
}
