/* SPDX-License-Identifier: ISC
 * One proof for several leaves, against its definition over arrays of leaves: all sets of small trees, random ones of larger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/digest.h"
#include "base/merkle_tree.h"

enum { N = 300, ALL = 8, NODES = N + 64 };

struct grown {
	struct digest leaves[N], roots[N + 1];
	struct merkle_tree tree;
};
/* A set with its proof. */
struct proof {
	struct merkle_item set[N + 1];
	struct digest nodes[NODES];
	uint64_t n;
	size_t set_n, nodes_n;
};

static int grow(void **state)
{
	static struct grown g;
	uint8_t data[2];

	for (size_t i = 0; i < N; i++) {
		data[0] = (uint8_t)(i >> 8);
		data[1] = (uint8_t)i;
		merkle_leaf(slice_of(data, 2), &g.leaves[i]);
		if (!merkle_tree_append(&g.tree, &g.leaves[i], NULL))
			return -1;
	}
	for (size_t n = 0; n <= N; n++)
		merkle_root(g.leaves, n, &g.roots[n]);
	*state = &g;
	return 0;
}

static int fell(void **state)
{
	struct grown *g = *state;

	merkle_tree_free(&g->tree);
	return 0;
}

/* docs/objects/record.md, word for word. */
static void plain(const struct grown *g, struct proof *p, size_t *next, uint64_t start, uint64_t n)
{
	uint64_t k = 1;

	if (*next == p->set_n || p->set[*next].index >= start + n) {
		merkle_root(&g->leaves[start], n, &p->nodes[p->nodes_n++]);
		return;
	}
	if (n == 1) {
		(*next)++;
		return;
	}
	while (2 * k < n)
		k *= 2;
	plain(g, p, next, start, k);
	plain(g, p, next, start + k, n - k);
}

/* Of the leaves whose bit is set. */
static struct proof prove(const struct grown *g, const uint8_t *bits, uint64_t n)
{
	struct proof p = { .n = n };
	struct buf nodes = { 0 };
	uint64_t set[N];
	size_t next = 0;

	for (uint64_t i = 0; i < n; i++)
		if ((bits[i / 8] >> i % 8 & 1) != 0) {
			set[p.set_n] = i;
			p.set[p.set_n++] = (struct merkle_item){ i, g->leaves[i] };
		}
	plain(g, &p, &next, 0, n);
	assert_true(merkle_tree_set(&g->tree, set, p.set_n, n, &nodes, NULL));
	assert_int_equal(nodes.n, p.nodes_n * sizeof(p.nodes[0]));
	assert_true(nodes.n == 0 || memcmp(nodes.p, p.nodes, nodes.n) == 0);
	buf_free(&nodes);
	return p;
}

static bool holds(const struct grown *g, const struct proof *p)
{
	return p->n <= N && merkle_set_verify(p->set, p->set_n, p->n, p->nodes, p->nodes_n, &g->roots[p->n]);
}

/* ---- one thing altered */

static void remove_node(struct proof *p, size_t i)
{
	memmove(&p->nodes[i], &p->nodes[i + 1], (p->nodes_n - i - 1) * sizeof(p->nodes[0]));
	p->nodes_n--;
}

static void insert_node(struct proof *p, size_t i, struct digest d)
{
	memmove(&p->nodes[i + 1], &p->nodes[i], (p->nodes_n - i) * sizeof(p->nodes[0]));
	p->nodes[i] = d;
	p->nodes_n++;
}

static void remove_item(struct proof *p, size_t i)
{
	memmove(&p->set[i], &p->set[i + 1], (p->set_n - i - 1) * sizeof(p->set[0]));
	p->set_n--;
}

static void insert_item(struct proof *p, size_t i, struct merkle_item one)
{
	memmove(&p->set[i + 1], &p->set[i], (p->set_n - i) * sizeof(p->set[0]));
	p->set[i] = one;
	p->set_n++;
}

static void node_altered(const struct grown *g, const struct proof *p, size_t i)
{
	struct proof q = *p;

	remove_node(&q, i);
	assert_false(holds(g, &q));
	q = *p;
	q.nodes[i].b[i % 32] ^= 0x10;
	assert_false(holds(g, &q));
	q = *p;
	insert_node(&q, i, p->nodes[i]);
	assert_false(holds(g, &q));
	if (i + 1 == p->nodes_n)
		return;
	q = *p;
	q.nodes[i] = p->nodes[i + 1];
	q.nodes[i + 1] = p->nodes[i];
	assert_false(holds(g, &q));
}

static void item_altered(const struct grown *g, const struct proof *p, size_t i)
{
	struct proof q = *p;

	remove_item(&q, i);
	assert_false(holds(g, &q));
	q = *p;
	q.set[i].leaf.b[i % 32] ^= 0x10;
	assert_false(holds(g, &q));
	q = *p;
	insert_item(&q, i, p->set[i]);
	assert_false(holds(g, &q));
	q = *p;
	q.set[i].index++;
	assert_false(holds(g, &q));
	q = *p;
	q.set[i].index--;
	assert_false(holds(g, &q));
	if (i + 1 == p->set_n)
		return;
	q = *p;
	q.set[i] = p->set[i + 1];
	q.set[i + 1] = p->set[i];
	assert_false(holds(g, &q));
}

/* A leaf that the tree has, and that the proof was not made for. */
static void item_added(const struct grown *g, const struct proof *p, uint64_t index)
{
	struct proof q = *p;
	size_t at = 0;

	while (at < q.set_n && q.set[at].index < index)
		at++;
	if (at < q.set_n && q.set[at].index == index)
		return;
	insert_item(&q, at, (struct merkle_item){ index, g->leaves[index < N ? index : 0] });
	assert_false(holds(g, &q));
}

/* All of the proof, for a tree of another size and its root. */
static void resized(const struct grown *g, const struct proof *p, uint64_t n)
{
	struct proof q = *p;

	q.n = n;
	assert_int_equal(holds(g, &q), n == p->n);
}

static void in_all_ways(const struct grown *g, const struct proof *p)
{
	struct proof q = *p;

	for (size_t i = 0; i < p->nodes_n; i++)
		node_altered(g, p, i);
	for (size_t i = 0; i < p->set_n; i++)
		item_altered(g, p, i);
	for (uint64_t i = 0; i <= p->n; i++)
		item_added(g, p, i);
	for (uint64_t n = 0; n <= p->n + 3; n++)
		resized(g, p, n);
	insert_node(&q, q.nodes_n, g->leaves[0]);
	assert_false(holds(g, &q));
}

static void every_set_of_a_small_tree(void **state)
{
	const struct grown *g = *state;

	for (uint64_t n = 1; n <= ALL; n++)
		for (unsigned set = 1; set < 1u << n; set++) {
			uint8_t bits = (uint8_t)set;
			struct proof p = prove(g, &bits, n);

			assert_true(holds(g, &p));
			in_all_ways(g, &p);
		}
}

/* Numbers that look random and are the same in every run (xorshift). */
static uint32_t next_number(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static void some_sets_of_larger_trees(void **state)
{
	const struct grown *g = *state;
	uint8_t bits[N / 8 + 1];
	uint32_t x = 2463534242;

	for (uint64_t n = ALL + 1; n < N - 3; n++)
		for (unsigned thin = 0; thin < 6; thin++) {
			struct proof p;

			for (size_t i = 0; i < sizeof(bits); i++) {
				bits[i] = (uint8_t)next_number(&x);
				for (unsigned t = 0; t < thin; t++)
					bits[i] &= (uint8_t)next_number(&x);
			}
			bits[next_number(&x) % n / 8] |= 1;
			p = prove(g, bits, n);
			assert_true(holds(g, &p));
			if (p.nodes_n > 0)
				node_altered(g, &p, next_number(&x) % p.nodes_n);
			item_altered(g, &p, next_number(&x) % p.set_n);
			item_added(g, &p, next_number(&x) % n);
			resized(g, &p, next_number(&x) % N);
		}
}

/* What records mostly have: one row, somewhere. Beside it there are no more nodes than its two ends have on their paths. */
static void a_row_needs_few_nodes(void **state)
{
	const struct grown *g = *state;
	uint8_t bits[N / 8 + 1];

	for (uint64_t from = 0; from < N; from += 7)
		for (uint64_t to = from + 1; to <= N; to += 5) {
			struct proof p;

			memset(bits, 0, sizeof(bits));
			for (uint64_t i = from; i < to; i++)
				bits[i / 8] |= (uint8_t)(1u << i % 8);
			p = prove(g, bits, N);
			assert_true(p.nodes_n <= 2 * 9);
			assert_true(holds(g, &p));
		}
}

static void nothing_is_proved_for_nothing(void **state)
{
	const struct grown *g = *state;
	const uint64_t sets[][2] = { { 1, 1 }, { 2, 1 }, { 0, 5 }, { 5, 0 } };
	struct buf nodes = { 0 };
	struct err e;

	assert_false(merkle_set_verify(NULL, 0, 5, &g->roots[5], 1, &g->roots[5]));
	assert_false(merkle_set_verify(NULL, 0, 0, NULL, 0, &g->roots[0]));
	for (size_t i = 0; i < 5; i++) {
		e = (struct err){ 0 };
		assert_false(merkle_tree_set(&g->tree, sets[i % 4], i < 4 ? 2 : 0, 5, &nodes, &e));
		assert_string_equal(e.name, "out_of_range");
	}
	assert_int_equal(nodes.n, 0);
}

/* Trees as large as a number can say: nothing overflows, and nothing goes deeper than the number has bits. */
static void huge_sizes(void **state)
{
	const struct grown *g = *state;
	struct merkle_item set[2] = { { 0, g->leaves[0] }, { UINT64_MAX - 1, g->leaves[1] } };
	struct digest nodes[130] = { 0 };

	for (size_t n = 0; n <= 130; n++) {
		assert_false(merkle_set_verify(set, 2, UINT64_MAX, nodes, n, &g->roots[1]));
		assert_false(merkle_set_verify(set, 1, UINT64_MAX, nodes, n, &g->roots[1]));
		assert_false(merkle_set_verify(set + 1, 1, UINT64_MAX, nodes, n, &g->roots[1]));
		set[1].index = UINT64_MAX;
		assert_false(merkle_set_verify(set, 2, UINT64_MAX, nodes, n, &g->roots[1]));
		set[1].index = UINT64_MAX - 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_of_a_small_tree),
		cmocka_unit_test(some_sets_of_larger_trees),
		cmocka_unit_test(a_row_needs_few_nodes),
		cmocka_unit_test(nothing_is_proved_for_nothing),
		cmocka_unit_test(huge_sizes),
	};

	return cmocka_run_group_tests_name("merkle_set", tests, grow, fell);
}
