#include <iostream>
static bool printed = (std::cout << "before\n" << std::flush << "between\n", true);
int main() { std::cout << "after\n"; }
