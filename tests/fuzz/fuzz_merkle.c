/* SPDX-License-Identifier: ISC
 * A proof for several leaves: of all that may stand there, the verifier takes what the prover gives and nothing else. The input is the
 * tree's size (8 bytes), how many leaves (1), the index of each (8 bytes), and nodes; leaves are made up from their indices. */
#include "base/merkle_tree.h"
#include "tests/fuzz/fuzz.h"

enum { TREE = 300, LEAVES = 255 };

static void leaf_of(uint64_t index, struct digest *out)
{
	uint8_t data[2] = { (uint8_t)(index >> 8), (uint8_t)index };

	merkle_leaf(slice_of(data, 2), out);
}

static const struct merkle_tree *grown(void)
{
	static struct merkle_tree t;
	struct digest leaf;

	while (t.size < TREE) {
		leaf_of(t.size, &leaf);
		CHECK(merkle_tree_append(&t, &leaf, NULL));
	}
	return &t;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct merkle_item items[LEAVES];
	struct digest root = { 0 }, nodes[512];
	uint64_t size, set[LEAVES];
	struct buf want = { 0 };
	bool holds, proved;
	size_t k, left;

	if (n < 9 || n < 9 + 8 * (size_t)p[8])
		return 0;
	size = bytes_u64(p);
	k = p[8];
	for (size_t i = 0; i < k; i++) {
		set[i] = items[i].index = bytes_u64(p + 9 + 8 * i);
		leaf_of(set[i], &items[i].leaf);
	}
	left = (n - 9 - 8 * k) / sizeof(root);
	left = left > 512 ? 512 : left;
	memcpy(nodes, p + 9 + 8 * k, left * sizeof(root));
	if (size <= TREE)
		merkle_tree_root(grown(), size, &root);
	holds = merkle_set_verify(items, k, size, nodes, left, &root);
	if (size > TREE) {
		CHECK(!holds);
		return 0;
	}
	proved = merkle_tree_set(grown(), set, k, size, &want, NULL);
	CHECK(holds == (proved && slice_equal(buf_slice(&want), slice_of(nodes, left * sizeof(root)))));
	buf_free(&want);
	return 0;
}
