/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

/* dot-atoms of RFC 5322 */
static void names_of_reload(void **state)
{
	static const char *const fit[] = { "ada", "Ada.Byron", "a+b", "x_y-z", "0" };
	static const char *const unfit[] = { "", ".", "a.", ".a", "a..b", "a b", "a@b", "\xc3\xa4", "a\"b", "a(b", "a,b" };
	struct charter *c = must_parse(charters_first(*state));

	assert_true(charter_takes_name(c, "a b"));
	c->membership.reload = true;
	assert_true(charter_takes_name(c, "a b"));
	c->membership.names = NAMES_NAME;
	for (size_t i = 0; i < sizeof(fit) / sizeof(fit[0]); i++)
		assert_true(charter_takes_name(c, fit[i]));
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		assert_false(charter_takes_name(c, unfit[i]));
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(names_of_reload) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
