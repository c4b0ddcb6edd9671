/* A process that is up and waits to be forked: a program stopped just before `main`, or a warm interpreter.
 *
 * This library is preloaded into it. A program's loader and static constructors do their work, and then it waits for
 * orders in place of `main`; an interpreter imports what it likes, and waits when it calls `fork`, which returns in
 * every fork. ALPHACODE_TEMPLATE says which: `main` or `fork`.
 *
 * Every fork is a child of the cell (CLONE_PARENT), which alone keeps its clock and accounts for it. A program that
 * tampers with its template harms only its own runs: the cell believes nothing of what it says except which of the
 * cell's own children to watch.
 */

#include "confine.h"

#include <dlfcn.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
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

/* Leaves the arguments of an order where a fork can read them, as the end of a pipe that nobody writes to any more. */
static int readable(const char *arguments, size_t size) {
    int ends[2];
    if (size > MAX_ARGUMENTS || pipe(ends) != 0 || write(ends[1], arguments, size) != (ssize_t)size) _exit(127);
    close(ends[1]);
    return ends[0];
}

static pid_t cell;

static void become_run(const struct order *order, const char *folder, const struct sock_fprog *filter, int *files,
                       int n_files) {
    const char *arguments = folder + order->folder_bytes;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != cell) _exit(127); /* It has died before. */
    for (int target = 0; target < 3; target++) dup2(files[target], target);
    if (chdir(folder) != 0 || confine(&order->bounds, n_files == 4 ? files[3] : -1, filter) != STEP_NONE) _exit(127);
    if (order->arguments_bytes) dup2(readable(arguments, order->arguments_bytes), TEMPLATE_SOCKET);
    syscall(SYS_close_range, order->arguments_bytes ? TEMPLATE_SOCKET + 1 : TEMPLATE_SOCKET, ~0U, 0);
}

static bool has_threads;

/* Waits for orders, forks for each, and returns only in the forks. When the cell is gone, so is this process. */
static void serve(void) {
    static union {
        struct order order;
        char bytes[MAX_MESSAGE];
    } message;
    int32_t answer = 0; /* Ready. */
    cell = getppid();
    if (has_threads) _exit(0);
    for (;;) {
        int files[4], n_files;
        if (send(TEMPLATE_SOCKET, &answer, sizeof answer, MSG_NOSIGNAL) < 0) _exit(0);
        ssize_t length = receive(TEMPLATE_SOCKET, &message, sizeof message, files, 4, &n_files);
        if (length < (ssize_t)sizeof(struct order) || n_files < 3) _exit(0);
        const struct order *order = &message.order;
        char *filter = message.bytes + sizeof *order;
        char *folder = filter + order->filter_length * sizeof(struct sock_filter);
        struct sock_fprog program = {(unsigned short)order->filter_length, (struct sock_filter *)(void *)filter};
        pid_t child = fork_for_parent();
        if (child == 0) {
            become_run(order, folder, &program, files, n_files);
            return;
        }
        answer = child < 0 ? -errno : child;
        for (int i = 0; i < n_files; i++) close(files[i]);
    }
}

static enum { NO_TEMPLATE, AT_MAIN, IN_FORK } template;

/* Before anything of the program: it is not to see how it came here. */
__attribute__((constructor)) static void remember(void) {
    const char *wanted = getenv("ALPHACODE_TEMPLATE");
    if (wanted) template = strcmp(wanted, "main") == 0 ? AT_MAIN : IN_FORK;
    unsetenv("ALPHACODE_TEMPLATE");
    unsetenv("LD_PRELOAD");
}

/* The next definition of a function of ours. ISO C knows no conversion from an object's address to a function's. */
static void find_next(const char *name, void *function) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* A fork has one thread only, so a program that has started others by then cannot be a template. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    find_next("pthread_create", &next);
    has_threads = true;
    return next(thread, attributes, start, argument);
}

pid_t fork(void) {
    if (template == IN_FORK) {
        serve();
        template = NO_TEMPLATE;
        return 0;
    }
    pid_t (*next)(void);
    find_next("fork", &next);
    return next();
}

typedef int main_function(int, char **, char **);
static main_function *program_main;

static int wait_and_run(int argc, char **argv, char **environment) {
    serve();
    return program_main(argc, argv, environment);
}

/* The C library's own start of a program, with our `main` in place of the program's. */
int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end) {
    typedef int start(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    start *next;
    find_next("__libc_start_main", &next);
    program_main = main;
    return next(template == AT_MAIN ? wait_and_run : main, argc, argv, init, fini, loader_fini, stack_end);
}
