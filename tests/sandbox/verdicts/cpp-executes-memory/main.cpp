#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
// Copies itself to a file without a name and executes that.
int main(int argc, char **argv) {
    if (argc > 1) return puts("executed from memory"), 0;
    static char content[1 << 24];
    int memory = memfd_create("x", 0);
    long size = read(open("program", O_RDONLY), content, sizeof content);
    if (size <= 0) puts("could not read itself");
    if (write(memory, content, size) != size) return puts("nothing"), 0;
    char *arguments[] = {argv[0], argv[0], nullptr}, *environment[] = {nullptr};
    syscall(SYS_execveat, memory, "", arguments, environment, AT_EMPTY_PATH);
    puts("nothing");
}
