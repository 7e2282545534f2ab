/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/judge.h"
#include "tests/charter/told.h"

static enum verdict verdict_of(const struct requirement *r, const struct facts *f)
{
	enum verdict v = VERDICT_NOT_YET;
	struct err e = { 0 };

	assert_true(charter_decide(group(), r, f, &v, NULL, &e));
	return v;
}

enum { OPEN = 0, CLOSED = 1, CHANGE = 2 };

struct row {
	struct requirement r;
	uint32_t n;
	const char *votes, *approvals;
	int how;
	enum verdict expect;
	const char *refusal, *missing; /* NULL for yes */
};

static void run_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *w = &rows[i];
		struct decision_trace trace;
		enum verdict v;
		struct told t;
		struct err e = { 0 };

		tell(&t, w->n, w->votes, w->approvals);
		t.f.closed = w->how & CLOSED;
		t.f.may_change = (w->how & CHANGE) != 0;
		assert_true(charter_decide(group(), &w->r, &t.f, &v, &trace, &e));
		if (v != w->expect)
			print_error("row %zu: \"%s\" \"%s\" gives %s\n", i, w->votes, w->approvals, verdict_name(v));
		assert_int_equal(v, w->expect);
		assert_int_equal(trace.verdict, v);
		assert_int_equal(trace.nodes[0].state, v);
		if (w->refusal == NULL) {
			assert_null(trace.refusal);
		} else {
			assert_non_null(trace.refusal);
			assert_string_equal(trace.refusal, w->refusal);
			assert_string_equal(trace.missing, w->missing);
		}
		decision_trace_free(&trace);
	}
}

static void a_fixed_number_of_votes(void **state)
{
	const struct row rows[] = {
		{ count(2, 0), 3, "", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 0, needs 2" },
		{ count(2, 0), 3, "y", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 1, needs 2" },
		{ count(2, 0), 3, "yy", "", OPEN, VERDICT_YES, NULL, NULL },
		{ count(2, 0), 3, "yyn", "", OPEN, VERDICT_YES, NULL, NULL },
		{ count(2, 0), 3, "yn", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 1, needs 2" },
		{ count(2, 0), 3, "nn", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 2" },
		{ count(2, 0), 3, "aa", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 2" },
		{ count(2, 0), 3, "y", "", CLOSED, VERDICT_NO, "votes_missing", "has 1, needs 2" },
		{ count(2, 0), 3, "yy", "", CLOSED, VERDICT_YES, NULL, NULL },
		{ count(4, 0), 3, "", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 4" },
		{ count(1, 0), 0, "", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 1" },
		{ count(1, 0), 0, "", "", CLOSED, VERDICT_NO, "votes_missing", "has 0, needs 1" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_veto_keeps_the_question_open(void **state)
{
	const struct row rows[] = {
		{ count(2, 1), 3, "yy", "", OPEN, VERDICT_NOT_YET, "term_open",
			"nothing is missing, but what is still to come could undo it" },
		{ count(2, 1), 3, "yyy", "", OPEN, VERDICT_YES, NULL, NULL },
		{ count(2, 1), 3, "yya", "", OPEN, VERDICT_YES, NULL, NULL },
		{ count(2, 1), 3, "yyn", "", OPEN, VERDICT_NO, "veto", "1 says no, and 1 refuses" },
		{ count(2, 1), 3, "n", "", OPEN, VERDICT_NO, "veto", "1 says no, and 1 refuses" },
		{ count(2, 1), 3, "yy", "", CLOSED, VERDICT_YES, NULL, NULL },
		{ count(2, 2), 3, "yy", "", OPEN, VERDICT_YES, NULL, NULL },
		{ count(2, 2), 4, "yy", "", OPEN, VERDICT_NOT_YET, "term_open",
			"nothing is missing, but what is still to come could undo it" },
		{ count(2, 2), 4, "yynn", "", OPEN, VERDICT_NO, "veto", "2 say no, and 2 refuse" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void minds_may_change_until_the_close(void **state)
{
	const struct row rows[] = {
		{ count(2, 0), 3, "yyy", "", CHANGE, VERDICT_NOT_YET, "term_open",
			"nothing is missing, but what is still to come could undo it" },
		{ count(2, 0), 3, "nnn", "", CHANGE, VERDICT_NOT_YET, "votes_missing", "has 0, needs 2" },
		{ count(2, 1), 3, "yyn", "", CHANGE, VERDICT_NOT_YET, "veto",
			"1 says no, and 1 refuses; 1 more yes is needed, first of those who say no" },
		{ count(4, 0), 3, "yyy", "", CHANGE, VERDICT_NO, "votes_missing", "has 3, needs 4" },
		{ count(2, 0), 3, "yy", "", CHANGE | CLOSED, VERDICT_YES, NULL, NULL },
		{ count(2, 1), 3, "yyn", "", CHANGE | CLOSED, VERDICT_NO, "veto",
			"1 says no, and 1 refuses; 1 more yes is needed, first of those who say no" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_fraction_of_the_members(void **state)
{
	const struct row rows[] = {
		{ fraction(1, 2, 2, VOTES_OF_MEMBERS), 3, "yy", "", OPEN, VERDICT_YES, NULL, NULL },
		{ fraction(1, 2, 2, VOTES_OF_MEMBERS), 2, "y", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 1, needs 2" },
		{ fraction(2, 3, 0, VOTES_OF_MEMBERS), 4, "yy", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 2, needs 3" },
		{ fraction(2, 3, 0, VOTES_OF_MEMBERS), 4, "yynn", "", OPEN, VERDICT_NO, "votes_missing", "has 2, needs 3" },
		{ fraction(1, 3, 0, VOTES_OF_MEMBERS), 0, "", "", CLOSED, VERDICT_NO, "votes_missing", "has 0, needs 1" },
		{ fraction(1, 1, 0, VOTES_OF_MEMBERS), 3, "yyy", "", OPEN, VERDICT_YES, NULL, NULL },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_fraction_of_the_votes_cast(void **state)
{
	const struct row rows[] = {
		{ fraction(1, 2, 0, VOTES_CAST), 4, "", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 0, needs 1" },
		{ fraction(1, 2, 0, VOTES_CAST), 4, "y", "", OPEN, VERDICT_NOT_YET, "term_open",
			"nothing is missing, but what is still to come could undo it" },
		{ fraction(1, 2, 0, VOTES_CAST), 4, "yy", "", OPEN, VERDICT_YES, NULL, NULL },
		{ fraction(1, 2, 0, VOTES_CAST), 4, "yaa", "", OPEN, VERDICT_YES, NULL, NULL },
		{ fraction(1, 2, 0, VOTES_CAST), 4, "y", "", CLOSED, VERDICT_YES, NULL, NULL },
		{ fraction(1, 2, 2, VOTES_CAST), 4, "y", "", CLOSED, VERDICT_NO, "votes_missing", "has 1, needs 2" },
		{ fraction(2, 3, 0, VOTES_CAST), 4, "nn", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 2" },
		{ fraction(2, 3, 0, VOTES_CAST), 4, "n", "", OPEN, VERDICT_NOT_YET, "votes_missing", "has 0, needs 2" },
		{ fraction(1, 2, 0, VOTES_CAST), 4, "aaaa", "", OPEN, VERDICT_NO, "votes_missing", "has 0, needs 1" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void operators(void **state)
{
	const struct row rows[] = {
		{ authority(1), 0, "", "", OPEN, VERDICT_NOT_YET, "approvals_missing", "has 0, needs 1" },
		{ authority(1), 0, "", "y", OPEN, VERDICT_YES, NULL, NULL },
		{ authority(1), 0, "", "y", CHANGE, VERDICT_YES, NULL, NULL },
		{ authority(1), 0, "", "n", OPEN, VERDICT_NOT_YET, "approvals_missing", "has 0, needs 1" },
		{ authority(1), 0, "", "nn", OPEN, VERDICT_NO, "approvals_missing", "has 0, needs 1" },
		{ authority(2), 0, "", "n", OPEN, VERDICT_NO, "approvals_missing", "has 0, needs 2" },
		{ authority(2), 0, "", "y", CLOSED, VERDICT_NO, "approvals_missing", "has 1, needs 2" },
		{ authority(2), 0, "", "yy", CLOSED, VERDICT_YES, NULL, NULL },
		{ authority(3), 0, "", "yy", OPEN, VERDICT_NO, "approvals_missing", "has 2, needs 3" },
		{ authority(1), 0, "", "..y", OPEN, VERDICT_NOT_YET, "approvals_missing", "has 0, needs 1" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_list_speaks_of_applicants_alone(void **state)
{
	struct digest keys[] = { key_of(1), key_of(2) };
	const struct requirement r = list(keys, 2), empty = list(NULL, 0);
	struct decision_trace trace;
	enum verdict v;
	struct told t;

	(void)state;
	tell(&t, 3, "", "");
	t.f.applicant = key_of(2);
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_YES);
	assert_int_equal(verdict_of(&empty, &t.f), VERDICT_NO);
	t.f.question = Q_EXPEL;
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
	t.f.question = Q_AMEND;
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
	t.f.question = Q_ADMIT;
	t.f.applicant = key_of(3);
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_string_equal(trace.refusal, "not_listed");
	assert_string_equal(trace.missing, "the applicant's key is not on the list");
	assert_false(trace.expired);
	decision_trace_free(&trace);
}

static void the_subject_does_not_vote_on_itself(void **state)
{
	struct id16 three[] = { member_of(0), member_of(1), member_of(9) };
	struct requirement everybody = fraction(1, 1, 0, VOTES_OF_MEMBERS), some = fraction(1, 1, 0, VOTES_OF_MEMBERS);
	struct told t;

	(void)state;
	some.votes.of = three;
	some.votes.of_n = 3;
	tell(&t, 3, "yy", "");
	assert_int_equal(verdict_of(&everybody, &t.f), VERDICT_NOT_YET);
	assert_int_equal(verdict_of(&some, &t.f), VERDICT_NOT_YET);
	t.f.subject_is_elector = true;
	t.f.subject = member_of(9);
	assert_int_equal(verdict_of(&everybody, &t.f), VERDICT_YES);
	assert_int_equal(verdict_of(&some, &t.f), VERDICT_YES);
	t.f.subject = member_of(8);
	assert_int_equal(verdict_of(&some, &t.f), VERDICT_NOT_YET);
}

static void a_named_subset_filters(void **state)
{
	struct id16 two[] = { member_of(3), member_of(1) };
	struct requirement r = count(2, 0);
	struct told t;

	(void)state;
	r.votes.of = two;
	r.votes.of_n = 2;
	tell(&t, 5, "yyy.y", "");
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NOT_YET);
	tell(&t, 5, ".y.y", "");
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_YES);
	tell(&t, 5, "yyyny", "");
	assert_int_equal(verdict_of(&r, &t.f), VERDICT_NO);
}

static void nothing_is_always_yes(void **state)
{
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 3, "nnn", "nn");
	t.f.closed = true;
	assert_true(charter_decide(group(), NULL, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_YES);
	assert_int_equal(trace.n, 0);
	assert_null(trace.refusal);
	decision_trace_free(&trace);
	decision_trace_free(NULL);
}

static void an_empty_node_is_never_met(void **state)
{
	struct requirement none[] = { inner(REQ_ALL, 0, NULL, 0), inner(REQ_ANY, 0, NULL, 0), inner(REQ_AT_LEAST, 0, NULL, 0) };
	struct told t;

	(void)state;
	tell(&t, 3, "yyy", "yy");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(verdict_of(&none[i], &t.f), VERDICT_NO);
}

static void thresholds_of_large_groups(void **state)
{
	const struct requirement half = fraction(1, 2, 0, VOTES_OF_MEMBERS);
	const struct requirement most = fraction(UINT32_MAX - 1, UINT32_MAX, 0, VOTES_OF_MEMBERS), broken = { .type = REQ_VOTES };

	(void)state;
	assert_int_equal(votes_needed(&half, 0), 1);
	assert_int_equal(votes_needed(&half, 1), 1);
	assert_int_equal(votes_needed(&half, 2), 1);
	assert_int_equal(votes_needed(&half, 3), 2);
	assert_true(votes_needed(&half, UINT32_MAX) == UINT32_C(0x80000000));
	assert_true(votes_needed(&most, UINT32_MAX) == UINT32_MAX - 1);
	assert_true(votes_needed(&broken, 5) == UINT32_MAX);
}

static void fifty_leaves_over_ten_thousand_votes(void **state)
{
	enum { LEAVES = 50, VOTES = 10000, OF = 40 };
	struct fact_vote *votes = calloc(VOTES, sizeof(*votes));
	struct requirement leaves[LEAVES];
	struct id16 of[OF];
	const struct requirement r = inner(REQ_ALL, 0, leaves, LEAVES);
	struct facts f = { .electorate = VOTES, .votes = votes, .votes_n = VOTES };

	(void)state;
	assert_non_null(votes);
	for (unsigned i = 0; i < VOTES; i++)
		votes[i] = (struct fact_vote){ member_of((i * 7919) % VOTES), i % 3 == 0 ? CHOICE_YES : CHOICE_NO };
	for (unsigned i = 0; i < OF; i++)
		of[i] = member_of(i * 200);
	for (unsigned i = 0; i < LEAVES; i++) {
		leaves[i] = fraction(1, 4, 1, i % 2 ? VOTES_CAST : VOTES_OF_MEMBERS);
		leaves[i].votes.of = i % 3 ? of : NULL;
		leaves[i].votes.of_n = i % 3 ? OF : 0;
	}
	assert_int_equal(verdict_of(&r, &f), VERDICT_YES);
	free(votes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fixed_number_of_votes),
		cmocka_unit_test(a_veto_keeps_the_question_open),
		cmocka_unit_test(minds_may_change_until_the_close),
		cmocka_unit_test(a_fraction_of_the_members),
		cmocka_unit_test(a_fraction_of_the_votes_cast),
		cmocka_unit_test(operators),
		cmocka_unit_test(a_list_speaks_of_applicants_alone),
		cmocka_unit_test(the_subject_does_not_vote_on_itself),
		cmocka_unit_test(a_named_subset_filters),
		cmocka_unit_test(nothing_is_always_yes),
		cmocka_unit_test(an_empty_node_is_never_met),
		cmocka_unit_test(thresholds_of_large_groups),
		cmocka_unit_test(fifty_leaves_over_ten_thousand_votes),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
