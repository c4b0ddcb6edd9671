#include <cstdio>
#include <cstdlib>
struct Last {
    ~Last() { puts("last"); }
} last;
int main() {
    atexit([] { puts("at exit"); });
    puts("main");
}
