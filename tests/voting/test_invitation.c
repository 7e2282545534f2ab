/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/invitation.h"
#include "tests/voting/objects.h"

static const struct invitation invitation = {
	.genesis = { { 1 } }, .charter = { { 2 } }, .candidate = { { 3 } }, .has_member = true, .member = { { 4 } }, .until = 60, .iat = 6
};

static json_t *make(void)
{
	return invitation_print(&invitation);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct invitation v;

	return invitation_parse(j, &v, e);
}

static void what_is_printed_is_read(void **state)
{
	(void)state;
	for (int member = 0; member < 2; member++) {
		struct invitation v = invitation, back;
		struct jws *j;

		v.has_member = member;
		j = envelope_of(KIND_INVITATION, invitation_print(&v));
		assert_true(invitation_parse(j, &back, NULL));
		assert_memory_equal(&back.charter, &v.charter, sizeof(v.charter));
		assert_memory_equal(&back.candidate, &v.candidate, sizeof(v.candidate));
		assert_int_equal(back.has_member, member);
		assert_int_equal(back.member.b[0], member ? 4 : 0);
		assert_int_equal(back.until, 60);
		assert_int_equal(back.iat, 6);
		envelope_free(j);
	}
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "candidate", NULL, "missing_member", "/candidate" },
		{ "candidate", "\"\"", "bad_value", "/candidate" },
		{ "member", "\"A\"", "bad_value", "/member" },
		{ "until", "5", "out_of_range", "/until" }, /* before it was made */
		{ "until", NULL, "missing_member", "/until" },
		{ "iat", NULL, "missing_member", "/iat" },
		{ "colour", "2", "unknown_member", "/colour" },
	};

	(void)state;
	refused(KIND_INVITATION, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
	};

	return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
