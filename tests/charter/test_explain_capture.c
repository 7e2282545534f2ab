/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_members_can_do),
		cmocka_unit_test(what_operators_can_do),
		cmocka_unit_test(operators_who_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
