/* SPDX-License-Identifier: ISC
 * The growing tree against RFC 9162's definitions over arrays of leaves, for every size up to N. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/digest.h"
#include "base/merkle_tree.h"

enum { N = 200 };

struct grown {
	struct digest leaves[N];
	struct merkle_tree tree;
};

static void leaf_of(uint32_t i, struct digest *out)
{
	uint8_t data[4] = { 'l', (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

	merkle_leaf(slice_of(data, 4), out);
}

static int grow(void **state)
{
	static struct grown g;

	for (uint32_t i = 0; i < N; i++) {
		leaf_of(i, &g.leaves[i]);
		if (!merkle_tree_append(&g.tree, &g.leaves[i], NULL))
			return -1;
	}
	*state = &g;
	return 0;
}

static int fell(void **state)
{
	struct grown *g = *state;

	merkle_tree_free(&g->tree);
	return 0;
}

static void roots_are_those_of_the_leaves(void **state)
{
	const struct grown *g = *state;
	struct digest want, got;

	for (uint64_t n = 0; n <= N; n++) {
		merkle_root(g->leaves, n, &want);
		merkle_tree_root(&g->tree, n, &got);
		assert_memory_equal(&got, &want, sizeof(got));
	}
}

static void paths_are_those_of_the_leaves(void **state)
{
	const struct grown *g = *state;
	struct digest want[MERKLE_PATH_MAX], got[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t i = 0; i < n; i++) {
			size_t len = merkle_inclusion(g->leaves, n, i, want);

			assert_int_equal(merkle_tree_inclusion(&g->tree, i, n, got), len);
			assert_memory_equal(got, want, len * sizeof(got[0]));
		}
}

/* SUBPROOF of RFC 9162 section 2.1.4.1, word for word. */
static size_t plain_subproof(const struct digest *leaves, uint64_t m, uint64_t n, bool known, struct digest *path)
{
	uint64_t k = 1;
	size_t len;

	if (m == n && known)
		return 0;
	if (m == n) {
		merkle_root(leaves, n, path);
		return 1;
	}
	while (2 * k < n)
		k *= 2;
	if (m <= k) {
		len = plain_subproof(leaves, m, k, known, path);
		merkle_root(leaves + k, n - k, &path[len]);
	} else {
		len = plain_subproof(leaves + k, m - k, n - k, false, path);
		merkle_root(leaves, k, &path[len]);
	}
	return len + 1;
}

static void consistency_is_that_of_the_leaves(void **state)
{
	const struct grown *g = *state;
	struct digest want[MERKLE_PATH_MAX], got[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t m = 1; m <= n; m++) {
			size_t len = plain_subproof(g->leaves, m, n, true, want);

			assert_int_equal(merkle_tree_consistency(&g->tree, m, n, got), len);
			assert_memory_equal(got, want, len * sizeof(got[0]));
		}
}

static void no_proof_of_nothing_or_backwards(void **state)
{
	const struct grown *g = *state;
	struct digest path[MERKLE_PATH_MAX];

	assert_int_equal(merkle_tree_inclusion(&g->tree, 5, 5, path), 0);
	assert_int_equal(merkle_tree_inclusion(&g->tree, 0, 0, path), 0);
	assert_int_equal(merkle_tree_consistency(&g->tree, 0, 5, path), 0);
	assert_int_equal(merkle_tree_consistency(&g->tree, 6, 5, path), 0);
}

/* Many blocks, and what they take: 64 bytes a leaf, and no more than the last block beside. */
static void large_trees_hold_and_stay_small(void **state)
{
	enum { LARGE = 70001, BLOCK = 8192 };
	struct merkle_tree t = { 0 };
	struct merkle_frontier f = { 0 };
	struct digest path[MERKLE_PATH_MAX], leaf, old, root;
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < LARGE; i++) {
		leaf_of(i, &leaf);
		merkle_append(&f, &leaf);
		assert_true(merkle_tree_append(&t, &leaf, NULL));
	}
	assert_true(t.blocks_n * BLOCK <= LARGE * 64 + BLOCK);
	merkle_frontier_root(&f, &root);
	merkle_tree_root(&t, LARGE, &old);
	assert_memory_equal(&root, &old, sizeof(root));
	for (uint32_t i = 0; i < LARGE; i += 997) {
		leaf_of(i, &leaf);
		n = merkle_tree_inclusion(&t, i, LARGE, path);
		assert_true(merkle_inclusion_verify(&leaf, i, LARGE, path, n, &root));
		merkle_tree_root(&t, i + 1, &old);
		n = merkle_tree_consistency(&t, i + 1, LARGE, path);
		assert_true(merkle_consistency_verify(i + 1, LARGE, path, n, &old, &root));
	}
	merkle_tree_free(&t);
	assert_int_equal(t.size, 0);
	leaf_of(7, &leaf);
	assert_true(merkle_tree_append(&t, &leaf, NULL));
	merkle_tree_root(&t, 1, &root);
	assert_memory_equal(&root, &leaf, sizeof(root));
	merkle_tree_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_leaves),
		cmocka_unit_test(paths_are_those_of_the_leaves),
		cmocka_unit_test(consistency_is_that_of_the_leaves),
		cmocka_unit_test(no_proof_of_nothing_or_backwards),
		cmocka_unit_test(large_trees_hold_and_stay_small),
	};

	return cmocka_run_group_tests_name("merkle_tree", tests, grow, fell);
}
