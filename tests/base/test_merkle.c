/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/merkle_tree.h"

enum { N = 70, FEWER = 40 /* where a test takes each of three numbers */ };

struct forest {
	struct digest leaves[N];
	struct digest roots[N + 1]; /* of the first i leaves */
	struct merkle_tree tree;
};

/* The definition, RFC 9162 section 2.1.1, word for word: what the code under test is held against. */
static void plain_root(const struct digest *leaves, uint64_t n, struct digest *out)
{
	struct digest l, r;
	uint64_t k = 1;

	if (n == 1) {
		*out = leaves[0];
		return;
	}
	while (2 * k < n)
		k *= 2;
	plain_root(leaves, k, &l);
	plain_root(leaves + k, n - k, &r);
	merkle_node(&l, &r, out);
}

static int grow(void **state)
{
	static struct forest f;

	for (uint32_t i = 0; i < N; i++) {
		uint8_t data[2] = { 'l', (uint8_t)i };

		merkle_leaf(slice_of(data, 2), &f.leaves[i]);
		if (!merkle_tree_append(&f.tree, &f.leaves[i], NULL))
			return -1;
	}
	for (uint64_t n = 0; n <= N; n++)
		merkle_root(f.leaves, n, &f.roots[n]);
	*state = &f;
	return 0;
}

static int fell(void **state)
{
	struct forest *f = *state;

	merkle_tree_free(&f->tree);
	return 0;
}

static void assert_digest(const struct digest *d, const char *want)
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	assert_string_equal(text + 7, want);
}

/* Certificate Transparency's usual eight leaves (RFC 9162 section 2.1 hashing). */
static const char *const ct_leaves[8] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
	"606162636465666768696a6b6c6d6e6f" };
static const char *const ct_roots[8] = {
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void known_roots(void **state)
{
	struct merkle_frontier f = { 0 };
	struct digest leaves[8], root;

	(void)state;
	merkle_root(NULL, 0, &root);
	assert_digest(&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < 8; i++) {
		uint8_t data[16];
		size_t n = strlen(ct_leaves[i]) / 2;

		assert_true(hex_decode(ct_leaves[i], 2 * n, data, n));
		merkle_leaf(slice_of(data, n), &leaves[i]);
		merkle_append(&f, &leaves[i]);
		merkle_root(leaves, i + 1, &root);
		assert_digest(&root, ct_roots[i]);
		merkle_frontier_root(&f, &root);
		assert_digest(&root, ct_roots[i]);
	}
}

static void roots_follow_the_definition(void **state)
{
	const struct forest *t = *state;
	struct merkle_frontier f = { 0 };
	struct digest want, root;

	for (uint64_t n = 1; n <= N; n++) {
		plain_root(t->leaves, n, &want);
		assert_memory_equal(&t->roots[n], &want, sizeof(want));
		merkle_append(&f, &t->leaves[n - 1]);
		assert_int_equal(f.size, n);
		merkle_frontier_root(&f, &root);
		assert_memory_equal(&root, &want, sizeof(want));
	}
}

/* A leaf's data cannot be taken for two nodes, nor the other way round. */
static void leaves_are_no_nodes(void **state)
{
	const struct forest *t = *state;
	struct digest node, leaf;
	uint8_t data[64];

	memcpy(data, t->leaves, 64);
	merkle_node(&t->leaves[0], &t->leaves[1], &node);
	merkle_leaf(slice_of(data, 64), &leaf);
	assert_memory_not_equal(&node, &leaf, sizeof(node));
	merkle_node(&t->leaves[1], &t->leaves[0], &leaf);
	assert_memory_not_equal(&node, &leaf, sizeof(node));
}

static size_t depth(uint64_t n)
{
	size_t d = 0;

	for (uint64_t k = 1; k < n; k *= 2)
		d++;
	return d;
}

static void every_leaf_is_included(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t i = 0; i < n; i++) {
			size_t len = merkle_inclusion(t->leaves, n, i, path);

			assert_true(len <= depth(n));
			assert_true(merkle_inclusion_verify(&t->leaves[i], i, n, path, len, &t->roots[n]));
		}
}

/* The same path for another leaf, another place, another tree. */
static void inclusion_elsewhere_fails(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= FEWER; n++)
		for (uint64_t i = 0; i < n; i++) {
			size_t len = merkle_inclusion(t->leaves, n, i, path);

			for (uint64_t j = 0; j < FEWER; j++) {
				if (j != i)
					assert_false(merkle_inclusion_verify(&t->leaves[j], i, n, path, len, &t->roots[n]));
				if (j != i)
					assert_false(merkle_inclusion_verify(&t->leaves[i], j, n, path, len, &t->roots[n]));
				if (j + 1 != n)
					assert_false(merkle_inclusion_verify(&t->leaves[i], i, n, path, len, &t->roots[j + 1]));
			}
			assert_false(merkle_inclusion_verify(&t->leaves[i], UINT64_MAX, n, path, len, &t->roots[n]));
			assert_false(merkle_inclusion_verify(&t->leaves[i], i, 0, path, len, &t->roots[n]));
		}
}

/* One bit changed, one node too few, one too many. */
static void inclusion_altered_fails(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t i = 0; i < n; i++) {
			size_t len = merkle_inclusion(t->leaves, n, i, path);

			for (size_t p = 0; p < len; p++) {
				path[p].b[(n + p) % 32] ^= 0x40;
				assert_false(merkle_inclusion_verify(&t->leaves[i], i, n, path, len, &t->roots[n]));
				path[p].b[(n + p) % 32] ^= 0x40;
			}
			if (len > 0)
				assert_false(merkle_inclusion_verify(&t->leaves[i], i, n, path, len - 1, &t->roots[n]));
			path[len] = t->leaves[0];
			assert_false(merkle_inclusion_verify(&t->leaves[i], i, n, path, len + 1, &t->roots[n]));
		}
}

static void every_tree_grows_from_every_smaller(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t m = 1; m <= n; m++) {
			size_t len = merkle_tree_consistency(&t->tree, m, n, path);

			assert_true(len <= depth(n) + 1);
			assert_int_equal(len == 0, m == n);
			assert_true(merkle_consistency_verify(m, n, path, len, &t->roots[m], &t->roots[n]));
		}
}

static void consistency_elsewhere_fails(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= FEWER; n++)
		for (uint64_t m = 1; m <= n; m++) {
			size_t len = merkle_tree_consistency(&t->tree, m, n, path);

			for (uint64_t j = 1; j <= FEWER; j++) {
				if (j != m)
					assert_false(merkle_consistency_verify(m, n, path, len, &t->roots[j], &t->roots[n]));
				if (j != n)
					assert_false(merkle_consistency_verify(m, n, path, len, &t->roots[m], &t->roots[j]));
			}
			assert_false(merkle_consistency_verify(0, n, path, len, &t->roots[0], &t->roots[n]));
			assert_false(merkle_consistency_verify(n + 1, n, path, len, &t->roots[m], &t->roots[n]));
		}
}

static void consistency_altered_fails(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX];

	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t m = 1; m <= n; m++) {
			size_t len = merkle_tree_consistency(&t->tree, m, n, path);

			for (size_t p = 0; p < len; p++) {
				path[p].b[(n + p) % 32] ^= 0x01;
				assert_false(merkle_consistency_verify(m, n, path, len, &t->roots[m], &t->roots[n]));
				path[p].b[(n + p) % 32] ^= 0x01;
			}
			if (len > 0)
				assert_false(merkle_consistency_verify(m, n, path, len - 1, &t->roots[m], &t->roots[n]));
			path[len] = t->leaves[0];
			assert_false(merkle_consistency_verify(m, n, path, len + 1, &t->roots[m], &t->roots[n]));
		}
}

/* A log that rewrote one old leaf cannot show that it grew from what it was. */
static void rewritten_history_is_seen(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX], root, leaf;

	for (uint64_t m = 1; m < N; m++) {
		struct merkle_tree other = { 0 };

		for (uint64_t i = 0; i < N; i++) {
			leaf = t->leaves[i];
			leaf.b[0] ^= i == m - 1;
			assert_true(merkle_tree_append(&other, &leaf, NULL));
		}
		for (uint64_t n = m + 1; n <= N; n++) {
			size_t len = merkle_tree_consistency(&other, m, n, path);

			merkle_tree_root(&other, n, &root);
			assert_false(merkle_consistency_verify(m, n, path, len, &t->roots[m], &root));
		}
		merkle_tree_free(&other);
	}
}

/* Sizes up to the last bit: nothing overflows, and nothing verifies. */
static void huge_sizes(void **state)
{
	const struct forest *t = *state;
	struct digest path[MERKLE_PATH_MAX] = { 0 };

	for (size_t len = 0; len <= MERKLE_PATH_MAX; len++) {
		assert_false(merkle_inclusion_verify(&t->leaves[0], UINT64_MAX - 1, UINT64_MAX, path, len, &t->roots[1]));
		assert_false(merkle_inclusion_verify(&t->leaves[0], 0, UINT64_MAX, path, len, &t->roots[1]));
		assert_false(merkle_consistency_verify(UINT64_MAX - 1, UINT64_MAX, path, len, &t->roots[1], &t->roots[2]));
		assert_false(merkle_consistency_verify(UINT64_C(1) << 63, UINT64_MAX, path, len, &t->roots[1], &t->roots[2]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_roots),
		cmocka_unit_test(roots_follow_the_definition),
		cmocka_unit_test(leaves_are_no_nodes),
		cmocka_unit_test(every_leaf_is_included),
		cmocka_unit_test(inclusion_elsewhere_fails),
		cmocka_unit_test(inclusion_altered_fails),
		cmocka_unit_test(every_tree_grows_from_every_smaller),
		cmocka_unit_test(consistency_elsewhere_fails),
		cmocka_unit_test(consistency_altered_fails),
		cmocka_unit_test(rewritten_history_is_seen),
		cmocka_unit_test(huge_sizes),
	};

	return cmocka_run_group_tests_name("merkle", tests, grow, fell);
}
