/* SPDX-License-Identifier: ISC
 * What is found in the rules for admission, expulsion and amendment as a whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

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
	found(c, 9, "captured_by_one", "/admission", LINT_WARNING);
	parts[1].votes.of = of + 1;
	parts[1].votes.of_n = 1;
	assert_null(find(c, 9, "captured_by_one", "/admission"));
	free(c);
}

static void operators(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), word = authority(1);
	struct charter *c = make(&votes);

	(void)state;
	c->authority.operators_n = 1;
	found(c, 9, "operators_unused", "/authority/operators", LINT_WARNING);
	c->membership.removal = REMOVAL_OPERATORS;
	assert_null(find(c, 9, "operators_unused", "/authority/operators"));
	found(c, 9, "operators_expel", "/membership/removal", LINT_WARNING);
	assert_null(find(c, 9, "operators_admit", "/admission"));
	c->admission = c->expulsion = &word;
	found(c, 9, "operators_admit", "/admission", LINT_WARNING);
	found(c, 9, "operators_expel", "/expulsion", LINT_WARNING);
	free(c);
}

static void suspensions(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), vouches = { .type = REQ_VOUCHES, .vouches = { .count = 2 } };
	struct charter *c = make(&votes);

	(void)state;
	c->voting.term = 3600;
	c->membership.suspension = 60;
	found(c, 9, "suspension_unused", "/membership/suspension", LINT_WARNING);
	assert_null(find(c, 9, "suspension_short", "/membership/suspension"));
	c->authority.operators_n = 1;
	c->membership.removal = REMOVAL_EMERGENCY;
	assert_null(find(c, 9, "operators_unused", "/authority/operators"));
	assert_null(find(c, 9, "suspension_unused", "/membership/suspension"));
	found(c, 9, "suspension_short", "/membership/suspension", LINT_WARNING);
	c->membership.suspension = 3600;
	assert_null(find(c, 9, "suspension_short", "/membership/suspension"));
	c->membership.suspension = 0;
	assert_null(find(c, 9, "suspension_short", "/membership/suspension"));
	c->vouching.cascade = CASCADE_FLAG;
	found(c, 9, "cascade_unused", "/vouching/cascade", LINT_WARNING);
	c->admission = &vouches;
	assert_null(find(c, 9, "cascade_unused", "/vouching/cascade"));
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
	c->expelling.movers = 9;
	found(c, 9, "movers_unreachable", "/expelling/movers", LINT_WARNING);
	assert_null(find(c, 10, "movers_unreachable", "/expelling/movers"));
	c->expelling.movers = 1;
	c->expulsion = c->amendment = NULL;
	found(c, 9, "no_expulsion", "", LINT_WARNING);
	found(c, 9, "no_amendment_vote", "", LINT_WARNING);
	assert_null(find(c, 9, "expulsion_easier", "/expulsion"));
	free(c);
}

static void who_captures(void **state)
{
	struct requirement puzzle = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_AUDIO }, votes = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct requirement one = count(1, 0), veto = count(2, 1);
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &puzzle;
	found(c, 9, "open_admission", "/admission", LINT_WARNING);
	c->admission = &one;
	assert_null(find(c, 9, "open_admission", "/admission"));
	found(c, 9, "captured_by_one", "/admission", LINT_WARNING);
	found(c, 0, "captured_by_one", "/admission", LINT_WARNING);
	c->expulsion = &one;
	found(c, 9, "captured_by_one", "/expulsion", LINT_WARNING);
	c->admission = c->expulsion = c->amendment = &veto;
	found(c, 9, "blocked_by_one", "/admission", LINT_WARNING);
	found(c, 0, "blocked_by_one", "/expulsion", LINT_WARNING);
	found(c, 9, "blocked_by_one", "/amendment", LINT_WARNING);
	veto.votes.veto = 2;
	assert_null(find(c, 9, "blocked_by_one", "/admission"));
	c->admission = &votes;
	assert_null(find(c, 3, "blocked_by_one", "/admission"));
	assert_null(find(c, 2, "blocked_by_one", "/admission")); /* of a pair */
	free(c);
}

static void what_nobody_can_meet(void **state)
{
	struct requirement nobody = list(NULL, 0), votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), puzzle = { .type = REQ_CAPTCHA };
	struct charter *c = make(&votes);

	(void)state;
	c->admission = c->expulsion = c->amendment = &nobody;
	found(c, 9, "never_met", "/admission", LINT_WARNING);
	found(c, 9, "never_met", "/expulsion", LINT_WARNING);
	found(c, 9, "amendment_unreachable", "/amendment", LINT_ERROR);
	c->admission = c->amendment = &puzzle;
	assert_null(find(c, 9, "never_met", "/admission"));
	found(c, 9, "amendment_unreachable", "/amendment", LINT_ERROR);
	c->amendment = &votes;
	assert_null(find(c, 9, "amendment_unreachable", "/amendment"));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture_by_a_named_voter),
		cmocka_unit_test(operators),
		cmocka_unit_test(suspensions),
		cmocka_unit_test(missing_rules),
		cmocka_unit_test(who_captures),
		cmocka_unit_test(what_nobody_can_meet),
	};

	return cmocka_run_group_tests_name("lint_rules", tests, NULL, NULL);
}
