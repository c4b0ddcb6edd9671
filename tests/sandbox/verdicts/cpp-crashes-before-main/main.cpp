#include <stdexcept>
static int crash() { throw std::runtime_error("crashed"); }
static int crashed = crash();
int main() { return crashed; }
