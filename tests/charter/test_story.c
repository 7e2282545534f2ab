/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/charter/trees.h"

/* The caller's requirement decides admission; free() suffices. */
static struct charter *with(struct requirement *admission, const struct scenario *t)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->admission = admission;
	c->authority.operators_n = 1;
	c->authority.operators[0].thumb = key_of(100);
	c->tests[0] = *t;
	c->tests_n = 1;
	return c;
}

static void expect(struct requirement *r, struct scenario t, const char *text)
{
	struct charter *c;
	struct err e = { 0 };

	t.name = "story";
	c = with(r, &t);
	assert_true(charter_run_tests(c, &e) == (text == NULL));
	if (text != NULL) {
		assert_true(err_is(&e, "test_failed"));
		assert_string_equal(e.text, text);
		assert_string_equal(e.pointer, "/tests/0");
	}
	free(c);
}

static void votes_are_told(void **state)
{
	struct requirement r = count(2, 1);

	(void)state;
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .abstain = 1, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .no = 1, .expect = VERDICT_NO }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .expect = VERDICT_NOT_YET }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .closed = true, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 1, .closed = true, .expect = VERDICT_YES },
		"test \"story\" expects \"yes\", and the charter says \"no\"");
}

static void lists_and_operators_are_told(void **state)
{
	struct digest key = key_of(3);
	struct requirement parts[] = { list(NULL, 0), list(&key, 1), authority(1) };
	struct requirement r = inner(REQ_AT_LEAST, 2, parts, 3);

	(void)state;
	expect(&r, (struct scenario){ .listed = true, .approvals = 1, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .listed = false, .approvals = 1, .expect = VERDICT_NO }, NULL);
	expect(&r, (struct scenario){ .listed = true, .approvals = 0, .expect = VERDICT_NOT_YET }, NULL);
	expect(&r, (struct scenario){ .listed = true, .approvals = 2, .expect = VERDICT_NOT_YET },
		"test \"story\" has 2 approvals, but the charter names 1 operators");
}

static void named_voters_come_first(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct requirement parts[] = { count(2, 0), count(2, 0) };
	struct requirement r = inner(REQ_ALL, 0, parts, 2);

	(void)state;
	parts[0].votes.of = parts[1].votes.of = of;
	parts[0].votes.of_n = parts[1].votes.of_n = 2;
	expect(&r, (struct scenario){ .members = 5, .yes = 2, .no = 3, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 5, .yes = 1, .no = 1, .expect = VERDICT_NO }, NULL);
}

static void what_cannot_happen_is_refused(void **state)
{
	struct requirement r = count(1, 0);

	(void)state;
	expect(&r, (struct scenario){ .members = 2, .yes = 3, .expect = VERDICT_YES }, "test \"story\" has 3 votes, but 2 can vote");
	expect(&r, (struct scenario){ .members = UINT32_MAX, .yes = UINT32_MAX, .expect = VERDICT_YES },
		"test \"story\" has 4294967295 members; at most 100000");
	expect(&r, (struct scenario){ .members = 5, .yes = UINT32_MAX, .no = 6, .expect = VERDICT_YES },
		"test \"story\" has 4294967301 votes, but 5 can vote");
}

static void the_subject_of_an_expulsion_is_a_member(void **state)
{
	struct requirement r = fraction(1, 1, 0, VOTES_OF_MEMBERS);
	struct scenario t = { .name = "out", .question = Q_EXPEL, .members = 3, .yes = 2, .expect = VERDICT_YES };
	struct charter *c = with(NULL, &t);
	struct err e = { 0 };

	(void)state;
	c->expulsion = &r;
	assert_true(charter_run_tests(c, &e));
	c->tests[0].yes = 3;
	assert_false(charter_run_tests(c, &e));
	assert_string_equal(e.text, "test \"out\" has 3 votes, but 2 can vote");
	free(c);
}

static void a_question_without_a_rule_has_an_answer(void **state)
{
	struct scenario t = { .name = "none", .question = Q_EXPEL, .members = 3, .yes = 2, .expect = VERDICT_NO };
	struct charter *c = with(NULL, &t);

	(void)state;
	assert_true(charter_run_tests(c, NULL));
	c->tests[0].question = Q_AMEND;
	c->tests[0].expect = VERDICT_YES;
	assert_true(charter_run_tests(c, NULL));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_are_told),
		cmocka_unit_test(lists_and_operators_are_told),
		cmocka_unit_test(named_voters_come_first),
		cmocka_unit_test(what_cannot_happen_is_refused),
		cmocka_unit_test(the_subject_of_an_expulsion_is_a_member),
		cmocka_unit_test(a_question_without_a_rule_has_an_answer),
	};

	return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
