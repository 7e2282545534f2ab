/* SPDX-License-Identifier: ISC
 * What a ledger shows: sizes and roots, charters in force, electorates of then and of now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/ledger_state.h"
#include "tests/lib/following.h"

static void test_an_empty_ledger(void **state)
{
	struct digest genesis = digest_fill(7), root, empty;
	struct ledger *l = ledger_new(&genesis, NULL);
	struct electorate el;

	(void)state;
	assert_non_null(l);
	assert_memory_equal(ledger_genesis(l), &genesis, sizeof(genesis));
	assert_int_equal(ledger_size(l), 0);
	assert_int_equal(ledger_time(l), 0);
	merkle_root(NULL, 0, &empty);
	assert_true(ledger_root(l, 0, &root));
	assert_memory_equal(&root, &empty, sizeof(root));
	assert_false(ledger_root(l, 1, &root));
	assert_null(ledger_leaf(l, 0));
	assert_null(ledger_charter(l, 1, INT64_MAX));
	assert_null(ledger_newest(l));
	assert_null(ledger_charter_by(l, &genesis));
	assert_true(ledger_electorate(l, 0, 0, &el, NULL));
	assert_int_equal(el.n, 0);
	electorate_free(&el);
	ledger_free(l);
}

static void test_sizes_roots_and_leaves(void **state)
{
	struct digest root;

	(void)state;
	begin(NULL);
	assert_int_equal(ledger_size(f->l), w->log_n);
	assert_int_equal(ledger_time(f->l), last()->time);
	for (size_t i = 0; i < w->log_n; i++)
		assert_memory_equal(ledger_leaf(f->l, i), &w->log[i].leaf, sizeof(root));
	assert_null(ledger_leaf(f->l, w->log_n));
	assert_null(ledger_leaf(f->l, UINT64_MAX));
	assert_false(ledger_root(f->l, w->log_n + 1, &root));
	assert_false(ledger_root(f->l, UINT64_MAX, &root));
}

/* The first charter is in force behind its entry, whatever the time; a later one also from its own time on. */
static void test_charters_in_force(void **state)
{
	const struct charter *first, *second;
	struct digest unknown = digest_fill(9);
	uint64_t at;

	(void)state;
	begin(NULL);
	first = ledger_newest(f->l);
	assert_int_equal(first->version, 1);
	assert_null(ledger_charter(f->l, 0, INT64_MAX));
	assert_ptr_equal(ledger_charter(f->l, 1, INT64_MIN), first);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	follower_accepts(f);
	at = w->log_n - 1;
	second = ledger_newest(f->l);
	assert_int_equal(second->version, 2);
	assert_ptr_equal(ledger_charter(f->l, at, INT64_MAX), first);
	assert_ptr_equal(ledger_charter(f->l, at + 1, second->effective - 1), first);
	assert_ptr_equal(ledger_charter(f->l, at + 1, second->effective), second);
	assert_ptr_equal(ledger_charter_by(f->l, &first->object.digest), first);
	assert_ptr_equal(ledger_charter_by(f->l, &second->object.digest), second);
	assert_null(ledger_charter_by(f->l, &unknown));
}

static struct electorate electors(uint64_t index)
{
	struct electorate el;
	struct digest root, quick;
	size_t n, without, voteless = 0;

	assert_true(ledger_electorate(f->l, index, w->now, &el, NULL));
	for (size_t i = 1; i < el.n; i++)
		assert_true(id16_compare(&el.e[i - 1].member, &el.e[i].member) < 0);
	/* the short way to its root, which the checks of proposals take */
	assert_true(electorate_root(&el, &root, NULL));
	ledger_electorate_root(f->l, index, w->now, &n, &without, &quick);
	assert_int_equal(n, el.n);
	for (size_t i = 0; i < el.n; i++)
		voteless += el.e[i].weight == 0 ? 1 : 0;
	assert_int_equal(without, voteless);
	assert_memory_equal(&root, &quick, sizeof(root));
	return el;
}

static void is_elector(uint64_t index, size_t i, const struct digest *key)
{
	struct electorate el = electors(index);
	int64_t at = electorate_find(&el, &w->members[i].member);

	assert_int_equal(at >= 0, key != NULL);
	if (key != NULL)
		assert_memory_equal(&el.e[at].key, key, sizeof(*key));
	electorate_free(&el);
}

/* One who left is an elector of every index up to its leaving, and of none after. */
static void test_electorates_of_then_and_now(void **state)
{
	const struct digest *key;
	uint64_t left;

	(void)state;
	begin(NULL);
	key = &w->members[0].thumb;
	electorate_is(CHARTERS_FOUNDERS);
	for (uint64_t i = 0; i < w->log_n; i++)
		if (w->log[i].entry.event == EVENT_JOINED && id16_compare(&w->log[i].entry.member, &w->members[0].member) == 0) {
			is_elector(i, 0, NULL);
			is_elector(i + 1, 0, key);
		}
	world_leave(w, 0);
	follower_accepts(f);
	left = w->log_n - 1;
	is_elector(left, 0, key);
	is_elector(left + 1, 0, NULL);
	is_elector(left + 1, 1, &w->members[1].thumb);
	electorate_is(CHARTERS_FOUNDERS - 1);
}

/* A new key is the elector's from the entry behind it on. */
static void test_keys_of_then_and_now(void **state)
{
	struct digest old;
	uint32_t m;

	(void)state;
	begin(NULL);
	old = w->members[1].thumb;
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	follower_accepts(f);
	assert_int_equal(w->log[w->log_n - 2].entry.event, EVENT_REKEYED);
	is_elector(w->log_n - 2, 1, &old);
	is_elector(w->log_n - 1, 1, &w->members[1].thumb);
	m = ledger_member_find(f->l, &w->members[1].member);
	assert_true(m != NONE);
	assert_memory_equal(&ledger_member_key(f->l, m, 0)->thumb, &old, sizeof(old));
	assert_memory_equal(&ledger_member_key(f->l, m, w->log_n)->thumb, &w->members[1].thumb, sizeof(old));
}

static void test_members(void **state)
{
	struct id16 nobody = id16_fill(9);
	uint32_t m;

	(void)state;
	begin(NULL);
	assert_int_equal(ledger_member_find(f->l, &nobody), NONE);
	assert_false(ledger_member_active(f->l, NONE));
	m = ledger_member_find(f->l, &w->members[2].member);
	assert_true(ledger_member_active(f->l, m));
	world_leave(w, 2);
	follower_accepts(f);
	assert_int_equal(ledger_member_find(f->l, &w->members[2].member), m);
	assert_false(ledger_member_active(f->l, m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_ledger),
		TEST(sizes_roots_and_leaves),
		TEST(charters_in_force),
		TEST(electorates_of_then_and_now),
		TEST(keys_of_then_and_now),
		TEST(members),
	};

	return cmocka_run_group_tests_name("ledger_view", tests, NULL, NULL);
}
