/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/story.h"
#include "tests/charter/flaws.h"
#include "tests/charter/trees.h"
#include "tests/lib/charters.h"

#define M7 "07070707070707070707070707070707"
#define M9 "09090909090909090909090909090909"

/* The caller's requirement decides admission; free() suffices. */
static struct charter *with(struct requirement *admission, const struct scenario *t)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->admission = admission;
	c->authority.operators_n = 1;
	c->authority.operators[0].thumb = key_of(100);
	c->tests[0] = *t;
	c->tests_n = 1;
	return c;
}

static void expect(struct requirement *r, struct scenario t, const char *text)
{
	struct charter *c;
	struct err e = { 0 };

	t.name = "story";
	c = with(r, &t);
	assert_true(charter_run_tests(c, &e) == (text == NULL));
	if (text != NULL) {
		assert_true(err_is(&e, "test_failed"));
		assert_string_equal(e.text, text);
		assert_string_equal(e.pointer, "/tests/0");
	}
	free(c);
}

static void votes_are_told(void **state)
{
	struct requirement r = count(2, 1);

	(void)state;
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .abstain = 1, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .no = 1, .expect = VERDICT_NO }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .expect = VERDICT_NOT_YET }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 2, .closed = true, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 3, .yes = 1, .closed = true, .expect = VERDICT_YES },
		"test \"story\" expects \"yes\", and the charter says \"no\"");
}

static void lists_and_operators_are_told(void **state)
{
	struct digest key = key_of(3);
	struct requirement parts[] = { list(NULL, 0), list(&key, 1), authority(1) };
	struct requirement r = inner(REQ_AT_LEAST, 2, parts, 3);

	(void)state;
	expect(&r, (struct scenario){ .listed = true, .approvals = 1, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .listed = false, .approvals = 1, .expect = VERDICT_NO }, NULL);
	expect(&r, (struct scenario){ .listed = true, .approvals = 0, .expect = VERDICT_NOT_YET }, NULL);
	expect(&r, (struct scenario){ .listed = true, .approvals = 2, .expect = VERDICT_NOT_YET },
		"test \"story\" has 2 approvals, but the charter names 1 operators");
}

static void named_voters_come_first(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2) };
	struct requirement parts[] = { count(2, 0), count(2, 0) };
	struct requirement r = inner(REQ_ALL, 0, parts, 2);

	(void)state;
	parts[0].votes.of = parts[1].votes.of = of;
	parts[0].votes.of_n = parts[1].votes.of_n = 2;
	expect(&r, (struct scenario){ .members = 5, .yes = 2, .no = 3, .expect = VERDICT_YES }, NULL);
	expect(&r, (struct scenario){ .members = 5, .yes = 1, .no = 1, .expect = VERDICT_NO }, NULL);
}

static void what_cannot_happen_is_refused(void **state)
{
	struct requirement r = count(1, 0);

	(void)state;
	expect(&r, (struct scenario){ .members = 2, .yes = 3, .expect = VERDICT_YES }, "test \"story\" has 3 votes, but 2 can vote");
	expect(&r, (struct scenario){ .members = UINT32_MAX, .yes = UINT32_MAX, .expect = VERDICT_YES },
		"test \"story\" has 4294967295 members; at most 100000");
	expect(&r, (struct scenario){ .members = 5, .yes = UINT32_MAX, .no = 6, .expect = VERDICT_YES },
		"test \"story\" has 4294967301 votes, but 5 can vote");
}

static void the_subject_of_an_expulsion_is_a_member(void **state)
{
	struct requirement r = fraction(1, 1, 0, VOTES_OF_MEMBERS);
	struct scenario t = { .name = "out", .question = Q_EXPEL, .members = 3, .yes = 2, .expect = VERDICT_YES };
	struct charter *c = with(NULL, &t);
	struct err e = { 0 };

	(void)state;
	c->expulsion = &r;
	assert_true(charter_run_tests(c, &e));
	c->tests[0].yes = 3;
	assert_false(charter_run_tests(c, &e));
	assert_string_equal(e.text, "test \"out\" has 3 votes, but 2 can vote");
	free(c);
}

static void a_question_without_a_rule_has_an_answer(void **state)
{
	struct scenario t = { .name = "none", .question = Q_EXPEL, .members = 3, .yes = 2, .expect = VERDICT_NO };
	struct charter *c = with(NULL, &t);

	(void)state;
	assert_true(charter_run_tests(c, NULL));
	c->tests[0].question = Q_AMEND;
	c->tests[0].expect = VERDICT_YES;
	assert_true(charter_run_tests(c, NULL));
	free(c);
}

/* A scenario, and what comes of it. */
struct turn {
	const char *text;
	enum verdict verdict;
};

static enum verdict decided(const struct charter *c, const char *text)
{
	struct scenario s;
	struct err e = { 0 };
	enum verdict v = VERDICT_NOT_YET;

	if (!scenario_parse(slice_str(text), c, &s, &e) || !story_decide(c, &s, &v, NULL, &e))
		fail_msg("%s at %s: %s: %s", e.name, e.pointer, e.text, text);
	scenario_free(&s);
	return v;
}

/* Under a group whose term is 100 s, and where one rule serves admission and expulsion. */
static void turns(const struct charters *t, const char *rule, bool change, const struct turn *turn, size_t n)
{
	json_t *doc = charters_first(t);
	struct charter *c;

	charters_set(doc, "/admission", rule);
	charters_set(doc, "/expulsion", rule);
	charters_set(doc, "/voting/change", change ? "true" : "false");
	charters_set(doc, "/voting/term", "100");
	c = must_parse(doc);
	for (size_t i = 0; i < n; i++) {
		enum verdict got = decided(c, turn[i].text);

		if (got != turn[i].verdict)
			fail_msg("%s, not %s: %s under %s", verdict_name(got), verdict_name(turn[i].verdict), turn[i].text, rule);
	}
	charter_free(c);
}
#define TURNS(t, rule, change, list) turns(t, rule, change, list, sizeof(list) / sizeof((list)[0]))

#define YES(by, at) "{\"by\":" #by ",\"choice\":\"yes\",\"at\":" #at "}"
#define NO(by, at) "{\"by\":" #by ",\"choice\":\"no\",\"at\":" #at "}"

static void votes_have_their_time(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":3,\"votes\":[" YES(1, 0) "," YES(3, 0) "]}", VERDICT_YES },
		{ "{\"members\":3,\"votes\":[" YES(1, 0) "," YES(3, 7) "]}", VERDICT_NOT_YET },
		{ "{\"members\":3,\"now\":6,\"votes\":[" YES(1, 0) "," YES(3, 7) "]}", VERDICT_NOT_YET },
		{ "{\"members\":3,\"now\":7,\"votes\":[" YES(1, 0) "," YES(3, 7) "]}", VERDICT_YES },
		{ "{\"members\":3,\"now\":99,\"votes\":[" YES(1, 0) "]}", VERDICT_NOT_YET },
		{ "{\"members\":3,\"now\":100,\"votes\":[" YES(1, 0) "]}", VERDICT_NO },
		{ "{\"members\":3,\"closed\":true,\"votes\":[" YES(1, 0) "]}", VERDICT_NO },
		{ "{\"members\":3,\"closed\":true,\"votes\":[" YES(1, 0) "," YES(3, 99) "]}", VERDICT_YES },
		{ "{\"members\":3,\"closed\":true,\"votes\":[" YES(1, 0) "," YES(3, 100) "]}", VERDICT_NO },
		{ "{\"members\":3,\"now\":500,\"votes\":[" YES(1, 0) "," YES(3, 100) "]}", VERDICT_NO },
		{ "{\"members\":3,\"votes\":[" NO(1, 0) "," NO(3, 0) "]}", VERDICT_NO },
		{ "{\"members\":3,\"votes\":[" NO(1, 0) ",{\"by\":3,\"choice\":\"abstain\"}]}", VERDICT_NO },
		{ "{\"members\":3,\"votes\":[]}", VERDICT_NOT_YET },
		{ "{\"question\":\"expel\",\"members\":3,\"votes\":[" YES(1, 0) "]}", VERDICT_NOT_YET },
		{ "{\"question\":\"expel\",\"members\":3,\"votes\":[" NO(1, 0) "]}", VERDICT_NO },
	};

	TURNS(*state, "{\"votes\":{\"count\":2}}", false, list);
}

static void the_last_vote_counts(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":1,\"closed\":true,\"votes\":[" YES(1, 5) "," NO(1, 6) "]}", VERDICT_NO },
		{ "{\"members\":1,\"closed\":true,\"votes\":[" NO(1, 6) "," YES(1, 5) "]}", VERDICT_NO },
		{ "{\"members\":1,\"closed\":true,\"votes\":[" NO(1, 5) "," YES(1, 6) "]}", VERDICT_YES },
		{ "{\"members\":2,\"closed\":true,\"votes\":[" YES(1, 6) "," NO(2, 0) "," NO(1, 5) "," NO(1, 4) "]}", VERDICT_YES },
		/* a change of mind that comes too late is none */
		{ "{\"members\":1,\"closed\":true,\"votes\":[" YES(1, 99) "," NO(1, 100) "]}", VERDICT_YES },
		/* while the term is open every mind may change */
		{ "{\"members\":1,\"now\":99,\"votes\":[" YES(1, 5) "]}", VERDICT_NOT_YET },
	};

	TURNS(*state, "{\"votes\":{\"count\":1}}", true, list);
}

static void voters_are_named_or_not(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":5,\"votes\":[{\"by\":\"" M9 "\",\"choice\":\"yes\"},{\"by\":\"" M7 "\",\"choice\":\"yes\"}]}",
			VERDICT_YES },
		{ "{\"members\":5,\"votes\":[" YES(1, 0) ",{\"by\":\"" M9 "\",\"choice\":\"yes\"}]}", VERDICT_YES },
		{ "{\"members\":5,\"votes\":[" YES(2, 0) "," YES(3, 0) "]}", VERDICT_NOT_YET },
		{ "{\"members\":5,\"votes\":[" NO(2, 0) "," YES(3, 0) "]}", VERDICT_NO },
	};

	TURNS(*state, "{\"votes\":{\"count\":2,\"of\":[\"" M7 "\",\"" M9 "\"]}}", false, list);
}

static void new_members_have_no_vote(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":6,\"yes\":2}", VERDICT_NOT_YET },
		{ "{\"members\":6,\"new\":2,\"yes\":2}", VERDICT_YES },
		{ "{\"members\":6,\"new\":2,\"no\":3}", VERDICT_NO },
		{ "{\"members\":6,\"new\":1,\"no\":3}", VERDICT_NO },
		{ "{\"members\":6,\"no\":3}", VERDICT_NOT_YET },
		{ "{\"question\":\"expel\",\"members\":6,\"new\":1,\"yes\":2}", VERDICT_YES },
		{ "{\"question\":\"expel\",\"members\":6,\"yes\":2}", VERDICT_NOT_YET },
	};

	TURNS(*state, "{\"votes\":{\"fraction\":\"1/2\"}}", false, list);
}

static void operators_speak(void **state)
{
	static const struct turn list[] = {
		{ "{\"approvals\":1}", VERDICT_YES },
		{ "{\"approvals\":[{\"by\":2,\"choice\":\"yes\"}]}", VERDICT_YES },
		{ "{\"approvals\":[{\"by\":2,\"choice\":\"yes\",\"at\":8}]}", VERDICT_NOT_YET },
		{ "{\"now\":8,\"approvals\":[{\"by\":2,\"choice\":\"yes\",\"at\":8}]}", VERDICT_YES },
		{ "{\"approvals\":[{\"by\":2,\"choice\":\"no\"}]}", VERDICT_NOT_YET },
		{ "{\"approvals\":[{\"by\":2,\"choice\":\"no\"},{\"by\":1,\"choice\":\"no\"}]}", VERDICT_NO },
		{ "{\"closed\":true,\"approvals\":[{\"by\":2,\"choice\":\"yes\",\"at\":100}]}", VERDICT_NO },
	};

	TURNS(*state, "{\"authority\":{\"k\":1}}", false, list);
}

static void members_vouch(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":4,\"vouches\":2}", VERDICT_NOT_YET }, /* without a reason */
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":4,\"reason\":true}]}", VERDICT_YES },
		{ "{\"members\":4,\"new\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":4,\"reason\":true}]}", VERDICT_YES },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true}]}", VERDICT_NOT_YET },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true,\"age\":49}]}", VERDICT_NOT_YET },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true,\"age\":50}]}", VERDICT_YES },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true,\"live\":3}]}", VERDICT_YES },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true,\"live\":4}]}", VERDICT_NOT_YET },
		{ "{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true,\"at\":1}]}", VERDICT_NOT_YET },
		{ "{\"members\":4,\"now\":29,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true}]}", VERDICT_YES },
		{ "{\"members\":4,\"now\":30,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true}]}", VERDICT_NOT_YET },
		{ "{\"members\":2,\"now\":30,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":2,\"reason\":true}]}", VERDICT_NO },
		/* the close is the last instant that is judged: nothing grows older behind it, and nothing is handed in */
		{ "{\"members\":4,\"now\":5000,\"vouches\":[{\"by\":1,\"at\":71,\"reason\":true},{\"by\":2,\"at\":99,\"reason\":true}]}",
			VERDICT_YES },
		{ "{\"members\":4,\"closed\":true,\"vouches\":[{\"by\":1,\"at\":70,\"reason\":true},{\"by\":2,\"at\":99,\"reason\":true}]}",
			VERDICT_NO },
		{ "{\"members\":4,\"closed\":true,\"vouches\":[{\"by\":1,\"at\":71,\"reason\":true},{\"by\":2,\"at\":100,\"reason\":true}]}",
			VERDICT_NO },
		{ "{\"question\":\"expel\",\"members\":4}", VERDICT_NO },
	};
	static const struct turn counted[] = {
		{ "{\"members\":4,\"vouches\":2}", VERDICT_YES },
		{ "{\"members\":4,\"vouches\":1}", VERDICT_NOT_YET },
	};

	TURNS(*state, "{\"vouches\":{\"count\":2,\"age\":50,\"budget\":3,\"window\":1000,\"expiry\":30,\"reason\":true}}", false, list);
	TURNS(*state, "{\"vouches\":{\"count\":2,\"age\":315360000}}", false, counted);
}

static void challenges_are_met(void **state)
{
	static const struct turn captcha[] = {
		{ "{\"challenges\":[{\"captcha\":\"audio\"}]}", VERDICT_YES },
		{ "{\"challenges\":[{\"captcha\":\"graphic\"}]}", VERDICT_NOT_YET },
		{ "{\"challenges\":[{\"work\":99},{\"external\":\"mail\"}]}", VERDICT_NOT_YET },
		{ "{\"challenges\":[{\"captcha\":\"audio\",\"at\":3}]}", VERDICT_NOT_YET },
		{ "{\"now\":3,\"challenges\":[{\"captcha\":\"audio\",\"at\":3}]}", VERDICT_YES },
		{ "{\"closed\":true,\"challenges\":[{\"captcha\":\"audio\",\"at\":100}]}", VERDICT_NO },
	};
	static const struct turn work[] = {
		{ "{\"challenges\":[{\"work\":20}]}", VERDICT_YES },
		{ "{\"challenges\":[{\"work\":19}]}", VERDICT_NOT_YET },
	};
	static const struct turn external[] = {
		{ "{\"challenges\":[{\"external\":\"fax\"},{\"external\":\"mail\"}]}", VERDICT_YES },
		{ "{\"challenges\":[{\"external\":\"fax\"}]}", VERDICT_NOT_YET },
	};

	TURNS(*state, "{\"captcha\":{\"kinds\":[\"logic\",\"audio\"]}}", false, captcha);
	TURNS(*state, "{\"work\":{\"effort\":20}}", false, work);
	TURNS(*state, "{\"external\":{\"provider\":\"mail\"}}", false, external);
}

static void neighbours_vote(void **state)
{
	static const struct turn list[] = {
		{ "{\"members\":9,\"votes\":[" YES(1, 0) "," YES(2, 0) "," YES(3, 0) "]}", VERDICT_YES },
		{ "{\"members\":9,\"votes\":[" YES(1, 0) "," YES(2, 0) "," YES(4, 0) "]}", VERDICT_NOT_YET },
		{ "{\"members\":9,\"nearest\":[9,4],\"votes\":[" YES(3, 0) "," YES(9, 0) "," YES(4, 0) "]}", VERDICT_YES },
		{ "{\"members\":9,\"opposite\":[4],\"votes\":[" YES(1, 0) "," YES(2, 0) "," YES(4, 0) "]}", VERDICT_YES },
		{ "{\"members\":9,\"opposite\":[1],\"votes\":[" YES(1, 0) "," YES(2, 0) "]}", VERDICT_NO },
		/* two members are each other's neighbours, and opposite too */
		{ "{\"members\":2,\"yes\":2}", VERDICT_NO },
		{ "{\"members\":3,\"new\":1,\"yes\":2}", VERDICT_NO },
		{ "{\"members\":3,\"yes\":3}", VERDICT_YES },
		{ "{\"members\":0}", VERDICT_NO },
	};
	static const struct turn round[] = { { "{\"members\":2,\"yes\":2}", VERDICT_YES },
		{ "{\"members\":2,\"yes\":1}", VERDICT_NOT_YET } };

	TURNS(*state, "{\"votes\":{\"count\":3,\"nearest\":2,\"opposite\":1}}", false, list);
	TURNS(*state, "{\"votes\":{\"count\":2,\"nearest\":1,\"opposite\":1}}", false, round);
}

static void invitations_and_lists(void **state)
{
	static const struct turn invited[] = {
		{ "{\"invited\":true}", VERDICT_YES },
		{ "{\"closed\":true}", VERDICT_NO },
	};
	static const struct turn listed[] = {
		{ "{\"listed\":true}", VERDICT_YES },
		{ "{\"listed\":false}", VERDICT_NO },
		{ "{\"question\":\"expel\",\"members\":2,\"listed\":true}", VERDICT_NO },
		/* admitted again, by the key that it has now */
		{ "{\"question\":\"renew\",\"again\":true,\"members\":2,\"listed\":true}", VERDICT_YES },
		{ "{\"question\":\"renew\",\"again\":true,\"members\":2}", VERDICT_NO },
	};

	TURNS(*state, "{\"invitation\":{\"life\":60}}", false, invited);
	TURNS(*state, "{\"list\":{\"keys\":[\"BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]}}", false, listed);
}

static void a_story_without_a_rule_has_no_trace(void **state)
{
	struct charter *c = must_parse(charters_first(*state));
	struct scenario s = { .question = Q_AMEND, .expect = SCENARIO_ANY };
	struct decision_trace t;
	struct err e = { 0 };
	enum verdict v;

	assert_true(story_decide(c, &s, &v, &t, NULL));
	assert_true(v == VERDICT_YES && t.verdict == VERDICT_YES && t.n == 0);
	decision_trace_free(&t);
	s.question = Q_ADMIT;
	s.members = 3;
	assert_true(story_decide(c, &s, &v, &t, NULL));
	assert_true(v == VERDICT_NOT_YET && t.n == 1 && t.nodes[0].missing == 2);
	decision_trace_free(&t);
	s.yes = 4;
	assert_false(story_decide(c, &s, &v, &t, &e));
	assert_string_equal(e.text, "the scenario has 4 votes, but 3 can vote");
	charter_free(c);
}

/* In a charter: the first that fails is named. */
static void a_charter_runs_its_scenarios(void **state)
{
	json_t *doc = charters_first(*state);
	struct err e = { 0 };
	struct charter *c;

	charters_set(doc, "/tests/1",
		"{\"name\":\"late\",\"members\":3,\"votes\":[" YES(1, 0) "," YES(2, 604800) "],\"closed\":true,\"expect\":\"yes\"}");
	c = must_parse(doc);
	assert_false(charter_run_tests(c, &e));
	assert_string_equal(e.name, "test_failed");
	assert_string_equal(e.pointer, "/tests/1");
	assert_string_equal(e.text, "test \"late\" expects \"yes\", and the charter says \"no\"");
	c->tests[1].votes[1].at--;
	assert_true(charter_run_tests(c, NULL));
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_are_told),
		cmocka_unit_test(lists_and_operators_are_told),
		cmocka_unit_test(named_voters_come_first),
		cmocka_unit_test(what_cannot_happen_is_refused),
		cmocka_unit_test(the_subject_of_an_expulsion_is_a_member),
		cmocka_unit_test(a_question_without_a_rule_has_an_answer),
		cmocka_unit_test(votes_have_their_time),
		cmocka_unit_test(the_last_vote_counts),
		cmocka_unit_test(voters_are_named_or_not),
		cmocka_unit_test(new_members_have_no_vote),
		cmocka_unit_test(operators_speak),
		cmocka_unit_test(members_vouch),
		cmocka_unit_test(challenges_are_met),
		cmocka_unit_test(neighbours_vote),
		cmocka_unit_test(invitations_and_lists),
		cmocka_unit_test(a_story_without_a_rule_has_no_trace),
		cmocka_unit_test(a_charter_runs_its_scenarios),
	};

	return cmocka_run_group_tests_name("story", tests, setup, teardown);
}
