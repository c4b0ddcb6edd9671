/* Tries what a program must not be able to do, and prints a line for each thing that it could. Harmless where it succeeds.
 *
 *     probe SECRET FOLDER PROCESS PORT
 *
 * SECRET is a file that is none of its business, FOLDER one where it lies, PROCESS the judge, PORT one that it listens on.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void try_to_write(const char *folder) {
    /* A file without a name, of which nothing can be left. */
    if (open(folder, O_TMPFILE | O_WRONLY, 0600) >= 0) printf("write to %s\n", folder);
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    const char *secrets[] = {argv[1], "/etc/passwd", "/proc/self/environ", "/dev/zero"};
    const char *folders[] = {argv[2], "/", "/tmp", "/dev/shm"};
    for (int i = 0; i < 4; i++)
        if (open(secrets[i], O_RDONLY) >= 0) printf("read %s\n", secrets[i]);
    for (int i = 0; i < 4; i++) try_to_write(folders[i]);
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0 && waitpid(child, NULL, 0) == child) puts("start another process");
    if (kill(atoi(argv[3]), 0) == 0) puts("signal a process outside");
    fflush(stdout);
    /* Last, because a filter ends the program here. */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[4]))};
    inet_aton("127.0.0.1", &address.sin_addr);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection >= 0) puts("open a socket");
    if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) puts("connect to this machine");
    puts("done");
    return 0;
}
