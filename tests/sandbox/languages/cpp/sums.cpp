#include <bits/stdc++.h>
int main() {
    int n;
    std::cin >> n;
    long long sum = 0;
    for (long long x; n-- && std::cin >> x;) sum += x;
    std::cout << sum << '\n';
}
