#include <cstdio>
long long sum(long long n) {
    volatile char frame[16] = {};
    return n ? sum(n - 1) + n + frame[0] : 0;
}
int main() { std::printf("%lld\n", sum(1000000)); }
