/* A process that is up and waits to be forked: a program stopped just before `main`, or a warm interpreter.
 *
 * Preloaded into a program, this library lets the loader and the static constructors do their work and then waits for
 * orders in place of `main`. An interpreter loads it itself and calls `alphacode_serve` when it is warm.
 *
 * Every fork is a child of the cell (CLONE_PARENT), which alone keeps its clock and accounts for it. A program that
 * tampers with its template harms only its own runs: the cell believes nothing of what it says except which of the
 * cell's own children to watch.
 */

#include "confine.h"

#include <dlfcn.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#ifndef PR_GET_TID_ADDRESS
#define PR_GET_TID_ADDRESS 40
#endif

/* Like fork, but the child is our parent's. The C library keeps the thread's id where the kernel is told to update it. */
static pid_t fork_for_parent(void) {
    int *id = NULL;
    unsigned long flags = CLONE_PARENT | SIGCHLD;
    if (prctl(PR_GET_TID_ADDRESS, &id, 0, 0, 0) == 0 && id) flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#if defined(__x86_64__)
    return (pid_t)syscall(SYS_clone, flags, 0, NULL, id, 0);
#else
    return (pid_t)syscall(SYS_clone, flags, 0, NULL, 0, id);
#endif
}

static void become_run(const struct order *order, const char *folder, const struct sock_fprog *filter, int *files,
                       int n_files) {
    int ruleset = -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    dup2(files[0], 0), dup2(files[1], 1), dup2(files[2], 2);
    if (n_files == 4) ruleset = dup2(files[3], TEMPLATE_SOCKET);
    syscall(SYS_close_range, n_files == 4 ? TEMPLATE_SOCKET + 1 : TEMPLATE_SOCKET, ~0U, 0);
    if (chdir(folder) != 0 || confine(&order->bounds, ruleset, filter) != STEP_NONE) _exit(127);
    if (ruleset >= 0) close(ruleset);
}

/* Waits for orders, forks for each, and returns only in the forks, with the order's arguments, NUL after each, in
 * `arguments`; their length is returned. When the cell is gone, so is this process. */
long alphacode_serve(char *arguments, size_t size) {
    static union {
        struct order order;
        char bytes[MAX_MESSAGE];
    } message;
    int32_t answer = 0; /* Ready. */
    for (;;) {
        int files[4], n_files;
        if (send(TEMPLATE_SOCKET, &answer, sizeof answer, MSG_NOSIGNAL) < 0) _exit(0);
        ssize_t length = receive(TEMPLATE_SOCKET, &message, sizeof message, files, 4, &n_files);
        if (length < (ssize_t)sizeof(struct order) || n_files < 3) _exit(0);
        const struct order *order = &message.order;
        char *filter = message.bytes + sizeof *order;
        char *folder = filter + order->filter_length * sizeof(struct sock_filter);
        char *given = folder + order->folder_bytes;
        struct sock_fprog program = {(unsigned short)order->filter_length, (struct sock_filter *)(void *)filter};
        pid_t child = fork_for_parent();
        if (child == 0) {
            become_run(order, folder, &program, files, n_files);
            size_t given_bytes = order->arguments_bytes < size ? order->arguments_bytes : size;
            memcpy(arguments, given, given_bytes);
            return (long)given_bytes;
        }
        answer = child < 0 ? -errno : child;
        for (int i = 0; i < n_files; i++) close(files[i]);
    }
}

typedef int main_function(int, char **, char **);
static main_function *program_main;

static int wait_and_run(int argc, char **argv, char **environment) {
    char none[1];
    alphacode_serve(none, sizeof none);
    return program_main(argc, argv, environment);
}

/* The C library's own start of a program, with our `main` in place of the program's. */
int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end) {
    typedef int start(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    start *next;
    void *found = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&next, &found, sizeof next); /* ISO C knows no conversion from an object's address to a function's. */
    program_main = main;
    return next(wait_and_run, argc, argv, init, fini, loader_fini, stack_end);
}
