/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/demands.h"

static void votes_are_read(void **state)
{
	struct requirement *r = must_parse("{\"votes\":{\"count\":3,\"veto\":2,\"base\":\"members\"}}");

	(void)state;
	assert_int_equal(r->type, REQ_VOTES);
	assert_int_equal(r->votes.count, 3);
	assert_int_equal(r->votes.veto, 2);
	assert_int_equal(r->votes.q, 0);
	assert_null(r->votes.of);
	requirement_free(r);
	r = must_parse("{\"votes\":{\"fraction\":\"2/3\",\"minimum\":4,\"base\":\"cast\"}}");
	assert_int_equal(r->votes.count, 0);
	assert_int_equal(r->votes.p, 2);
	assert_int_equal(r->votes.q, 3);
	assert_int_equal(r->votes.minimum, 4);
	assert_int_equal(r->votes.base, VOTES_CAST);
	requirement_free(r);
	r = must_parse("{\"votes\":{\"fraction\":\"1/1\",\"of\":[\"" M_A "\",\"" M_B "\"]}}");
	assert_int_equal(r->votes.of_n, 2);
	assert_int_equal(r->votes.of[1].b[0], 0x10);
	assert_int_equal(r->votes.minimum, 0);
	assert_int_equal(r->votes.base, VOTES_OF_MEMBERS);
	requirement_free(r);
}

static void other_leaves_are_read(void **state)
{
	struct requirement *r =
		must_parse("{\"vouches\":{\"count\":2,\"age\":10,\"budget\":3,\"window\":20,\"expiry\":30,\"reason\":true}}");

	(void)state;
	assert_int_equal(r->vouches.count, 2);
	assert_int_equal(r->vouches.age, 10);
	assert_int_equal(r->vouches.budget, 3);
	assert_int_equal(r->vouches.window, 20);
	assert_int_equal(r->vouches.expiry, 30);
	assert_true(r->vouches.reason);
	requirement_free(r);
	r = must_parse("{\"captcha\":{\"kinds\":[\"audio\",\"graphic\"]}}");
	assert_int_equal(r->captcha_kinds, CAPTCHA_AUDIO | CAPTCHA_GRAPHIC);
	requirement_free(r);
	r = must_parse("{\"work\":{\"effort\":1048576}}");
	assert_int_equal(r->effort, 1048576);
	requirement_free(r);
	r = must_parse("{\"external\":{\"provider\":\"university\"}}");
	assert_string_equal(r->provider, "university");
	requirement_free(r);
	r = must_parse("{\"invitation\":{\"life\":3600,\"draw\":3,\"observers\":5,\"inviters\":\"operators\"}}");
	assert_int_equal(r->invitation.life, 3600);
	assert_int_equal(r->invitation.draw, 3);
	assert_int_equal(r->invitation.observers, 5);
	assert_true(r->invitation.by_operators);
	requirement_free(r);
	r = must_parse("{\"votes\":{\"count\":1,\"nearest\":8,\"opposite\":4}}");
	assert_int_equal(r->votes.nearest, 8);
	assert_int_equal(r->votes.opposite, 4);
	requirement_free(r);
	r = must_parse("{\"votes\":{\"count\":128,\"veto\":128,\"nearest\":64,\"opposite\":64}}");
	assert_int_equal(r->votes.nearest + r->votes.opposite, 128);
	requirement_free(r);
}

static void votes_are_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "{\"votes\":[]}", "wrong_type", "/votes" },
		{ "{\"votes\":{}}", "bad_requirement", "/votes" },
		{ "{\"votes\":{\"count\":0}}", "bad_requirement", "/votes/count" },
		{ "{\"votes\":{\"count\":1000001}}", "out_of_range", "/votes/count" },
		{ "{\"votes\":{\"count\":1,\"fraction\":\"1/2\"}}", "bad_requirement", "/votes" },
		{ "{\"votes\":{\"count\":1,\"minimum\":1}}", "bad_requirement", "/votes/minimum" },
		{ "{\"votes\":{\"count\":1,\"base\":\"all\"}}", "bad_value", "/votes/base" },
		{ "{\"votes\":{\"count\":1,\"veto\":0}}", "bad_requirement", "/votes/veto" },
		{ "{\"votes\":{\"count\":1,\"nearest\":0}}", "bad_requirement", "/votes/nearest" },
		{ "{\"votes\":{\"count\":1,\"opposite\":-1}}", "out_of_range", "/votes/opposite" },
		{ "{\"votes\":{\"count\":1,\"nearest\":65}}", "bad_requirement", "/votes/nearest" },
		{ "{\"votes\":{\"count\":1,\"nearest\":1,\"opposite\":65}}", "bad_requirement", "/votes/opposite" },
		{ "{\"votes\":{\"fraction\":\"1/2\",\"nearest\":8}}", "bad_requirement", "/votes/nearest" },
		{ "{\"votes\":{\"fraction\":\"1/2\",\"opposite\":8}}", "bad_requirement", "/votes/opposite" },
		{ "{\"votes\":{\"count\":1,\"of\":[\"" M_A "\"],\"nearest\":8}}", "bad_requirement", "/votes/nearest" },
		{ "{\"votes\":{\"count\":6,\"nearest\":3,\"opposite\":2}}", "bad_requirement", "/votes/nearest" },
		{ "{\"votes\":{\"count\":1,\"veto\":3,\"opposite\":2}}", "bad_requirement", "/votes/opposite" },
		{ "{\"votes\":{\"count\":1,\"colour\":1}}", "unknown_member", "/votes/colour" },
		{ "{\"votes\":{\"fraction\":1}}", "wrong_type", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"\"}}", "out_of_range", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/2 \"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\" 1/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"-1/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"01/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"0/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"0/0\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/0\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"3/2\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/1000001\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/99999999\"}}", "bad_requirement", "/votes/fraction" },
		{ "{\"votes\":{\"fraction\":\"1/2\",\"minimum\":0}}", "bad_requirement", "/votes/minimum" },
		{ "{\"votes\":{\"count\":1,\"of\":[]}}", "out_of_range", "/votes/of" },
		{ "{\"votes\":{\"count\":1,\"of\":[\"00\"]}}", "bad_value", "/votes/of/0" },
		{ "{\"votes\":{\"count\":1,\"of\":[\"" M_A "\",\"" M_A "\"]}}", "bad_requirement", "/votes/of/1" },
		{ "{\"votes\":{\"count\":2,\"of\":[\"" M_A "\"]}}", "bad_requirement", "/votes/of" },
		{ "{\"votes\":{\"fraction\":\"1/2\",\"minimum\":2,\"of\":[\"" M_A "\"]}}", "bad_requirement", "/votes/of" },
		{ "{\"votes\":{\"count\":1,\"veto\":2,\"of\":[\"" M_A "\"]}}", "bad_requirement", "/votes/of" },
	};

	(void)state;
	REFUSE_ALL(cases);
}

static void other_leaves_are_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "{\"list\":{}}", "missing_member", "/list/keys" },
		{ "{\"list\":{\"keys\":[1]}}", "wrong_type", "/list/keys/0" },
		{ "{\"list\":{\"keys\":[\"AAAA\"]}}", "out_of_range", "/list/keys/0" },
		{ "{\"list\":{\"keys\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"]}}", "bad_value", "/list/keys/0" },
		{ "{\"list\":{\"keys\":[\"" KEY_A "\",\"" KEY_B "\",\"" KEY_A "\"]}}", "bad_requirement", "/list/keys/2" },
		{ "{\"list\":{\"keys\":[],\"of\":[]}}", "unknown_member", "/list/of" },
		{ "{\"authority\":{\"k\":0}}", "bad_requirement", "/authority/k" },
		{ "{\"authority\":{\"k\":\"1\"}}", "wrong_type", "/authority/k" },
		{ "{\"authority\":{}}", "missing_member", "/authority/k" },
		{ "{\"authority\":{\"k\":1,\"n\":2}}", "unknown_member", "/authority/n" },
		{ "{\"vouches\":{}}", "missing_member", "/vouches/count" },
		{ "{\"vouches\":{\"count\":0}}", "bad_requirement", "/vouches/count" },
		{ "{\"vouches\":{\"count\":1,\"age\":-1}}", "out_of_range", "/vouches/age" },
		{ "{\"vouches\":{\"count\":1,\"reason\":1}}", "wrong_type", "/vouches/reason" },
		{ "{\"vouches\":{\"count\":1,\"more\":1}}", "unknown_member", "/vouches/more" },
		{ "{\"captcha\":{\"kinds\":[]}}", "out_of_range", "/captcha/kinds" },
		{ "{\"captcha\":{\"kinds\":[\"smell\"]}}", "bad_value", "/captcha/kinds/0" },
		{ "{\"captcha\":{\"kinds\":[\"logic\",\"logic\"]}}", "bad_requirement", "/captcha/kinds/1" },
		{ "{\"work\":{\"effort\":0}}", "out_of_range", "/work/effort" },
		{ "{\"external\":{\"provider\":\"A\"}}", "bad_value", "/external/provider" },
		{ "{\"invitation\":{}}", "missing_member", "/invitation/life" },
		{ "{\"invitation\":{\"life\":60,\"inviters\":\"all\"}}", "bad_value", "/invitation/inviters" },
		{ "{\"invitation\":{\"life\":60,\"draw\":0}}", "bad_requirement", "/invitation/draw" },
	};

	(void)state;
	REFUSE_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_are_read),
		cmocka_unit_test(other_leaves_are_read),
		cmocka_unit_test(votes_are_checked),
		cmocka_unit_test(other_leaves_are_checked),
	};

	return cmocka_run_group_tests_name("leaf", tests, NULL, NULL);
}
