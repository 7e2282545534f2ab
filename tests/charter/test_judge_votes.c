/* SPDX-License-Identifier: ISC
 * Who votes: everybody but those on probation, or those who stand near the applicant's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "charter/judge.h"
#include "tests/charter/told.h"

static enum verdict verdict_of(const struct requirement *r, const struct facts *f)
{
	enum verdict v = VERDICT_NOT_YET;

	assert_true(charter_decide(group(), r, f, &v, NULL, NULL));
	return v;
}

static struct judged first_of(const struct requirement *r, const struct facts *f)
{
	struct judged *all = NULL, first;
	size_t n;

	assert_true(judge(group(), r, f, &all, &n, NULL));
	first = all[0];
	free(all);
	return first;
}

static struct requirement near(uint32_t t, uint32_t nearest, uint32_t opposite)
{
	struct requirement r = count(t, 0);

	r.votes.nearest = nearest;
	r.votes.opposite = opposite;
	return r;
}

/* The members of these numbers, as letters: "a" is member 0. */
struct ring {
	struct id16 nearest[8], opposite[8];
};

static void stand(struct told *t, struct ring *ring, const char *nearest, const char *opposite)
{
	for (t->f.nearest_n = 0; nearest[t->f.nearest_n] != '\0'; t->f.nearest_n++)
		ring->nearest[t->f.nearest_n] = member_of((unsigned)(nearest[t->f.nearest_n] - 'a'));
	for (t->f.opposite_n = 0; opposite[t->f.opposite_n] != '\0'; t->f.opposite_n++)
		ring->opposite[t->f.opposite_n] = member_of((unsigned)(opposite[t->f.opposite_n] - 'a'));
	t->f.nearest = ring->nearest;
	t->f.opposite = ring->opposite;
}

struct row {
	struct requirement r;
	const char *votes, *nearest, *opposite;
	uint32_t electors, seen, missing;
	enum verdict open, closed;
};

static void run_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *w = &rows[i];
		struct ring ring;
		struct judged j;
		struct told t;

		tell(&t, 8, w->votes, "");
		stand(&t, &ring, w->nearest, w->opposite);
		j = first_of(&w->r, &t.f);
		if (j.electors != w->electors || j.seen != w->seen || j.missing != w->missing || verdict_of(&w->r, &t.f) != w->open)
			print_error("row %zu: %u electors, %u say yes, %u are missing\n", i, j.electors, j.seen, j.missing);
		assert_int_equal(j.electors, w->electors);
		assert_int_equal(j.seen, w->seen);
		assert_int_equal(j.missing, w->missing);
		assert_int_equal(verdict_of(&w->r, &t.f), w->open);
		t.f.closed = true;
		assert_int_equal(verdict_of(&w->r, &t.f), w->closed);
	}
}

static void those_near_the_place_vote(void **state)
{
	const struct row rows[] = {
		{ near(2, 3, 0), "", "hga", "", 3, 0, 2, VERDICT_NOT_YET, VERDICT_NO },
		{ near(2, 3, 0), ".yyyyy", "hga", "", 3, 0, 2, VERDICT_NOT_YET, VERDICT_NO },
		{ near(2, 3, 0), "y......y", "hga", "", 3, 2, 0, VERDICT_YES, VERDICT_YES },
		{ near(2, 3, 0), "n.....n", "hga", "", 3, 0, 0, VERDICT_NO, VERDICT_NO },
		{ near(2, 2, 0), "y......y", "hga", "", 2, 1, 1, VERDICT_NOT_YET, VERDICT_NO },
		{ near(2, 0, 2), "y......y", "hg", "ab", 2, 1, 1, VERDICT_NOT_YET, VERDICT_NO },
		{ near(2, 1, 1), "y......y", "hg", "ab", 2, 2, 0, VERDICT_YES, VERDICT_YES },
		{ near(3, 1, 1), "y......y", "hg", "ab", 2, 2, 0, VERDICT_NO, VERDICT_NO },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* In a group as small as the ring, who is near is opposite too. */
static void who_stands_on_both_sides_votes_once(void **state)
{
	const struct row rows[] = {
		{ near(2, 2, 2), "y", "ab", "ba", 2, 1, 1, VERDICT_NOT_YET, VERDICT_NO },
		{ near(2, 2, 2), "yy", "ab", "ba", 2, 2, 0, VERDICT_YES, VERDICT_YES },
		{ near(3, 2, 2), "yyy", "ab", "ba", 2, 2, 0, VERDICT_NO, VERDICT_NO },
		{ near(3, 2, 2), "yyy", "ab", "cb", 3, 3, 0, VERDICT_YES, VERDICT_YES },
		/* Behind the leaf's own two stands c on both lists, and still votes on one side alone. */
		{ near(2, 2, 1), "..y", "abc", "cab", 3, 1, 1, VERDICT_NOT_YET, VERDICT_NO },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_ring_with_fewer_than_k_never_has_them(void **state)
{
	const struct row rows[] = {
		{ near(3, 5, 0), "yy", "ab", "", 2, 2, 0, VERDICT_NO, VERDICT_NO },
		{ near(2, 5, 0), "yy", "ab", "", 2, 2, 0, VERDICT_YES, VERDICT_YES },
		{ near(1, 5, 5), "yy", "", "", 0, 0, 0, VERDICT_NO, VERDICT_NO },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void minds_may_change_in_a_ring(void **state)
{
	struct requirement r = near(2, 2, 1);
	struct ring ring;
	struct told t;

	(void)state;
	r.votes.veto = 1;
	tell(&t, 8, "nyy", "");
	stand(&t, &ring, "ab", "c");
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
	t.f.may_change = true;
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NOT_YET);
	assert_int_equal(first_of(&r, &t.f).missing, 1);
	r.votes.count = 4;
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
}

/* Where nobody applies there is no place to stand near. */
static void a_ring_speaks_of_applicants_alone(void **state)
{
	const struct requirement r = near(1, 2, 2);
	struct ring ring;
	struct told t;

	(void)state;
	tell(&t, 8, "yyyy", "");
	stand(&t, &ring, "ab", "cd");
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_YES);
	for (t.f.question = Q_EXPEL; t.f.question <= Q_AMEND; t.f.question++) {
		assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
		t.f.may_change = !t.f.may_change;
		assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
		assert_int_equal(first_of(&r, &t.f).seen, 0);
	}
}

static void who_is_on_probation_does_not_count(void **state)
{
	const struct requirement all = fraction(1, 1, 0, VOTES_OF_MEMBERS), three = count(3, 0);
	struct id16 two[] = { member_of(0), member_of(4) };
	struct requirement named = fraction(1, 1, 0, VOTES_OF_MEMBERS);
	struct told t;

	(void)state;
	named.votes.of = two;
	named.votes.of_n = 2;
	tell(&t, 5, "yy", "");
	assert_int_equal(first_of(&all, &t.f).electors, 5);
	t.f.without_vote = 2;
	assert_int_equal(first_of(&all, &t.f).electors, 3);
	assert_int_equal(first_of(&all, &t.f).missing, 1);
	assert_int_equal(verdict_of(&three, &t.f), VERDICT_NOT_YET);
	t.f.without_vote = 3;
	assert_int_equal(verdict_of(&all, &t.f), VERDICT_YES);
	assert_int_equal(verdict_of(&three, &t.f), VERDICT_NO);
	assert_int_equal(first_of(&named, &t.f).electors, 2);
	tell(&t, 5, "y", "");
	t.f.question = Q_EXPEL;
	t.f.subject_is_elector = true;
	t.f.subject = member_of(9);
	t.f.without_vote = 2;
	assert_int_equal(first_of(&all, &t.f).electors, 2);
	t.f.without_vote = 5;
	t.f.votes_n = 0;
	assert_int_equal(first_of(&all, &t.f).electors, 0);
	assert_int_equal(verdict_of(&all, &t.f), VERDICT_NO);
}

static void fifty_rings_over_ten_thousand_votes(void **state)
{
	enum { LEAVES = 50, VOTES = 10000 };
	struct fact_vote *votes = calloc(VOTES, sizeof(*votes));
	struct id16 nearest[REQ_NEAR_MAX], opposite[REQ_NEAR_MAX];
	struct requirement leaves[LEAVES];
	const struct requirement r = inner(REQ_ALL, 0, leaves, LEAVES);
	struct facts f = { .electorate = VOTES, .votes = votes, .votes_n = VOTES, .nearest = nearest, .opposite = opposite };

	(void)state;
	assert_non_null(votes);
	for (unsigned i = 0; i < VOTES; i++)
		votes[i] = (struct fact_vote){ member_of((i * 7919) % VOTES), CHOICE_YES };
	for (unsigned i = 0; i < LEAVES; i++)
		leaves[i] = near(100, REQ_NEAR_MAX, REQ_NEAR_MAX);
	for (f.nearest_n = 0; f.nearest_n < REQ_NEAR_MAX; f.nearest_n++) {
		nearest[f.nearest_n] = member_of((unsigned)f.nearest_n * 50);
		opposite[f.nearest_n] = member_of(9000 - (unsigned)f.nearest_n * 50);
	}
	f.opposite_n = REQ_NEAR_MAX;
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
	free(votes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_near_the_place_vote),
		cmocka_unit_test(who_stands_on_both_sides_votes_once),
		cmocka_unit_test(a_ring_with_fewer_than_k_never_has_them),
		cmocka_unit_test(minds_may_change_in_a_ring),
		cmocka_unit_test(a_ring_speaks_of_applicants_alone),
		cmocka_unit_test(who_is_on_probation_does_not_count),
		cmocka_unit_test(fifty_rings_over_ten_thousand_votes),
	};

	return cmocka_run_group_tests_name("judge_votes", tests, NULL, NULL);
}
