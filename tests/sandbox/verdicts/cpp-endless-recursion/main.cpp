int down(volatile int n) {
    volatile int frame[100];
    frame[0] = n;
    return down(n + 1) + frame[0];
}
int main() { return down(0); }
