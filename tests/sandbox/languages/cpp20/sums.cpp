#include <concepts>
#include <iostream>
#include <numeric>
#include <ranges>
#include <vector>
template <std::integral T> T sum(const std::vector<T> &all) { return std::accumulate(all.begin(), all.end(), T{}); }
int main() {
    int n;
    std::cin >> n;
    std::vector<long long> all(n);
    for (auto &x : all | std::views::all) std::cin >> x;
    std::cout << sum(all) << '\n';
}
