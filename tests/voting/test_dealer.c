/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/boards.h"
#include "tests/voting/curves.h"

enum { T = 2, N = 3 };

static void refuses(const struct circle *c, size_t place, const struct share *old, const struct sig_key *key, const char *name)
{
	struct err e = { 0 };

	assert_null(dealer_body(c->seen, &c->dealers[place], old, key, &e));
	assert_string_equal(e.name, name);
}

/* A participant that restarts says what it said: all of it follows from its seed and the board. */
static void what_is_said_again_is_the_same(void **state)
{
	struct circle c;

	(void)state;
	circle_open(&c, T, N);
	for (enum phase phase = PHASE_JOIN; phase <= PHASE_CONFIRM; phase++) {
		json_t *one, *two;

		if (phase == PHASE_ANSWER)
			continue;
		circle_until(&c, phase);
		one = circle_body(&c, 1);
		two = circle_body(&c, 1);
		assert_true(json_equal(one, two));
		json_decref(one);
		json_decref(two);
	}
	circle_close(&c);
}

/* Nothing that the board shows is a share of anybody, nor what it draws. */
static void each_has_a_share_that_nobody_posted(void **state)
{
	struct circle c;
	struct share shares[N];
	struct err e = { 0 };

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CHECK);
	assert_false(dealer_share(c.seen, &c.dealers[0], NULL, &shares[0], &e));
	assert_string_equal(e.name, "wrong_phase");
	circle_until(&c, PHASE_CONFIRM);
	circle_shares(&c, shares);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(shares[i].id, i + 1);
		assert_true(shares_verify(&shares[i], c.seen->transcript.commitment, T, NULL));
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(&shares[i].value, &shares[j].value, CURVE_BYTES);
	}
	circle_close(&c);
}

/* The proof's nonce follows from what is proved: on two boards there are two proofs with two nonces, or the secret would be out. */
static void two_boards_get_two_proofs(void **state)
{
	struct circle c;
	json_t *one, *two;
	struct dealing *seen;
	uint8_t a[64], b[64];

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	one = circle_body(&c, 0);
	seen = c.seen;
	seen->context.b[0] ^= 1;
	two = circle_body(&c, 0);
	assert_string_equal(json_string_value(json_object_get(one, "commitment")), json_string_value(json_object_get(two, "commitment")));
	assert_true(base64url_decode_exact(json_string_value(json_object_get(one, "proof")), 86, a, sizeof(a)));
	assert_true(base64url_decode_exact(json_string_value(json_object_get(two, "proof")), 86, b, sizeof(b)));
	assert_memory_not_equal(a, b, 32);
	json_decref(one);
	json_decref(two);
	circle_close(&c);
}

static void who_is_not_asked_says_nothing(void **state)
{
	struct circle c, again;
	struct share shares[N];
	struct dealer stranger = { .number = 7 };
	struct err e = { 0 };

	(void)state;
	circle_open(&c, T, N);
	assert_null(dealer_body(c.seen, &stranger, NULL, c.keys[0], &e));
	assert_string_equal(e.name, "not_asked");
	assert_true(circle_say(&c, 0, circle_body(&c, 0), NULL));
	refuses(&c, 0, NULL, c.keys[0], "not_asked");
	circle_until(&c, PHASE_CONFIRM);
	refuses(&c, 0, NULL, c.keys[1], "wrong_key");
	circle_shares(&c, shares);
	circle_again(&again, &c, &c.seen->transcript, shares, "111", 0, T);
	refuses(&again, 0, NULL, again.keys[0], "share_missing");
	circle_until(&again, PHASE_DEAL);
	refuses(&again, 2, &shares[2], again.keys[2], "not_asked");
	circle_close(&again);
	circle_close(&c);
}

/* What was sealed for it is spoilt after the check, as on a board that its keeper changes: it does not confirm. */
static void a_share_that_does_not_open_is_not_confirmed(void **state)
{
	struct circle c;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CONFIRM);
	c.seen->of[1].sealed[0].b[50] ^= 1;
	refuses(&c, 0, NULL, c.keys[0], "bad_share");
	c.seen->of[1].sealed[0].b[50] ^= 1;
	c.seen->of[1].commitment[1] = times(7);
	refuses(&c, 0, NULL, c.keys[0], "bad_share");
	circle_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_again_is_the_same),
		cmocka_unit_test(each_has_a_share_that_nobody_posted),
		cmocka_unit_test(two_boards_get_two_proofs),
		cmocka_unit_test(who_is_not_asked_says_nothing),
		cmocka_unit_test(a_share_that_does_not_open_is_not_confirmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
