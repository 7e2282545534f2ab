/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/explain.h"
#include "tests/charter/trees.h"

static void expect(const struct requirement *r, uint32_t n, const char *want)
{
	struct charter *c = calloc(1, sizeof(*c));
	struct buf out = { 0 };

	assert_non_null(c);
	c->authority.operators_n = 2;
	assert_true(explain_requirement(c, r, n, &out));
	assert_string_equal(buf_cstr(&out), want);
	buf_free(&out);
	free(c);
}

static struct requirement vetoed(struct requirement r, uint32_t veto)
{
	r.votes.veto = veto;
	return r;
}

static struct requirement named(struct requirement r, struct id16 *of, uint32_t n)
{
	r.votes.of = of;
	r.votes.of_n = n;
	return r;
}

static void votes_in_words(void **state)
{
	struct id16 of[3] = { 0 };
	const struct {
		struct requirement r;
		uint32_t n;
		const char *want;
	} rows[] = {
		{ fraction(1, 2, 2, VOTES_OF_MEMBERS), 3, "at least half of the members, and at least 2, say yes (now 2 of 3)" },
		{ fraction(1, 2, 2, VOTES_OF_MEMBERS), 0, "at least half of the members, and at least 2, say yes" },
		{ fraction(1, 2, 0, VOTES_OF_MEMBERS), 10, "at least half of the members say yes (now 5 of 10)" },
		{ fraction(2, 4, 0, VOTES_OF_MEMBERS), 3, "at least half of the members say yes (now 2 of 3)" },
		{ fraction(1, 3, 0, VOTES_OF_MEMBERS), 10, "at least a third of the members say yes (now 4 of 10)" },
		{ fraction(2, 3, 0, VOTES_OF_MEMBERS), 4, "at least two thirds of the members say yes (now 3 of 4)" },
		{ fraction(1, 4, 0, VOTES_OF_MEMBERS), 4, "at least a quarter of the members say yes (now 1 of 4)" },
		{ fraction(3, 4, 0, VOTES_OF_MEMBERS), 4, "at least three quarters of the members say yes (now 3 of 4)" },
		{ fraction(3, 5, 0, VOTES_OF_MEMBERS), 5, "at least 3/5 of the members say yes (now 3 of 5)" },
		{ fraction(1, 1, 0, VOTES_OF_MEMBERS), 4, "all of the members say yes (now 4 of 4)" },
		{ fraction(1, 2, 5, VOTES_OF_MEMBERS), 3,
			"at least half of the members, and at least 5, say yes (now 5 of 3, which cannot be reached)" },
		{ fraction(1, 2, 2, VOTES_CAST), 5,
			"at least half of the votes cast (abstentions do not count), and at least 2, say yes (now 3 of 5 when all vote)" },
		{ named(fraction(1, 2, 0, VOTES_CAST), of, 3), 5,
			"at least half of the votes cast by the 3 named members (abstentions do not count) say yes (now 2 of 3 when all vote)" },
		{ named(fraction(1, 2, 0, VOTES_OF_MEMBERS), of, 1), 5, "at least half of the 1 named member say yes (now 1 of 1)" },
		{ count(1, 0), 3, "at least 1 member says yes (now 1 of 3)" },
		{ count(2, 0), 3, "at least 2 members say yes (now 2 of 3)" },
		{ named(count(2, 0), of, 3), 9, "at least 2 of the 3 named members say yes (now 2 of 3)" },
		{ count(2, 1), 3, "at least 2 members say yes (now 2 of 3), and no one says no" },
		{ vetoed(fraction(1, 2, 2, VOTES_OF_MEMBERS), 1), 3,
			"at least half of the members, and at least 2, say yes (now 2 of 3), and no one says no" },
		{ vetoed(count(2, 0), 2), 0, "at least 2 members say yes, and fewer than 2 say no" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&rows[i].r, rows[i].n, rows[i].want);
}

static void other_leaves_in_words(void **state)
{
	struct digest keys[2] = { 0 };
	struct requirement near = count(2, 0);
	const struct {
		struct requirement r;
		const char *want;
	} rows[] = {
		{ authority(1), "at least 1 of the 2 operators approves" },
		{ authority(2), "at least 2 of the 2 operators approve" },
		{ list(keys, 2), "the applicant's key is one of the 2 that the charter lists" },
		{ { .type = REQ_CAPTCHA }, "the applicant solves a puzzle that is hard for robots" },
		{ { .type = REQ_WORK }, "the applicant's computer does some work" },
		{ { .type = REQ_VOUCHES, .vouches = { .count = 2 } }, "at least 2 members vouch for the applicant" },
		{ { .type = REQ_VOUCHES, .vouches = { .count = 1 } }, "at least 1 member vouches for the applicant" },
		{ { .type = REQ_EXTERNAL, .provider = "tax-office" }, "the service \"tax-office\" agrees" },
		{ { .type = REQ_INVITATION }, "the applicant was invited" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&rows[i].r, 3, rows[i].want);
	near.votes.nearest = 3;
	near.votes.opposite = 1;
	expect(&near, 5, "at least 2 of the 3 members nearest to the applicant's place and the 1 opposite say yes");
}

static void trees_in_words(void **state)
{
	struct requirement two[] = { authority(1), count(2, 1) };
	struct requirement mixed[] = { inner(REQ_ALL, 0, two, 2), inner(REQ_AT_LEAST, 1, two, 2), inner(REQ_ANY, 0, two, 1) };
	struct requirement all = inner(REQ_ALL, 0, two, 2), any = inner(REQ_ANY, 0, two, 2), some = inner(REQ_AT_LEAST, 1, two, 2);
	struct requirement tree = inner(REQ_ANY, 0, mixed, 3);

	(void)state;
	expect(&all, 0, "at least 1 of the 2 operators approves; and at least 2 members say yes, and no one says no");
	expect(&any, 0, "at least 1 of the 2 operators approves; or at least 2 members say yes, and no one says no");
	expect(&some, 0, "at least 1 of these 2: at least 1 of the 2 operators approves; at least 2 members say yes, and no one says no");
	expect(&tree, 0,
		"(at least 1 of the 2 operators approves; and at least 2 members say yes, and no one says no); or "
		"(at least 1 of these 2: at least 1 of the 2 operators approves; at least 2 members say yes, and no one says no); or "
		"at least 1 of the 2 operators approves");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_in_words),
		cmocka_unit_test(other_leaves_in_words),
		cmocka_unit_test(trees_in_words),
	};

	return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
