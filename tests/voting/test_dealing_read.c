/* SPDX-License-Identifier: ISC
 * Bodies that are refused, and leave nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/boards.h"
#include "voting/dealing_read.h"

enum { T = 3, N = 5 };

static void a_body_is_read_whole_or_not_at_all(void **state)
{
	struct circle c;
	json_t *body;
	struct err e = { 0 };
	struct at at;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	body = circle_body(&c, 1);
	json_object_set_new(body, "sealed", json_string("AA"));
	at = at_root(body, &e);
	assert_false(dealing_read_deal(c.seen, 1, &at));
	assert_null(c.seen->of[1].commitment);
	assert_null(c.seen->of[1].sealed);
	json_decref(body);
	body = circle_body(&c, 1);
	err_clear(&e);
	at = at_root(body, &e);
	assert_true(dealing_read_deal(c.seen, 1, &at));
	assert_non_null(c.seen->of[1].commitment);
	json_decref(body);
	circle_close(&c);
}

static void nobody_is_accused_by_a_body_that_is_refused(void **state)
{
	struct circle c;
	json_t *body;
	struct err e = { 0 };
	struct at at;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CHECK);
	body = json_pack("{s[ii]}", "accused", 1, 2);
	at = at_root(body, &e);
	assert_false(dealing_read_check(c.seen, 1, &at));
	assert_string_equal(e.name, "bad_value");
	assert_false(c.seen->of[1].accuses[0]);
	json_decref(body);
	circle_close(&c);
}

static void replace(json_t *body, const char *name, const void *p, size_t n)
{
	assert_true(object_set_base64(body, name, slice_of(p, n)));
}

static void bodies_that_are_none(void **state)
{
	static const uint8_t zero[33 * 32];
	struct circle c;
	json_t *body;

	(void)state;
	circle_open(&c, T, N);
	circle_refuses(&c, 0, json_object(), "missing_member");
	circle_refuses(&c, 0, json_pack("{ss}", "box", "AA"), "out_of_range");
	body = json_object();
	replace(body, "box", zero, 32);
	circle_refuses(&c, 0, body, "weak_key");
	circle_until(&c, PHASE_DEAL);
	body = circle_body(&c, 0);
	replace(body, "commitment", zero, (T + 1) * 32);
	circle_refuses(&c, 0, body, "bad_commitment");
	body = circle_body(&c, 0);
	replace(body, "commitment", zero, (T - 1) * 32);
	circle_refuses(&c, 0, body, "bad_commitment");
	body = circle_body(&c, 0);
	replace(body, "commitment", zero, T * 32);
	circle_refuses(&c, 0, body, "bad_point");
	body = circle_body(&c, 0);
	replace(body, "sealed", zero, 80);
	circle_refuses(&c, 0, body, "bad_value");
	body = circle_body(&c, 0);
	replace(body, "proof", zero, 32);
	circle_refuses(&c, 0, body, "out_of_range");
	body = circle_body(&c, 0);
	json_object_set_new(body, "more", json_true());
	circle_refuses(&c, 0, body, "unknown_member");
	circle_until(&c, PHASE_CHECK);
	circle_refuses(&c, 0, json_pack("{s[i]}", "accused", 1), "bad_value");
	circle_refuses(&c, 0, json_pack("{s[i]}", "accused", 7), "bad_value");
	circle_refuses(&c, 0, json_pack("{s[ii]}", "accused", 3, 2), "bad_value");
	circle_accuse(&c, 3, 2);
	circle_refuses(&c, 1, json_pack("{s[]}", "shown"), "out_of_range");
	body = circle_body(&c, 1);
	json_object_set_new(json_array_get(json_object_get(body, "shown"), 0), "to", json_integer(5));
	circle_refuses(&c, 1, body, "bad_value");
	body = circle_body(&c, 1);
	json_array_append(json_object_get(body, "shown"), json_array_get(json_object_get(body, "shown"), 0));
	circle_refuses(&c, 1, body, "bad_value");
	circle_until(&c, PHASE_CONFIRM);
	body = circle_body(&c, 0);
	json_object_set_new(body, "transcript", json_string("sha256:0000000000000000000000000000000000000000000000000000000000000000"));
	circle_refuses(&c, 0, body, "transcript_differs");
	body = circle_body(&c, 0);
	circle_spoil(body, "signature", 3);
	circle_refuses(&c, 0, body, "bad_signature");
	circle_refuses(&c, 1, circle_body(&c, 0), "wrong_key");
	circle_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_that_are_none),
		cmocka_unit_test(a_body_is_read_whole_or_not_at_all),
		cmocka_unit_test(nobody_is_accused_by_a_body_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
