#include <vector>
int main() {
    for (std::vector<std::vector<char>> all;;) all.emplace_back(1 << 20, 'x');
}
