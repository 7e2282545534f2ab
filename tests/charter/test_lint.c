/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static void a_wise_charter_is_left_alone(void **state)
{
	struct requirement r = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct charter *c = make(&r);
	struct lint out[LINT_MAX];
	size_t n = charter_lint(c, 10, out);

	(void)state;
	for (size_t i = 0; i < n; i++)
		print_error("%s %s: %s\n", out[i].name, out[i].pointer, out[i].text);
	assert_int_equal(n, 0);
	assert_int_equal(charter_lint(c, 0, out), 0);
	free(c);
}

static void administrators(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->administrators.threshold = 3;
	found(c, 9, "all_administrators", "/administrators/threshold", LINT_WARNING);
	c->administrators.threshold = 1;
	found(c, 9, "one_approval", "/administrators/threshold", LINT_WARNING);
	c->administrators.offline = 0;
	assert_null(find(c, 9, "no_offline_approval", "/administrators/offline"));
	c->administrators.keys[1].passkey.rp = "example.org";
	found(c, 9, "no_offline_approval", "/administrators/offline", LINT_WARNING);
	c->administrators.n = 1;
	found(c, 9, "one_administrator", "/administrators/keys", LINT_WARNING);
	free(c);
}

static void windows(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->authority.notaries[0].until = START + 30 * DAY;
	assert_null(find(c, 9, "window_ends_soon", "/authority/notaries/0/until"));
	c->authority.notaries[0].until--;
	found(c, 9, "window_ends_soon", "/authority/notaries/0/until", LINT_WARNING);
	c->authority.issuing[0].from = START;
	assert_null(find(c, 9, "none_in_force", "/authority/issuing"));
	c->authority.issuing[0].from = START + 1;
	found(c, 9, "none_in_force", "/authority/issuing", LINT_ERROR);
	c->authority.revocation[0].until = START;
	found(c, 9, "none_in_force", "/authority/revocation", LINT_ERROR);
	c->authority.addresses_n = 0;
	found(c, 9, "no_address", "/authority/addresses", LINT_WARNING);
	free(c);
}

static void times(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->voting.term = 3600;
	assert_null(find(c, 9, "short_term", "/voting/term"));
	c->voting.term--;
	found(c, 9, "short_term", "/voting/term", LINT_WARNING);
	c->freshness.update = 7 * DAY / 2;
	assert_null(find(c, 9, "slow_lists", "/freshness/update"));
	c->freshness.grace = 1;
	found(c, 9, "slow_lists", "/freshness/update", LINT_WARNING);
	c->membership.life = 90 * DAY;
	assert_null(find(c, 9, "long_life", "/membership/life"));
	c->membership.life++;
	found(c, 9, "long_life", "/membership/life", LINT_WARNING);
	free(c);
}

static void tests_of_the_charter(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->tests[0].expect = 1;
	found(c, 9, "test_failed", "/tests/0", LINT_WARNING);
	c->tests_n = 0;
	found(c, 9, "no_tests", "/tests", LINT_WARNING);
	free(c);
}

static void findings_have_a_line(void **state)
{
	struct requirement r = count(4, 0);
	struct charter *c = make(&r);
	const struct lint *l;

	(void)state;
	buf_add_str(&c->payload, "{\n  \"admission\": {\n    \"votes\": {\"count\": 4}}}");
	l = find(c, 3, "threshold_unreachable", "/admission/votes");
	assert_non_null(l);
	assert_int_equal(l->line, 3);
	assert_int_equal(l->column, 14);
	l = find(c, 3, "threshold_unreachable", "/expulsion/votes");
	assert_non_null(l);
	assert_int_equal(l->line, 0);
	buf_free(&c->payload);
	free(c);
}

static void there_is_an_end_of_findings(void **state)
{
	struct requirement leaves[100], r = inner(REQ_ANY, 0, leaves, 100);
	struct charter *c = make(&r);
	struct lint out[LINT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		leaves[i] = count(1, 1);
	memset(&out[LINT_MAX], 7, sizeof(out[LINT_MAX]));
	assert_int_equal(charter_lint(c, 9, out), LINT_MAX);
	assert_int_equal(out[LINT_MAX].line, 0x07070707);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wise_charter_is_left_alone),
		cmocka_unit_test(administrators),
		cmocka_unit_test(windows),
		cmocka_unit_test(times),
		cmocka_unit_test(tests_of_the_charter),
		cmocka_unit_test(findings_have_a_line),
		cmocka_unit_test(there_is_an_end_of_findings),
	};

	return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
