#include <cstdio>
int main() {
    for (int i = 0; i < 64 * 1024; i++) putchar('x');
}
