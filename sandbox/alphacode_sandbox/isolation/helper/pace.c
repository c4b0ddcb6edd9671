/* What contest programs do all day, done once: a search tree is filled and searched, node by node, each where `malloc`
 * put it; a table is filled in fresh memory; and a way is followed through it, each step of which says where the next one
 * leads. So its time goes by mispredicted branches, by the latency of caches and by page faults, and hardly by arithmetic.
 *
 * How long it takes says how fast the machine is for such programs: see `pace.py`.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_KEYS = 1 << 15, N_CELLS = 1 << 20, N_STEPS = 1 << 16 };

struct node {
    struct node *lower, *upper;
    uint32_t key;
};

/* Marsaglia's xorshift: the same numbers everywhere, none of them twice. */
static uint32_t next_number(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

/* Where a key is, or should be. */
static struct node **place(struct node **root, uint32_t key) {
    struct node **at = root;
    while (*at && (*at)->key != key) {
        if (key < (*at)->key) at = &(*at)->lower;
        else at = &(*at)->upper;
    }
    return at;
}

static uint32_t search(void) {
    struct node *root = NULL;
    uint32_t n_found = 0, state = 1;
    for (int i = 0; i < N_KEYS; i++) {
        struct node *node = calloc(1, sizeof *node);
        if (!node) exit(1);
        node->key = next_number(&state);
        *place(&root, node->key) = node;
    }
    state = 1;
    for (int i = 0; i < N_KEYS; i++) n_found += *place(&root, next_number(&state)) != NULL;
    return n_found;
}

static uint32_t wander(void) {
    static uint32_t cells[N_CELLS];
    uint32_t at = 0, state = 1;
    for (int i = 0; i < N_CELLS; i++) cells[i] = next_number(&state);
    for (uint32_t i = 0; i < N_STEPS; i++) at = cells[(at + i) % N_CELLS];
    return at;
}

/* Prints what came of it, so that none of it can be left out. */
int main(void) {
    printf("%u %u\n", search(), wander());
    return 0;
}
