/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "charter/decide.h"
#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

#define M7 "07070707070707070707070707070707"
#define M9 "09090909090909090909090909090909"

/* Two operators; a ring of three and two; two members are named. */
static struct charter *with_ring(const struct charters *t, bool change)
{
	json_t *doc = charters_first(t);

	charters_set(doc, "/admission",
		"{\"any\":[{\"votes\":{\"count\":2,\"of\":[\"" M7 "\",\"" M9 "\"]}},"
		"{\"votes\":{\"count\":2,\"nearest\":3,\"opposite\":2}}]}");
	charters_set(doc, "/voting/change", change ? "true" : "false");
	charters_set(doc, "/voting/term", "100");
	return must_parse(doc);
}

static struct scenario must_read(const struct charter *c, const char *text)
{
	struct scenario s;
	struct err e = { 0 };

	if (!scenario_parse(slice_str(text), c, &s, &e))
		fail_msg("%s at %s: %s: %s", e.name, e.pointer, e.text, text);
	return s;
}

static void an_empty_one_is_a_scenario(void **state)
{
	struct charter *c = with_ring(*state, false);
	struct scenario s = must_read(c, "{}");

	assert_null(s.name);
	assert_int_equal(s.question, Q_ADMIT);
	assert_int_equal(s.expect, SCENARIO_ANY);
	assert_true(s.members == 0 && s.fresh == 0 && s.votes == NULL && s.words == NULL && s.vouched == NULL && s.challenges == NULL);
	assert_true(s.nearest == NULL && s.opposite == NULL && !s.listed && !s.invited && !s.closed && s.now == 0);
	scenario_free(&s);
	scenario_free(&s);
	scenario_free(NULL);
	charter_free(c);
}

static void acts_are_read(void **state)
{
	struct charter *c = with_ring(*state, true);
	struct scenario s = must_read(c,
		"{\"name\":\"all\",\"expect\":\"not yet\",\"members\":9,\"new\":2,"
		"\"votes\":[{\"by\":3,\"choice\":\"no\",\"at\":7},{\"by\":\"" M9
		"\",\"choice\":\"abstain\"},{\"by\":3,\"choice\":\"yes\"}],"
		"\"approvals\":[{\"by\":2,\"choice\":\"no\",\"at\":4},{\"by\":1,\"choice\":\"yes\"}],"
		"\"vouches\":[{\"by\":9},{\"by\":\"" M7 "\",\"at\":5,\"age\":6,\"live\":7,\"reason\":true}],"
		"\"challenges\":[{\"captcha\":\"audio\",\"at\":1},{\"work\":20},{\"external\":\"mail\"}],"
		"\"nearest\":[3,\"" M9 "\",5],\"opposite\":[5,6],\"listed\":true,\"invited\":true,\"now\":99}");

	assert_string_equal(s.name, "all");
	assert_int_equal(s.expect, VERDICT_NOT_YET);
	assert_true(s.members == 9 && s.fresh == 2 && scenario_voters(&s) == 7);
	assert_int_equal(s.votes_n, 3);
	assert_true(s.votes[0].by == 3 && s.votes[0].choice == CHOICE_NO && s.votes[0].at == 7);
	assert_true(s.votes[1].by == 2 && s.votes[1].choice == CHOICE_ABSTAIN && s.votes[1].at == 0);
	assert_int_equal(s.words_n, 2);
	assert_true(s.words[0].by == 2 && !s.words[0].approve && s.words[0].at == 4 && s.words[1].approve);
	assert_int_equal(s.vouched_n, 2);
	assert_true(s.vouched[0].by == 9 && s.vouched[0].at == 0 && s.vouched[0].age == 315360000 && s.vouched[0].live == 1);
	assert_true(!s.vouched[0].reason && s.vouched[1].reason && s.vouched[1].by == 1 && s.vouched[1].age == 6);
	assert_true(s.vouched[1].at == 5 && s.vouched[1].live == 7);
	assert_int_equal(s.challenges_n, 3);
	assert_true(s.challenges[0].type == CHALLENGE_CAPTCHA && s.challenges[0].captcha == CAPTCHA_AUDIO && s.challenges[0].at == 1);
	assert_true(s.challenges[1].type == CHALLENGE_WORK && s.challenges[1].effort == 20);
	assert_int_equal(s.challenges[2].type, CHALLENGE_EXTERNAL);
	assert_string_equal(s.challenges[2].provider, "mail");
	assert_true(s.nearest_n == 3 && s.nearest[0] == 3 && s.nearest[1] == 2 && s.opposite_n == 2 && s.opposite[1] == 6);
	assert_true(s.listed && s.invited && !s.closed && s.now == 99);
	scenario_free(&s);
	charter_free(c);
}

static void short_forms_are_read(void **state)
{
	struct charter *c = with_ring(*state, false);
	struct scenario s = must_read(
		c, "{\"question\":\"expel\",\"members\":9,\"new\":8,\"yes\":1,\"no\":2,\"abstain\":3,\"approvals\":2,\"closed\":true}");

	assert_true(s.question == Q_EXPEL && s.yes == 1 && s.no == 2 && s.abstain == 3 && s.approvals == 2 && s.closed);
	assert_int_equal(scenario_voters(&s), 0);
	scenario_free(&s);
	s = must_read(c, "{\"members\":9,\"vouches\":9,\"now\":100}");
	assert_int_equal(s.vouches, 9);
	assert_true(s.closed);
	scenario_free(&s);
	/* few members: the lists are as long as there are */
	s = must_read(c, "{\"members\":2,\"new\":1,\"nearest\":[1],\"opposite\":[1]}");
	assert_int_equal(s.opposite_n, 1);
	scenario_free(&s);
	charter_free(c);
}

struct wrong {
	const char *text, *name, *pointer;
	uint32_t line;
};

static void refuse(const struct charter *c, const struct wrong *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scenario s;
		struct err e = { 0 };

		if (scenario_parse(slice_str(w[i].text), c, &s, &e))
			fail_msg("passed: %s", w[i].text);
		if (strcmp(e.name, w[i].name) != 0 || strcmp(e.pointer, w[i].pointer) != 0 || e.line != w[i].line || e.column == 0)
			fail_msg("%s at %s (%u:%u): %s", e.name, e.pointer, (unsigned)e.line, (unsigned)e.column, w[i].text);
		assert_true(s.votes == NULL && s.doc == NULL);
	}
}
#define REFUSE(c, list) refuse(c, list, sizeof(list) / sizeof((list)[0]))

static void mistakes_are_refused(void **state)
{
	static const struct wrong wrong[] = {
		{ "{\n\"members\": ,}", "bad_json", "", 2 },
		{ "[]", "wrong_type", "", 1 },
		{ "{\n\"yess\":1}", "unknown_member", "/yess", 2 },
		{ "{\"expect\":\"maybe\"}", "bad_value", "/expect", 1 },
		{ "{\"name\":\"\"}", "out_of_range", "/name", 1 },
		{ "{\"members\":1000001}", "out_of_range", "/members", 1 },
		{ "{\"members\":3,\n\"new\":4}", "bad_charter", "/new", 2 },
		{ "{\"members\":3,\"question\":\"expel\",\"new\":3}", "bad_charter", "/new", 1 },
		{ "{\"members\":3,\"yes\":4}", "bad_charter", "", 1 },
		{ "{\"members\":3,\"yes\":1,\n\"votes\":[]}", "bad_charter", "/votes", 2 },
		{ "{\"members\":3,\"votes\":3}", "wrong_type", "/votes", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":1}]}", "missing_member", "/votes/0/choice", 1 },
		{ "{\"members\":3,\"votes\":[{\"choice\":\"yes\"}]}", "missing_member", "/votes/0/by", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":0,\"choice\":\"yes\"}]}", "out_of_range", "/votes/0/by", 1 },
		{ "{\"members\":3,\"votes\":[\n{\"by\":4,\"choice\":\"yes\"}]}", "bad_charter", "/votes/0/by", 2 },
		{ "{\"members\":3,\"votes\":[{\"by\":\"1\",\"choice\":\"yes\"}]}", "bad_value", "/votes/0/by", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":true,\"choice\":\"yes\"}]}", "wrong_type", "/votes/0/by", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":\"17070707070707070707070707070707\",\"choice\":\"yes\"}]}", "bad_charter",
			"/votes/0/by", 1 },
		{ "{\"members\":1,\"votes\":[{\"by\":\"" M9 "\",\"choice\":\"yes\"}]}", "bad_charter", "/votes/0/by", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"y\"}]}", "bad_value", "/votes/0/choice", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"yes\",\"at\":-1}]}", "out_of_range", "/votes/0/at", 1 },
		{ "{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"yes\",\"when\":1}]}", "unknown_member", "/votes/0/when", 1 },
		/* by number and by identifier is the same member */
		{ "{\"members\":3,\"votes\":[{\"by\":2,\"choice\":\"yes\"},\n{\"by\":\"" M9 "\",\"choice\":\"yes\",\"at\":5}]}",
			"bad_charter", "/votes/1/by", 2 },
		{ "{\"members\":3,\"new\":1,\"votes\":[{\"by\":3,\"choice\":\"yes\"}]}", "bad_charter", "/votes/0/by", 1 },
		{ "{\"question\":\"expel\",\"members\":3,\"votes\":[{\"by\":3,\"choice\":\"yes\"}]}", "bad_charter", "/votes/0/by", 1 },
		{ "{\"approvals\":3}", "bad_charter", "/approvals", 1 },
		{ "{\"approvals\":[{\"by\":3,\"choice\":\"yes\"}]}", "bad_charter", "/approvals/0/by", 1 },
		{ "{\"approvals\":[{\"by\":1,\"choice\":\"abstain\"}]}", "bad_value", "/approvals/0/choice", 1 },
		{ "{\"approvals\":[{\"by\":1,\"choice\":\"yes\"},{\"by\":1,\"choice\":\"no\",\"at\":1}]}", "bad_charter", "/approvals/1/by",
			1 },
		{ "{\"members\":2,\"vouches\":3}", "bad_charter", "/vouches", 1 },
		{ "{\"members\":2,\"vouches\":[{\"by\":3}]}", "bad_charter", "/vouches/0/by", 1 },
		{ "{\"members\":2,\"vouches\":[{\"by\":2},{\"by\":2,\"at\":9}]}", "bad_charter", "/vouches/1/by", 1 },
		{ "{\"members\":2,\"vouches\":[{\"by\":2,\"live\":0}]}", "out_of_range", "/vouches/0/live", 1 },
		{ "{\"members\":2,\"vouches\":[{\"by\":2,\"reason\":\"met\"}]}", "wrong_type", "/vouches/0/reason", 1 },
		{ "{\"question\":\"amend\",\"members\":2,\"vouches\":1}", "bad_charter", "/vouches", 1 },
		{ "{\"question\":\"renew\",\"members\":2,\"vouches\":1}", "bad_charter", "/vouches", 1 },
		{ "{\"question\":\"recover\",\"members\":2,\"vouches\":2}", "bad_charter", "/vouches", 1 },
		{ "{\"question\":\"recover\",\"members\":2,\"vouches\":[{\"by\":2}]}", "bad_charter", "/vouches/0/by", 1 },
		{ "{\"question\":\"recover\",\"members\":2,\"again\":true}", "bad_charter", "/again", 1 },
		{ "{\"question\":\"expel\",\"members\":2,\"again\":true}", "bad_charter", "/again", 1 },
		{ "{\"challenges\":[{}]}", "bad_charter", "/challenges/0", 1 },
		{ "{\"challenges\":[{\"work\":1,\"captcha\":\"logic\"}]}", "bad_charter", "/challenges/0", 1 },
		{ "{\"challenges\":[{\"captcha\":\"maths\"}]}", "bad_value", "/challenges/0/captcha", 1 },
		{ "{\"challenges\":[{\"work\":0}]}", "out_of_range", "/challenges/0/work", 1 },
		{ "{\"challenges\":[{\"external\":\"Mail\"}]}", "bad_value", "/challenges/0/external", 1 },
		{ "{\"members\":9,\"nearest\":[1,2]}", "bad_charter", "/nearest", 1 },
		{ "{\"members\":9,\"nearest\":[1,2,3,4]}", "bad_charter", "/nearest", 1 },
		{ "{\"members\":9,\"nearest\":[1,2,\n1]}", "bad_charter", "/nearest/2", 2 },
		{ "{\"members\":9,\"new\":1,\"opposite\":[1,9]}", "bad_charter", "/opposite/1", 1 },
		{ "{\"question\":\"amend\",\"members\":9,\"nearest\":[1,2,3]}", "bad_charter", "/nearest", 1 },
		{ "{\"question\":\"expel\",\"members\":9,\"invited\":true}", "bad_charter", "/invited", 1 },
		{ "{\"now\":5,\"closed\":false}", "bad_charter", "/now", 1 },
		{ "{\"now\":315360001}", "out_of_range", "/now", 1 },
		{ "{\"listed\":1}", "wrong_type", "/listed", 1 },
	};
	struct charter *c = with_ring(*state, false);

	REFUSE(c, wrong);
	charter_free(c);
}

static void a_changed_mind_needs_a_charter_that_allows_it(void **state)
{
	static const char twice[] = "{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"yes\"},{\"by\":1,\"choice\":\"no\",\"at\":5}]}";
	static const struct wrong at_once[] = {
		{ "{\"members\":3,\"votes\":[{\"by\":1,\"choice\":\"yes\",\"at\":5},{\"by\":1,\"choice\":\"no\",\"at\":5}]}", "bad_charter",
			"/votes/1/by", 1 },
	};
	static const struct wrong fixed[] = { { twice, "bad_charter", "/votes/1/by", 1 } };
	struct charter *c = with_ring(*state, true);
	struct scenario s = must_read(c, twice);

	assert_int_equal(s.votes_n, 2);
	scenario_free(&s);
	REFUSE(c, at_once);
	charter_free(c);
	c = with_ring(*state, false);
	REFUSE(c, fixed);
	charter_free(c);
}

static void sizes_are_bounded(void **state)
{
	struct charter *c = with_ring(*state, false);
	struct buf text = { 0 };
	struct scenario s;
	struct err e = { 0 };

	buf_add_str(&text, "{\"members\":2000,\"votes\":[");
	for (unsigned i = 1; i <= 1001; i++)
		buf_printf(&text, "%s{\"by\":%u,\"choice\":\"yes\"}", i > 1 ? "," : "", i);
	buf_add_str(&text, "]}");
	assert_false(scenario_parse(buf_slice(&text), c, &s, &e));
	assert_string_equal(e.name, "out_of_range");
	assert_string_equal(e.pointer, "/votes");
	buf_free(&text);
	for (unsigned i = 0; i <= SCENARIO_MAX; i++)
		buf_add_u8(&text, ' ');
	err_clear(&e);
	assert_false(scenario_parse(buf_slice(&text), c, &s, &e));
	assert_string_equal(e.name, "too_large");
	assert_false(scenario_parse(buf_slice(&text), c, &s, NULL));
	buf_free(&text);
	charter_free(c);
}

/* As a test of the charter's own, where both name and expectation must stand. */
static void tests_of_a_charter_are_scenarios(void **state)
{
	static const struct flaw flaws[] = {
		{ "/tests/0/name", NULL, "missing_member", "/tests/0/name" },
		{ "/tests/0/expect", NULL, "missing_member", "/tests/0/expect" },
		{ "/tests/0/votes", "[]", "bad_charter", "/tests/0/votes" },
		{ "/tests/0/vouches", "[{\"by\":1},{\"by\":9}]", "bad_charter", "/tests/0/vouches/1/by" },
		{ "/tests/0/challenges", "[{\"work\":\"much\"}]", "wrong_type", "/tests/0/challenges/0/work" },
	};
	json_t *doc = charters_first(*state);
	struct charter *c;

	REFUSE_ALL(*state, NULL, flaws);
	charters_set(
		doc, "/tests/1", "{\"name\":\"late\",\"members\":2,\"votes\":[{\"by\":2,\"choice\":\"no\",\"at\":3}],\"expect\":\"no\"}");
	c = must_parse(doc);
	assert_int_equal(c->tests_n, 2);
	assert_true(c->tests[1].votes_n == 1 && c->tests[1].votes[0].by == 2 && c->tests[1].votes[0].at == 3);
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_is_a_scenario),
		cmocka_unit_test(acts_are_read),
		cmocka_unit_test(short_forms_are_read),
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(a_changed_mind_needs_a_charter_that_allows_it),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(tests_of_a_charter_are_scenarios),
	};

	return cmocka_run_group_tests_name("scenario", tests, setup, teardown);
}
