/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/capture.h"
#include "charter/explain.h"
#include "tests/charter/wise.h"

static void must_say(const struct charter *c, uint32_t n, const char *text)
{
	struct buf out = { 0 };

	explain_capture(c, n, &out);
	assert_string_equal(buf_cstr(&out), text);
	buf_free(&out);
}

static struct charter *bare(struct requirement *admission)
{
	struct charter *c = make(admission);

	c->expulsion = NULL;
	c->amendment = NULL;
	c->authority.operators_n = 1;
	return c;
}

static void what_members_can_do(void **state)
{
	struct requirement veto = count(2, 3);
	struct charter *c = bare(&veto);

	(void)state;
	must_say(c, 9,
		"Admitting anybody, while all others are silent, takes 2 members.\n"
		"Admitting anybody, though all others say no, takes 7 members.\n"
		"Keeping everybody out, though all others say yes, takes 3 members.\n"
		"Changing these rules takes 2 administrators.\n");
	free(c);
}

static void what_operators_can_do(void **state)
{
	struct requirement parts[] = { fraction(1, 2, 2, VOTES_OF_MEMBERS), authority(1) }, any = inner(REQ_ANY, 0, parts, 2),
			   two = count(2, 0);
	struct charter *c = bare(&two);

	(void)state;
	c->expulsion = &any;
	c->amendment = &any;
	must_say(c, 9,
		"Admitting anybody, whatever the others say, takes 2 members.\n"
		"Keeping everybody out, though all others say yes, takes 8 members.\n"
		"Expelling a member, whatever the others say, takes 4 members, or 1 operator.\n"
		"Keeping everybody from being expelled, though all others say yes, takes 5 members and 1 operator.\n"
		"Changing these rules takes 2 administrators; and, though all others say no, 5 members, or 1 operator.\n");
	free(c);
}

/* Who measures and who invites stands behind an invitation. */
static void who_can_invite(void **state)
{
	struct requirement invitation = { .type = REQ_INVITATION, .invitation = { .life = 60, .by_operators = true } };
	struct charter *c = bare(&invitation);

	(void)state;
	must_say(c, 9,
		"Admitting anybody, whatever the others say, takes 1 operator.\n"
		"Keeping everybody out, though all others say yes, takes 1 operator.\n"
		"Changing these rules takes 2 administrators.\n");
	invitation.invitation.by_operators = false;
	must_say(c, 9,
		"Admitting anybody, whatever the others say, takes 1 member.\n"
		"Keeping everybody out, though all others say yes, takes 9 members.\n"
		"Changing these rules takes 2 administrators.\n");
	invitation.invitation.observers = 2;
	c->inviting.present = true;
	c->inviting.measures.history = 3;
	must_say(c, 9,
		"Admitting anybody, while all others are silent, takes 2 members.\n"
		"Admitting anybody, though all others say no, takes 5 members.\n"
		"Keeping everybody out, though all others say yes, takes 5 members.\n"
		"Changing these rules takes 2 administrators.\n");
	invitation.invitation.draw = 1;
	c->inviting.measures.history = 0;
	must_say(c, 9,
		"Admitting anybody, whatever the others say, takes 2 members, when the applicant is drawn by lot.\n"
		"Keeping everybody out, though all others say yes, takes 8 members.\n"
		"Changing these rules takes 2 administrators.\n");
	free(c);
}

/* Whatever the rule for expulsions says, an operator needs none. */
static void operators_who_remove(void **state)
{
	struct requirement two = count(2, 0);
	struct charter *c = bare(&two);

	(void)state;
	c->expulsion = &two;
	c->membership.removal = REMOVAL_OPERATORS;
	c->administrators.threshold = 1;
	must_say(c, 9,
		"Admitting anybody, whatever the others say, takes 2 members.\n"
		"Keeping everybody out, though all others say yes, takes 8 members.\n"
		"Expelling a member, whatever the others say, takes 1 operator or administrator.\n"
		"Changing these rules takes 1 administrator.\n");
	/* one member alone has nobody to expel */
	must_say(c, 1,
		"Admitting anybody, whatever the others say, takes more than there are.\n"
		"Keeping everybody out, though all others say yes, takes nobody.\n"
		"Changing these rules takes 1 administrator.\n");
	free(c);
}

static void in_words(void **state)
{
	static const struct {
		struct capture k;
		const char *words;
	} cases[] = {
		{ { .possible = true, .exact = true, .members = 1 }, "1 member" },
		{ { .possible = true, .exact = true, .members = 2, .alone = 1 }, "2 members, or 1 operator" },
		{ { .possible = true, .members = 7, .operators = 2, .alone = 3 }, "at most 7 members and 2 operators, or 3 operators" },
		{ { .possible = true, .exact = true, .operators = 1, .alone = 1 }, "1 operator" },
		{ { .possible = true, .exact = true, .challenges = true }, "nobody, when the applicant meets the challenges" },
		{ { .possible = true, .exact = true, .members = 2, .drawn = true }, "2 members, when the applicant is drawn by lot" },
		{ { .possible = true, .exact = true, .members = 2, .listed = true }, "2 members, when the applicant is on the list" },
		{ { .exact = true }, "more than there are" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf words = { 0 };

		capture_say(&cases[i].k, &words);
		assert_string_equal(buf_cstr(&words), cases[i].words);
		buf_free(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_members_can_do),
		cmocka_unit_test(what_operators_can_do),
		cmocka_unit_test(in_words),
		cmocka_unit_test(who_can_invite),
		cmocka_unit_test(operators_who_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
