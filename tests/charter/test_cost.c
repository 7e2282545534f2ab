/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/cost.h"
#include "charter/work.h"
#include "tests/charter/trees.h"

static struct requirement captcha(uint32_t kinds)
{
	return (struct requirement){ .type = REQ_CAPTCHA, .captcha_kinds = kinds };
}

static struct requirement work(int64_t effort)
{
	return (struct requirement){ .type = REQ_WORK, .effort = effort };
}

static struct requirement external(void)
{
	return (struct requirement){ .type = REQ_EXTERNAL, .provider = "gate" };
}

static void costs(const struct requirement *r, struct cost expected)
{
	struct cost c = cost_of_entry(r);

	assert_int_equal(c.possible, expected.possible);
	assert_int_equal(c.deciders, expected.deciders);
	assert_int_equal(c.by, expected.by);
	assert_int_equal(c.cpu_ms, expected.cpu_ms);
	assert_int_equal(c.puzzles, expected.puzzles);
	assert_int_equal(c.words, expected.words);
}

static void each_leaf_alone(void **state)
{
	struct digest key = key_of(1);
	const struct requirement two = count(2, 0), on_list = list(&key, 1), word = authority(1), vouches = { .type = REQ_VOUCHES },
				 invitation = { .type = REQ_INVITATION }, graphic = captcha(CAPTCHA_GRAPHIC), tries = work(1048576),
				 one = work(1), gate = external();

	(void)state;
	costs(&two, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_VOTES });
	costs(&on_list, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_LIST });
	costs(&word, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_AUTHORITY });
	costs(&vouches, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_VOUCHES });
	costs(&invitation, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_INVITATION });
	costs(&graphic, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC });
	/* 128 tries are asked for, and made on average, of 4 ms each */
	costs(&tries, (struct cost){ .possible = true, .cpu_ms = 512 });
	costs(&one, (struct cost){ .possible = true, .cpu_ms = 4 });
	costs(&gate, (struct cost){ .possible = true, .words = 1 });
}

static void work_that_nobody_can_do(void **state)
{
	struct requirement parts[] = { work(WORK_EFFORT_MAX + 1), count(2, 0) }, any = inner(REQ_ANY, 0, parts, 2);

	(void)state;
	assert_false(cost_of_entry(&parts[0]).possible);
	costs(&any, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_VOTES });
	parts[0] = work(WORK_EFFORT_MAX);
	costs(&any, (struct cost){ .possible = true, .cpu_ms = UINT64_C(4) * UINT32_MAX });
}

static void prices_are_sums(void **state)
{
	const struct cost c = { .possible = true, .cpu_ms = 768, .puzzles = CAPTCHA_GRAPHIC | CAPTCHA_AUDIO, .words = 2, .deciders = 9 };

	(void)state;
	assert_int_equal(cost_nano_usd(&c), 768 * 11 + 2 * 1000000 + 2 * 3000000);
	assert_int_equal(cost_cpu_ms(0), 0);
	assert_int_equal(cost_cpu_ms(8193), 8);
}

static void all_is_the_sum_and_any_the_cheapest(void **state)
{
	struct requirement parts[] = { captcha(CAPTCHA_GRAPHIC), work(8192), external() }, all = inner(REQ_ALL, 0, parts, 3),
			   any = inner(REQ_ANY, 0, parts, 3), two = inner(REQ_AT_LEAST, 2, parts, 3);

	(void)state;
	costs(&all, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC, .cpu_ms = 4, .words = 1 });
	costs(&any, (struct cost){ .possible = true, .cpu_ms = 4 });
	costs(&two, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC, .cpu_ms = 4 });
	/* 1000000 billionths are 90909 ms of a core, or 22727 tries */
	parts[1] = work(INT64_C(22727) * 8192);
	costs(&any, (struct cost){ .possible = true, .cpu_ms = 90908 });
	parts[1] = work(INT64_C(22728) * 8192);
	costs(&any, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC });
}

/* However dear, what nobody decides is first; then the fewest decisions. */
static void people_come_last(void **state)
{
	struct requirement dear[] = { external(), work(INT64_C(1) << 40) }, decided[] = { count(2, 0), authority(1) },
			   voted[] = { captcha(CAPTCHA_LOGIC), count(2, 0) };
	struct requirement parts[] = { inner(REQ_ALL, 0, decided, 2), inner(REQ_ALL, 0, voted, 2), inner(REQ_ALL, 0, dear, 2) },
			   any = inner(REQ_ANY, 0, parts, 3), people = inner(REQ_ANY, 0, parts, 2), all = inner(REQ_ALL, 0, parts, 2);

	(void)state;
	costs(&any, (struct cost){ .possible = true, .words = 1, .cpu_ms = UINT64_C(4) << 27 });
	costs(&people, (struct cost){ .possible = true, .deciders = 1, .by = 1u << REQ_VOTES, .puzzles = CAPTCHA_LOGIC });
	costs(&all,
		(struct cost){ .possible = true, .deciders = 3, .by = 1u << REQ_VOTES | 1u << REQ_AUTHORITY, .puzzles = CAPTCHA_LOGIC });
}

/* any(all(graphic, work 16384), at_least 2 of (audio, external, all(work 8192, graphic or logic)), votes) */
static void nested_rules(void **state)
{
	struct requirement a[] = { captcha(CAPTCHA_GRAPHIC), work(16384) }, b[] = { work(8192), captcha(CAPTCHA_GRAPHIC | CAPTCHA_LOGIC) };
	struct requirement c[] = { captcha(CAPTCHA_AUDIO), external(), inner(REQ_ALL, 0, b, 2) };
	struct requirement d[] = { inner(REQ_ALL, 0, a, 2), inner(REQ_AT_LEAST, 2, c, 3), count(1, 0) };
	struct requirement any = inner(REQ_ANY, 0, d, 3), all = inner(REQ_ALL, 0, d, 3);

	(void)state;
	costs(&any, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC, .cpu_ms = 8 });
	/* the graphic puzzle and the greater effort serve twice */
	costs(&all,
		(struct cost){
			.possible = true, .puzzles = CAPTCHA_GRAPHIC | CAPTCHA_AUDIO, .cpu_ms = 8, .deciders = 1, .by = 1u << REQ_VOTES });
	a[1] = work(INT64_C(1) << 40);
	costs(&any, (struct cost){ .possible = true, .puzzles = CAPTCHA_GRAPHIC | CAPTCHA_AUDIO, .cpu_ms = 4 });
}

static void what_serves_twice_is_done_once(void **state)
{
	struct requirement parts[] = { captcha(CAPTCHA_GRAPHIC | CAPTCHA_LOGIC), captcha(CAPTCHA_LOGIC | CAPTCHA_AUDIO), work(8192),
		work(32768) };
	struct requirement all = inner(REQ_ALL, 0, parts, 4);

	(void)state;
	costs(&all, (struct cost){ .possible = true, .puzzles = CAPTCHA_LOGIC, .cpu_ms = 16 });
}

/* ---- under other leaves, as the cost of capture has it */

static struct cost by_count(const void *arg, const struct requirement *r)
{
	const uint32_t *most = arg;

	return (struct cost){ .possible = r->votes.count <= *most, .deciders = r->votes.count };
}

static void to_keep_a_rule_unmet(void **state)
{
	struct requirement parts[] = { count(5, 0), count(2, 0), count(3, 0), count(9, 0) }, all = inner(REQ_ALL, 0, parts, 3),
			   any = inner(REQ_ANY, 0, parts, 3), two = inner(REQ_AT_LEAST, 2, parts, 4);
	const uint32_t most = 8;

	(void)state;
	assert_int_equal(cost_find(&all, false, by_count, &most).deciders, 10);
	assert_int_equal(cost_find(&all, true, by_count, &most).deciders, 2);
	assert_int_equal(cost_find(&any, false, by_count, &most).deciders, 2);
	assert_int_equal(cost_find(&any, true, by_count, &most).deciders, 10);
	assert_int_equal(cost_find(&two, false, by_count, &most).deciders, 5);
	assert_int_equal(cost_find(&two, true, by_count, &most).deciders, 10);
	all.n = 4;
	assert_false(cost_find(&all, false, by_count, &most).possible);
	two.k = 4;
	two.n = 3;
	assert_false(cost_find(&two, false, by_count, &most).possible);
	assert_int_equal(cost_find(&two, true, by_count, &most).deciders, 0);
	assert_true(cost_find(&two, true, by_count, &most).possible);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_leaf_alone),
		cmocka_unit_test(work_that_nobody_can_do),
		cmocka_unit_test(prices_are_sums),
		cmocka_unit_test(all_is_the_sum_and_any_the_cheapest),
		cmocka_unit_test(people_come_last),
		cmocka_unit_test(nested_rules),
		cmocka_unit_test(what_serves_twice_is_done_once),
		cmocka_unit_test(to_keep_a_rule_unmet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
