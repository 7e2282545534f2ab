/* SPDX-License-Identifier: ISC
 * Who is eligible and whom a seed draws, beside a second way to find it, which is slow and says what the documents say word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "voting/eligible.h"

enum { CANDIDATES = 6, MEMBERS = 5, MEASURES = 24, ROUNDS = 400 };

static struct requirement rule = { .type = REQ_INVITATION, .invitation = { .life = 60, .draw = 2, .observers = 2 } };

static struct charter *charter_of(uint32_t observers, int64_t uptime, int64_t activity)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	rule.invitation.observers = observers;
	c->admission = &rule;
	c->inviting.present = true;
	c->inviting.measures.uptime = uptime;
	c->inviting.measures.activity = activity;
	return c;
}

static struct digest digest_with(uint8_t first)
{
	return (struct digest){ .b = { first } };
}

static struct eligible_measure measure(uint8_t candidate, uint8_t member, uint64_t index, int64_t uptime)
{
	return (struct eligible_measure){
		.candidate = digest_with(candidate), .member = { .b = { member } }, .index = index, .uptime = uptime, .activity = 1
	};
}

static size_t kept(const struct charter *c, size_t candidates, struct eligible_measure *m, size_t n)
{
	struct digest list[CANDIDATES];

	for (size_t i = 0; i < candidates; i++)
		list[i] = digest_with((uint8_t)(i + 1));
	return eligible_keep(c, list, candidates, m, n);
}

static void enough_members_have_to_measure(void **state)
{
	struct eligible_measure m[] = { measure(1, 1, 1, 9), measure(1, 2, 2, 9), measure(2, 1, 3, 9), measure(2, 1, 4, 9) };
	struct charter *c = charter_of(2, 0, 0);

	(void)state;
	assert_int_equal(kept(c, 1, m, 1), 0);
	assert_int_equal(kept(c, 1, m, 2), 1);
	/* one member who measures twice is one */
	assert_int_equal(kept(c, 2, m, 4), 1);
	free(c);
	/* who asks for nothing takes whoever offers itself, and who asks for a measure wants to have seen it */
	c = charter_of(0, 0, 0);
	assert_int_equal(eligible_observers(c), 0);
	assert_int_equal(kept(c, 3, NULL, 0), 3);
	free(c);
	c = charter_of(0, 1, 0);
	assert_int_equal(eligible_observers(c), 1);
	assert_int_equal(kept(c, 3, NULL, 0), 0);
	free(c);
}

static void the_median_counts(void **state)
{
	struct eligible_measure m[] = { measure(1, 1, 1, 10), measure(1, 2, 2, 20), measure(1, 3, 3, 90), measure(1, 4, 4, 95) };
	struct charter *c = charter_of(2, 20, 0);

	(void)state;
	assert_int_equal(kept(c, 1, m, 3), 1);
	assert_int_equal(kept(c, 1, m, 4), 1);
	c->inviting.measures.uptime = 21; /* of four the lower of the two in the middle */
	assert_int_equal(kept(c, 1, m, 4), 0);
	c->inviting.measures.uptime = 0;
	c->inviting.measures.activity = 2;
	assert_int_equal(kept(c, 1, m, 4), 0);
	c->inviting.measures.activity = 0;
	c->inviting.measures.history = 1;
	assert_int_equal(kept(c, 1, m, 4), 0);
	free(c);
}

static void the_latest_of_a_member_counts(void **state)
{
	struct eligible_measure m[] = { measure(1, 1, 7, 5), measure(1, 1, 3, 50), measure(1, 2, 4, 50) };
	struct charter *c = charter_of(2, 50, 0);

	(void)state;
	assert_int_equal(kept(c, 1, m, 3), 0);
	m[0] = measure(1, 1, 7, 50);
	m[1] = measure(1, 1, 3, 5);
	m[2] = measure(1, 2, 4, 50);
	assert_int_equal(kept(c, 1, m, 3), 1);
	free(c);
}

static struct eligible_load load(uint8_t member, uint64_t index, int64_t clients, int64_t memory)
{
	return (struct eligible_load){ .member = { .b = { member } }, .index = index, .clients = clients, .memory = memory };
}

static void loads(void **state)
{
	struct eligible_load v[] = { load(1, 1, 50, 0), load(2, 2, 0, 0), load(3, 3, 0, 8), load(3, 4, 0, 0) };
	struct charter *c = charter_of(2, 0, 0);

	(void)state;
	assert_true(eligible_loaded(c, NULL, 0));
	c->inviting.load.clients = 50;
	c->inviting.load.memory = 8;
	c->inviting.load.p = 1;
	c->inviting.load.q = 2;
	assert_false(eligible_loaded(c, v, 0));
	assert_false(eligible_loaded(c, v, 1)); /* fewer told than observe */
	assert_true(eligible_loaded(c, v, 2));
	assert_true(eligible_loaded(c, v, 3));  /* 2 of 3 */
	assert_false(eligible_loaded(c, v, 4)); /* member 3 told another load later: 1 of 3 */
	v[0].clients = 49;
	assert_false(eligible_loaded(c, v, 2));
	free(c);
}

/* ---- the second way */

/* The k-th smallest by counting those below. */
static int64_t naive_median(const int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t below = 0, same = 0;

		for (size_t j = 0; j < n; j++) {
			below += v[j] < v[i];
			same += v[j] == v[i];
		}
		if (below <= (n - 1) / 2 && (n - 1) / 2 < below + same)
			return v[i];
	}
	fail();
	return 0;
}

static bool naive_eligible(const struct charter *c, uint8_t candidate, const struct eligible_measure *m, size_t n)
{
	int64_t uptime[MEMBERS], activity[MEMBERS];
	size_t by = 0;

	for (uint8_t member = 1; member <= MEMBERS; member++) {
		const struct eligible_measure *last = NULL;

		for (size_t i = 0; i < n; i++)
			if (m[i].candidate.b[0] == candidate && m[i].member.b[0] == member && (last == NULL || m[i].index > last->index))
				last = &m[i];
		if (last == NULL)
			continue;
		uptime[by] = last->uptime;
		activity[by++] = last->activity;
	}
	if (by < rule.invitation.observers)
		return false;
	if (c->inviting.measures.uptime + c->inviting.measures.activity > 0 && by == 0)
		return false;
	return by == 0 ||
		(naive_median(uptime, by) >= c->inviting.measures.uptime && naive_median(activity, by) >= c->inviting.measures.activity);
}

/* Takes the smallest lot, k times. */
static size_t naive_draw(const struct digest *genesis, const uint8_t *seed, struct digest *left, size_t n, size_t k, struct digest *out)
{
	size_t drawn = 0;

	for (; drawn < k && n > 0; drawn++) {
		struct digest best = { 0 };
		size_t at = 0;

		for (size_t i = 0; i < n; i++) {
			uint8_t text[11 + 96];
			struct digest lot;

			memcpy(text, "gmc-draw/1", 11);
			memcpy(text + 11, genesis->b, 32);
			memcpy(text + 43, left[i].b, 32);
			memcpy(text + 75, seed, 32);
			digest_sha256(slice_of(text, sizeof(text)), &lot);
			if (i == 0 || digest_compare(&lot, &best) < 0) {
				best = lot;
				at = i;
			}
		}
		out[drawn] = left[at];
		left[at] = left[--n];
	}
	return drawn;
}

static uint32_t chance(uint32_t *x, uint32_t below)
{
	*x = *x * 1664525u + 1013904223u;
	return (*x >> 16) % below;
}

static void both_ways_agree(void **state)
{
	uint32_t x = 7;
	size_t some = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct charter *c = charter_of(chance(&x, 4), chance(&x, 5), chance(&x, 5));
		struct digest all[CANDIDATES], want[CANDIDATES], drawn[CANDIDATES], naive[CANDIDATES], genesis = digest_with(9);
		struct eligible_measure m[MEASURES];
		size_t n, wanted = 0, k = 1 + chance(&x, 4);
		uint8_t seed[32] = { (uint8_t)round, 1 };

		for (size_t i = 0; i < MEASURES; i++) {
			m[i] = measure((uint8_t)(1 + chance(&x, CANDIDATES)), (uint8_t)(1 + chance(&x, MEMBERS)), i, chance(&x, 6));
			m[i].activity = chance(&x, 6);
		}
		for (uint8_t i = 0; i < CANDIDATES; i++) {
			all[i] = digest_with((uint8_t)(CANDIDATES - i));
			if (naive_eligible(c, (uint8_t)(i + 1), m, MEASURES))
				want[wanted++] = digest_with((uint8_t)(i + 1));
		}
		n = eligible_keep(c, all, CANDIDATES, m, MEASURES);
		assert_int_equal(n, wanted);
		assert_memory_equal(all, want, n * sizeof(*all));
		some += n;
		n = eligible_draw(&genesis, seed, all, wanted, k, drawn);
		assert_int_equal(n, naive_draw(&genesis, seed, want, wanted, k, naive));
		assert_memory_equal(drawn, naive, n * sizeof(*drawn));
		free(c);
	}
	assert_in_range(some, ROUNDS / 2, (size_t)ROUNDS * CANDIDATES - ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enough_members_have_to_measure),
		cmocka_unit_test(the_median_counts),
		cmocka_unit_test(the_latest_of_a_member_counts),
		cmocka_unit_test(loads),
		cmocka_unit_test(both_ways_agree),
	};

	return cmocka_run_group_tests_name("eligible", tests, NULL, NULL);
}
