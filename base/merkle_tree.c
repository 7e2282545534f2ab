/* SPDX-License-Identifier: ISC */
#include "base/merkle_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { BLOCK = 256 };

/* How many whole subtrees n leaves have, single leaves counted. */
static uint64_t nodes_of(uint64_t n)
{
	return 2 * n - (uint64_t)__builtin_popcountll(n);
}

/* Nodes lie in the order in which they came to be: behind a leaf, the subtrees that it made whole, the smallest first. */
static struct digest *at(const struct merkle_tree *t, uint64_t place)
{
	return &t->blocks[place / BLOCK][place % BLOCK];
}

/* The root of the whole subtree of 2^level leaves from leaf `from` on. */
static const struct digest *whole(const struct merkle_tree *t, uint64_t from, unsigned level)
{
	uint64_t last = from + (UINT64_C(1) << level) - 1;

	return at(t, nodes_of(last) + level);
}

static bool add_block(struct merkle_tree *t)
{
	size_t cap = t->blocks_cap == 0 ? 4 : t->blocks_cap * 2;
	struct digest **more = t->blocks, *block;

	if (t->blocks_n == t->blocks_cap) {
		more = realloc(t->blocks, cap * sizeof(struct digest *));
		if (more == NULL)
			return false;
		t->blocks = more;
		t->blocks_cap = cap;
	}
	block = malloc(BLOCK * sizeof(*block));
	if (block == NULL)
		return false;
	t->blocks[t->blocks_n++] = block;
	return true;
}

bool merkle_tree_append(struct merkle_tree *t, const struct digest *leaf, struct err *e)
{
	uint64_t place = nodes_of(t->size), end = nodes_of(t->size + 1);

	while (t->blocks_n * BLOCK < end)
		if (!add_block(t))
			return err_memory(e);
	*at(t, place) = *leaf;
	for (unsigned level = 0; place + level + 1 < end; level++)
		merkle_node(whole(t, t->size + 1 - (UINT64_C(2) << level), level), at(t, place + level), at(t, place + level + 1));
	t->size++;
	return true;
}

void merkle_tree_free(struct merkle_tree *t)
{
	for (size_t i = 0; i < t->blocks_n; i++)
		free(t->blocks[i]);
	free(t->blocks);
	memset(t, 0, sizeof(*t));
}

/* k of RFC 9162 2.1.1 as a power of two: the largest below n, for n > 1. */
static unsigned split(uint64_t n)
{
	return 63 - (unsigned)__builtin_clzll(n - 1);
}

/* MTH of n > 0 leaves from leaf `from` on, which is a place where a tree of that size is split off. */
static void root_of(const struct merkle_tree *t, uint64_t from, uint64_t n, struct digest *out)
{
	struct digest right;
	unsigned level;

	if ((n & (n - 1)) == 0) {
		*out = *whole(t, from, (unsigned)__builtin_ctzll(n));
		return;
	}
	level = split(n);
	root_of(t, from + (UINT64_C(1) << level), n - (UINT64_C(1) << level), &right);
	merkle_node(whole(t, from, level), &right, out);
}

void merkle_tree_root(const struct merkle_tree *t, uint64_t n, struct digest *out)
{
	if (n == 0)
		digest_sha256(slice_of(NULL, 0), out);
	else
		root_of(t, 0, n, out);
}

/* PATH of RFC 9162 2.1.3.1 goes down from the root and lists from the leaf up: the path is filled from its end. */
size_t merkle_tree_inclusion(const struct merkle_tree *t, uint64_t i, uint64_t n, struct digest path[static MERKLE_PATH_MAX])
{
	struct digest down[MERKLE_PATH_MAX];
	uint64_t from = 0;
	size_t len = 0;

	if (i >= n)
		return 0;
	while (n > 1) {
		uint64_t k = UINT64_C(1) << split(n);

		if (i - from < k) {
			root_of(t, from + k, n - k, &down[len++]);
			n = k;
		} else {
			root_of(t, from, k, &down[len++]);
			from += k;
			n -= k;
		}
	}
	for (size_t p = 0; p < len; p++)
		path[p] = down[len - 1 - p];
	return len;
}

/* The nodes for what is left of the set from leaf `from` on: as merkle_set_verify takes them. */
static void add_nodes(const struct merkle_tree *t, const uint64_t **set, const uint64_t *end, uint64_t from, uint64_t n, struct buf *nodes)
{
	struct digest beside;
	uint64_t k;

	if (*set == end || **set - from >= n) {
		root_of(t, from, n, &beside);
		buf_add(nodes, beside.b, sizeof(beside.b));
		return;
	}
	if (n == 1) {
		(*set)++;
		return;
	}
	k = UINT64_C(1) << split(n);
	add_nodes(t, set, end, from, k, nodes);
	add_nodes(t, set, end, from + k, n - k, nodes);
}

bool merkle_tree_set(const struct merkle_tree *t, const uint64_t *set, size_t k, uint64_t n, struct buf *nodes, struct err *e)
{
	const uint64_t *next = set;
	size_t before = nodes->n;

	if (k == 0 || set[k - 1] >= n)
		return err_set(e, "out_of_range", "a proof needs a leaf, and every leaf in the tree");
	for (size_t i = 1; i < k; i++)
		if (set[i] <= set[i - 1])
			return err_set(e, "out_of_range", "the leaves of one proof ascend");
	add_nodes(t, &next, set + k, 0, n, nodes);
	if (!nodes->failed)
		return true;
	nodes->n = before;
	return err_memory(e);
}

/* SUBPROOF of RFC 9162 2.1.4.1, likewise. A tree that is not split off to the right is the old one, which the verifier knows. */
size_t merkle_tree_consistency(const struct merkle_tree *t, uint64_t m, uint64_t n, struct digest path[static MERKLE_PATH_MAX])
{
	struct digest down[MERKLE_PATH_MAX];
	uint64_t from = 0;
	size_t len = 0;

	if (m == 0 || m > n)
		return 0;
	while (m != n) {
		uint64_t k = UINT64_C(1) << split(n);

		if (m <= k) {
			root_of(t, from + k, n - k, &down[len++]);
			n = k;
		} else {
			root_of(t, from, k, &down[len++]);
			from += k;
			m -= k;
			n -= k;
		}
	}
	if (from != 0)
		root_of(t, from, n, &down[len++]);
	for (size_t p = 0; p < len; p++)
		path[p] = down[len - 1 - p];
	return len;
}
