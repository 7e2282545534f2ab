/* SPDX-License-Identifier: ISC
 * Signing over a board: what comes of honest holders, slow ones, and ones who cheat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/voting/signers.h"

enum { T = 3, N = 5 };

static struct signers s;

static int open_five(void **state)
{
	(void)state;
	signers_open(&s, T, N);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	signers_close(&s);
	return 0;
}

static void is_signed(void)
{
	struct sig_pub key;

	assert_true(s.seen->done);
	assert_int_equal(signing_phase(s.seen), PHASE_END);
	transcript_key(&s.transcript, &key);
	for (size_t i = 0; i < SIGNERS_ITEMS; i++)
		assert_true(sig_verify(s.circle.crypto, &key, s.messages[i], s.seen->signatures[i], NULL));
}

static void refused(size_t place, enum phase phase, uint32_t turn, json_t *body, const char *name)
{
	const uint32_t before = s.seen->board.size;
	struct err e = { 0 };

	assert_false(signers_say(&s, place, phase, turn, body, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(s.seen->board.size, before);
}

/* ---- as it should be */

static void three_of_five_sign(void **state)
{
	(void)state;
	assert_int_equal(signing_phase(s.seen), PHASE_COMMIT);
	assert_false(signers_package(&s));
	signers_all(&s, 0);
	assert_false(signing_waits(s.seen, 0));
	assert_true(signers_package(&s));
	assert_int_equal(signing_phase(s.seen), PHASE_SIGN);
	assert_false(signers_package(&s)); /* two are left */
	assert_true(signing_waits(s.seen, 0) && !signing_waits(s.seen, 4));
	signers_all(&s, 0);
	is_signed();
	refused(4, PHASE_COMMIT, 1, json_object(), "ceremony_over");
}

/* The first that have commitments are asked; who is slow is replaced, and may still be the one whose parts come first. */
static void who_is_slow_is_replaced(void **state)
{
	(void)state;
	signers_all(&s, 0);
	assert_true(signers_package(&s)); /* 1, 2, 3 */
	signers_all(&s, 1 << 2);          /* 3 is slow */
	assert_false(s.seen->done);
	assert_true(signers_package(&s)); /* 1, 2, 4, with the commitments that came with their answers */
	assert_int_equal(signing_pending(s.seen), 2);
	signers_all(&s, 1 << 2 | 1 << 3); /* and 4 is */
	assert_true(signers_package(&s)); /* 1, 2, 5 */
	assert_true(signers_speak(&s, 2));
	is_signed(); /* by the first package after all */
}

static void who_cheats_is_named_and_replaced(void **state)
{
	enum phase phase;
	uint32_t turn;
	json_t *body;

	(void)state;
	signers_all(&s, 0);
	assert_true(signers_package(&s));
	body = signers_body(&s, 1, &phase, &turn);
	circle_spoil(body, "parts", CURVE_BYTES * 2); /* of the second item: z */
	assert_true(signers_say(&s, 1, phase, turn, body, NULL));
	signers_all(&s, 1 << 1);
	assert_false(s.seen->done || s.seen->failed);
	assert_string_equal(s.seen->of[1].fault, "bad_part");
	assert_null(s.seen->of[0].fault);
	assert_false(signing_waits(s.seen, 1));
	refused(1, PHASE_COMMIT, s.seen->of[1].turns, json_object(), "not_asked");
	assert_true(signers_package(&s)); /* 1, 3, 4 */
	signers_all(&s, 0);
	is_signed();
}

/* A false R costs the reader some work, and its author its name. */
static void a_false_hint_is_seen(void **state)
{
	enum phase phase;
	uint32_t turn;

	(void)state;
	signers_all(&s, 0);
	assert_true(signers_package(&s));
	for (size_t i = 0; i < 2; i++) { /* two of three: R by majority is false */
		json_t *body = signers_body(&s, i, &phase, &turn);

		circle_spoil(body, "parts", CURVE_BYTES);
		assert_true(signers_say(&s, i, phase, turn, body, NULL));
	}
	assert_true(signers_speak(&s, 2));
	is_signed();
	assert_string_equal(s.seen->of[0].fault, "false_r");
	assert_string_equal(s.seen->of[1].fault, "false_r");
	assert_null(s.seen->of[2].fault);
}

static void too_few_are_left(void **state)
{
	enum phase phase;
	uint32_t turn;

	(void)state;
	signers_all(&s, 0);
	for (int attempt = 0; attempt < 3; attempt++) {
		const size_t cheat = (size_t)attempt;

		assert_true(signers_package(&s));
		for (size_t i = 0; i < N; i++) {
			json_t *body;

			if (!signing_waits(s.seen, i))
				continue;
			body = signers_body(&s, i, &phase, &turn);
			if (i == cheat)
				circle_spoil(body, "parts", 0);
			assert_true(signers_say(&s, i, phase, turn, body, NULL));
		}
		assert_string_equal(s.seen->of[cheat].fault, "bad_part");
		assert_int_equal(s.seen->failed, attempt == 2);
		if (attempt == 2)
			break;
	}
	assert_int_equal(signing_phase(s.seen), PHASE_END);
}

/* Whoever lost its nonces gives others: the package that rests on the lost ones is none, and nobody is at fault. */
static void lost_nonces_are_given_up(void **state)
{
	json_t *body;

	(void)state;
	signers_all(&s, 0);
	assert_true(signers_package(&s));
	assert_true(signers_speak(&s, 0));
	body = cosign_commit(&s.shares[1], s.seeds[1][1], SIGNERS_ITEMS, NULL);
	assert_true(signers_say(&s, 1, PHASE_COMMIT, 1, body, NULL));
	assert_int_equal(signing_pending(s.seen), 0);
	assert_true(signing_waits(s.seen, 2)); /* its commitments were shown in a package that is none: it gives others */
	assert_int_equal(signing_wants(s.seen, 2, &(uint32_t){ 0 }), PHASE_COMMIT);
	assert_true(signers_speak(&s, 2));
	assert_true(signers_package(&s));
	signers_all(&s, 0);
	is_signed();
}

static void silence_is_named(void **state)
{
	(void)state;
	signers_all(&s, 1 << 3 | 1 << 4);
	assert_true(signers_package(&s));
	signers_all(&s, 1 << 0 | 1 << 3 | 1 << 4);
	refused(N, PHASE_END, 0, json_pack("{s[i]}", "silent", 2), "bad_value"); /* it has said all it was asked */
	assert_true(signers_say(&s, N, PHASE_END, 0, json_pack("{s[iii]}", "silent", 1, 4, 5), NULL));
	assert_true(s.seen->failed);
	assert_string_equal(s.seen->of[0].fault, "silent");
	assert_null(s.seen->of[1].fault);
}

/* ---- what does not fit */

static void commitments_serve_once(void **state)
{
	json_t *again;

	(void)state;
	signers_all(&s, 0);
	again = signing_package(s.seen);
	assert_true(signers_package(&s));
	refused(N, PHASE_PACKAGE, 0, json_incref(again), "wrong_phase"); /* the same package again */
	refused(N, PHASE_PACKAGE, 1, again, "bad_package");              /* another of the same commitments */
	refused(N, PHASE_PACKAGE, 1, json_pack("{s[iii]s[iii]}", "signers", 1, 4, 5, "turns", 0, 0, 0), "bad_package");
	refused(N, PHASE_PACKAGE, 1, json_pack("{s[ii]s[ii]}", "signers", 4, 5, "turns", 0, 0), "out_of_range");
	signers_all(&s, 1 << 2);
	refused(N, PHASE_PACKAGE, 1, json_pack("{s[iii]s[iii]}", "signers", 1, 4, 5, "turns", 0, 0, 0), "bad_package"); /* the used one */
	assert_true(signers_say(&s, N, PHASE_PACKAGE, 1, json_pack("{s[iii]s[iii]}", "signers", 1, 4, 5, "turns", 1, 0, 0), NULL));
	signers_all(&s, 1 << 2);
	is_signed();
}

static void who_is_not_asked(void **state)
{
	enum phase phase;
	uint32_t turn;
	json_t *body;

	(void)state;
	refused(0, PHASE_SIGN, 0, json_object(), "wrong_phase");
	refused(0, PHASE_JOIN, 0, json_object(), "wrong_phase");
	refused(N, PHASE_JOIN, 0, json_object(), "wrong_phase");
	refused(0, PHASE_COMMIT, 1, json_object(), "wrong_phase");
	signers_all(&s, 0);
	refused(0, PHASE_COMMIT, 0, json_object(), "already_posted");
	assert_true(signers_package(&s));
	refused(4, PHASE_SIGN, 0, json_object(), "not_asked");
	body = signers_body(&s, 0, &phase, &turn);
	assert_true(signers_say(&s, 0, phase, turn, json_incref(body), NULL));
	refused(0, phase, turn, body, "not_asked");
	assert_null(cosign_sign(s.seen, &s.shares[4], s.seeds[4][0], s.seeds[4][1], NULL));
}

/* It signs what it has read; so does the machine ask. */
static void who_has_not_read_the_package(void **state)
{
	struct post p = { .genesis = s.ceremony->genesis, .ceremony = s.ceremony->digest, .by = 1 };
	struct err e = { 0 };

	(void)state;
	signers_all(&s, 0);
	p.seen.size = s.seen->board.size;
	p.seen.head = *board_head(&s.seen->board);
	assert_true(signers_package(&s));
	p.body = signers_body(&s, 0, &p.phase, &p.turn);
	assert_false(signing_take(s.seen, &p, &e));
	assert_string_equal(e.name, "stale_board");
	post_free(&p);
}

static void bad_points_and_numbers(void **state)
{
	static const uint8_t identity[CURVE_BYTES] = { 1 };
	struct round_commitment list[SIGNERS_ITEMS];
	struct round_part parts[SIGNERS_ITEMS];
	json_t *good = cosign_commit(&s.shares[0], s.seeds[0][0], SIGNERS_ITEMS, NULL), *body;
	enum phase phase;
	uint32_t turn;

	(void)state;
	refused(0, PHASE_COMMIT, 0, cosign_commit(&s.shares[0], s.seeds[0][0], SIGNERS_ITEMS - 1, NULL), "out_of_range");
	refused(0, PHASE_COMMIT, 0, cosign_commit(&s.shares[0], s.seeds[0][0], SIGNERS_ITEMS + 1, NULL), "out_of_range");
	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < SIGNERS_ITEMS; i++) {
		memcpy(list[i].hiding.b, identity, sizeof(identity));
		memcpy(list[i].binding.b, identity, sizeof(identity));
	}
	refused(0, PHASE_COMMIT, 0, signing_commit_body(list, SIGNERS_ITEMS), "bad_point");
	json_object_set_new(good, "more", json_true());
	refused(0, PHASE_COMMIT, 0, good, "unknown_member");
	signers_all(&s, 0);
	assert_true(signers_package(&s));
	body = signers_body(&s, 0, &phase, &turn);
	memset(parts, 0xff, sizeof(parts));
	good = signing_sign_body(parts, list, SIGNERS_ITEMS);
	json_object_set(good, "nonces", json_object_get(body, "nonces"));
	refused(0, phase, turn, good, "bad_scalar");
	assert_true(signers_say(&s, 0, phase, turn, body, NULL));
	signers_all(&s, 0);
	is_signed();
}

static void who_may_take_part_in_what(void **state)
{
	struct ceremony *c = s.ceremony;
	struct err e = { 0 };
	struct slice other[SIGNERS_ITEMS];

	(void)state;
	memcpy(other, s.messages, sizeof(other));
	other[1] = slice_str("something else");
	assert_null(signing_new(c, &s.transcript, other, s.circle.crypto, &e));
	assert_string_equal(e.name, "tbs_differs");
	err_clear(&e);
	c->members[4].number = 9;
	assert_null(signing_new(c, &s.transcript, s.messages, s.circle.crypto, &e));
	assert_string_equal(e.name, "not_taking_part");
	c->members[4].number = 5;
	for (int i = 0; i < 3; i++) {
		err_clear(&e);
		c->from.b[0] ^= i == 0;
		c->epoch += i == 1;
		c->t -= i == 2;
		assert_null(signing_new(c, &s.transcript, s.messages, s.circle.crypto, &e));
		assert_string_equal(e.name, "wrong_context");
		c->from.b[0] ^= i == 0;
		c->epoch -= i == 1;
		c->t += i == 2;
	}
}

int main(void)
{
#define FIVE(name) cmocka_unit_test_setup_teardown(name, open_five, close_it)
	const struct CMUnitTest tests[] = {
		FIVE(three_of_five_sign),
		FIVE(who_is_slow_is_replaced),
		FIVE(who_cheats_is_named_and_replaced),
		FIVE(a_false_hint_is_seen),
		FIVE(too_few_are_left),
		FIVE(lost_nonces_are_given_up),
		FIVE(silence_is_named),
		FIVE(commitments_serve_once),
		FIVE(who_is_not_asked),
		FIVE(who_has_not_read_the_package),
		FIVE(bad_points_and_numbers),
		FIVE(who_may_take_part_in_what),
	};

	return cmocka_run_group_tests_name("signing", tests, NULL, NULL);
}
