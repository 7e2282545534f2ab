/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "charter/requirement.h"

#define KEY_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY_B "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define M_A "000102030405060708090a0b0c0d0e0f"
#define M_B "100102030405060708090a0b0c0d0e0f"

static struct requirement *parse_with(const char *text, uint32_t *leaves, struct err *e)
{
	struct requirement *r;
	struct at root;
	json_t *doc;

	memset(e, 0, sizeof(*e));
	doc = json_read(slice_str(text), 1000000, e);
	if (doc == NULL)
		fail_msg("%s: %s", e->text, text);
	root = at_root(doc, e);
	r = requirement_parse(&root, leaves);
	if (r == NULL)
		assert_false(err_ok(e));
	json_decref(doc);
	return r;
}

static struct requirement *parse(const char *text, struct err *e)
{
	uint32_t leaves = 0;

	return parse_with(text, &leaves, e);
}

static struct requirement *must_parse(const char *text)
{
	struct err e;
	struct requirement *r = parse(text, &e);

	if (r == NULL)
		fail_msg("%s at %s: %s", e.name, e.pointer, text);
	return r;
}

static void types_have_names(void **state)
{
	(void)state;
	assert_string_equal(requirement_name(REQ_ALL), "all");
	assert_string_equal(requirement_name(REQ_AT_LEAST), "at_least");
	assert_string_equal(requirement_name(REQ_VOTES), "votes");
	assert_string_equal(requirement_name(REQ_INVITATION), "invitation");
}

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

static void trees_are_read(void **state)
{
	struct requirement *r =
		must_parse("{\"all\":[{\"authority\":{\"k\":2}},{\"at_least\":{\"k\":1,\"of\":[{\"list\":{\"keys\":[\"" KEY_A "\",\"" KEY_B
			   "\"]}},{\"any\":[{\"list\":{\"keys\":[]}}]}]}}]}");

	(void)state;
	assert_int_equal(r->type, REQ_ALL);
	assert_int_equal(r->n, 2);
	assert_int_equal(r->child[0].type, REQ_AUTHORITY);
	assert_int_equal(r->child[0].k, 2);
	assert_int_equal(r->child[1].type, REQ_AT_LEAST);
	assert_int_equal(r->child[1].k, 1);
	assert_int_equal(r->child[1].n, 2);
	assert_int_equal(r->child[1].child[0].list.n, 2);
	assert_int_equal(r->child[1].child[0].list.keys[1].b[5], 1);
	assert_int_equal(r->child[1].child[1].type, REQ_ANY);
	assert_int_equal(r->child[1].child[1].child[0].list.n, 0);
	assert_true(requirement_has(r, REQ_ANY));
	assert_true(requirement_has(r, REQ_LIST));
	assert_false(requirement_has(r, REQ_VOTES));
	assert_false(requirement_has(NULL, REQ_ALL));
	requirement_free(r);
	requirement_free(NULL);
}

static void what_is_not_decided_yet_is_read(void **state)
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

struct refusal {
	const char *text, *name, *pointer;
};

static void refuse_all(const struct refusal *cases, size_t n)
{
	struct err e;

	for (size_t i = 0; i < n; i++) {
		if (parse(cases[i].text, &e) != NULL)
			fail_msg("passed: %s", cases[i].text);
		if (strcmp(e.name, cases[i].name) != 0 || strcmp(e.pointer, cases[i].pointer) != 0)
			fail_msg("%s at %s: %s", e.name, e.pointer, cases[i].text);
	}
}
#define REFUSE_ALL(cases) refuse_all(cases, sizeof(cases) / sizeof((cases)[0]))

static void trees_are_checked(void **state)
{
	static const struct refusal cases[] = {
		{ "[]", "wrong_type", "" },
		{ "{}", "bad_requirement", "" },
		{ "{\"all\":[],\"any\":[]}", "bad_requirement", "" },
		{ "{\"blood\":{}}", "unknown_leaf", "/blood" },
		{ "{\"all\":{}}", "wrong_type", "/all" },
		{ "{\"all\":[]}", "out_of_range", "/all" },
		{ "{\"all\":[7]}", "wrong_type", "/all/0" },
		{ "{\"any\":[{\"list\":{\"keys\":[]}},{\"blood\":1}]}", "unknown_leaf", "/any/1/blood" },
		{ "{\"at_least\":{\"k\":0,\"of\":[{\"authority\":{\"k\":1}}]}}", "bad_requirement", "/at_least/k" },
		{ "{\"at_least\":{\"k\":2,\"of\":[{\"authority\":{\"k\":1}}]}}", "bad_requirement", "/at_least/k" },
		{ "{\"at_least\":{\"k\":-1,\"of\":[{\"authority\":{\"k\":1}}]}}", "out_of_range", "/at_least/k" },
		{ "{\"at_least\":{\"k\":1,\"of\":[]}}", "out_of_range", "/at_least/of" },
		{ "{\"at_least\":{\"k\":1}}", "missing_member", "/at_least/of" },
		{ "{\"at_least\":{\"k\":1,\"of\":[],\"or\":1}}", "unknown_member", "/at_least/or" },
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
	};

	(void)state;
	REFUSE_ALL(cases);
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

static void what_is_not_decided_yet_is_checked(void **state)
{
	static const struct refusal cases[] = {
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

/* {"any": [LEAF, ...]}, n of them, n in groups of 64. */
static void many(struct buf *out, unsigned n)
{
	buf_add_str(out, "{\"any\":[");
	for (unsigned i = 0; i < n; i++) {
		if (i % 64 == 0)
			buf_printf(out, "%s{\"any\":[", i == 0 ? "" : "]},");
		buf_printf(out, "%s{\"authority\":{\"k\":1}}", i % 64 == 0 ? "" : ",");
	}
	buf_add_str(out, "]}]}");
}

static void leaves_are_counted(void **state)
{
	struct buf text = { 0 };
	struct requirement *r;
	uint32_t leaves = 0;
	struct err e;

	(void)state;
	many(&text, REQ_LEAVES_MAX);
	r = parse_with(buf_cstr(&text), &leaves, &e);
	assert_non_null(r);
	assert_int_equal(leaves, REQ_LEAVES_MAX);
	requirement_free(r);
	/* The charter's next requirement finds the number used up. */
	assert_null(parse_with("{\"authority\":{\"k\":1}}", &leaves, &e));
	assert_string_equal(e.name, "too_many_leaves");
	buf_free(&text);
	many(&text, REQ_LEAVES_MAX + 1);
	assert_null(parse(buf_cstr(&text), &e));
	assert_string_equal(e.name, "too_many_leaves");
	assert_string_equal(e.pointer, "/any/8/any/0/authority");
	buf_free(&text);
}

static void children_are_counted(void **state)
{
	struct buf text = { 0 };
	struct err e;

	(void)state;
	buf_add_str(&text, "{\"any\":[{\"authority\":{\"k\":1}}");
	for (unsigned i = 0; i < REQ_CHILDREN_MAX; i++)
		buf_add_str(&text, ",{\"authority\":{\"k\":1}}");
	buf_add_str(&text, "]}");
	assert_null(parse(buf_cstr(&text), &e));
	assert_string_equal(e.name, "out_of_range");
	assert_string_equal(e.pointer, "/any");
	buf_free(&text);
}

static void what_is_not_followed_is_not_supported(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"invitation\":{\"life\":60}}", "/x/invitation" },
		{ "{\"any\":[{\"authority\":{\"k\":1}},{\"invitation\":{\"life\":60}}]}", "/x/any/1/invitation" },
		{ "{\"at_least\":{\"k\":1,\"of\":[{\"all\":[{\"invitation\":{\"life\":60}}]}]}}", "/x/at_least/of/0/all/0/invitation" },
	};
	struct requirement *r = must_parse(
		"{\"all\":[{\"votes\":{\"count\":1,\"veto\":1}},{\"list\":{\"keys\":[]}},{\"authority\":{\"k\":1}},{\"vouches\":{\"count\":1}},"
		"{\"captcha\":{\"kinds\":[\"logic\"]}},{\"work\":{\"effort\":1}},{\"external\":{\"provider\":\"p\"}},"
		"{\"votes\":{\"count\":1,\"nearest\":8,\"opposite\":8}}]}");
	struct err e = { 0 };

	(void)state;
	assert_true(requirement_supported(r, "/x", &e));
	assert_true(requirement_supported(NULL, "/x", &e));
	requirement_free(r);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r = must_parse(cases[i][0]);
		err_clear(&e);
		assert_false(requirement_supported(r, "/x", &e));
		assert_string_equal(e.name, "leaf_unsupported");
		assert_string_equal(e.pointer, cases[i][1]);
		assert_false(requirement_supported(r, "/x", NULL));
		requirement_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(votes_are_read),
		cmocka_unit_test(trees_are_read),
		cmocka_unit_test(what_is_not_decided_yet_is_read),
		cmocka_unit_test(trees_are_checked),
		cmocka_unit_test(votes_are_checked),
		cmocka_unit_test(what_is_not_decided_yet_is_checked),
		cmocka_unit_test(leaves_are_counted),
		cmocka_unit_test(children_are_counted),
		cmocka_unit_test(what_is_not_followed_is_not_supported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
