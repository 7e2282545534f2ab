/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/jws.h"
#include "tests/base/jws_samples.h"

struct world {
	struct crypto *c;
	struct sig_pub ed, ec;
	struct sig_key *ed_key, *a, *b;
};

static struct sig_pub from_jwk(const char *text)
{
	json_t *v = json_read(slice_str(text), 1000, NULL);
	struct at at = at_root(v, NULL);
	struct sig_pub k;

	assert_true(jwk_parse(&at, &k));
	json_decref(v);
	return k;
}

static int start(void **state)
{
	static struct world w;
	/* RFC 8410 section 7 around the seed of RFC 8037 A.1. */
	static const char pkcs8[] = "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
	uint8_t der[48];

	assert_true(hex_decode(pkcs8, 96, der, 48));
	w.c = crypto_new(NULL);
	w.ed_key = sig_key_from_pkcs8(slice_of(der, 48), NULL);
	w.ed = *sig_key_pub(w.ed_key);
	w.ec = from_jwk("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
			"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}");
	w.a = sig_key_generate(SIG_ED25519, NULL);
	w.b = sig_key_generate(SIG_P256, NULL);
	*state = &w;
	return 0;
}

static int stop(void **state)
{
	struct world *w = *state;

	sig_key_free(w->ed_key);
	sig_key_free(w->a);
	sig_key_free(w->b);
	crypto_free(w->c);
	return 0;
}

static struct jws parsed(const char *text)
{
	struct err e = { 0 };
	struct jws j;

	if (!jws_parse(slice_str(text), 100000, &j, &e))
		fail_msg("%s: %s", e.name, e.text);
	return j;
}

static void assert_not_verified(struct crypto *c, const struct jws *j, size_t i, const struct sig_pub *k, const char *name)
{
	struct err e = { 0 };

	assert_false(jws_verify(c, j, i, k, &e));
	assert_string_equal(e.name, name);
}

static void another_program_signed_ed25519(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed(ED_TEXT);
	struct digest kid, d, want;

	assert_int_equal(j.n, 1);
	assert_string_equal(j.typ, "gmc-vote+jws");
	assert_true(slice_equal(buf_slice(&j.payload), slice_str("{\"vote\":\"yes\"}")));
	assert_true(slice_equal(j.payload_text, slice_str(PAYLOAD)));
	assert_true(slice_equal(j.sigs[0].signing_prefix, slice_str(ED_HEADER)));
	assert_int_equal(j.sigs[0].alg, SIG_ED25519);
	assert_true(thumb_parse(ED_KID, &kid));
	assert_ptr_equal(jws_by(&j, &kid), &j.sigs[0]);
	assert_true(jws_verify(w->c, &j, 0, &w->ed, NULL));
	jws_digest(&j, "gmc-vote", &d);
	digest_of("gmc-vote", slice_str("{\"vote\":\"yes\"}"), &want);
	assert_int_equal(digest_compare(&d, &want), 0);
	jws_free(&j);
	assert_int_equal(j.n, 0);
}

static void another_program_signed_p256(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed(EC_TEXT);

	assert_int_equal(j.sigs[0].alg, SIG_P256);
	assert_true(jws_verify(w->c, &j, 0, &w->ec, NULL));
	jws_free(&j);
}

/* Ed25519 is deterministic: our envelope is the other program's, byte for byte. */
static void signs_as_another_program_does(void **state)
{
	const struct world *w = *state;
	struct buf b = { 0 };

	assert_true(jws_sign_text(w->c, "gmc-vote", slice_str("{\"vote\":\"yes\"}"), w->ed_key, &b, NULL));
	assert_string_equal(buf_cstr(&b), ED_TEXT);
	buf_free(&b);
}

static void general_serialization(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed(BOTH_TEXT), moved = j;

	assert_int_equal(j.n, 2);
	memset(&j, 0xff, sizeof(j));
	assert_true(jws_verify(w->c, &moved, 0, &w->ed, NULL));
	assert_true(jws_verify(w->c, &moved, 1, &w->ec, NULL));
	assert_not_verified(w->c, &moved, 1, &w->ed, "wrong_key");
	assert_not_verified(w->c, &moved, 2, &w->ed, "bad_signature");
	assert_not_verified(w->c, &moved, SIZE_MAX, &w->ed, "bad_signature");
	jws_free(&moved);
}

static void by_kid(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed(BOTH_TEXT);
	struct digest d;

	jwk_thumbprint(&w->ec, &d);
	assert_ptr_equal(jws_by(&j, &d), &j.sigs[1]);
	d.b[31] ^= 1;
	assert_null(jws_by(&j, &d));
	jws_free(&j);
}

static void signs_and_verifies(void **state)
{
	const struct world *w = *state;
	const struct sig_key *const keys[] = { w->a, w->b, w->ed_key };

	for (size_t n = 1; n <= 3; n++) {
		json_t *v = jws_sign(w->c, "gmc-head", slice_of("\x00\xff", 2), keys, n, NULL);
		struct at at = at_root(v, NULL);
		struct jws j;

		assert_non_null(v);
		assert_int_equal(json_object_get(v, "signatures") == NULL, n == 1);
		assert_true(jws_read(&at, &j));
		json_decref(v);
		assert_int_equal(j.n, n);
		assert_true(jws_is(&j, "gmc-head", NULL));
		assert_true(slice_equal(buf_slice(&j.payload), slice_of("\x00\xff", 2)));
		for (size_t i = 0; i < n; i++)
			assert_true(jws_verify(w->c, &j, i, sig_key_pub(keys[i]), NULL));
		jws_free(&j);
	}
}

static void payloads_of_any_size(void **state)
{
	const struct world *w = *state;

	for (size_t n = 0; n < 300000; n = 3 * n + 1) {
		struct buf payload = { 0 }, text = { 0 };
		struct jws j;
		struct err e = { 0 };

		for (size_t i = 0; i < n; i++)
			buf_add_u8(&payload, (uint8_t)i);
		assert_true(jws_sign_text(w->c, "gmc-record", buf_slice(&payload), w->a, &text, NULL));
		assert_true(jws_parse(buf_slice(&text), text.n, &j, NULL));
		assert_true(slice_equal(buf_slice(&j.payload), buf_slice(&payload)));
		assert_true(jws_verify(w->c, &j, 0, sig_key_pub(w->a), NULL));
		jws_free(&j);
		assert_false(jws_parse(buf_slice(&text), text.n - 1, &j, &e));
		assert_string_equal(e.name, "too_large");
		buf_free(&payload);
		buf_free(&text);
	}
}

static void what_may_not_be_signed(void **state)
{
	static const char *const kinds[] = { "gmc vote", "gmc\"vote", "gmc\nvote", "GMC", "a-kind-of-name-that-no-typ-has-room-for" };
	const struct world *w = *state;
	const struct sig_key *keys[JWS_SIGNATURES_MAX + 1] = { w->a, w->b, w->a };
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		err_clear(&e);
		assert_null(jws_sign(w->c, kinds[i], slice_str("{}"), keys, 1, &e));
		assert_string_equal(e.name, "bad_jws");
	}
	err_clear(&e);
	assert_null(jws_sign(w->c, "gmc-vote", slice_str("{}"), keys, 3, &e));
	assert_string_equal(e.name, "bad_jws");
	assert_null(jws_sign(w->c, "gmc-vote", slice_str("{}"), keys, 0, NULL));
	assert_null(jws_sign(w->c, "gmc-vote", slice_str("{}"), keys, JWS_SIGNATURES_MAX + 1, NULL));
}

static void typ_is_the_kind(void **state)
{
	struct jws j = parsed(ED_TEXT);
	static const char *const others[] = { "gmc-vot", "gmc-votes", "gmc-vote+jws", "", "gmc-head" };

	(void)state;
	assert_true(jws_is(&j, "gmc-vote", NULL));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct err e = { 0 };

		assert_false(jws_is(&j, others[i], &e));
		assert_string_equal(e.name, "wrong_typ");
	}
	jws_free(&j);
}

static void the_key_is_the_one_named(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed(ED_TEXT);

	assert_not_verified(w->c, &j, 0, sig_key_pub(w->a), "wrong_key");
	assert_not_verified(w->c, &j, 0, &w->ec, "wrong_key");
	j.sigs[0].alg = SIG_P256;
	assert_not_verified(w->c, &j, 0, &w->ed, "wrong_algorithm");
	j.sigs[0].alg = SIG_ED25519;
	j.sigs[0].sig[3] ^= 4;
	assert_not_verified(w->c, &j, 0, &w->ed, "bad_signature");
	jws_free(&j);
}

/* The parts of two good envelopes do not fit together. */
static void parts_are_bound_together(void **state)
{
	const struct world *w = *state;
	struct jws j = parsed("{\"payload\":\"eyJ2b3RlIjoibm8ifQ\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}");

	assert_not_verified(w->c, &j, 0, &w->ed, "bad_signature");
	jws_free(&j);
	/* {"alg":"EdDSA","typ":"gmc-head+jws","kid":...} */
	j = parsed(with_header("{\"alg\":\"EdDSA\",\"typ\":\"gmc-head+jws\",\"kid\":\"" ED_KID "\"}"));
	assert_not_verified(w->c, &j, 0, &w->ed, "bad_signature");
	jws_free(&j);
	/* The same header with its members in another order is another header. */
	j = parsed(with_header("{\"typ\":\"gmc-vote+jws\",\"alg\":\"EdDSA\",\"kid\":\"" ED_KID "\"}"));
	assert_not_verified(w->c, &j, 0, &w->ed, "bad_signature");
	jws_free(&j);
}

/* RFC 9864 section 2.2 */
static void the_other_name_of_ed25519(void **state)
{
	struct jws j = parsed(with_header("{\"alg\":\"Ed25519\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}"));

	(void)state;
	assert_int_equal(j.sigs[0].alg, SIG_ED25519);
	jws_free(&j);
}

/* Each place within a document, with the way to it in the error. */
static void inside_a_larger_document(void **state)
{
	json_t *v = json_read(slice_str("{\"votes\":[" ED_TEXT ",{\"payload\":\"" PAYLOAD "\"}]}"), 10000, NULL);
	const struct world *w = *state;
	struct err e = { 0 };
	struct at root = at_root(v, &e), votes, vote;
	struct jws j;

	assert_true(at_member(&root, "votes", &votes) && at_element(&votes, 0, &vote));
	assert_true(jws_read(&vote, &j));
	assert_true(jws_verify(w->c, &j, 0, &w->ed, &e));
	jws_free(&j);
	assert_true(at_element(&votes, 1, &vote));
	assert_false(jws_read(&vote, &j));
	assert_string_equal(e.name, "bad_jws");
	assert_string_equal(e.pointer, "/votes/1/protected");
	/* Once an error is set nothing more is read. */
	assert_false(at_element(&votes, 0, &vote));
	assert_false(jws_read(&vote, &j));
	assert_int_equal(j.n, 0);
	json_decref(v);
}

/* No single bit of a signed object can be changed, and no end be cut off. */
static void every_bit_counts(void **state)
{
	static const char *const texts[] = { ED_TEXT, EC_TEXT };
	const struct world *w = *state;
	const struct sig_pub *keys[] = { &w->ed, &w->ec };
	size_t parsed_still = 0;
	char text[600];

	for (size_t t = 0; t < 2; t++) {
		size_t n = strlen(texts[t]);

		memcpy(text, texts[t], n + 1);
		for (size_t i = 0; i < 8 * n; i++) {
			struct jws j;

			text[i / 8] = (char)(text[i / 8] ^ (1 << i % 8));
			if (jws_parse(slice_of(text, n), n, &j, NULL)) {
				parsed_still++;
				assert_false(jws_verify(w->c, &j, 0, keys[t], NULL));
				jws_free(&j);
			}
			text[i / 8] = (char)(text[i / 8] ^ (1 << i % 8));
		}
		for (size_t cut = 0; cut < n; cut++) {
			struct jws j;

			assert_false(jws_parse(slice_of(text, cut), n, &j, NULL));
		}
	}
	assert_true(parsed_still > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_program_signed_ed25519),
		cmocka_unit_test(another_program_signed_p256),
		cmocka_unit_test(signs_as_another_program_does),
		cmocka_unit_test(general_serialization),
		cmocka_unit_test(by_kid),
		cmocka_unit_test(signs_and_verifies),
		cmocka_unit_test(payloads_of_any_size),
		cmocka_unit_test(what_may_not_be_signed),
		cmocka_unit_test(typ_is_the_kind),
		cmocka_unit_test(the_key_is_the_one_named),
		cmocka_unit_test(parts_are_bound_together),
		cmocka_unit_test(the_other_name_of_ed25519),
		cmocka_unit_test(inside_a_larger_document),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests_name("jws", tests, start, stop);
}
