/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "charter/explain.h"
#include "tests/charter/wise.h"

static void must_say(void (*f)(const struct charter *, uint32_t, struct buf *), const struct charter *c, const char *text)
{
	struct buf out = { 0 };

	f(c, 9, &out);
	assert_string_equal(buf_cstr(&out), text);
	buf_free(&out);
}

static void places(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	must_say(explain_places, c, "");
	c->membership.rejoin = 30 * DAY;
	must_say(explain_places, c, "A member takes another place every 30 days, when it renews.");
	c->membership.has_seeder = true;
	must_say(explain_places, c,
		"Places in the overlay are drawn from two seeds, the notary's and one of a second contributor, so that neither chooses them "
		"alone. A member takes another place every 30 days, when it renews.");
	c->membership.nodes_by_key = true;
	must_say(explain_places, c,
		"The number of a member is drawn from two seeds, the notary's and one of a second contributor, so that neither chooses it "
		"alone.");
	free(c);
}

static void renewals(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	must_say(explain_renewal, c, "");
	c->membership.earlier_again = true;
	must_say(explain_renewal, c,
		"Who was admitted under an earlier version is decided at its next renewal as if it were to be admitted now.");
	c->membership.earlier_again = false;
	c->renewal = &r;
	must_say(explain_renewal, c,
		"A renewal is also decided by the group, without the vote of the member: it is granted when at least 2 members say yes (now 2 "
		"of 8).");
	free(c);
}

static void lost_keys(void **state)
{
	struct requirement r = count(2, 0), vouches = { .type = REQ_VOUCHES, .vouches = { .count = 3 } };
	struct charter *c = make(&r);

	(void)state;
	must_say(explain_lost_key, c, "");
	c->recovery.member = &vouches;
	must_say(explain_lost_key, c,
		"A member that lost its key keeps its place with a new one when at least 3 members vouch for the member. The old key, if it is "
		"not lost, can stop that.");
	free(c);
}

static void recovery_keys(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	must_say(explain_recovery_keys, c, "");
	c->recovery.administrators = true;
	c->recovery.threshold = 2;
	c->recovery.n = 3;
	must_say(explain_recovery_keys, c,
		"2 of 3 recovery keys can replace the administrators, and change nothing else. Nobody else is asked.");
	c->recovery.notice = DAY;
	c->recovery.veto = 3;
	c->recovery.vetoed = (struct requirement){ .type = REQ_VOTES, .votes = { .veto = 3 } };
	must_say(explain_recovery_keys, c,
		"2 of 3 recovery keys can replace the administrators, and change nothing else, 1 day after that stands in the log. Before, the group is "
		"asked, and that passes "
		"when fewer than 3 of the members say no until the term ends.");
	c->amending.notice = 2 * DAY;
	c->recovery.veto = 0;
	must_say(explain_recovery_keys, c,
		"2 of 3 recovery keys can replace the administrators, and change nothing else, 2 days after that stands in the log. Nobody "
		"else is asked.");
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(renewals),
		cmocka_unit_test(lost_keys),
		cmocka_unit_test(recovery_keys),
	};

	return cmocka_run_group_tests_name("explain_members", tests, NULL, NULL);
}
