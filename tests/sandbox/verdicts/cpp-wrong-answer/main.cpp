#include <cstdio>
int main() { puts("5"); }
