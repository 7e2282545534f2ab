/* SPDX-License-Identifier: ISC */
#include "voting/electorate.h"

#include <stdlib.h>
#include <string.h>

bool electorate_add(struct electorate *l, const struct elector *one, struct err *e)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 16 : 2 * l->cap;
		struct elector *grown = reallocarray(l->e, cap, sizeof(*grown));

		if (grown == NULL)
			return err_memory(e);
		l->e = grown;
		l->cap = cap;
	}
	l->e[l->n++] = *one;
	return true;
}

static int elector_order(const void *a, const void *b)
{
	const struct elector *x = a, *y = b;

	return id16_compare(&x->member, &y->member);
}

void electorate_sort(struct electorate *l)
{
	if (l->n > 1)
		qsort(l->e, l->n, sizeof(*l->e), elector_order);
}

void electorate_free(struct electorate *l)
{
	if (l == NULL)
		return;
	free(l->e);
	memset(l, 0, sizeof(*l));
}

int64_t electorate_find(const struct electorate *l, const struct id16 *member)
{
	const struct elector key = { .member = *member }, *found = NULL;

	if (l->n > 0)
		found = bsearch(&key, l->e, l->n, sizeof(*l->e), elector_order);
	return found == NULL ? -1 : found - l->e;
}

uint32_t electorate_without(const struct electorate *l, const struct id16 *subject)
{
	uint32_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->e[i].weight == 0 && !l->e[i].held && (subject == NULL || id16_compare(&l->e[i].member, subject) != 0);
	return n;
}

void elector_leaf(const struct elector *one, struct digest *out)
{
	uint8_t data[ELECTOR_BYTES];

	memcpy(data, one->member.b, sizeof(one->member.b));
	memcpy(data + 16, one->key.b, sizeof(one->key.b));
	for (size_t i = 0; i < 4; i++)
		data[48 + i] = (uint8_t)(one->weight >> (24 - 8 * i));
	merkle_leaf(slice_of(data, sizeof(data)), out);
}

/* Leaf hashes, to be freed; NULL with e set. */
static struct digest *leaves_of(const struct electorate *l, struct err *e)
{
	struct digest *leaves = calloc(l->n + 1, sizeof(*leaves));

	if (leaves == NULL)
		err_memory(e);
	for (size_t i = 0; leaves != NULL && i < l->n; i++)
		elector_leaf(&l->e[i], &leaves[i]);
	return leaves;
}

bool electorate_root(const struct electorate *l, struct digest *out, struct err *e)
{
	struct digest *leaves = leaves_of(l, e);

	if (leaves == NULL)
		return false;
	merkle_root(leaves, l->n, out);
	free(leaves);
	return true;
}

bool electorate_tree(const struct electorate *l, struct merkle_tree *out, struct err *e)
{
	struct merkle_tree t = { 0 };
	struct digest leaf;

	for (size_t i = 0; i < l->n; i++) {
		elector_leaf(&l->e[i], &leaf);
		if (!merkle_tree_append(&t, &leaf, e)) {
			merkle_tree_free(&t);
			return false;
		}
	}
	*out = t;
	return true;
}

bool elector_verify(const struct elector *one, uint64_t i, uint64_t n, const struct digest *path, size_t len, const struct digest *root)
{
	struct digest leaf;

	elector_leaf(one, &leaf);
	return merkle_inclusion_verify(&leaf, i, n, path, len, root);
}
