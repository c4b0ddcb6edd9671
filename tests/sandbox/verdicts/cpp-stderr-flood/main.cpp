#include <cstdio>
int main() {
    for (int i = 0; i < 1000000; i++) fputs("123456789", stderr);
}
