// Needs some 64 MB of stack, far more than a shell's default of 8 MB.
int down(volatile int n) {
    volatile char frame[1000];
    frame[0] = 0;
    return n == 0 ? frame[0] : down(n - 1) + frame[0];
}
int main() { return down(60000); }
