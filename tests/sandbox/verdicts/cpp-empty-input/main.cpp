#include <cstdio>
int main() { puts(getchar() == EOF ? "empty" : "something"); }
