/* SPDX-License-Identifier: ISC
 * A Merkle tree that grows and keeps its nodes: roots and proofs of any of its sizes without its leaves being hashed again. */
#ifndef BASE_MERKLE_TREE_H
#define BASE_MERKLE_TREE_H

#include "base/merkle.h"

/* All zero is empty. Takes 64 bytes for each leaf: as many nodes as a tree of that size has whole subtrees, each kept once, in blocks of
 * 8 KiB. Not locked: whoever shares one does that. */
struct merkle_tree {
	uint64_t size;
	struct digest **blocks; /* owned */
	size_t blocks_n, blocks_cap;
};
/* One leaf more. "no_memory": the tree is as it was. */
bool merkle_tree_append(struct merkle_tree *t, const struct digest *leaf, struct err *e);
/* Makes it empty, and gives its memory back. */
void merkle_tree_free(struct merkle_tree *t);

/* MTH of RFC 9162 2.1.1 for the first n leaves, n <= size. */
void merkle_tree_root(const struct merkle_tree *t, uint64_t n, struct digest *out);
/* RFC 9162 2.1.3.1. Path of leaf i in the tree of the first n leaves, n <= size. Returns its length; 0 also where i >= n. */
size_t merkle_tree_inclusion(const struct merkle_tree *t, uint64_t i, uint64_t n, struct digest path[static MERKLE_PATH_MAX]);
/* One proof for k leaves of the tree of the first n, n <= size: appends 32 bytes for each node that merkle_set_verify needs beside them, in
 * its order. "no_memory", "out_of_range" (no leaf, or indices that do not ascend strictly below n): nothing is appended. */
bool merkle_tree_set(const struct merkle_tree *t, const uint64_t *set, size_t k, uint64_t n, struct buf *nodes, struct err *e);
/* RFC 9162 2.1.4.1. Proof from the tree of m leaves to that of n, 0 < m <= n <= size. Returns its length; 0 also where there is none. */
size_t merkle_tree_consistency(const struct merkle_tree *t, uint64_t m, uint64_t n, struct digest path[static MERKLE_PATH_MAX]);

#endif
