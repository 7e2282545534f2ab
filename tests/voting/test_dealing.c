/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/boards.h"
#include "tests/voting/curves.h"

enum { T = 3, N = 5 };

static void is_over(const struct circle *c, bool done)
{
	assert_int_equal(c->seen->phase, PHASE_END);
	assert_int_equal(c->seen->done, done);
	assert_int_equal(c->seen->failed, !done);
}

static void only_fault(const struct circle *c, size_t place, const char *fault)
{
	for (size_t i = 0; i < c->ceremony->n; i++) {
		if (i == place)
			assert_string_equal(c->seen->of[i].fault, fault);
		else
			assert_null(c->seen->of[i].fault);
	}
}

/* ---- as it should be */

static void all_make_a_key(void **state)
{
	struct circle c;
	struct share shares[N];
	struct point public;
	json_t *list;
	struct transcript t;
	struct err e = { 0 };
	struct at at;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CONFIRM);
	circle_shares(&c, shares);
	circle_phase(&c);
	is_over(&c, true);
	list = dealing_signed(c.seen, NULL);
	at = at_root(list, &e);
	assert_true(transcript_verify(c.crypto, &at, &t));
	assert_memory_equal(&t.digest, &c.seen->transcript.digest, sizeof(t.digest));
	assert_int_equal(t.n, N);
	for (size_t i = 0; i < N; i++) {
		transcript_share(&t, shares[i].id, &public);
		assert_true(shares_verify(&shares[i], t.commitment, t.t, NULL));
	}
	json_decref(list);
	circle_close(&c);
}

static struct scalar secret_of(const struct share *shares, const share_id *ids, size_t n)
{
	struct scalar sum = number(0), term;

	for (size_t i = 0; i < n; i++) {
		shares_lagrange(ids, n, i, 0, &term);
		scalar_mul(&term, &shares[i].value, &term);
		scalar_add(&sum, &term, &sum);
	}
	return sum;
}

/* Two leave, one comes, and the key needs one holder more, or fewer: it stays the key. */
static void shares_are_dealt_anew(void **state)
{
	static const char *const keeps[] = { "11111", "11101", "01101" };
	static const size_t ts[] = { T, T + 1, 2 }, more[] = { 0, 1, 1 };
	struct circle c, again;
	struct share shares[N], new[BOARDS_MAX];
	share_id ids[BOARDS_MAX];
	struct scalar secret;
	struct point key;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CONFIRM);
	circle_shares(&c, shares);
	for (size_t k = 0; k < 3; k++) {
		circle_again(&again, &c, &c.seen->transcript, shares, keeps[k], more[k], ts[k]);
		circle_until(&again, PHASE_CONFIRM);
		circle_shares(&again, new);
		circle_phase(&again);
		is_over(&again, true);
		assert_int_equal(again.seen->transcript.epoch, 2);
		assert_int_equal(again.seen->transcript.t, ts[k]);
		for (size_t i = 0; i < again.ceremony->n; i++)
			ids[i] = again.ceremony->members[i].number;
		secret = secret_of(new, ids, ts[k]);
		point_base(&secret, &key);
		assert_true(point_equal(&key, &c.seen->transcript.commitment[0]));
		circle_close(&again);
	}
	circle_close(&c);
}

/* ---- who is to blame */

static void a_proof_of_nothing(void **state)
{
	struct circle c;
	json_t *body;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	for (size_t i = 0; i < N; i++) {
		body = circle_body(&c, i);
		if (i == 2)
			circle_spoil(body, "proof", 33);
		assert_true(circle_say(&c, i, body, NULL));
	}
	is_over(&c, false);
	only_fault(&c, 2, "bad_proof");
	circle_refuses(&c, 1, json_object(), "ceremony_over");
	circle_close(&c);
}

/* It seals something else than it committed to: the accuser is believed, for the dealer can show nothing better. */
static void a_false_share(void **state)
{
	struct circle c;
	json_t *body;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	for (size_t i = 0; i < N; i++) {
		body = circle_body(&c, i);
		if (i == 1)
			circle_spoil(body, "sealed", 3 * 80 + 60);
		assert_true(circle_say(&c, i, body, NULL));
	}
	assert_int_equal(c.seen->phase, PHASE_CHECK);
	circle_phase(&c);
	assert_int_equal(c.seen->phase, PHASE_ANSWER);
	assert_true(c.seen->of[4].accuses[1]);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(dealing_waits(c.seen, i), i == 1);
	circle_phase(&c);
	is_over(&c, false);
	only_fault(&c, 1, "bad_share");
	circle_close(&c);
}

/* What it seals is sound, and is not the value of the polynomial that it committed to. */
static void another_polynomial(void **state)
{
	struct circle c;
	struct dealer other;
	json_t *body, *fake;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	for (size_t i = 0; i < N; i++) {
		body = circle_body(&c, i);
		if (i == 0) {
			other = c.dealers[0];
			other.seed[0] ^= 1;
			fake = dealer_body(c.seen, &other, NULL, c.keys[0], NULL);
			assert_non_null(fake);
			json_object_set(body, "sealed", json_object_get(fake, "sealed"));
			json_decref(fake);
		}
		assert_true(circle_say(&c, i, body, NULL));
	}
	circle_until(&c, PHASE_ANSWER);
	for (size_t i = 1; i < N; i++)
		assert_true(c.seen->of[i].accuses[0]);
	/* It shows the shares that it should have sealed: they are not what it sealed. */
	circle_phase(&c);
	is_over(&c, false);
	only_fault(&c, 0, "bad_share");
	circle_close(&c);
}

/* The accused shows what it sealed; everybody sees who lied, and the ceremony goes on. */
static void a_false_accusation(void **state)
{
	struct circle c;
	struct share shares[N];

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CHECK);
	circle_accuse(&c, 3, 2);
	assert_int_equal(c.seen->phase, PHASE_ANSWER);
	circle_until(&c, PHASE_CONFIRM);
	only_fault(&c, 3, "false_accusation");
	circle_shares(&c, shares);
	circle_phase(&c);
	is_over(&c, true);
	circle_close(&c);
}

/* Whoever deals something else than its share would make another key. */
static void another_share_is_dealt_anew(void **state)
{
	struct circle c, again;
	struct share shares[N];
	const struct scalar one = number(1);

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CONFIRM);
	circle_shares(&c, shares);
	scalar_add(&shares[1].value, &one, &shares[1].value);
	circle_again(&again, &c, &c.seen->transcript, shares, "11111", 0, T);
	circle_until(&again, PHASE_DEAL);
	circle_phase(&again);
	is_over(&again, false);
	only_fault(&again, 1, "bad_commitment");
	circle_close(&again);
	circle_close(&c);
}

static void ends(struct circle *c, json_t *body, const char *name)
{
	struct err e = { 0 };
	struct post p;

	circle_post(c, 0, body, &p);
	p.by = 0;
	p.phase = PHASE_END;
	assert_int_equal(dealing_take(c->seen, &p, &e), name == NULL);
	if (name != NULL)
		assert_string_equal(e.name, name);
	post_free(&p);
}

static void who_is_silent_is_named(void **state)
{
	struct circle c;

	(void)state;
	for (enum phase phase = PHASE_JOIN; phase <= PHASE_CONFIRM; phase++) {
		if (phase == PHASE_ANSWER)
			continue;
		circle_open(&c, T, N);
		circle_until(&c, phase);
		for (size_t i = 0; i < N; i++)
			if (i != 3)
				assert_true(circle_say(&c, i, circle_body(&c, i), NULL));
		assert_int_equal(c.seen->phase, phase);
		ends(&c, json_pack("{s[i]}", "silent", 2), "bad_value"); /* it has posted */
		ends(&c, json_pack("{s[i]}", "silent", 9), "bad_value");
		ends(&c, json_pack("{s[]}", "silent"), "out_of_range");
		ends(&c, json_pack("{s[i]}", "silent", 4), NULL);
		is_over(&c, false);
		only_fault(&c, 3, "silent");
		circle_close(&c);
	}
}

/* ---- what is refused, and changes nothing */

static void takes(struct circle *c, struct post *p, const char *name)
{
	const uint32_t before = c->seen->board.size;
	struct err e = { 0 };

	assert_false(dealing_take(c->seen, p, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(c->seen->board.size, before);
}

static void posts_that_do_not_belong(void **state)
{
	struct circle c;
	struct post p;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_DEAL);
	circle_post(&c, 0, circle_body(&c, 0), &p);
	p.ceremony.b[0] ^= 1;
	takes(&c, &p, "wrong_context");
	p.ceremony.b[0] ^= 1;
	p.genesis.b[0] ^= 1;
	takes(&c, &p, "wrong_context");
	p.genesis.b[0] ^= 1;
	p.by = 9;
	takes(&c, &p, "not_taking_part");
	p.by = 0;
	takes(&c, &p, "not_asked");
	p.by = 1;
	p.phase = PHASE_CHECK;
	takes(&c, &p, "wrong_phase");
	p.phase = PHASE_COMMIT;
	takes(&c, &p, "wrong_phase");
	p.phase = PHASE_DEAL;
	p.turn = 1;
	takes(&c, &p, "wrong_phase");
	p.turn = 0;
	p.seen.head.b[0] ^= 1;
	takes(&c, &p, "split_board");
	p.seen.head.b[0] ^= 1;
	p.seen.size++;
	takes(&c, &p, "split_board");
	p.seen.size = N - 1;
	p.seen.head = c.seen->board.heads[N - 2];
	takes(&c, &p, "stale_board");
	post_free(&p);
	assert_true(circle_say(&c, 0, circle_body(&c, 0), NULL));
	circle_refuses(&c, 0, json_object(), "already_posted");
	circle_close(&c);
}

static void goes_not_on(const struct circle *c, const struct ceremony *ceremony, const struct transcript *from, const char *name)
{
	struct err e = { 0 };

	assert_null(dealing_new(ceremony, from, c->crypto, &e));
	assert_string_equal(e.name, name);
}

static void ceremonies_that_do_not_go_on(void **state)
{
	struct circle c, again;
	struct share shares[N];
	struct transcript t;

	(void)state;
	circle_open(&c, T, N);
	circle_until(&c, PHASE_CONFIRM);
	circle_shares(&c, shares);
	t = c.seen->transcript;
	goes_not_on(&c, c.ceremony, &t, "wrong_context");
	circle_again(&again, &c, &t, shares, "11111", 0, T);
	goes_not_on(&c, again.ceremony, NULL, "wrong_context");
	t.digest.b[0] ^= 1;
	goes_not_on(&c, again.ceremony, &t, "wrong_context");
	t.digest.b[0] ^= 1;
	again.ceremony->dealers_n--;
	goes_not_on(&c, again.ceremony, &t, "bad_value");
	again.ceremony->dealers_n++;
	t.holders[0].number = 99;
	goes_not_on(&c, again.ceremony, &t, "bad_value");
	circle_close(&again);
	circle_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_make_a_key),
		cmocka_unit_test(shares_are_dealt_anew),
		cmocka_unit_test(a_proof_of_nothing),
		cmocka_unit_test(a_false_share),
		cmocka_unit_test(another_polynomial),
		cmocka_unit_test(a_false_accusation),
		cmocka_unit_test(another_share_is_dealt_anew),
		cmocka_unit_test(who_is_silent_is_named),
		cmocka_unit_test(posts_that_do_not_belong),
		cmocka_unit_test(ceremonies_that_do_not_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
