#include <unistd.h>
int main() {
    if (write(1, "half a li", 9) == 9) *(volatile int *)0 = 1;
}
