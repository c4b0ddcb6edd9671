#include <atomic>
#include <cstdio>
#include <thread>
static std::atomic<int> counted;
static std::thread thread([] { counted = 7; });
int main() {
    thread.join();
    printf("%d\n", counted.load());
}
