/* SPDX-License-Identifier: ISC
 * Kinds of voters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "charter/capture_voters.h"
#include "tests/charter/trees.h"

static struct siege laid(const struct requirement *r, const struct capture_group *g)
{
	static struct charter c;
	struct siege s = { .c = &c, .q = Q_ADMIT, .goal = CAPTURE_ADMIT, .g = g };
	struct err e = { 0 };

	assert_true(siege_lay(&s, r, &e));
	return s;
}

static void kind(const struct siege *s, size_t i, uint64_t in, uint32_t size, bool votes)
{
	assert_true(i < s->kinds_n);
	assert_int_equal(s->kinds[i].in, in);
	assert_int_equal(s->kinds[i].size, size);
	assert_int_equal(s->kinds[i].votes, votes);
}

static void everybody_is_one_kind(void **state)
{
	struct requirement parts[] = { count(2, 0), count(3, 0) }, all = inner(REQ_ALL, 0, parts, 2);
	const struct capture_group g = { 9, 2 };
	struct siege s = laid(&all, &g);

	(void)state;
	assert_true(s.complete);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.spots[0].end, 3);
	assert_int_equal(s.spots[1].end, 2);
	assert_int_equal(siege_voters(&s), 7);
	assert_int_equal(s.kinds_n, 2);
	kind(&s, 0, 0, 2, false);
	kind(&s, 1, 0, 7, true);
	free(s.spots);
}

static void voters_by_name(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2), member_of(3), member_of(4) };
	struct requirement parts[] = { count(2, 0), count(1, 0) }, all = inner(REQ_ALL, 0, parts, 2);
	const struct capture_group g = { 9, 0 }, few = { 3, 0 };
	struct siege s;

	(void)state;
	parts[0].votes.of = of;
	parts[0].votes.of_n = 3;
	parts[1].votes.of = of + 1;
	parts[1].votes.of_n = 3;
	s = laid(&all, &g);
	assert_true(s.complete);
	assert_int_equal(s.kinds_n, 4);
	kind(&s, 2, 3, 2, true); /* members 2 and 3, behind 1 and 4 */
	kind(&s, 3, 0, 5, true);
	free(s.spots);
	s = laid(&all, &few);
	assert_false(s.complete);
	free(s.spots);
}

/* Of seven voters the nearest three and the opposite two; of four, one is both. */
static void voters_by_place(void **state)
{
	struct requirement r = count(2, 0), parts[] = { count(1, 0), count(1, 0) }, all = inner(REQ_ALL, 0, parts, 2);
	const struct capture_group g = { 7, 0 }, few = { 4, 0 };
	struct id16 one = member_of(1);
	struct siege s;

	(void)state;
	r.votes.nearest = 3;
	r.votes.opposite = 2;
	assert_true(siege_by_place(&r));
	assert_false(siege_by_place(&parts[0]));
	s = laid(&r, &g);
	assert_true(s.complete);
	assert_int_equal(s.kinds_n, 2);
	kind(&s, 0, 0, 2, true);
	kind(&s, 1, 1, 5, true);
	free(s.spots);
	parts[0].votes.nearest = 3;
	parts[1].votes.opposite = 2;
	s = laid(&all, &few);
	assert_int_equal(s.kinds_n, 3);
	kind(&s, 2, 1, 2, true);
	free(s.spots);
	parts[1].votes.opposite = 0;
	parts[1].votes.of = &one;
	parts[1].votes.of_n = 1;
	s = laid(&all, &few);
	assert_false(s.complete);
	free(s.spots);
}

static void there_is_an_end_of_kinds(void **state)
{
	struct id16 of[CAPTURE_KINDS + 1];
	struct requirement parts[CAPTURE_KINDS + 1], all = inner(REQ_ALL, 0, parts, CAPTURE_KINDS);
	const struct capture_group g = { 90, 0 };
	struct siege s;

	(void)state;
	for (unsigned i = 0; i <= CAPTURE_KINDS; i++) {
		of[i] = member_of(i);
		parts[i] = count(1, 0);
		parts[i].votes.of = &of[i];
		parts[i].votes.of_n = 1;
	}
	all.n = CAPTURE_KINDS - 1; /* and the others */
	s = laid(&all, &g);
	assert_true(s.complete);
	free(s.spots);
	all.n++;
	s = laid(&all, &g);
	assert_false(s.complete);
	free(s.spots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_is_one_kind),
		cmocka_unit_test(voters_by_name),
		cmocka_unit_test(voters_by_place),
		cmocka_unit_test(there_is_an_end_of_kinds),
	};

	return cmocka_run_group_tests_name("capture_voters", tests, NULL, NULL);
}
