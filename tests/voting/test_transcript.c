/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/curves.h"
#include "tests/voting/objects.h"
#include "voting/transcript.h"

enum { N = 20 }; /* more than one envelope carries */

static struct sig_key *keys[N];
static struct transcript t;

static int begin(void **state)
{
	(void)state;
	t = (struct transcript){ .genesis = { { 1 } }, .ceremony = { { 2 } }, .epoch = 3, .t = 2, .n = N, .board = { 4, { { 5 } } } };
	t.commitment[0] = times(6);
	t.commitment[1] = times(7);
	for (size_t i = 0; i < N; i++) {
		keys[i] = sig_key_generate(i == 1 ? SIG_P256 : SIG_ED25519, NULL);
		t.holders[i] = (struct keyholder){ (share_id)(i + 1), id_with((uint8_t)i), *sig_key_pub(keys[i]) };
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		sig_key_free(keys[i]);
	return 0;
}

static json_t *make(void)
{
	return transcript_print(&t);
}

static bool parse(const struct jws *j, struct err *e)
{
	static struct transcript one;

	return transcript_parse(j, &one, e);
}

static json_t *signed_by(struct crypto *c, const struct transcript *what, size_t i)
{
	struct buf payload = { 0 };
	const struct sig_key *k = keys[i];
	json_t *o;

	assert_true(transcript_payload(what, &payload, NULL));
	o = jws_sign(c, KIND_TRANSCRIPT, buf_slice(&payload), &k, 1, NULL);
	assert_non_null(o);
	buf_free(&payload);
	return o;
}

static void what_is_printed_is_read(void **state)
{
	static struct transcript one;
	struct jws *j = envelope_of(KIND_TRANSCRIPT, make());
	struct point three = times(6 + 3 * 7), got;
	struct sig_pub key;

	(void)state;
	assert_true(transcript_parse(j, &one, NULL));
	assert_int_equal(one.epoch, 3);
	assert_int_equal(one.t, 2);
	assert_int_equal(one.n, N);
	assert_int_equal(one.holders[1].number, 2);
	assert_true(sig_pub_equal(&one.holders[1].key, &t.holders[1].key));
	assert_int_equal(one.board.size, 4);
	assert_int_equal(one.board.head.b[0], 5);
	transcript_key(&one, &key);
	assert_int_equal(key.alg, SIG_ED25519);
	assert_memory_equal(key.b, t.commitment[0].b, 32);
	transcript_share(&one, 3, &got);
	assert_true(point_equal(&got, &three));
	assert_null(transcript_holder(&one, 99));
	assert_int_equal(transcript_holder(&one, 5)->member.b[0], 4);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "ceremony", NULL, "missing_member", "/ceremony" },
		{ "epoch", "0", "out_of_range", "/epoch" },
		{ "threshold", "1", "out_of_range", "/threshold" },
		{ "threshold", "3", "bad_commitment", "" },
		{ "commitment", "\"AA\"", "out_of_range", "/commitment" },
		{ "holders", "[]", "out_of_range", "/holders" },
		{ "board", NULL, "missing_member", "/board" },
		{ "board/size", "-1", "out_of_range", "/board/size" },
		{ "board/root", "1", "unknown_member", "/board/root" },
		{ "colour", "2", "unknown_member", "/colour" },
	};

	(void)state;
	refused(KIND_TRANSCRIPT, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

static void reads_not(struct crypto *c, json_t *list, const char *name)
{
	static struct transcript one;
	struct err e = { 0 };
	struct at at = at_root(list, &e);

	assert_false(transcript_verify(c, &at, &one));
	assert_string_equal(e.name, name);
	json_decref(list);
}

static void all_holders_sign(void **state)
{
	static struct transcript one, other;
	struct crypto *c = crypto_new(NULL);
	json_t *all[N], *list;
	struct err e = { 0 };
	struct at at;

	(void)state;
	for (size_t i = 0; i < N; i++)
		all[i] = signed_by(c, &t, i);
	list = transcript_gather(all, N, NULL);
	assert_int_equal(json_array_size(list), 2);
	at = at_root(list, &e);
	assert_true(transcript_verify(c, &at, &one));
	assert_int_equal(one.n, N);
	json_decref(list);
	/* One is missing; one stands there twice, in two envelopes. */
	reads_not(c, transcript_gather(all, N - 1, NULL), "transcript_unsigned");
	json_decref(all[N - 1]);
	all[N - 1] = json_incref(all[0]);
	reads_not(c, transcript_gather(all, N, NULL), "transcript_unsigned");
	/* One signed something else, alone in its envelope or among others. */
	other = t;
	other.epoch++;
	json_decref(all[N - 1]);
	all[N - 1] = signed_by(c, &other, N - 1);
	reads_not(c, json_pack("[O, O]", all[0], all[N - 1]), "transcript_differs");
	reads_not(c, transcript_gather(all, N, NULL), "bad_signature");
	for (size_t i = 0; i < N; i++)
		json_decref(all[i]);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(all_holders_sign),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
