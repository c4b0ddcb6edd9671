#include <expected>
#include <iostream>
#include <string>
std::expected<long long, std::string> next() {
    long long x;
    if (std::cin >> x) return x;
    return std::unexpected("no number");
}
int main() {
    long long sum = 0;
    for (auto n = 0uz, all = static_cast<std::size_t>(next().value()); n < all; n++) sum += next().value();
    std::cout << sum << '\n';
}
