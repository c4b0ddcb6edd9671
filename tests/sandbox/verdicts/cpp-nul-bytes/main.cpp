#include <cstdio>
int main() { fwrite("a\0b", 1, 3, stdout); }
