#include <cstdio>
int main() {
    int size = 0;
    while (getchar() != EOF) size++;
    printf("%d\n", size);
}
