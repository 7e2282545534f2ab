/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/decide.h"
#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

#define RULE "\"age\":10,\"budget\":3,\"window\":20,\"expiry\":30,\"reason\":true"

static void one_rule_for_vouching(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *c;

	charters_set(doc, "/admission",
		"{\"at_least\":{\"k\":1,\"of\":[{\"authority\":{\"k\":1}},{\"all\":[{\"vouches\":{\"count\":2," RULE "}}]},"
		"{\"vouches\":{\"count\":5," RULE "}}]}}");
	charters_set(doc, "/readmission", "{\"wait\":1,\"requirement\":{\"vouches\":{\"count\":1," RULE "}}}");
	c = must_parse(doc);
	assert_non_null(charter_vouch_rule(c));
	assert_int_equal(charter_vouch_rule(c)->vouches.count, 2);
	charter_free(c);
}

static void a_second_rule_for_vouching_is_refused(void **state)
{
	static const char *const others[] = { "\"budget\":3,\"window\":20,\"expiry\":30,\"reason\":true",
		"\"age\":10,\"budget\":4,\"window\":20,\"expiry\":30,\"reason\":true",
		"\"age\":10,\"budget\":3,\"window\":21,\"expiry\":30,\"reason\":true",
		"\"age\":10,\"budget\":3,\"window\":20,\"expiry\":31,\"reason\":true",
		"\"age\":10,\"budget\":3,\"window\":20,\"expiry\":30,\"reason\":false" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		json_t *doc = charters_first(*state);
		struct buf text = { 0 };
		struct err e = { 0 };

		buf_printf(&text, "{\"at_least\":{\"k\":1,\"of\":[{\"authority\":{\"k\":1}},{\"vouches\":{\"count\":2,%s}}]}}", others[i]);
		charters_set(doc, "/admission", "{\"any\":[{\"vouches\":{\"count\":2," RULE "}}]}");
		charters_set(doc, "/amendment", buf_cstr(&text));
		assert_null(charters_parse(doc, &e));
		assert_string_equal(e.name, "bad_charter");
		assert_string_equal(e.pointer, "/amendment/at_least/of/1/vouches");
		buf_free(&text);
	}
}

static void the_rule_for_vouching_is_that_of_admission(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *c;

	charters_set(doc, "/expulsion", "{\"vouches\":{\"count\":2}}");
	c = must_parse(doc);
	assert_null(charter_vouch_rule(c));
	charter_free(c);
}

static void lost_keys_are_vouched_for_by_the_same_rule(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *c;
	struct err e = { 0 };

	charters_set(doc, "/admission", "{\"vouches\":{\"count\":2," RULE "}}");
	charters_set(doc, "/recovery", "{\"member\":{\"vouches\":{\"count\":3," RULE "}}}");
	c = must_parse(json_incref(doc));
	assert_int_equal(charter_vouches_on(c, Q_RECOVER)->vouches.count, 3);
	assert_int_equal(charter_vouches_on(c, Q_ADMIT)->vouches.count, 2);
	assert_null(charter_vouches_on(c, Q_RENEW));
	charter_free(c);
	charters_set(doc, "/recovery", "{\"member\":{\"vouches\":{\"count\":3}}}");
	assert_null(charters_parse(doc, &e));
	assert_string_equal(e.name, "bad_charter");
	assert_string_equal(e.pointer, "/recovery/member/vouches");
}

static void the_ring_is_as_wide_as_its_widest_leaf(void **state)
{
	json_t *doc = charters_first(*state);
	uint32_t nearest = 1, opposite = 1;
	struct charter *c = must_parse(json_incref(doc));

	assert_false(charter_ring(c, &nearest, &opposite));
	assert_int_equal(nearest + opposite, 0);
	charter_free(c);
	charters_set(doc, "/expulsion", "{\"votes\":{\"count\":2,\"nearest\":50}}");
	charters_set(doc, "/admission",
		"{\"any\":[{\"votes\":{\"count\":2,\"nearest\":3,\"opposite\":2}},{\"all\":[{\"votes\":{\"count\":2,\"nearest\":7}}]},"
		"{\"votes\":{\"count\":1,\"opposite\":4}}]}");
	c = must_parse(doc);
	assert_true(charter_ring(c, &nearest, &opposite));
	assert_int_equal(nearest, 7);
	assert_int_equal(opposite, 4);
	c->admission->child[0].votes.nearest = c->admission->child[1].child[0].votes.nearest = 0;
	assert_true(charter_ring(c, &nearest, &opposite));
	assert_int_equal(nearest, 0);
	charter_free(c);
}

static void challenges_alone_show_who_is_human(void **state)
{
	static const struct flaw flaws[] = {
		{ "/voting/human", "{\"votes\":{\"count\":1}}", "bad_charter", "/voting/human/votes" },
		{ "/voting/human", "{\"list\":{\"keys\":[]}}", "bad_charter", "/voting/human/list" },
		{ "/voting/human", "{\"any\":[{\"work\":{\"effort\":1}},{\"authority\":{\"k\":1}}]}", "bad_charter",
			"/voting/human/any/1/authority" },
		{ "/voting/human", "{\"at_least\":{\"k\":1,\"of\":[{\"all\":[{\"vouches\":{\"count\":1}}]}]}}", "bad_charter",
			"/voting/human/at_least/of/0/all/0/vouches" },
		{ "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"human\":{\"invitation\":{\"life\":60}}}", "bad_charter",
			"/vouching/human/invitation" },
	};
	json_t *doc = charters_first(*state);
	struct charter *c;

	REFUSE_ALL(*state, NULL, flaws);
	charters_set(doc, "/voting/human",
		"{\"at_least\":{\"k\":2,\"of\":[{\"work\":{\"effort\":1}},{\"captcha\":{\"kinds\":[\"audio\"]}},"
		"{\"any\":[{\"external\":{\"provider\":\"p\"}}]}]}}");
	charters_set(doc, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"human\":{\"work\":{\"effort\":2}}}");
	c = must_parse(doc);
	assert_int_equal(c->voting.human->n, 3);
	assert_int_equal(c->vouching.human->effort, 2);
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule_for_vouching),
		cmocka_unit_test(a_second_rule_for_vouching_is_refused),
		cmocka_unit_test(the_rule_for_vouching_is_that_of_admission),
		cmocka_unit_test(lost_keys_are_vouched_for_by_the_same_rule),
		cmocka_unit_test(the_ring_is_as_wide_as_its_widest_leaf),
		cmocka_unit_test(challenges_alone_show_who_is_human),
	};

	return cmocka_run_group_tests_name("parse_requirement", tests, setup, teardown);
}
