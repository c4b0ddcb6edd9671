#include <cstdio>
#include <cstdlib>
#include <cstring>
int main() {
    for (int i = 0; i < 512; i++) memset(malloc(1 << 20), 1, 1 << 20);
    puts("512 MB");
}
