#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
int main() {
    for (int i = 1; i < 3; i++)
        for (int seal : {F_SEAL_WRITE, F_SEAL_GROW, F_SEAL_SHRINK, F_SEAL_FUTURE_WRITE, F_SEAL_SEAL})
            if (fcntl(i, F_ADD_SEALS, seal) == 0) printf("sealed %d\n", i);
    puts("nothing");
}
