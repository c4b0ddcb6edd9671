/* What a cell and a template share: the messages, and how a process takes its rights away from itself. */

#ifndef CONFINE_H
#define CONFINE_H

#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same on every architecture, and missing from older headers. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#define MAX_MESSAGE (1 << 18)
#define MAX_RUNS 64
#define MAX_ARGUMENTS (1 << 15) /* Of an order; a pipe holds them. */
#define MAX_FILTER 1024 /* Instructions. */
#define UNLIMITED UINT64_MAX

/* The socket of a template, in the template. */
#define TEMPLATE_SOCKET 3

struct bounds {
    uint64_t cpu_ns;       /* CPU time after which the cell kills a run. */
    uint64_t cpu_s;        /* The kernel's own, coarser limit behind it. */
    uint64_t memory_bytes; /* Address space. */
    uint64_t file_bytes;   /* Size of each file written. */
    uint64_t processes;    /* Threads included; counted per user. */
    uint64_t files;        /* Open descriptors. */
};

/* From a cell to a template: be forked once. Followed by the filter, the working directory and the arguments, each of
 * the last two with its final NUL. Descriptors: standard input, output, error and, if there is one, a ruleset. */
struct order {
    struct bounds bounds;
    uint32_t filter_length; /* Instructions; 0 for none. */
    uint32_t folder_bytes;
    uint32_t arguments_bytes;
};

/* What went wrong on the way to a program's first instruction. */
enum step { STEP_NONE, STEP_FOLDER, STEP_LIMITS, STEP_LANDLOCK, STEP_FILTER, STEP_EXECUTE, STEP_TEMPLATE };

static int limit(int kind, uint64_t soft, uint64_t hard) {
    struct rlimit ours;
    if (getrlimit(kind, &ours) != 0) return -1;
    rlim_t most = ours.rlim_max;
    struct rlimit wanted = {soft == UNLIMITED ? RLIM_INFINITY : soft, hard == UNLIMITED ? RLIM_INFINITY : hard};
    if (wanted.rlim_max > most) wanted.rlim_max = most;
    if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
    return setrlimit(kind, &wanted);
}

/* In a filter: stands for the process's own id. */
#define OWN_PROCESS 0x7e57ed1d

static int install(const struct sock_fprog *filter) {
    static struct sock_filter code[MAX_FILTER];
    struct sock_fprog program = {filter->len, code};
    for (unsigned i = 0; i < filter->len; i++) {
        code[i] = filter->filter[i];
        if (code[i].k == OWN_PROCESS) code[i].k = (uint32_t)getpid();
    }
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* Takes rights away, for good, from the calling process and all that it becomes. `ruleset` may be -1, and the filter
 * empty. Expects `no_new_privs`. Returns the step that failed, with errno. */
static enum step confine(const struct bounds *bounds, int ruleset, const struct sock_fprog *filter) {
    uint64_t cpu_hard = bounds->cpu_s == UNLIMITED ? UNLIMITED : bounds->cpu_s + 1;
    if (limit(RLIMIT_CPU, bounds->cpu_s, cpu_hard) != 0 ||
        limit(RLIMIT_AS, bounds->memory_bytes, bounds->memory_bytes) != 0 ||
        limit(RLIMIT_FSIZE, bounds->file_bytes, bounds->file_bytes) != 0 ||
        limit(RLIMIT_NPROC, bounds->processes, bounds->processes) != 0 ||
        limit(RLIMIT_NOFILE, bounds->files, bounds->files) != 0)
        return STEP_LIMITS;
    if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) return STEP_LANDLOCK;
    /* Last, because it forbids what was done above. */
    if (filter->len && install(filter) != 0) return STEP_FILTER;
    return STEP_NONE;
}

/* Receives one packet with up to `max_files` descriptors, closed on exec; sets their number. Returns its length. */
static ssize_t receive(int socket, void *buffer, size_t size, int *files, int max_files, int *n_files) {
    char control[CMSG_SPACE(sizeof(int) * (3 * MAX_RUNS))];
    struct iovec part = {buffer, size};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length;
    *n_files = 0;
    do length = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    if (length < 0) return length;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (int i = 0; i < count; i++) {
            int file;
            memcpy(&file, CMSG_DATA(c) + i * sizeof(int), sizeof file);
            if (*n_files < max_files) files[(*n_files)++] = file;
            else close(file);
        }
    }
    return header.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? -1 : length;
}

#endif
