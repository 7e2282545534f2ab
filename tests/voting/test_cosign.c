/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/voting/signers.h"

static struct signers s;

static int open_three(void **state)
{
	(void)state;
	signers_open(&s, 2, 3);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	signers_close(&s);
	return 0;
}

/* Every nonce of a turn is another one, and follows from seed, item and share. */
static void nonces_follow_from_a_seed(void **state)
{
	json_t *a = cosign_commit(&s.shares[0], s.seeds[0][0], SIGNERS_ITEMS, NULL);
	json_t *again = cosign_commit(&s.shares[0], s.seeds[0][0], SIGNERS_ITEMS, NULL);
	json_t *other = cosign_commit(&s.shares[0], s.seeds[0][1], SIGNERS_ITEMS, NULL);
	json_t *another = cosign_commit(&s.shares[1], s.seeds[0][0], SIGNERS_ITEMS, NULL);
	struct buf points = { 0 };

	(void)state;
	assert_true(json_equal(a, again));
	assert_false(json_equal(a, other));
	assert_false(json_equal(a, another));
	assert_true(base64url_decode(slice_str(json_string_value(json_object_get(a, "nonces"))), &points));
	assert_int_equal(points.n, SIGNERS_ITEMS * 2 * CURVE_BYTES);
	for (size_t i = 0; i < 2 * SIGNERS_ITEMS; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(points.p + i * CURVE_BYTES, points.p + k * CURVE_BYTES, CURVE_BYTES);
	buf_free(&points);
	json_decref(a);
	json_decref(again);
	json_decref(other);
	json_decref(another);
}

static void answers_rest_on_what_was_given(void **state)
{
	struct err e = { 0 };
	json_t *body;

	(void)state;
	assert_null(cosign_sign(s.seen, &s.shares[0], s.seeds[0][0], s.seeds[0][1], &e));
	assert_string_equal(e.name, "not_asked");
	signers_all(&s, 0);
	assert_true(signers_package(&s));
	err_clear(&e);
	assert_null(cosign_sign(s.seen, &s.shares[2], s.seeds[2][0], s.seeds[2][1], &e));
	assert_string_equal(e.name, "not_asked");
	err_clear(&e);
	assert_null(cosign_sign(s.seen, &s.shares[0], s.seeds[0][5], s.seeds[0][1], &e));
	assert_string_equal(e.name, "bad_package"); /* the package does not have what this seed gives */
	body = cosign_sign(s.seen, &s.shares[0], s.seeds[0][0], s.seeds[0][1], NULL);
	assert_true(signers_say(&s, 0, PHASE_SIGN, 0, body, NULL));
	assert_true(signers_speak(&s, 1));
	assert_true(s.seen->done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nonces_follow_from_a_seed, open_three, close_it),
		cmocka_unit_test_setup_teardown(answers_rest_on_what_was_given, open_three, close_it),
	};

	return cmocka_run_group_tests_name("cosign", tests, NULL, NULL);
}
