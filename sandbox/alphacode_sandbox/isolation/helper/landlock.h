/* Landlock: which files a process can open, whatever its user may do. The kernel's own names, missing from older headers.
 */

#ifndef LANDLOCK_H
#define LANDLOCK_H

#include "confine.h"

#include <fcntl.h>
#include <sys/stat.h>

enum {
    FS_EXECUTE = 1, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, FS_REMOVE_DIR = 1 << 4,
    FS_REMOVE_FILE = 1 << 5, FS_MAKE_DIR = 1 << 7, FS_MAKE_REG = 1 << 8, FS_MAKE_SYM = 1 << 12, FS_REFER = 1 << 13,
    FS_TRUNCATE = 1 << 14,
    FS_READ = FS_READ_FILE | FS_READ_DIR,
    FS_CHANGE = FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SYM | FS_REFER | FS_TRUNCATE,
    FS_OF_FILES = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE,
};

/* `struct landlock_ruleset_attr` of version 6; the kernel takes a longer one than it knows if the rest is zero. */
struct ruleset {
    uint64_t files, network, scopes;
};

struct __attribute__((packed)) rule {
    uint64_t allowed;
    int32_t parent;
};

/* All that a version of Landlock can forbid. */
static struct ruleset everything(int version) {
    static const uint8_t n_file_rights[] = {0, 13, 14, 15, 15, 16};
    return (struct ruleset){
        .files = (1u << n_file_rights[version < 5 ? version : 5]) - 1,
        .network = version >= 4 ? 3 : 0, /* TCP: bind, connect. */
        .scopes = version >= 6 ? 3 : 0,  /* Abstract Unix sockets, signals. */
    };
}

/* A ruleset that allows nothing yet. */
static int new_ruleset(int version) {
    struct ruleset all = everything(version);
    return (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
}

/* Allows something below a path. What does not exist needs no rule. */
static int allow(int version, int ruleset, const char *path, uint64_t rights) {
    struct stat found;
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) return errno == ENOENT || errno == EACCES ? 0 : -1;
    if (fstat(parent, &found) == 0 && !S_ISDIR(found.st_mode)) rights &= FS_OF_FILES;
    struct rule rule = {rights & everything(version).files, parent};
    int result = (int)syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0);
    close(parent);
    return result;
}

#endif
