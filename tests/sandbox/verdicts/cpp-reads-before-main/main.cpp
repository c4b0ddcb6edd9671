#include <iostream>
static int read() {
    int number;
    return std::cin >> number ? number : -1;
}
static int first = read();
int main() { std::cout << first + read() << "\n"; }
