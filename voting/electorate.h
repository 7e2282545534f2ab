/* SPDX-License-Identifier: ISC
 * An electorate: who may vote on one proposal, and the Merkle root that fixes it. */
#ifndef VOTING_ELECTORATE_H
#define VOTING_ELECTORATE_H

#include "base/err.h"
#include "base/merkle_tree.h"

enum { ELECTOR_BYTES = 52 };

struct elector {
	struct id16 member;
	struct digest key; /* thumbprint of the member's key when the proposal opened */
	uint32_t weight;   /* 1, or 0 while on probation or suspended */
	bool held;         /* suspended: its 0 does not make it one of those without a vote; known to whoever has the log alone */
};

/* Electors sorted by member; owned by whoever made it. */
struct electorate {
	struct elector *e;
	size_t n, cap;
};
bool electorate_add(struct electorate *l, const struct elector *one, struct err *e); /* in any order */
void electorate_sort(struct electorate *l);
void electorate_free(struct electorate *l);
/* Index of a member in a sorted electorate, or -1. */
int64_t electorate_find(const struct electorate *l, const struct id16 *member);
/* How many of the electors have no vote, the subject of an expulsion (NULL: nobody) not counted: it has none anyhow. One that is suspended
 * counts as one who does not vote, so that nobody makes the electorate smaller by suspending. */
uint32_t electorate_without(const struct electorate *l, const struct id16 *subject);
/* Leaf: member (16) ‖ thumbprint (32) ‖ weight (u32, big endian). */
void elector_leaf(const struct elector *one, struct digest *out);
/* Root over the sorted electorate. */
bool electorate_root(const struct electorate *l, struct digest *out, struct err *e);
/* The tree over the sorted electorate, for paths: merkle_tree_inclusion at an elector's index, of l->n. Free it with merkle_tree_free.
 * "no_memory" */
bool electorate_tree(const struct electorate *l, struct merkle_tree *out, struct err *e);
bool elector_verify(const struct elector *one, uint64_t i, uint64_t n, const struct digest *path, size_t len, const struct digest *root);

#endif
