#include <thread>
void spin() { for (volatile int i = 0;;) i = i; }
int main() {
    std::thread other(spin);
    spin();
}
