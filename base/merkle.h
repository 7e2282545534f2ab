/* SPDX-License-Identifier: ISC
 * Merkle trees with the hashing of RFC 9162 section 2.1: leaves 0x00 ‖ data, nodes 0x01 ‖ left ‖ right, the empty tree SHA-256(""). */
#ifndef BASE_MERKLE_H
#define BASE_MERKLE_H

#include "base/bytes.h"
#include "base/err.h"

enum { MERKLE_PATH_MAX = 64 };

void merkle_leaf(struct slice data, struct digest *out);
void merkle_node(const struct digest *l, const struct digest *r, struct digest *out);
/* Root over leaf hashes. */
void merkle_root(const struct digest *leaves, uint64_t n, struct digest *out);

/* A tree that grows: the roots of its perfect subtrees. All zero is empty. */
struct merkle_frontier {
	uint64_t size;
	struct digest peaks[64]; /* largest first; as many as `size` has one bits */
};
void merkle_append(struct merkle_frontier *f, const struct digest *leaf);
void merkle_frontier_root(const struct merkle_frontier *f, struct digest *out);

/* RFC 9162 2.1.3.1. Path of leaf i in the tree of the first n leaves. Returns its length. */
size_t merkle_inclusion(const struct digest *leaves, uint64_t n, uint64_t i, struct digest path[static MERKLE_PATH_MAX]);
/* RFC 9162 2.1.3.2 */
bool merkle_inclusion_verify(
	const struct digest *leaf, uint64_t i, uint64_t n, const struct digest *path, size_t len, const struct digest *root);
/* A leaf hash and its place. */
struct merkle_item {
	uint64_t index;
	struct digest leaf;
};
/* One proof for k leaves of the tree of n: merkle_tree_set's. Needs 1 <= k, indices that ascend strictly and stay below n, and every one of
 * the nodes. Hashes less than k + nodes_n times, no more than 64 calls deep. */
bool merkle_set_verify(
	const struct merkle_item *set, size_t k, uint64_t n, const struct digest *nodes, size_t nodes_n, const struct digest *root);
/* RFC 9162 2.1.4.2 */
bool merkle_consistency_verify(
	uint64_t m, uint64_t n, const struct digest *path, size_t len, const struct digest *old_root, const struct digest *new_root);

#endif
