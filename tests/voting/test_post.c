/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/objects.h"
#include "voting/post.h"

static json_t *make(void)
{
	struct post p = {
		.genesis = { { 1 } }, .ceremony = { { 2 } }, .by = 3, .phase = PHASE_COMMIT, .turn = 4, .seen = { 5, { { 6 } } }
	};
	json_t *o;

	p.body = json_pack("{si}", "seven", 7);
	o = post_print(&p);
	post_free(&p);
	return o;
}

static bool parse(const struct jws *j, struct err *e)
{
	struct post p;
	bool rc = post_parse(j, &p, e);

	post_free(&p);
	return rc;
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_POST, make());
	struct post p;

	(void)state;
	assert_true(post_parse(j, &p, NULL));
	assert_int_equal(p.genesis.b[0], 1);
	assert_int_equal(p.ceremony.b[0], 2);
	assert_int_equal(p.by, 3);
	assert_int_equal(p.phase, PHASE_COMMIT);
	assert_int_equal(p.turn, 4);
	assert_int_equal(p.seen.size, 5);
	assert_int_equal(p.seen.head.b[0], 6);
	assert_int_equal(json_integer_value(json_object_get(p.body, "seven")), 7);
	assert_string_equal(phase_name(PHASE_COMMIT), "commit");
	post_free(&p);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "ceremony", NULL, "missing_member", "/ceremony" },
		{ "by", "-1", "out_of_range", "/by" },
		{ "by", "65536", "out_of_range", "/by" },
		{ "phase", "\"wait\"", "bad_value", "/phase" },
		{ "turn", "5000", "out_of_range", "/turn" },
		{ "seen", NULL, "missing_member", "/seen" },
		{ "seen/size", "20000", "out_of_range", "/seen/size" },
		{ "seen/head", "7", "wrong_type", "/seen/head" },
		{ "seen/root", "7", "unknown_member", "/seen/root" },
		{ "body", "[]", "wrong_type", "/body" },
		{ "colour", "2", "unknown_member", "/colour" },
	};

	(void)state;
	refused(KIND_POST, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

/* Every head rests on all posts before, in their order. */
static void a_board_is_a_chain(void **state)
{
	struct ceremony *c = calloc(1, sizeof(*c));
	struct board a = { .ceremony = c }, b = { .ceremony = c };
	struct post p = { .by = 0 }, q = { .by = 0, .digest = { { 9 } } };
	struct err e = { 0 };

	(void)state;
	assert_non_null(c);
	assert_memory_equal(board_head(&a), &c->digest, sizeof(c->digest));
	assert_true(board_fits(&a, &p, NULL) && board_add(&a, &p, NULL));
	assert_true(board_add(&a, &q, NULL));
	assert_true(board_add(&b, &q, NULL) && board_add(&b, &p, NULL));
	assert_memory_not_equal(board_head(&a), board_head(&b), 32);
	/* Who saw one of them does not post on the other. */
	p.seen.size = 1;
	p.seen.head = a.heads[0];
	assert_true(board_fits(&a, &p, NULL));
	assert_false(board_fits(&b, &p, &e));
	assert_string_equal(e.name, "split_board");
	p.seen.size = 3;
	err_clear(&e);
	assert_false(board_fits(&a, &p, &e));
	assert_string_equal(e.name, "split_board");
	board_free(&a);
	board_free(&b);
	free(c);
}

static void a_board_has_an_end(void **state)
{
	struct ceremony *c = calloc(1, sizeof(*c));
	struct board b = { .ceremony = c };
	struct post p = { .by = 0 };
	struct err e = { 0 };

	(void)state;
	assert_non_null(c);
	for (uint32_t i = 0; i < BOARD_MAX; i++)
		assert_true(board_fits(&b, &p, NULL) && board_add(&b, &p, NULL));
	assert_false(board_fits(&b, &p, &e));
	assert_string_equal(e.name, "too_large");
	board_free(&b);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(a_board_is_a_chain),
		cmocka_unit_test(a_board_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
