// Ends after 800 MB of stack where nothing else ends it.
int down(volatile int n) {
    volatile int frame[100];
    frame[0] = n;
    return n < 2000000 ? down(n + 1) + frame[0] : 0;
}
int main() { return down(0) == 1; }
