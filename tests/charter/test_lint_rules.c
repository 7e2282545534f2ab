/* SPDX-License-Identifier: ISC
 * What is found in the rules for admission, expulsion and amendment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static void what_can_never_be_met_is_an_error(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct digest key = key_of(1);
	struct requirement parts[] = { count(4, 0), list(&key, 1) }, r = count(4, 0), few = count(3, 0), ops = authority(1);
	struct requirement any = inner(REQ_ANY, 0, parts, 2), k = inner(REQ_AT_LEAST, 3, parts, 2);
	struct charter *c = make(&r);

	(void)state;
	found(c, 3, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	assert_null(find(c, 4, "threshold_unreachable", "/admission/votes"));
	found(c, 4, "threshold_unreachable", "/expulsion/votes", LINT_WARNING); /* the group may grow */
	assert_null(find(c, 0, "threshold_unreachable", "/admission/votes"));
	c->version = 1;
	c->founders_n = 3;
	found(c, 0, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	few.votes.of = of;
	few.votes.of_n = 2;
	c->admission = &few;
	found(c, 9, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	found(c, 9, "named_stranger", "/admission/votes", LINT_WARNING);
	c->admission = &any;
	found(c, 3, "threshold_unreachable", "/admission/any/0/votes", LINT_WARNING);
	c->admission = &k;
	found(c, 9, "threshold_unreachable", "/admission/at_least", LINT_ERROR);
	c->admission = &ops;
	found(c, 9, "threshold_unreachable", "/admission/authority", LINT_ERROR);
	free(c);
}

static void undecided_leaves_are_errors(void **state)
{
	struct requirement parts[] = { count(2, 0), { .type = REQ_CAPTCHA } }, all = inner(REQ_ALL, 0, parts, 2);
	struct charter *c = make(&all);

	(void)state;
	found(c, 9, "leaf_unsupported", "/admission/all/1/captcha", LINT_ERROR);
	assert_null(find(c, 9, "open_admission", "/admission"));
	c->admission = &parts[1];
	found(c, 9, "open_admission", "/admission", LINT_WARNING);
	free(c);
}

static void weak_votes(void **state)
{
	struct requirement r = count(1, 1), half = fraction(1, 2, 0, VOTES_OF_MEMBERS), cast = fraction(1, 2, 0, VOTES_CAST);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "threshold_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "veto_of_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	c->admission = &half;
	found(c, 4, "fraction_without_minimum", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 5, "fraction_without_minimum", "/admission/votes"));
	found(c, 2, "threshold_one", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 9, "cheap_capture", "/admission"));
	found(c, 2, "cheap_capture", "/admission", LINT_WARNING);
	c->admission = &cast;
	found(c, 9, "cast_without_minimum", "/admission/votes", LINT_WARNING);
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	assert_null(find(c, 9, "change_with_cast", "/admission/votes"));
	c->voting.change = true;
	found(c, 9, "change_with_cast", "/admission/votes", LINT_WARNING);
	free(c);
}

/* One voter that stands in every named subset meets them all. */
static void capture_by_a_named_voter(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct requirement parts[] = { count(1, 0), count(1, 0) }, all = inner(REQ_ALL, 0, parts, 2);
	struct charter *c = make(&all);

	(void)state;
	parts[0].votes.of = of;
	parts[0].votes.of_n = 1;
	parts[1].votes.of = of;
	parts[1].votes.of_n = 2;
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	parts[1].votes.of = of + 1;
	parts[1].votes.of_n = 1;
	assert_null(find(c, 9, "cheap_capture", "/admission"));
	free(c);
}

static void lists(void **state)
{
	struct digest keys[] = { key_of(1), key_of(2), key_of(1) };
	struct requirement r = list(keys, 3), empty = list(NULL, 0);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "duplicate_keys", "/admission/list", LINT_WARNING);
	found(c, 9, "list_without_applicant", "/expulsion/list", LINT_WARNING);
	assert_null(find(c, 9, "list_without_applicant", "/admission/list"));
	assert_null(find(c, 9, "empty_list", "/admission/list"));
	c->admission = &empty;
	found(c, 9, "empty_list", "/admission/list", LINT_WARNING);
	free(c);
}

static void operators(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), word = authority(1);
	struct charter *c = make(&votes);

	(void)state;
	c->authority.operators_n = 1;
	found(c, 9, "operators_unused", "/authority/operators", LINT_WARNING);
	c->membership.removal_by_operators = true;
	assert_null(find(c, 9, "operators_unused", "/authority/operators"));
	found(c, 9, "operators_expel", "/membership/removal", LINT_WARNING);
	assert_null(find(c, 9, "operators_admit", "/admission"));
	c->admission = c->expulsion = &word;
	found(c, 9, "operators_admit", "/admission", LINT_WARNING);
	found(c, 9, "operators_expel", "/expulsion", LINT_WARNING);
	free(c);
}

static void missing_rules(void **state)
{
	struct requirement admission = count(5, 0), expulsion = count(2, 0);
	struct charter *c = make(&admission);

	(void)state;
	assert_null(find(c, 9, "expulsion_easier", "/expulsion"));
	c->expulsion = &expulsion;
	found(c, 9, "expulsion_easier", "/expulsion", LINT_WARNING);
	c->expulsion = c->amendment = NULL;
	found(c, 9, "no_expulsion", "", LINT_WARNING);
	found(c, 9, "no_amendment_vote", "", LINT_WARNING);
	assert_null(find(c, 9, "expulsion_easier", "/expulsion"));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_never_be_met_is_an_error),
		cmocka_unit_test(undecided_leaves_are_errors),
		cmocka_unit_test(weak_votes),
		cmocka_unit_test(capture_by_a_named_voter),
		cmocka_unit_test(lists),
		cmocka_unit_test(operators),
		cmocka_unit_test(missing_rules),
	};

	return cmocka_run_group_tests_name("lint_rules", tests, NULL, NULL);
}
