/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/jwk.h"
#include "tests/base/vectors.h"

/* RFC 8037 appendix A.2 and A.3. */
#define OKP_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define OKP "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\"}"
#define OKP_THUMB "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
/* RFC 7515 appendix A.3. */
#define EC_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}"

static bool parse(const char *text, struct sig_pub *out, struct err *e)
{
	json_t *v = json_read(slice_str(text), 4096, NULL);
	struct at at = at_root(v, e);
	bool ok;

	assert_non_null(v);
	ok = jwk_parse(&at, out);
	json_decref(v);
	return ok;
}

static void assert_bad(const char *text, const char *pointer)
{
	struct sig_pub k = { .alg = SIG_NONE };
	struct err e = { 0 };

	if (parse(text, &k, &e))
		fail_msg("parsed %s", text);
	assert_string_equal(e.name, "bad_key");
	assert_string_equal(e.pointer, pointer);
	assert_int_equal(k.alg, SIG_NONE);
	assert_false(parse(text, &k, NULL));
}

static void ed25519_key(void **state)
{
	struct sig_pub k, want = { .alg = SIG_ED25519 };
	struct err e = { 0 };

	(void)state;
	assert_true(hex_decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", 64, want.b, 32));
	assert_true(parse(OKP, &k, &e));
	assert_true(sig_pub_equal(&k, &want));
	assert_true(err_ok(&e));
}

static void p256_key(void **state)
{
	static const uint8_t x[] = { 127, 205, 206, 39, 112, 246, 196, 93 }, y_end[] = { 40, 133, 136, 229, 173 };
	struct sig_pub k;
	struct crypto *c = crypto_new(NULL);

	(void)state;
	assert_true(parse(EC, &k, NULL));
	assert_int_equal(k.alg, SIG_P256);
	assert_memory_equal(k.b, x, sizeof(x));
	assert_memory_equal(k.b + 59, y_end, sizeof(y_end));
	assert_true(sig_pub_check(c, &k, NULL));
	crypto_free(c);
}

static void prints_what_it_parses(void **state)
{
	static const char *const texts[] = { OKP, EC };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sig_pub k;
		struct buf b = { 0 };
		json_t *v;

		assert_true(parse(texts[i], &k, NULL));
		v = jwk_print(&k);
		assert_true(json_write(v, &b, NULL));
		assert_string_equal(buf_cstr(&b), texts[i]);
		json_decref(v);
		buf_free(&b);
	}
}

static void other_keys_are_refused(void **state)
{
	(void)state;
	assert_bad("{}", "/kty");
	assert_bad("[]", "");
	assert_bad("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "/kty");
	assert_bad("{\"kty\":\"oct\",\"k\":\"AQAB\"}", "/kty");
	assert_bad("{\"kty\":\"okp\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\"}", "/kty");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" OKP_X "\"}", "/crv");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"" OKP_X "\"}", "/crv");
	assert_bad("{\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\",\"y\":\"" EC_Y "\"}", "/crv");
	assert_bad("{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}", "/crv");
	assert_bad("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\"}", "/y");
	assert_bad("{\"kty\":\"OKP\",\"x\":\"" OKP_X "\"}", "/crv");
	assert_bad("{\"kty\":1,\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\"}", "/kty");
}

static void further_members_are_refused(void **state)
{
	(void)state;
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\",\"y\":\"" EC_Y "\"}", "/y");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "\",\"d\":\"" OKP_X "\"}", "/d");
	assert_bad("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\",\"kid\":\"1\"}", "/kid");
}

static void coordinates_are_exact(void **state)
{
	(void)state;
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\"}", "/x");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":null}", "/x");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" OKP_X "=\"}", "/x");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR\"}", "/x");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp\"}", "/x");
	assert_bad("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", "/x");
	assert_bad("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"AA\"}", "/y");
}

static void the_first_error_stays(void **state)
{
	json_t *v = json_read(slice_str(OKP), 4096, NULL);
	struct err e = { 0 };
	struct at at = at_root(v, &e);
	struct sig_pub k;

	(void)state;
	err_set(&e, "earlier", "text");
	assert_false(jwk_parse(&at, &k));
	assert_string_equal(e.name, "earlier");
	json_decref(v);
}

static void thumbprints(void **state)
{
	struct sig_pub k;
	struct digest d, want, back;
	char text[THUMB_TEXT];

	(void)state;
	assert_true(parse(OKP, &k, NULL));
	jwk_thumbprint(&k, &d);
	thumb_text(&d, text);
	assert_string_equal(text, OKP_THUMB);
	assert_true(thumb_parse(text, &back));
	assert_int_equal(digest_compare(&d, &back), 0);

	/* RFC 7638 section 3.3 for this key, written out. */
	assert_true(parse(EC, &k, NULL));
	jwk_thumbprint(&k, &d);
	thumb_text(&d, text);
	assert_string_equal(text, "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
	assert_true(thumb_parse("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", &want));
	assert_int_equal(digest_compare(&d, &want), 0);
}

static void thumbprints_are_exact(void **state)
{
	struct digest d;

	(void)state;
	assert_true(thumb_parse(OKP_THUMB, &d));
	assert_false(thumb_parse("", &d));
	assert_false(thumb_parse(OKP_THUMB "A", &d));
	assert_false(thumb_parse("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4", &d));
	assert_false(thumb_parse("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l", &d));
	assert_false(thumb_parse("kPrK/qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", &d));
}

static void thumbprint_as_member(void **state)
{
	json_t *v = json_read(slice_str("{\"good\":\"" OKP_THUMB "\",\"bad\":\"x\"}"), 4096, NULL);
	struct err e = { 0 };
	struct at at = at_root(v, &e);
	struct digest d, want;

	(void)state;
	assert_true(thumb_parse(OKP_THUMB, &want));
	assert_true(at_thumb(&at, "good", &d));
	assert_int_equal(digest_compare(&d, &want), 0);
	assert_false(at_thumb(&at, "bad", &d));
	assert_string_equal(e.pointer, "/bad");
	err_clear(&e);
	assert_false(at_thumb(&at, "absent", &d));
	assert_string_equal(e.name, "missing_member");
	json_decref(v);
}

/* Wycheproof's sets of keys: what is no signing key of ours must not pass. Those with members of their own (alg, use, kid) never do;
 * without these, the point decides. */
static void wycheproof_keys(void **state)
{
	json_t *v = vectors_load("wycheproof/json_web_key_test.json"), *key;
	struct crypto *c = crypto_new(NULL);
	size_t i, j, keys = 0, good = 0;
	const json_t *group;

	(void)state;
	if (v == NULL) {
		crypto_free(c);
		skip();
	}
	json_array_foreach(json_object_get(v, "testGroups"), i, group)
	{
		const json_t *set = json_object_get(group, "public");

		set = json_object_get(set == NULL ? json_object_get(group, "private") : set, "keys");
		json_array_foreach(set, j, key)
		{
			struct at at = at_root(key, NULL);
			struct sig_pub k;

			keys++;
			assert_false(jwk_parse(&at, &k));
			json_object_del(key, "alg");
			json_object_del(key, "use");
			json_object_del(key, "kid");
			good += jwk_parse(&at, &k) && sig_pub_check(c, &k, NULL);
			if (strcmp(vectors_text(group, "comment"), "invalid_point") == 0) {
				assert_true(jwk_parse(&at, &k));
				assert_false(sig_pub_check(c, &k, NULL));
			}
		}
	}
	/* One point of P-256 stands in four of the sets with the right kty and crv. */
	assert_int_equal(good, 4);
	assert_true(keys >= 25);
	json_decref(v);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ed25519_key),
		cmocka_unit_test(p256_key),
		cmocka_unit_test(prints_what_it_parses),
		cmocka_unit_test(other_keys_are_refused),
		cmocka_unit_test(further_members_are_refused),
		cmocka_unit_test(coordinates_are_exact),
		cmocka_unit_test(the_first_error_stays),
		cmocka_unit_test(thumbprints),
		cmocka_unit_test(thumbprints_are_exact),
		cmocka_unit_test(thumbprint_as_member),
		cmocka_unit_test(wycheproof_keys),
	};

	return cmocka_run_group_tests_name("jwk", tests, NULL, NULL);
}
