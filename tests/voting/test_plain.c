/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/plain.h"
#include "tests/voting/objects.h"

static struct crypto *crypto;
static struct sig_key *keys[2];

static int setup(void **state)
{
	(void)state;
	crypto = crypto_new(NULL);
	keys[0] = sig_key_generate(SIG_ED25519, NULL);
	keys[1] = sig_key_generate(SIG_P256, NULL);
	return crypto != NULL && keys[0] != NULL && keys[1] != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	sig_key_free(keys[0]);
	sig_key_free(keys[1]);
	crypto_free(crypto);
	return 0;
}

/* The vote, signed by n keys from `first` on, read back. */
static struct jws *signed_vote(size_t first, size_t n, struct vote *v)
{
	static const struct vote vote = { .choice = CHOICE_YES };
	const struct sig_key *const by[] = { keys[first], keys[1] };
	struct jws *j = calloc(1, sizeof(*j));
	json_t *o = vote_print(&vote), *doc;
	struct buf payload = { 0 };
	struct at at;

	assert_non_null(j);
	assert_true(json_write(o, &payload, NULL));
	json_decref(o);
	doc = jws_sign(crypto, KIND_VOTE, buf_slice(&payload), by, n, NULL);
	assert_non_null(doc);
	at = at_root(doc, NULL);
	assert_true(jws_read(&at, j));
	assert_true(vote_parse(j, v, NULL));
	json_decref(doc);
	buf_free(&payload);
	return j;
}

static void a_vote_is_one_signature(void **state)
{
	struct vote v;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct jws *j = signed_vote(i, 1, &v);
		struct err e = { 0 };

		assert_true(plain_vote_verify(crypto, j, &v, sig_key_pub(keys[i]), &e));
		assert_false(plain_vote_verify(crypto, j, &v, sig_key_pub(keys[1 - i]), &e));
		assert_true(err_is(&e, "wrong_key") || err_is(&e, "wrong_algorithm"));
		j->sigs[0].sig[40] ^= 1;
		err_clear(&e);
		assert_false(plain_vote_verify(crypto, j, &v, sig_key_pub(keys[i]), &e));
		assert_true(err_is(&e, "bad_signature"));
		envelope_free(j);
	}
}

static void two_signatures_are_no_plain_vote(void **state)
{
	struct vote v;
	struct jws *j = signed_vote(0, 2, &v);
	struct err e = { 0 };

	(void)state;
	assert_false(plain_vote_verify(crypto, j, &v, sig_key_pub(keys[0]), &e));
	assert_true(err_is(&e, "bad_jws"));
	envelope_free(j);
}

static void a_part_of_its_own_is_no_plain_vote(void **state)
{
	struct vote v;
	struct jws *j = signed_vote(0, 1, &v);
	struct err e = { 0 };

	(void)state;
	v.scheme = json_object();
	assert_false(plain_vote_verify(crypto, j, &v, sig_key_pub(keys[0]), &e));
	assert_true(err_is(&e, "scheme_part"));
	err_clear(&e);
	assert_false(plain_part_verify("decision", v.scheme, &e));
	assert_true(err_is(&e, "scheme_part"));
	assert_non_null(strstr(e.text, "decision"));
	assert_true(plain_part_verify("record", NULL, NULL));
	vote_free(&v);
	envelope_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vote_is_one_signature),
		cmocka_unit_test(two_signatures_are_no_plain_vote),
		cmocka_unit_test(a_part_of_its_own_is_no_plain_vote),
	};

	return cmocka_run_group_tests_name("plain", tests, setup, teardown);
}
