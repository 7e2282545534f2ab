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
	const struct lint_view ten = { .members = 10 };
	struct lint out[LINT_MAX];
	size_t n = charter_lint(c, &ten, out);

	(void)state;
	for (size_t i = 0; i < n; i++)
		print_error("%s %s: %s\n", out[i].name, out[i].pointer, out[i].text);
	assert_int_equal(n, 0);
	assert_int_equal(charter_lint(c, NULL, out), 0);
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
	c->membership.rejoin = c->membership.life;
	assert_null(find(c, 9, "rejoin_ends_life", "/membership/rejoin"));
	assert_null(find(c, 9, "rejoin_by_key", "/membership/rejoin"));
	c->membership.nodes_by_key = true;
	found(c, 9, "rejoin_by_key", "/membership/rejoin", LINT_WARNING);
	c->membership.rejoin--;
	found(c, 9, "rejoin_ends_life", "/membership/rejoin", LINT_WARNING);
	c->membership.nodes_by_key = false;
	c->membership.rejoin = 0;
	c->freshness.grace = 0;
	c->membership.life = 7 * DAY;
	assert_null(find(c, 9, "life_outlives_lists", "/freshness/unknown"));
	c->freshness.allow_unknown = true;
	assert_null(find(c, 9, "life_outlives_lists", "/freshness/unknown"));
	c->freshness.update--;
	found(c, 9, "life_outlives_lists", "/freshness/unknown", LINT_WARNING);
	free(c);
}

static void probation(void **state)
{
	struct requirement r = count(2, 0);
	struct lint_view view = { .members = 10, .voters = 5 };
	struct charter *c = make(&r);

	(void)state;
	assert_null(find_in(c, &view, "few_voters", "/voting"));
	view.voters = 4;
	found_in(c, &view, "few_voters", "/voting", LINT_WARNING);
	c->voting.probation = c->vouching.probation = 90 * DAY;
	found_in(c, &view, "few_voters", "/voting/probation", LINT_WARNING);
	assert_null(find(c, 9, "long_probation", "/voting/probation"));
	c->voting.probation++;
	c->vouching.probation++;
	found(c, 9, "long_probation", "/voting/probation", LINT_WARNING);
	found(c, 9, "long_probation", "/vouching/probation", LINT_WARNING);
	r.votes.count = 5;
	found_in(c, &view, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	free(c);
}

static void seats_and_leftovers(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->membership.limit = 10;
	assert_null(find(c, 9, "no_seat", "/membership/limit"));
	found(c, 10, "no_seat", "/membership/limit", LINT_WARNING);
	assert_null(find(c, 9, "vouching_unused", "/vouching"));
	c->vouching.present = true;
	found(c, 9, "vouching_unused", "/vouching", LINT_WARNING);
	assert_null(find(c, 9, "inviting_unused", "/inviting"));
	c->inviting.present = true;
	found(c, 9, "inviting_unused", "/inviting", LINT_WARNING);
	free(c);
}

static void tests_of_the_charter(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->tests[0].expect = 1;
	found(c, 9, "test_failed", "/tests/0", LINT_ERROR);
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
	assert_int_equal(charter_lint(c, NULL, out), LINT_MAX);
	assert_int_equal(out[LINT_MAX].line, 0x07070707);
	free(c);
}

static void no_number_of_warnings_hides_an_error(void **state)
{
	struct requirement leaves[100], r = inner(REQ_ANY, 0, leaves, 100), votes = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct charter *c = make(&votes);

	(void)state;
	for (size_t i = 0; i < 100; i++)
		leaves[i] = count(1, 1);
	c->admission = &r;
	c->tests[0].expect = 1;
	found(c, 9, "test_failed", "/tests/0", LINT_ERROR);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wise_charter_is_left_alone),
		cmocka_unit_test(times),
		cmocka_unit_test(probation),
		cmocka_unit_test(seats_and_leftovers),
		cmocka_unit_test(tests_of_the_charter),
		cmocka_unit_test(findings_have_a_line),
		cmocka_unit_test(there_is_an_end_of_findings),
		cmocka_unit_test(no_number_of_warnings_hides_an_error),
	};

	return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
