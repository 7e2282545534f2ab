/* SPDX-License-Identifier: ISC
 * Leaves that are no votes, at their bounds. That of operators and lists is tried by test_decide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
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

static struct requirement vouches(uint32_t n, uint32_t budget, int64_t age, int64_t expiry, bool reason)
{
	return (struct requirement){
		.type = REQ_VOUCHES,
		.vouches = { .count = n, .budget = budget, .age = age, .expiry = expiry, .window = 50, .reason = reason },
	};
}

/* Electors and vouches; the verdicts while the term is open and when it is over. */
struct row {
	struct requirement r;
	uint32_t electors;
	struct fact_vouch vouches[3];
	size_t n;
	uint32_t seen, missing;
	enum verdict open, closed;
};

static void run_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *w = &rows[i];
		struct facts f = { .electorate = w->electors, .vouches = w->vouches, .vouches_n = w->n };
		struct judged j = first_of(&w->r, &f);

		if (j.seen != w->seen || j.missing != w->missing || verdict_of(&w->r, &f) != w->open)
			print_error("row %zu: %u seen, %u missing\n", i, j.seen, j.missing);
		assert_int_equal(j.seen, w->seen);
		assert_int_equal(j.vain, w->n - w->seen);
		assert_int_equal(j.missing, w->missing);
		assert_int_equal(verdict_of(&w->r, &f), w->open);
		f.closed = true;
		assert_int_equal(verdict_of(&w->r, &f), w->closed);
	}
}

#define NOT VERDICT_NOT_YET, VERDICT_NO
#define MET VERDICT_YES, VERDICT_YES
#define LOST VERDICT_NO, VERDICT_NO

static void a_vouch_counts_within_its_bounds(void **state)
{
	const struct row rows[] = {
		{ vouches(1, 0, 0, 0, false), 3, { { member_of(0), 0, 1000000, 900, false } }, 1, 1, 0, MET },
		{ vouches(1, 0, 10, 0, false), 3, { { member_of(0), 10, 0, 1, false } }, 1, 1, 0, MET },
		{ vouches(1, 0, 10, 0, false), 3, { { member_of(0), 9, 0, 1, false } }, 1, 0, 1, NOT },
		{ vouches(1, 0, 0, 30, false), 3, { { member_of(0), 0, 29, 1, false } }, 1, 1, 0, MET },
		{ vouches(1, 0, 0, 30, false), 3, { { member_of(0), 0, 30, 1, false } }, 1, 0, 1, NOT },
		{ vouches(1, 2, 0, 0, false), 3, { { member_of(0), 0, 0, 2, false } }, 1, 1, 0, MET },
		{ vouches(1, 2, 0, 0, false), 3, { { member_of(0), 0, 0, 3, false } }, 1, 0, 1, NOT },
		{ vouches(1, 0, 0, 0, true), 3, { { member_of(0), 0, 0, 1, true } }, 1, 1, 0, MET },
		{ vouches(1, 0, 0, 0, true), 3, { { member_of(0), 0, 0, 1, false } }, 1, 0, 1, NOT },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* Who vouched in vain does not vouch again. */
static void vouches_are_awaited_while_enough_can_come(void **state)
{
	const struct fact_vouch good = { member_of(0), 10, 0, 1, true }, next = { member_of(1), 10, 0, 1, true };
	const struct fact_vouch vain = { member_of(2), 9, 0, 1, true };
	const struct row rows[] = {
		{ vouches(2, 0, 10, 0, false), 3, { good }, 0, 0, 2, NOT },
		{ vouches(2, 0, 10, 0, false), 3, { good }, 1, 1, 1, NOT },
		{ vouches(2, 0, 10, 0, false), 3, { good, next }, 2, 2, 0, MET },
		{ vouches(2, 0, 10, 0, false), 3, { good, vain }, 2, 1, 1, NOT },
		{ vouches(2, 0, 10, 0, false), 2, { good, vain }, 2, 1, 0, LOST },
		{ vouches(3, 0, 10, 0, false), 3, { good, vain }, 2, 1, 0, LOST },
		{ vouches(3, 0, 10, 0, false), 3, { good, next, vain }, 3, 2, 0, LOST },
		{ vouches(4, 0, 10, 0, false), 3, { good }, 0, 0, 0, LOST },
		{ vouches(1, 0, 10, 0, false), 0, { good }, 0, 0, 0, LOST },
		{ vouches(1, 0, 10, 0, false), 0, { good }, 1, 1, 0, MET },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void who_has_no_vote_may_vouch(void **state)
{
	const struct requirement r = vouches(3, 0, 0, 0, false);
	const struct facts f = { .electorate = 3, .without_vote = 3, .may_change = true };

	(void)state;
	assert_int_equal(verdict_of(&r, &f), VERDICT_NOT_YET);
	assert_int_equal(first_of(&r, &f).electors, 3);
	assert_int_equal(first_of(&r, &f).cost, 3);
}

static void vouches_are_for_applicants_alone(void **state)
{
	const struct requirement r = vouches(1, 0, 0, 0, false);
	const struct fact_vouch v = { member_of(0), 10, 0, 1, true };
	struct facts f = { .electorate = 5, .vouches = &v, .vouches_n = 1 };

	(void)state;
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
	for (f.question = Q_EXPEL; f.question <= Q_AMEND; f.question++) {
		f.closed = !f.closed;
		assert_int_equal(verdict_of(&r, &f), VERDICT_NO);
		assert_int_equal(first_of(&r, &f).seen, 0);
		assert_false(first_of(&r, &f).best);
	}
}

/* A vouch that expires while votes are still awaited: each instant is judged as it is. */
static void a_vouch_that_expires_no_longer_counts(void **state)
{
	struct requirement both[] = { vouches(1, 0, 0, 30, false), count(1, 0) };
	const struct requirement r = inner(REQ_ALL, 0, both, 2);
	struct fact_vouch v = { member_of(0), 10, 29, 1, true };
	struct fact_vote yes = { member_of(1), CHOICE_YES };
	struct facts f = { .electorate = 2, .vouches = &v, .vouches_n = 1, .votes = &yes };

	(void)state;
	assert_int_equal(verdict_of(&r, &f), VERDICT_NOT_YET);
	f.votes_n = 1;
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
	v.elapsed = 30;
	assert_int_equal(verdict_of(&r, &f), VERDICT_NOT_YET);
	f.electorate = 1;
	assert_int_equal(verdict_of(&r, &f), VERDICT_NO);
}

static void challenges_are_met_by_their_own_kind(void **state)
{
	const struct requirement captcha = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_LOGIC | CAPTCHA_AUDIO };
	const struct requirement work = { .type = REQ_WORK, .effort = 100 };
	const struct requirement external = { .type = REQ_EXTERNAL, .provider = "university" };
	const struct {
		const struct requirement *r;
		struct fact_challenge met;
		bool counts;
	} rows[] = {
		{ &captcha, { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_LOGIC }, true },
		{ &captcha, { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_AUDIO }, true },
		{ &captcha, { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_GRAPHIC }, false },
		{ &captcha, { .type = CHALLENGE_WORK, .captcha = CAPTCHA_LOGIC, .effort = 100 }, false },
		{ &work, { .type = CHALLENGE_WORK, .effort = 100 }, true },
		{ &work, { .type = CHALLENGE_WORK, .effort = 101 }, true },
		{ &work, { .type = CHALLENGE_WORK, .effort = 99 }, false },
		{ &work, { .type = CHALLENGE_EXTERNAL, .effort = 100, .provider = "university" }, false },
		{ &external, { .type = CHALLENGE_EXTERNAL, .provider = "university" }, true },
		{ &external, { .type = CHALLENGE_EXTERNAL, .provider = "universit" }, false },
		{ &external, { .type = CHALLENGE_EXTERNAL, .provider = "university-2" }, false },
		{ &external, { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_LOGIC, .provider = "university" }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct fact_challenge two[] = { { .type = CHALLENGE_EXTERNAL, .provider = "another" }, rows[i].met };
		struct facts f = { .challenges = two };

		for (f.question = Q_ADMIT; f.question <= Q_AMEND; f.question++) {
			f.closed = false;
			f.challenges_n = 1;
			assert_int_equal(verdict_of(rows[i].r, &f), VERDICT_NOT_YET);
			assert_int_equal(first_of(rows[i].r, &f).missing, 1);
			f.challenges_n = 2;
			assert_int_equal(verdict_of(rows[i].r, &f), rows[i].counts ? VERDICT_YES : VERDICT_NOT_YET);
			assert_int_equal(first_of(rows[i].r, &f).missing, !rows[i].counts);
			f.closed = true;
			assert_int_equal(verdict_of(rows[i].r, &f), rows[i].counts ? VERDICT_YES : VERDICT_NO);
		}
	}
}

static void an_invitation_is_there_or_not(void **state)
{
	const struct requirement r = { .type = REQ_INVITATION };
	struct facts f = { .electorate = 3 };

	(void)state;
	assert_int_equal(verdict_of(&r, &f), VERDICT_NO);
	assert_true(first_of(&r, &f).cost >= COST_NEVER);
	f.invited = true;
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
	f.closed = true;
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vouch_counts_within_its_bounds),
		cmocka_unit_test(vouches_are_awaited_while_enough_can_come),
		cmocka_unit_test(who_has_no_vote_may_vouch),
		cmocka_unit_test(vouches_are_for_applicants_alone),
		cmocka_unit_test(a_vouch_that_expires_no_longer_counts),
		cmocka_unit_test(challenges_are_met_by_their_own_kind),
		cmocka_unit_test(an_invitation_is_there_or_not),
	};

	return cmocka_run_group_tests_name("judge_leaf", tests, NULL, NULL);
}
