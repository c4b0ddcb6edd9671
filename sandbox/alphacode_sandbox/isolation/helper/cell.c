/* A cell: a small process that runs commands for a judge, one at a time, each a fresh process with its rights taken
 * away. What surrounds the cell (namespaces, a cgroup) is made before it starts; what it does itself needs no privilege.
 *
 *     cell SOCKET SCRATCH LIBRARY UID
 *
 * SOCKET is a descriptor of a SOCK_SEQPACKET pair. Requests come in as packets and are handled in their order; every
 * packet that asks for something to run is answered by one reply for each run. When the judge hangs up, all is killed.
 * SCRATCH is a folder that commands may be allowed to write to, emptied after each of them; LIBRARY is what templates are
 * made with; UID is what a root user becomes first, 0 for a user who is none.
 *
 * Nothing that a program can influence is parsed here. Requests are, and a malformed one ends the cell.
 */

#include "confine.h"
#include "landlock.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#define N_PROFILES 4
#define SHORT_RUN_NS 5000000
#define HOUR_NS 3600000000000u

enum kind {
    KIND_FILTER,  /* The filter of a profile, for all requests that name it. */
    KIND_EXECUTE, /* Each run is a new process. */
    KIND_WARM,    /* Start a template from the command; answered when it is ready or has failed. */
    KIND_FORK,    /* Each run is a fork of the template. */
    KIND_COOL,    /* End the template and all that it left; answered by one reply. */
    KIND_KILL,    /* End the run number `n_runs` of request `id`, or with ALL_RUNS also those that were to follow. */
};

enum flag {
    FLAG_LANDLOCK = 1, /* Restrict what of the file system can be reached. */
    FLAG_WRITES = 2,   /* It may write to the scratch folder. */
    FLAG_STARTS = 4,   /* It may start processes: whatever it leaves is swept away. */
    FLAG_AT_MAIN = 8,  /* The template is to wait before its `main`, and not in its `fork`. */
};

/* Followed by NUL-terminated strings: the working directory, what is readable, what is executable, the arguments. */
struct request {
    uint32_t kind, id, profile, flags;
    uint32_t n_runs, n_readable, n_executable, n_arguments;
    struct bounds bounds;
};

enum killed { KILLED_NOT, KILLED_CPU, KILLED_ASKED };

struct reply {
    uint32_t id, run;
    int32_t status; /* As `wait` reports it; -1 when nothing was started. */
    uint32_t killed;
    uint32_t step; /* Where it failed before the program's first instruction, and why. */
    int32_t error;
    uint32_t is_dirty; /* The scratch folder could not be emptied. */
    uint32_t reserved;
    uint64_t cpu_ns, wall_ns, memory_kb, ended_ns;
};

#define ALL_RUNS UINT32_MAX
#define READY UINT32_MAX /* `id` of the first packet, which says that the cell is up. Its `run` is Landlock's version. */

static struct {
    pid_t process; /* Our own. */
    int judge;
    const char *scratch, *library;
    int landlock; /* Version, 0 without. */
    struct sock_filter filters[N_PROFILES][MAX_FILTER];
    struct sock_fprog programs[N_PROFILES];
    pid_t template;
    int template_socket;
} cell;

/* A request in its parts, which point into the packet. */
struct command {
    struct request request;
    const char *folder;
    const char *paths; /* `n_readable` and `n_executable` strings. */
    size_t paths_bytes;
    char *arguments; /* `n_arguments` strings. */
    size_t arguments_bytes;
    int ruleset;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now_ns(clockid_t clock) {
    struct timespec time;
    return clock_gettime(clock, &time) == 0 ? (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec : 0;
}

/* CPU time of all threads of a process. The clock's id is the kernel's own encoding. */
static uint64_t cpu_of(pid_t process) { return now_ns((clockid_t)((~(unsigned)process << 3) | 2)); }

static uint64_t in_ns(struct timeval time) { return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u; }

/* --- Starting ---------------------------------------------------------------------------------------------------- */

static int make_ruleset(const struct command *command) {
    const struct request *request = &command->request;
    int ruleset = new_ruleset(cell.landlock);
    const char *path = command->paths;
    int result = ruleset < 0 ? -1 : 0;
    for (uint32_t i = 0; result == 0 && i < request->n_readable + request->n_executable; i++, path += strlen(path) + 1)
        result = allow(cell.landlock, ruleset, path, i < request->n_readable ? FS_READ : FS_READ | FS_EXECUTE);
    if (result == 0) result = allow(cell.landlock, ruleset, "/dev/null", FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE);
    if (result == 0 && request->flags & FLAG_WRITES)
        result = allow(cell.landlock, ruleset, cell.scratch, FS_READ | FS_CHANGE);
    if (result == 0) return ruleset;
    if (ruleset >= 0) close(ruleset);
    return -1;
}

/* The ruleset of a command, the last one again where it would be the same. -1 for none or, with errno, for an error. */
static int ruleset_of(const struct command *command) {
    static char last_paths[MAX_MESSAGE];
    static struct request last;
    static size_t last_bytes;
    static int ruleset = -1;
    const struct request *request = &command->request;
    errno = 0;
    if (!(request->flags & FLAG_LANDLOCK)) return -1;
    if (ruleset >= 0 && last_bytes == command->paths_bytes && last.n_readable == request->n_readable &&
        (last.flags & FLAG_WRITES) == (request->flags & FLAG_WRITES) &&
        memcmp(last_paths, command->paths, last_bytes) == 0)
        return ruleset;
    if (ruleset >= 0) close(ruleset);
    ruleset = make_ruleset(command);
    last = *request;
    last_bytes = command->paths_bytes;
    memcpy(last_paths, command->paths, last_bytes);
    return ruleset;
}

struct start {
    const struct command *command;
    char **arguments;
    int files[3];
    int template_end;        /* The template's end of its socket; -1 for a run. */
    volatile enum step step; /* Written by the child, which shares our memory until it becomes the program. */
    volatile int error;
};

/* In the child: becomes the program, or says why not. Only system calls: the memory is our parent's. */
static void become(struct start *start) {
    const struct command *command = start->command;
    bool is_template = start->template_end >= 0;
    for (int target = 0; target < 3; target++) dup2(start->files[target], target);
    if (is_template) dup2(start->template_end, TEMPLATE_SOCKET);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != cell.process) _exit(127); /* The cell has died before. */
    if (chdir(command->folder) != 0) {
        start->step = STEP_FOLDER;
    } else {
        start->step = confine(&command->request.bounds, command->ruleset, &cell.programs[command->request.profile]);
        if (start->step == STEP_NONE) {
            syscall(SYS_close_range, is_template ? TEMPLATE_SOCKET + 1 : TEMPLATE_SOCKET, ~0U, 0);
            start->step = STEP_EXECUTE; /* Stands only if the next line returns. */
            execve(start->arguments[0], start->arguments, environ);
        }
    }
    start->error = errno;
    _exit(127);
}

static pid_t spawn(struct start *start) {
    pid_t child = vfork();
    if (child == 0) become(start);
    return child;
}

/* Points into `strings`. The caller frees it. */
static char **pointers(char *strings, uint32_t count) {
    char **result = calloc(count + 1, sizeof *result);
    if (!result) die("memory");
    for (uint32_t i = 0; i < count; i++, strings += strlen(strings) + 1) result[i] = strings;
    return result;
}

/* --- Watching ---------------------------------------------------------------------------------------------------- */

/* Kills whatever a run has left: as the first process of a PID namespace all others, else our children until none is
 * left, those included that lost their parents. */
static void kill_strays(void) {
    if (getpid() == 1) {
        kill(-1, SIGKILL);
        return;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "re");
    for (int child; children && fscanf(children, "%d", &child) == 1;) kill(child, SIGKILL);
    if (children) fclose(children);
}

/* Ends the cell, and with it all that runs in it. */
static _Noreturn void leave(int code) {
    do kill_strays();
    while (wait(NULL) >= 0);
    exit(code);
}

/* Replies that were not sent yet: short runs are reported together, since waking the judge costs as much as they do. */
static struct reply replies[MAX_RUNS];
static size_t n_replies;

static void send_replies(void) {
    if (n_replies && send(cell.judge, replies, n_replies * sizeof *replies, MSG_NOSIGNAL) < 0) leave(0);
    n_replies = 0;
}

static void answer(const struct reply *reply) { replies[n_replies++] = *reply; }

static bool told_to_stop; /* By a request that came in while something ran. */

/* Hears the judge while a run goes on: all it may say is "kill". Returns whether that means this run. */
static bool hear_while_running(const struct reply *reply) {
    struct request request;
    ssize_t length = recv(cell.judge, &request, sizeof request, 0);
    if (length != sizeof request || request.kind != KIND_KILL) leave(length <= 0 ? 0 : 2);
    if (request.id != reply->id) return false;
    told_to_stop |= request.n_runs == ALL_RUNS;
    return told_to_stop || request.n_runs == reply->run;
}

/* Waits until a descriptor can be read, but not for longer than this. Replies go out meanwhile; that the judge wants an
 * end of the run is noted in its reply. */
static bool is_readable(int file, struct timespec wait, struct reply *reply) {
    struct pollfd polled[] = {{.fd = file, .events = POLLIN}, {.fd = cell.judge, .events = POLLIN}};
    if (n_replies) wait = (struct timespec){0, SHORT_RUN_NS};
    int n_ready = ppoll(polled, 2, &wait, NULL);
    if (n_ready < 0 && errno != EINTR) die("ppoll");
    if (n_ready == 0) send_replies();
    if (n_ready <= 0 || polled[0].revents) return n_ready > 0;
    if (hear_while_running(reply) && !reply->killed) reply->killed = KILLED_ASKED;
    return false;
}

/* Looks after a running child until it has ended; kills it when its CPU time is up or when told to. */
static void watch(pid_t child, uint64_t cpu_limit, struct reply *reply) {
    int ended = (int)syscall(SYS_pidfd_open, child, 0);
    if (ended < 0) die("pidfd_open");
    struct timespec wait;
    do {
        uint64_t used = cpu_limit == UNLIMITED ? 0 : cpu_of(child);
        if (used >= cpu_limit && !reply->killed) reply->killed = KILLED_CPU;
        if (reply->killed) kill(child, SIGKILL);
        /* Several threads use up the rest faster than it passes. */
        uint64_t left = reply->killed || cpu_limit == UNLIMITED ? HOUR_NS : (cpu_limit - used) / 2 + 1000000;
        wait = (struct timespec){(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
    } while (!is_readable(ended, wait, reply));
    close(ended);
}

/* Buries every child there still is, and adds up what they used. */
static void sweep(struct reply *reply) {
    for (;;) {
        struct rusage usage;
        int status;
        kill_strays();
        if (wait4(-1, &status, 0, &usage) < 0) break;
        reply->cpu_ns += in_ns(usage.ru_utime) + in_ns(usage.ru_stime);
        if ((uint64_t)usage.ru_maxrss > reply->memory_kb) reply->memory_kb = (uint64_t)usage.ru_maxrss;
    }
}

static void bury(pid_t child, struct reply *reply) {
    struct rusage usage;
    int status;
    pid_t buried;
    do buried = wait4(child, &status, 0, &usage);
    while (buried < 0 && errno == EINTR);
    reply->ended_ns = now_ns(CLOCK_MONOTONIC);
    if (buried != child) return;
    reply->status = status;
    reply->cpu_ns = in_ns(usage.ru_utime) + in_ns(usage.ru_stime);
    reply->memory_kb = (uint64_t)usage.ru_maxrss;
}

static int remove_one(const char *path, const struct stat *found, int type, struct FTW *place) {
    (void)found, (void)type;
    if (place->level) (void)remove(path);
    return 0;
}

static bool empty_scratch(void) {
    nftw(cell.scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    DIR *folder = opendir(cell.scratch);
    int n_left = 0;
    if (!folder) return false;
    while (readdir(folder)) n_left++;
    closedir(folder);
    return n_left == 2; /* `.` and `..` */
}

/* --- Requests ---------------------------------------------------------------------------------------------------- */


static struct reply empty_reply(const struct command *command, uint32_t run) {
    return (struct reply){.id = command->request.id, .run = run, .status = -1};
}

/* Ends the template, if there is one, and all that it has left. */
static void end_template(struct reply *reply) {
    if (cell.template == 0) return;
    if (cell.template > 0) {
        kill(cell.template, SIGKILL);
        bury(cell.template, reply);
    }
    close(cell.template_socket);
    cell.template = 0;
    sweep(reply);
}

/* A fork of the template; 0 when there is none to be had. */
static pid_t fork_template(const struct command *command, const int files[3], struct reply *reply) {
    struct sock_fprog *program = &cell.programs[command->request.profile];
    struct order order = {
        .bounds = command->request.bounds,
        .filter_length = program->len,
        .folder_bytes = (uint32_t)strlen(command->folder) + 1,
        .arguments_bytes = (uint32_t)command->arguments_bytes,
    };
    struct iovec parts[] = {
        {&order, sizeof order},
        {program->filter, program->len * sizeof(struct sock_filter)},
        {(void *)command->folder, order.folder_bytes},
        {command->arguments, command->arguments_bytes},
    };
    int sent[4] = {files[0], files[1], files[2], command->ruleset};
    size_t sent_bytes = sizeof(int) * (command->ruleset >= 0 ? 4 : 3);
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof sent)];
    } control = {.header = {CMSG_LEN(sent_bytes), SOL_SOCKET, SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), sent, sent_bytes);
    struct msghdr message = {
        .msg_iov = parts, .msg_iovlen = 4, .msg_control = &control, .msg_controllen = CMSG_SPACE(sent_bytes)};
    int32_t child = 0;
    if (cell.template <= 0 || sendmsg(cell.template_socket, &message, MSG_NOSIGNAL) < 0) return 0;
    /* A program's constructors may have taken the template over: it need not answer. */
    while (!is_readable(cell.template_socket, (struct timespec){3600, 0}, reply))
        if (reply->killed) return 0;
    if (recv(cell.template_socket, &child, sizeof child, MSG_DONTWAIT) != sizeof child || child <= 1) return 0;
    /* Whatever it says: only a child of ours is watched. */
    siginfo_t info;
    bool is_ours = waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
    return is_ours && child != cell.template ? child : 0;
}

static void run_one(struct command *command, uint32_t run, int files[3]) {
    struct reply reply = empty_reply(command, run);
    uint64_t started = now_ns(CLOCK_MONOTONIC);
    pid_t child;
    if (command->request.kind == KIND_FORK) {
        child = fork_template(command, files, &reply);
        if (child == 0) {
            end_template(&(struct reply){0});
            reply.step = STEP_TEMPLATE;
        }
    } else {
        char **arguments = pointers(command->arguments, command->request.n_arguments);
        struct start start = {.command = command, .arguments = arguments, .template_end = -1};
        memcpy(start.files, files, sizeof start.files);
        child = spawn(&start);
        reply.step = child < 0 ? STEP_EXECUTE : start.step;
        reply.error = child < 0 ? errno : start.error;
        free(arguments);
        /* The step before the last stands where the program took over. */
        if (child > 0 && reply.step == STEP_EXECUTE && reply.error == 0) reply.step = STEP_NONE;
    }
    if (child > 0) {
        watch(child, command->request.bounds.cpu_ns, &reply);
        bury(child, &reply);
        reply.wall_ns = reply.ended_ns - started;
    }
    /* Only now, so that who is at the other end of a pipe cannot end because of this end, and be seen to end before it. */
    for (int i = 0; i < 3; i++, files[i - 1] = -1) close(files[i]);
    if (command->request.flags & FLAG_STARTS) sweep(&reply);
    if (command->request.flags & FLAG_WRITES) reply.is_dirty = !empty_scratch();
    answer(&reply);
}

static void run_all(struct command *command, int *files) {
    told_to_stop = false;
    for (uint32_t run = 0; run < command->request.n_runs; run++) {
        struct reply skipped = empty_reply(command, run);
        skipped.killed = KILLED_ASKED;
        if (told_to_stop) answer(&skipped);
        else run_one(command, run, files + (size_t)3 * run);
    }
}

/* Starts a template and waits until it is ready. Its CPU time until then is in the reply. */
static void warm(struct command *command) {
    struct reply reply = empty_reply(command, 0);
    uint64_t started = now_ns(CLOCK_MONOTONIC);
    int ends[2], input[2];
    int output = memfd_create("output", MFD_CLOEXEC);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0 || pipe2(input, O_CLOEXEC) != 0 || output < 0)
        die("descriptors of a template");
    bool has_input = write(input[1], "", 1) == 1 && close(input[1]) == 0;
    char **arguments = pointers(command->arguments, command->request.n_arguments);
    struct start start = {.command = command, .arguments = arguments, .template_end = ends[1]};
    for (int i = 0; i < 3; i++) start.files[i] = i == 0 ? input[0] : output;
    setenv("LD_PRELOAD", cell.library, 1);
    setenv("ALPHACODE_TEMPLATE", command->request.flags & FLAG_AT_MAIN ? "main" : "fork", 1);
    told_to_stop = false;
    cell.template = spawn(&start);
    unsetenv("LD_PRELOAD");
    unsetenv("ALPHACODE_TEMPLATE");
    free(arguments);
    close(ends[1]);
    cell.template_socket = ends[0];
    reply.error = start.error;

    int32_t ready = -1;
    while (cell.template > 0 && ready < 0 && !reply.killed) {
        bool spoke = is_readable(ends[0], (struct timespec){0, 20000000}, &reply);
        if (spoke && recv(ends[0], &ready, sizeof ready, MSG_DONTWAIT) != sizeof ready) break;
        if (cpu_of(cell.template) >= command->request.bounds.cpu_ns) reply.killed = KILLED_CPU;
    }
    /* What has read or printed by now would not do so again for each input. */
    int n_unread = 0;
    struct stat printed;
    bool is_untouched = has_input && ioctl(input[0], FIONREAD, &n_unread) == 0 && n_unread == 1 &&
                        fstat(output, &printed) == 0 && printed.st_size == 0;
    close(input[0]);
    close(output);
    if (ready == 0 && is_untouched && !reply.killed) {
        reply.status = 0;
        reply.cpu_ns = cpu_of(cell.template);
    } else {
        end_template(&reply);
        reply.step = STEP_TEMPLATE;
    }
    reply.ended_ns = now_ns(CLOCK_MONOTONIC);
    reply.wall_ns = reply.ended_ns - started;
    answer(&reply);
}

static void cool(const struct command *command) {
    struct reply reply = empty_reply(command, 0);
    end_template(&reply);
    answer(&reply);
}

static void keep_filter(const struct request *request, const char *bytes, size_t length) {
    size_t count = length / sizeof(struct sock_filter);
    if (request->profile >= N_PROFILES || count > MAX_FILTER || length % sizeof(struct sock_filter)) leave(2);
    memcpy(cell.filters[request->profile], bytes, length);
    cell.programs[request->profile] = (struct sock_fprog){(unsigned short)count, cell.filters[request->profile]};
}

/* The end of `count` strings; NULL when there are fewer. */
static char *skip_strings(char *at, const char *end, uint64_t count) {
    for (; at && count; count--) {
        char *zero = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
        at = zero ? zero + 1 : NULL;
    }
    return at;
}

/* Takes a request apart; false when its parts do not add up to the packet. */
static bool take_apart(struct command *command, char *strings, size_t length, int n_files) {
    const struct request *request = &command->request;
    const char *end = strings + length;
    char *paths = skip_strings(strings, end, 1);
    char *arguments = skip_strings(paths, end, (uint64_t)request->n_readable + request->n_executable);
    char *rest = skip_strings(arguments, end, request->n_arguments);
    if (rest != end || request->profile >= N_PROFILES) return false;
    bool runs = request->kind == KIND_EXECUTE || request->kind == KIND_FORK;
    if (runs && (request->n_runs == 0 || request->n_runs > MAX_RUNS)) return false;
    if (n_files != (runs ? 3 * (int)request->n_runs : 0)) return false;
    if ((request->kind == KIND_EXECUTE || request->kind == KIND_WARM) && request->n_arguments == 0) return false;
    if (request->kind == KIND_WARM && cell.template > 0) return false;
    command->folder = strings;
    command->paths = paths;
    command->paths_bytes = (size_t)(arguments - paths);
    command->arguments = arguments;
    command->arguments_bytes = (size_t)(rest - arguments);
    return true;
}

static void refuse(const struct command *command, enum step step) {
    bool runs = command->request.kind == KIND_EXECUTE || command->request.kind == KIND_FORK;
    uint32_t n_runs = runs ? command->request.n_runs : 1;
    for (uint32_t run = 0; run < n_runs; run++) {
        struct reply reply = empty_reply(command, run);
        reply.step = step;
        reply.error = errno;
        answer(&reply);
    }
}

static void handle(char *packet, size_t length, int *files, int n_files) {
    struct command command = {.ruleset = -1};
    if (length < sizeof command.request) leave(2);
    memcpy(&command.request, packet, sizeof command.request);
    char *rest = packet + sizeof command.request;
    size_t rest_length = length - sizeof command.request;
    enum kind kind = command.request.kind;
    if (kind == KIND_KILL) return; /* Too late: what it was meant for has ended. */
    if (kind == KIND_FILTER) {
        keep_filter(&command.request, rest, rest_length);
        return;
    }
    if (kind > KIND_KILL || !take_apart(&command, rest, rest_length, n_files)) leave(2);
    command.ruleset = ruleset_of(&command);
    if (command.ruleset < 0 && errno) refuse(&command, STEP_LANDLOCK);
    else if (kind == KIND_WARM) warm(&command);
    else if (kind == KIND_COOL) cool(&command);
    else run_all(&command, files);
    send_replies();
}

/* --- Starting up ------------------------------------------------------------------------------------------------- */

/* For good: a process without privileges that cannot gain any. */
static void drop_privileges(uid_t user) {
    if (user && (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0))
        die("cannot become an unprivileged user");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("no_new_privs");
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

int main(int argc, char **argv) {
    static char packet[MAX_MESSAGE];
    if (argc != 5) return 2;
    /* Where a template has its socket nothing else may lie, so that putting it there closes nothing that is needed. */
    int judge = atoi(argv[1]);
    cell.judge = TEMPLATE_SOCKET;
    if (judge != TEMPLATE_SOCKET && (dup2(judge, TEMPLATE_SOCKET) < 0 || close(judge) != 0)) die("socket");
    cell.process = getpid();
    cell.scratch = argv[2];
    cell.library = argv[3];
    fcntl(cell.judge, F_SETFD, FD_CLOEXEC);
    drop_privileges((uid_t)strtoul(argv[4], NULL, 10));
    /* What loses its parent becomes ours, so that it can be found. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    unsetenv("PWD"); /* Of whoever made the surroundings. */
    /* The address space bounds the stack. A finite limit would also be the size of every thread's stack. */
    struct rlimit core = {1, 1}; /* 1, as 0 does not keep the kernel from starting a program that is given the core. */
    limit(RLIMIT_STACK, UNLIMITED, UNLIMITED);
    setrlimit(RLIMIT_CORE, &core);
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    cell.landlock = version > 0 ? (int)version : 0;

    struct reply ready = {.id = READY, .run = (uint32_t)cell.landlock};
    answer(&ready);
    send_replies();
    for (;;) {
        int files[3 * MAX_RUNS], n_files;
        ssize_t length = receive(cell.judge, packet, sizeof packet, files, 3 * MAX_RUNS, &n_files);
        if (length <= 0) leave(0);
        handle(packet, (size_t)length, files, n_files);
        for (int i = 0; i < n_files; i++)
            if (files[i] >= 0) close(files[i]);
    }
}
