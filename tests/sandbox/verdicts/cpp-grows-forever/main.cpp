#include <cstdio>
#include <vector>
int main() {
    std::vector<long> numbers;
    while (numbers.size() < 512 << 20 >> 3) numbers.push_back(1);
    puts("512 MB");
}
