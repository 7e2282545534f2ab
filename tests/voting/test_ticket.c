/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/ticket.h"
#include "tests/voting/objects.h"

static struct ticket asked(const struct sig_key *k)
{
	struct ticket v = { .genesis = { { 1 } }, .charter = { { 2 } }, .subject = { { 3 } }, .key = *sig_key_pub(k), .iat = 6 };

	return v;
}

static const uint8_t nonce[TICKET_NONCE] = { 5 };
static struct sig_key *key;

static json_t *make(void)
{
	struct ticket v = asked(key);

	return ticket_print(&v, nonce);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct ticket v;

	return ticket_parse(j, &v, e);
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_TICKET, make());
	struct ticket v;
	struct digest thumb;

	(void)state;
	jwk_thumbprint(sig_key_pub(key), &thumb);
	assert_true(ticket_parse(j, &v, NULL));
	assert_memory_equal(&v.thumb, &thumb, sizeof(thumb));
	assert_int_equal(v.charter.b[0], 2);
	assert_int_equal(v.subject.b[0], 3);
	assert_int_equal(v.iat, 6);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "key", NULL, "missing_member", "/key" },
		{ "subject", "7", "wrong_type", "/subject" },
		{ "nonce", "\"AA\"", "out_of_range", "/nonce" },
		{ "iat", "-1", "out_of_range", "/iat" },
		{ "colour", "2", "unknown_member", "/colour" },
	};

	(void)state;
	refused(KIND_TICKET, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

static void without_a_subject_it_is_for_an_application(void **state)
{
	const struct digest none = { 0 };
	json_t *o = make();
	struct jws *j;
	struct ticket v;

	(void)state;
	json_object_del(o, "subject");
	j = envelope_of(KIND_TICKET, o);
	assert_true(ticket_parse(j, &v, NULL));
	assert_memory_equal(&v.subject, &none, sizeof(none));
	envelope_free(j);
}

/* Whoever asks shows that it holds the key. */
static void its_own_key_signs(void **state)
{
	struct crypto *c = crypto_new(NULL);
	struct sig_key *other = sig_key_generate(SIG_ED25519, NULL);
	const struct sig_key *signers[] = { key, other };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *o = object_sign(c, KIND_TICKET, make(), signers[i], NULL);
		struct at at = at_root(o, NULL);
		struct err e = { 0 };
		struct ticket v;
		struct jws j;

		assert_true(jws_read(&at, &j));
		assert_int_equal(ticket_verify(c, &j, &v, &e), i == 0);
		assert_int_equal(err_ok(&e), i == 0);
		jws_free(&j);
		json_decref(o);
	}
	sig_key_free(other);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(without_a_subject_it_is_for_an_application),
		cmocka_unit_test(its_own_key_signs),
	};
	int rc;

	key = sig_key_generate(SIG_ED25519, NULL);
	rc = cmocka_run_group_tests_name("ticket", tests, NULL, NULL);
	sig_key_free(key);
	return rc;
}
