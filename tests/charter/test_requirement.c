/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/demands.h"

static void types_have_names(void **state)
{
	(void)state;
	assert_string_equal(requirement_name(REQ_ALL), "all");
	assert_string_equal(requirement_name(REQ_AT_LEAST), "at_least");
	assert_string_equal(requirement_name(REQ_VOTES), "votes");
	assert_string_equal(requirement_name(REQ_INVITATION), "invitation");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(trees_are_read),
		cmocka_unit_test(trees_are_checked),
		cmocka_unit_test(leaves_are_counted),
		cmocka_unit_test(children_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
