#include <cstdio>
int main() {
    for (int i = 0; i < 10000000; i++) puts("123456789");
}
