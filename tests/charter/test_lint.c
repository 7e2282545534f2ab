/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/lint.h"
#include "tests/charter/trees.h"

enum { DAY = 86400, START = 1800000000 };

/* A charter by hand that is found wise; the rule is the caller's. free() suffices. */
static struct charter *make(struct requirement *rule)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->version = 2;
	c->effective = START;
	c->administrators.threshold = 2;
	c->administrators.offline = 1;
	c->administrators.n = 3;
	c->authority.notaries_n = c->authority.issuing_n = c->authority.revocation_n = c->authority.addresses_n = 1;
	c->authority.notaries[0].until = c->authority.issuing[0].until = START + 365 * DAY;
	c->authority.revocation[0].until = c->authority.addresses[0].until = START + 365 * DAY;
	c->admission = c->expulsion = c->amendment = rule;
	c->voting.term = DAY;
	c->membership.life = 7 * DAY;
	c->freshness.update = 3600;
	c->tests_n = 1;
	c->tests[0].name = "nobody";
	c->tests[0].closed = true;
	c->tests[0].expect = 2;
	return c;
}

/* The finding of this name, at this place; NULL when there is none. In static memory. */
static const struct lint *find(const struct charter *c, uint32_t n, const char *name, const char *pointer)
{
	static struct lint all[LINT_MAX];
	size_t found = charter_lint(c, n, all);

	for (size_t i = 0; i < found; i++)
		if (strcmp(all[i].name, name) == 0 && strcmp(all[i].pointer, pointer) == 0)
			return &all[i];
	return NULL;
}

static void found(const struct charter *c, uint32_t n, const char *name, const char *pointer, enum lint_level level)
{
	const struct lint *l = find(c, n, name, pointer);

	if (l == NULL)
		print_error("%s at \"%s\" is not found\n", name, pointer);
	assert_non_null(l);
	assert_int_equal(l->level, level);
	assert_true(strlen(l->text) > 20 && strlen(l->text) + 1 < sizeof(l->text));
}

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

static void what_can_never_be_met_is_an_error(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct digest key = key_of(1);
	struct requirement parts[] = { count(4, 0), list(&key, 1) }, r = count(4, 0), few = count(3, 0), ops = authority(1);
	struct requirement any = inner(REQ_ANY, 0, parts, 2), k = inner(REQ_AT_LEAST, 3, parts, 2);
	struct charter *c = make(&r);

	(void)state;
	found(c, 3, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	assert_null(find(c, 4, "threshold_unreachable", "/admission/votes"));
	found(c, 4, "threshold_unreachable", "/expulsion/votes", LINT_WARNING); /* the group may grow */
	assert_null(find(c, 0, "threshold_unreachable", "/admission/votes"));
	c->version = 1;
	c->founders_n = 3;
	found(c, 0, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	few.votes.of = of;
	few.votes.of_n = 2;
	c->admission = &few;
	found(c, 9, "threshold_unreachable", "/admission/votes", LINT_ERROR);
	found(c, 9, "named_stranger", "/admission/votes", LINT_WARNING);
	c->admission = &any;
	found(c, 3, "threshold_unreachable", "/admission/any/0/votes", LINT_WARNING);
	c->admission = &k;
	found(c, 9, "threshold_unreachable", "/admission/at_least", LINT_ERROR);
	c->admission = &ops;
	found(c, 9, "threshold_unreachable", "/admission/authority", LINT_ERROR);
	free(c);
}

static void undecided_leaves_are_errors(void **state)
{
	struct requirement parts[] = { count(2, 0), { .type = REQ_CAPTCHA } }, all = inner(REQ_ALL, 0, parts, 2);
	struct charter *c = make(&all);

	(void)state;
	found(c, 9, "leaf_unsupported", "/admission/all/1/captcha", LINT_ERROR);
	assert_null(find(c, 9, "open_admission", "/admission"));
	c->admission = &parts[1];
	found(c, 9, "open_admission", "/admission", LINT_WARNING);
	free(c);
}

static void weak_votes(void **state)
{
	struct requirement r = count(1, 1), half = fraction(1, 2, 0, VOTES_OF_MEMBERS), cast = fraction(1, 2, 0, VOTES_CAST);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "threshold_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "veto_of_one", "/admission/votes", LINT_WARNING);
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	c->admission = &half;
	found(c, 4, "fraction_without_minimum", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 5, "fraction_without_minimum", "/admission/votes"));
	found(c, 2, "threshold_one", "/admission/votes", LINT_WARNING);
	assert_null(find(c, 9, "cheap_capture", "/admission"));
	found(c, 2, "cheap_capture", "/admission", LINT_WARNING);
	c->admission = &cast;
	found(c, 9, "cast_without_minimum", "/admission/votes", LINT_WARNING);
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	assert_null(find(c, 9, "change_with_cast", "/admission/votes"));
	c->voting.change = true;
	found(c, 9, "change_with_cast", "/admission/votes", LINT_WARNING);
	free(c);
}

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
	found(c, 9, "cheap_capture", "/admission", LINT_WARNING);
	parts[1].votes.of = of + 1;
	parts[1].votes.of_n = 1;
	assert_null(find(c, 9, "cheap_capture", "/admission"));
	free(c);
}

static void lists(void **state)
{
	struct digest keys[] = { key_of(1), key_of(2), key_of(1) };
	struct requirement r = list(keys, 3), empty = list(NULL, 0);
	struct charter *c = make(&r);

	(void)state;
	found(c, 9, "duplicate_keys", "/admission/list", LINT_WARNING);
	found(c, 9, "list_without_applicant", "/expulsion/list", LINT_WARNING);
	assert_null(find(c, 9, "list_without_applicant", "/admission/list"));
	assert_null(find(c, 9, "empty_list", "/admission/list"));
	c->admission = &empty;
	found(c, 9, "empty_list", "/admission/list", LINT_WARNING);
	free(c);
}

static void operators(void **state)
{
	struct requirement votes = fraction(1, 2, 2, VOTES_OF_MEMBERS), word = authority(1);
	struct charter *c = make(&votes);

	(void)state;
	c->authority.operators_n = 1;
	found(c, 9, "operators_unused", "/authority/operators", LINT_WARNING);
	c->membership.removal_by_operators = true;
	assert_null(find(c, 9, "operators_unused", "/authority/operators"));
	found(c, 9, "operators_expel", "/membership/removal", LINT_WARNING);
	assert_null(find(c, 9, "operators_admit", "/admission"));
	c->admission = c->expulsion = &word;
	found(c, 9, "operators_admit", "/admission", LINT_WARNING);
	found(c, 9, "operators_expel", "/expulsion", LINT_WARNING);
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
	c->expulsion = c->amendment = NULL;
	found(c, 9, "no_expulsion", "", LINT_WARNING);
	found(c, 9, "no_amendment_vote", "", LINT_WARNING);
	assert_null(find(c, 9, "expulsion_easier", "/expulsion"));
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
		cmocka_unit_test(what_can_never_be_met_is_an_error),
		cmocka_unit_test(undecided_leaves_are_errors),
		cmocka_unit_test(weak_votes),
		cmocka_unit_test(capture_by_a_named_voter),
		cmocka_unit_test(lists),
		cmocka_unit_test(operators),
		cmocka_unit_test(missing_rules),
		cmocka_unit_test(administrators),
		cmocka_unit_test(windows),
		cmocka_unit_test(times),
		cmocka_unit_test(tests_of_the_charter),
		cmocka_unit_test(findings_have_a_line),
		cmocka_unit_test(there_is_an_end_of_findings),
	};

	return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
