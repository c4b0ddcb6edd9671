#include <vector>
int main() { return std::vector<long>(1ul << 33)[5]; }
