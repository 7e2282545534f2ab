/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static void who_comes_again(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), nobody = list(NULL, 0);
	struct requirement both[] = { votes, nobody }, all = { .type = REQ_ALL, .child = both, .n = 2 };
	struct charter *c = make(&votes);

	(void)state;
	assert_null(find(c, 9, "readmission_empty", "/readmission"));
	c->readmission.present = true;
	found(c, 9, "readmission_empty", "/readmission", LINT_WARNING);
	c->readmission.wait = DAY;
	assert_null(find(c, 9, "readmission_empty", "/readmission"));
	c->readmission.wait = 0;
	c->readmission.requirement = &nobody;
	c->readmission.both = &all;
	assert_null(find(c, 9, "readmission_empty", "/readmission"));
	found(c, 9, "readmission_never_met", "/readmission/requirement", LINT_WARNING);
	both[1] = count(3, 0);
	assert_null(find(c, 9, "readmission_never_met", "/readmission/requirement"));
	free(c);
}

static void members_who_can_never_renew(void **state)
{
	struct digest key = key_of(1);
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), vouches = { .type = REQ_VOUCHES, .vouches = { .count = 2 } };
	struct requirement listed = list(&key, 1), invited = { .type = REQ_INVITATION };
	struct charter *c = make(&votes);

	(void)state;
	c->membership.earlier_again = true;
	c->renewal = c->recovery.member = &vouches;
	found(c, 9, "renewal_unreachable", "/renewal", LINT_ERROR);
	assert_null(find(c, 9, "renewal_unreachable", "/membership/earlier"));
	assert_null(find(c, 9, "never_met", "/recovery/member"));
	c->renewal = c->recovery.member = &invited;
	c->admission = &vouches;
	found(c, 9, "renewal_unreachable", "/renewal", LINT_ERROR);
	found(c, 9, "renewal_unreachable", "/membership/earlier", LINT_ERROR);
	found(c, 9, "never_met", "/recovery/member", LINT_WARNING);
	c->membership.earlier_again = false;
	assert_null(find(c, 9, "renewal_unreachable", "/membership/earlier"));
	c->membership.earlier_again = true;
	c->admission = c->renewal = c->recovery.member = &listed;
	assert_null(find(c, 9, "renewal_unreachable", "/renewal"));
	assert_null(find(c, 9, "renewal_unreachable", "/membership/earlier"));
	assert_null(find(c, 9, "never_met", "/recovery/member"));
	free(c);
}

static void what_nobody_answers_for(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), r = { .type = REQ_VOUCHES, .vouches = { .count = 2 } };
	struct charter *c = make(&votes);

	(void)state;
	c->membership.sponsor.per = 3;
	c->membership.sponsor.window = DAY;
	c->membership.sponsor.depth = 1;
	c->vouching.penalty = DAY;
	found(c, 9, "sponsor_unused", "/membership/sponsor", LINT_WARNING);
	found(c, 9, "penalty_unused", "/vouching/penalty", LINT_WARNING);
	c->admission = &r;
	assert_null(find(c, 9, "sponsor_unused", "/membership/sponsor"));
	assert_null(find(c, 9, "penalty_unused", "/vouching/penalty"));
	c->expulsion = NULL;
	found(c, 9, "penalty_unused", "/vouching/penalty", LINT_WARNING);
	c->membership.removal = REMOVAL_OPERATORS;
	assert_null(find(c, 9, "penalty_unused", "/vouching/penalty"));
	free(c);
}

static void sponsors(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), r = { .type = REQ_VOUCHES, .vouches = { .count = 2 } };
	struct charter *c = make(&votes);

	(void)state;
	c->admission = &r;
	c->membership.sponsor.per = 1;
	c->membership.sponsor.window = 7 * DAY;
	c->membership.sponsor.depth = 1;
	assert_null(find(c, 2, "sponsors_too_few", "/membership/sponsor/per"));
	found(c, 1, "sponsors_too_few", "/membership/sponsor/per", LINT_WARNING);
	assert_null(find(c, 0, "sponsors_too_few", "/membership/sponsor/per"));
	c->membership.per_day = 1;
	assert_null(find(c, 14, "sponsors_too_few", "/membership/sponsor/per"));
	found(c, 13, "sponsors_too_few", "/membership/sponsor/per", LINT_WARNING);
	r.vouches.budget = 2;
	r.vouches.window = 7 * DAY;
	found(c, 14, "sponsor_below_budget", "/membership/sponsor/per", LINT_WARNING);
	r.vouches.window++;
	assert_null(find(c, 14, "sponsor_below_budget", "/membership/sponsor/per"));
	r.vouches.window--;
	r.vouches.budget = 1;
	assert_null(find(c, 14, "sponsor_below_budget", "/membership/sponsor/per"));
	free(c);
}

static void clients(void **state)
{
	struct requirement near = count(2, 0);
	struct charter *c = make(&near);

	(void)state;
	c->membership.client = true;
	assert_null(find(c, 9, "clients_on_ring", "/membership/class"));
	near.votes.nearest = 3;
	found(c, 9, "clients_on_ring", "/membership/class", LINT_WARNING);
	c->membership.client = false;
	assert_null(find(c, 9, "clients_on_ring", "/membership/class"));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_again),
		cmocka_unit_test(members_who_can_never_renew),
		cmocka_unit_test(what_nobody_answers_for),
		cmocka_unit_test(sponsors),
		cmocka_unit_test(clients),
	};

	return cmocka_run_group_tests_name("lint_return", tests, NULL, NULL);
}
