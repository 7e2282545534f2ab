/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "charter/charter.h"

static struct requirement leaf(enum requirement_type type)
{
	return (struct requirement){ .type = type, .votes = { .count = 1 }, .invitation = { .life = 60 } };
}

/* Two leaves under a node: is there no way without an invitation? */
static bool needed(enum requirement_type type, uint32_t k, enum requirement_type one, enum requirement_type other)
{
	struct requirement parts[] = { leaf(one), leaf(other) };
	struct requirement r = { .type = type, .k = k, .child = parts, .n = 2 };
	struct charter *c = calloc(1, sizeof(*c));
	bool is;

	assert_non_null(c);
	c->admission = &r;
	is = charter_invitation_needed(c);
	assert_ptr_equal(charter_invitation_rule(c), one == REQ_INVITATION ? &parts[0] : other == REQ_INVITATION ? &parts[1] : NULL);
	free(c);
	return is;
}

static void ways_around_an_invitation(void **state)
{
	(void)state;
	assert_true(needed(REQ_ALL, 0, REQ_VOTES, REQ_INVITATION));
	assert_false(needed(REQ_ALL, 0, REQ_VOTES, REQ_VOTES));
	assert_false(needed(REQ_ANY, 0, REQ_VOTES, REQ_INVITATION));
	assert_true(needed(REQ_ANY, 0, REQ_INVITATION, REQ_INVITATION));
	assert_false(needed(REQ_AT_LEAST, 1, REQ_VOTES, REQ_INVITATION));
	assert_true(needed(REQ_AT_LEAST, 2, REQ_VOTES, REQ_INVITATION));
}

static void how_long_a_candidacy_lasts(void **state)
{
	struct requirement r = leaf(REQ_INVITATION);
	struct charter *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	assert_int_equal(charter_candidacy_life(c), 0);
	assert_false(charter_invitation_needed(c));
	c->admission = &r;
	assert_int_equal(charter_candidacy_life(c), 60);
	assert_true(charter_invitation_whole(c));
	r.invitation.draw = 1;
	assert_false(charter_invitation_whole(c));
	r.invitation.draw = 0;
	r.invitation.observers = 1;
	assert_false(charter_invitation_whole(c));
	c->inviting.present = true;
	c->inviting.window = 90;
	assert_false(charter_measures(c));
	c->inviting.measures.history = 1;
	assert_true(charter_measures(c));
	assert_true(charter_invitation_whole(c));
	assert_int_equal(charter_candidacy_life(c), 90);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_around_an_invitation),
		cmocka_unit_test(how_long_a_candidacy_lasts),
	};

	return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
