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
		{ named(fraction(1, 2, 0, VOTES_OF_MEMBERS), of, 1), 5, "the named member says yes (now 1 of 1)" },
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

static struct requirement vouches(uint32_t n, int64_t age, uint32_t budget, int64_t window, int64_t expiry)
{
	return (struct requirement){ .type = REQ_VOUCHES,
		.vouches = { .count = n, .age = age, .budget = budget, .window = window, .expiry = expiry } };
}

static void vouches_in_words(void **state)
{
	const int64_t day = 86400;
	struct requirement why = vouches(2, 30 * day, 5, 90 * day, 14 * day), one = vouches(1, 0, 0, 0, 0);
	const struct {
		struct requirement r;
		const char *want;
	} rows[] = {
		{ vouches(2, 0, 0, 0, 0), "at least 2 members vouch for the applicant" },
		{ vouches(1, 0, 0, 0, 0), "at least 1 member vouches for the applicant" },
		{ vouches(2, 30 * day, 5, 90 * day, 14 * day),
			"at least 2 members vouch for the applicant, each a member for at least 30 days and with at most 5 live vouches within "
			"90 days, this one included; a vouch counts for 14 days" },
		{ vouches(2, 30 * day, 0, 90 * day, 0), "at least 2 members vouch for the applicant, each a member for at least 30 days" },
		{ vouches(2, 0, 1, 0, 0), "at least 2 members vouch for the applicant, each with at most 1 vouch, this one included" },
		{ vouches(2, 0, 3, 7 * day, 0),
			"at least 2 members vouch for the applicant, each with at most 3 vouches within 7 days, this one included" },
		{ vouches(2, 0, 0, 0, 3600), "at least 2 members vouch for the applicant; a vouch counts for 1 hour" },
	};
	struct requirement two[] = { rows[6].r, authority(1) };
	const struct requirement any = inner(REQ_ANY, 0, two, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&rows[i].r, 3, rows[i].want);
	why.vouches.reason = one.vouches.reason = true;
	expect(&one, 3, "at least 1 member vouches for the applicant and says why");
	expect(&why, 3,
		"at least 2 members vouch for the applicant and say why, each a member for at least 30 days and with at most 5 live vouches "
		"within 90 days, this one included; a vouch counts for 14 days");
	expect(&any, 3,
		"(at least 2 members vouch for the applicant; a vouch counts for 1 hour); or at least 1 of the 2 operators approves");
}

static void other_leaves_in_words(void **state)
{
	struct digest keys[2] = { 0 };
	const struct {
		struct requirement r;
		const char *want;
	} rows[] = {
		{ authority(1), "at least 1 of the 2 operators approves" },
		{ authority(2), "at least 2 of the 2 operators approve" },
		{ list(keys, 2), "the applicant's key is one of the 2 that the charter lists" },
		{ { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_AUDIO },
			"the applicant solves an audio puzzle, which is hard for robots" },
		{ { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_GRAPHIC | CAPTCHA_LOGIC },
			"the applicant solves a graphic or a logic puzzle, which is hard for robots" },
		{ { .type = REQ_WORK, .effort = 1048576 }, "the applicant's computer does work of effort 1048576" },
		{ { .type = REQ_EXTERNAL, .provider = "tax-office" }, "the service \"tax-office\" confirms the applicant" },
		{ { .type = REQ_INVITATION, .invitation = { .life = 3600, .by_operators = true } },
			"the applicant was invited by an operator at most 1 hour before" },
		{ { .type = REQ_INVITATION, .invitation = { .life = 86400, .draw = 3, .observers = 5 } },
			"the applicant was invited at most 1 day before, one of at most 3 drawn by lot at a time, once 5 members had measured it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&rows[i].r, 3, rows[i].want);
}

static struct requirement near(uint32_t t, uint32_t nearest, uint32_t opposite)
{
	struct requirement r = count(t, 0);

	r.votes.nearest = nearest;
	r.votes.opposite = opposite;
	return r;
}

/* The example has as many as there are: everybody, in a group smaller than the ring. */
static void neighbours_in_words(void **state)
{
	const struct {
		struct requirement r;
		uint32_t n;
		const char *want;
	} rows[] = {
		{ near(2, 3, 1), 9,
			"at least 2 of the 3 members nearest to the applicant's place and the one opposite it say yes (now 2 of 4)" },
		{ near(2, 3, 1), 3,
			"at least 2 of the 3 members nearest to the applicant's place and the one opposite it say yes (now 2 of 3)" },
		{ near(2, 3, 1), 0, "at least 2 of the 3 members nearest to the applicant's place and the one opposite it say yes" },
		{ near(1, 1, 0), 9, "the member nearest to the applicant's place says yes (now 1 of 1)" },
		{ near(2, 1, 1), 9, "the member nearest to the applicant's place and the one opposite it say yes (now 2 of 2)" },
		{ near(2, 0, 4), 9, "at least 2 of the 4 members opposite the applicant's place say yes (now 2 of 4)" },
		{ near(3, 4, 0), 2,
			"at least 3 of the 4 members nearest to the applicant's place say yes (now 3 of 2, which cannot be reached)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&rows[i].r, rows[i].n, rows[i].want);
}

static void who_is_human_in_words(void **state)
{
	struct requirement three[] = { { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_LOGIC }, { .type = REQ_WORK, .effort = 9 },
		{ .type = REQ_EXTERNAL, .provider = "p" } };
	const struct requirement r = inner(REQ_AT_LEAST, 2, three, 3);
	struct charter *c = calloc(1, sizeof(*c));
	struct buf out = { 0 };

	(void)state;
	assert_non_null(c);
	assert_true(explain_human(c, &r, "the voter", &out));
	assert_string_equal(buf_cstr(&out),
		"at least 2 of these 3: the voter solves a logic puzzle, which is hard for robots; the voter's computer does work of effort 9; "
		"the service \"p\" confirms the voter");
	buf_free(&out);
	free(c);
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
		cmocka_unit_test(vouches_in_words),
		cmocka_unit_test(other_leaves_in_words),
		cmocka_unit_test(neighbours_in_words),
		cmocka_unit_test(who_is_human_in_words),
		cmocka_unit_test(trees_in_words),
	};

	return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
