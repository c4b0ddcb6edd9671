#include <cstdio>
int main() {
    if (!std::freopen("/dev/null", "w", stderr) || !std::freopen("/dev/null", "r", stdin)) return 1;
    std::fputs("not to be seen\n", stderr);
    std::puts(std::getchar() == EOF ? "empty" : "full");
}
