static int loop() {
    for (volatile int i = 0;;) i = i;
}
static int looped = loop();
int main() { return looped; }
