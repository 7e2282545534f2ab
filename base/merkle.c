/* SPDX-License-Identifier: ISC */
#include "base/merkle.h"

#include <string.h>

#include "base/digest.h"

void merkle_leaf(struct slice data, struct digest *out)
{
	const struct slice parts[] = { slice_of("\x00", 1), data };

	digest_parts(parts, 2, out);
}

void merkle_node(const struct digest *l, const struct digest *r, struct digest *out)
{
	uint8_t in[1 + 2 * sizeof(l->b)] = { 0x01 };

	memcpy(in + 1, l->b, sizeof(l->b));
	memcpy(in + 1 + sizeof(l->b), r->b, sizeof(r->b));
	digest_sha256(slice_of(in, sizeof(in)), out);
}

void merkle_root(const struct digest *leaves, uint64_t n, struct digest *out)
{
	struct merkle_frontier f;

	f.size = 0;
	for (uint64_t i = 0; i < n; i++)
		merkle_append(&f, &leaves[i]);
	merkle_frontier_root(&f, out);
}

static unsigned peaks_of(const struct merkle_frontier *f)
{
	return (unsigned)__builtin_popcountll(f->size);
}

/* As adding one to a binary number: each one bit at its end is a subtree as large as the new one, and the two become one. */
void merkle_append(struct merkle_frontier *f, const struct digest *leaf)
{
	unsigned n = peaks_of(f);
	struct digest top = *leaf;

	for (uint64_t bits = f->size; (bits & 1) != 0; bits >>= 1)
		merkle_node(&f->peaks[--n], &top, &top);
	f->peaks[n] = top;
	f->size++;
}

void merkle_frontier_root(const struct merkle_frontier *f, struct digest *out)
{
	unsigned n = peaks_of(f);
	struct digest root;

	if (n == 0) {
		digest_sha256(slice_of(NULL, 0), out);
		return;
	}
	root = f->peaks[--n];
	while (n > 0)
		merkle_node(&f->peaks[--n], &root, &root);
	*out = root;
}

/* k of RFC 9162 2.1.1: the largest power of two below n, for n > 1. */
static uint64_t split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

size_t merkle_inclusion(const struct digest *leaves, uint64_t n, uint64_t i, struct digest path[static MERKLE_PATH_MAX])
{
	uint64_t k;
	size_t len;

	if (n <= 1)
		return 0;
	k = split(n);
	if (i < k) {
		len = merkle_inclusion(leaves, k, i, path);
		merkle_root(leaves + k, n - k, &path[len]);
		return len + 1;
	}
	len = merkle_inclusion(leaves + k, n - k, i - k, path);
	merkle_root(leaves, k, &path[len]);
	return len + 1;
}

/* The steps are those of RFC 9162, with its names: fn is the node's place in its row, sn that of the row's last. */
bool merkle_inclusion_verify(
	const struct digest *leaf, uint64_t i, uint64_t n, const struct digest *path, size_t len, const struct digest *root)
{
	uint64_t fn = i, sn = n - 1;
	struct digest r = *leaf;

	if (i >= n)
		return false;
	for (size_t p = 0; p < len; p++) {
		if (sn == 0)
			return false;
		if ((fn & 1) == 0 && fn != sn) {
			merkle_node(&r, &path[p], &r);
		} else {
			merkle_node(&path[p], &r, &r);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_compare(&r, root) == 0;
}

/* What is left of a set and of the nodes beside it. */
struct climb {
	const struct merkle_item *item, *items_end;
	const struct digest *node, *nodes_end;
};

/* MTH of n > 0 leaves from leaf `from` on. A subtree without a leaf of the set is one node; any other gets down to a leaf of it, so that
 * there are as many ends as nodes and leaves together, and one hash less than those. */
static bool climb(struct climb *c, uint64_t from, uint64_t n, struct digest *out)
{
	struct digest right;
	uint64_t k;

	if (c->item == c->items_end || c->item->index - from >= n) {
		if (c->node == c->nodes_end)
			return false;
		*out = *c->node++;
		return true;
	}
	if (n == 1) {
		*out = c->item++->leaf;
		return true;
	}
	k = split(n);
	if (!climb(c, from, k, out) || !climb(c, from + k, n - k, &right))
		return false;
	merkle_node(out, &right, out);
	return true;
}

bool merkle_set_verify(
	const struct merkle_item *set, size_t k, uint64_t n, const struct digest *nodes, size_t nodes_n, const struct digest *root)
{
	struct climb c = { set, set + k, nodes, nodes + nodes_n };
	struct digest r;

	if (k == 0 || set[k - 1].index >= n)
		return false;
	for (size_t i = 1; i < k; i++)
		if (set[i].index <= set[i - 1].index)
			return false;
	return climb(&c, 0, n, &r) && c.node == c.nodes_end && digest_compare(&r, root) == 0;
}

/* RFC 9162 2.1.4.2 from its step 2 on: fr grows to the old root, sr to the new one. */
static bool consistency_walk(uint64_t m, uint64_t n, const struct digest *path, size_t len, struct digest *fr, struct digest *sr)
{
	uint64_t fn = m - 1, sn = n - 1;

	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	for (size_t p = 0; p < len; p++) {
		if (sn == 0)
			return false;
		if ((fn & 1) == 0 && fn != sn) {
			merkle_node(sr, &path[p], sr);
		} else {
			merkle_node(&path[p], fr, fr);
			merkle_node(&path[p], sr, sr);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0;
}

bool merkle_consistency_verify(
	uint64_t m, uint64_t n, const struct digest *path, size_t len, const struct digest *old_root, const struct digest *new_root)
{
	struct digest fr = *old_root, sr = *old_root;
	size_t from = 0;

	if (m == 0 || m > n)
		return false;
	if (m == n)
		return len == 0 && digest_compare(old_root, new_root) == 0;
	if (len == 0)
		return false;
	/* A whole tree of m leaves is itself the first node of the path, and is not sent. */
	if ((m & (m - 1)) != 0) {
		fr = sr = path[0];
		from = 1;
	}
	return consistency_walk(m, n, path + from, len - from, &fr, &sr) && digest_compare(&fr, old_root) == 0 &&
		digest_compare(&sr, new_root) == 0;
}
