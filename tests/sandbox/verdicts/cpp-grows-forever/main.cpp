#include <vector>
int main() {
    std::vector<long> numbers;
    for (;;) numbers.push_back(1);
}
