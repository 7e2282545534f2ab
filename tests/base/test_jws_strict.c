/* SPDX-License-Identifier: ISC
 * What base/jws refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/jws.h"
#include "tests/base/jws_samples.h"
#include "tests/base/vectors.h"

static void assert_refused(const char *text, const char *name, const char *pointer)
{
	struct err e = { 0 };
	struct jws j;

	memset(&j, 0xff, sizeof(j));
	if (jws_parse(slice_str(text), 100000, &j, &e))
		fail_msg("parsed %s", text);
	assert_string_equal(e.name, name);
	if (pointer != NULL)
		assert_string_equal(e.pointer, pointer);
	assert_int_equal(j.n, 0);
	assert_null(j.payload.p);
	assert_null(j.text.p);
	jws_free(&j);
	assert_false(jws_parse(slice_str(text), 100000, &j, NULL));
}

static void algorithms(void **state)
{
	static const char *const others[] = { "none", "None", "HS256", "RS256", "ES384", "ES256K", "Ed448", "eddsa", "EdDSA ", "es256" };
	char header[200];

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}", others[i]);
		assert_refused(with_header(header), "wrong_algorithm", "/protected");
	}
	assert_refused(with_header("{\"alg\":\"none\"}"), "wrong_algorithm", "/protected");
	assert_refused(with_header("{\"alg\":null,\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}"), "bad_jws", "/protected");
	assert_refused(with_header("{\"alg\":\"\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}"), "bad_jws", "/protected");
}

static void header_members(void **state)
{
	static const char *const more[] = { "\"crit\":[\"b64\"],\"b64\":false", "\"crit\":[]", "\"b64\":true",
		"\"jku\":\"https://x.example/\"", "\"jwk\":{}", "\"x5c\":[]", "\"cty\":\"json\"", "\"exp\":1", "\"Alg\":\"none\"" };
	char header[300];

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		snprintf(header, sizeof(header), "{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\",%s}", more[i]);
		assert_refused(with_header(header), "unknown_header", "/protected");
	}
}

static void headers_are_strict(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"null",
		"\"EdDSA\"",
		"{",
		"not JSON",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"" ED_KID "\"}",
		"{\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"\",\"kid\":\"" ED_KID "\"}",
		"{\"alg\":\"EdDSA\",\"typ\":1,\"kid\":\"" ED_KID "\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"a-typ-that-has-one-character-too-many+jws\",\"kid\":\"" ED_KID "\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"me\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "A\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":[\"" ED_KID "\"]}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\",\"alg\":\"EdDSA\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"} x",
		"{\"alg\":\"EdDSA\",\"typ\":\"t\\u0000+jws\",\"kid\":\"" ED_KID "\"}",
	};
	char blank[400];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(with_header(bad[i]), "bad_jws", "/protected");
	snprintf(blank, sizeof(blank), "{%*s\"alg\":\"EdDSA\",\"typ\":\"t+jws\",\"kid\":\"" ED_KID "\"}", 250, "");
	assert_refused(with_header(blank), "bad_jws", "/protected");
}

static void envelopes_are_strict(void **state)
{
	static const char *const bad[][2] = {
		{ "{}", "/protected" },
		{ "[]", "" },
		{ "[" ED_TEXT "]", "" },
		{ "{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}", "/payload" },
		{ "{\"payload\":\"" PAYLOAD "\",\"signature\":\"" ED_SIG "\"}", "/protected" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\"}", "/signature" },
		{ "{\"payload\":{\"vote\":\"yes\"},\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}", "/payload" },
		{ "{\"payload\":\"" PAYLOAD "=\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}", "/payload" },
		{ "{\"payload\":\"" PAYLOAD " \",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}", "/payload" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "=\",\"signature\":\"" ED_SIG "\"}", "/protected" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "=\"}", "/signature" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"\"}", "/signature" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\",\"header\":{}}", "/header" },
		{ "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\",\"signatures\":[]}", NULL },
		{ "{\"payload\":\"" PAYLOAD "\",\"signatures\":[]}", "/signatures" },
		{ "{\"payload\":\"" PAYLOAD "\",\"signatures\":{}}", "/signatures" },
		{ "{\"payload\":\"" PAYLOAD "\",\"signatures\":[[]]}", "/signatures/0" },
		{ "{\"payload\":\"" PAYLOAD "\",\"signatures\":[{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG
		  "\",\"header\":{}}]}",
			"/signatures/0/header" },
		/* One key twice. */
		{ "{\"payload\":\"" PAYLOAD "\",\"signatures\":[{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"},"
		  "{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}]}",
			"/signatures/1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(bad[i][0], "bad_jws", bad[i][1]);
	assert_refused("", "bad_json", NULL);
	assert_refused(ED_TEXT " x", "bad_json", NULL);
	assert_refused("{\"payload\":\"" PAYLOAD "\",\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG
		       "\"}",
		"bad_json", NULL);
}

static void all_signatures_have_one_typ(void **state)
{
	static const char second[] = "{\"alg\":\"ES256\",\"typ\":\"gmc-head+jws\",\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"}";
	char b64[200], text[1200];

	(void)state;
	base64url_encode(second, strlen(second), b64);
	snprintf(text, sizeof(text),
		"{\"payload\":\"" PAYLOAD "\",\"signatures\":[{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"},"
		"{\"protected\":\"%s\",\"signature\":\"" EC_SIG "\"}]}",
		b64);
	assert_refused(text, "bad_jws", "/signatures/1");
}

static void too_many_signatures(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add_str(&b, "{\"payload\":\"\",\"signatures\":[");
	for (int i = 0; i <= JWS_SIGNATURES_MAX; i++)
		buf_printf(&b, "%s{}", i > 0 ? "," : "");
	buf_add_str(&b, "]}");
	assert_refused(buf_cstr(&b), "bad_jws", "/signatures");
	buf_free(&b);
}

/* Splits a compact serialization (RFC 7515 7.1), which the project has no reader for. False when it has not three parts. */
static bool split(const char *compact, struct slice part[static 3])
{
	const char *dot = strchr(compact, '.'), *last = strrchr(compact, '.');

	if (dot == NULL || dot == last || strchr(dot + 1, '.') != last)
		return false;
	part[0] = slice_of(compact, (size_t)(dot - compact));
	part[1] = slice_of(dot + 1, (size_t)(last - dot - 1));
	part[2] = slice_str(last + 1);
	return true;
}

/* The signature behind an envelope: algorithm, strict base64url and the key, without the rules for our own header. */
static bool compact_verifies(struct crypto *c, const char *compact, const struct sig_pub *k)
{
	struct buf header = { 0 };
	struct slice part[3];
	uint8_t sig[SIG_BYTES];
	json_t *v;
	bool ok;

	if (!split(compact, part) || !base64url_decode_exact((const char *)part[2].p, part[2].n, sig, sizeof(sig)))
		return false;
	v = base64url_decode(part[0], &header) ? json_read(buf_slice(&header), 1000, NULL) : NULL;
	ok = strcmp(vectors_text(v, "alg"), "ES256") == 0 && sig_verify(c, k, slice_of(compact, part[0].n + 1 + part[1].n), sig, NULL);
	json_decref(v);
	buf_free(&header);
	return ok;
}

/* As an envelope, none of Wycheproof's passes: no key of theirs is named by its thumbprint. */
static void assert_never_parsed(const char *compact)
{
	struct slice part[3];
	struct buf b = { 0 };
	struct err e = { 0 };
	struct jws j;

	assert_false(jws_parse(slice_str(compact), 10000, &j, NULL));
	if (!split(compact, part))
		return;
	buf_printf(&b, "{\"payload\":\"%.*s\",\"protected\":\"%.*s\",\"signature\":\"%s\"}", (int)part[1].n, (const char *)part[1].p,
		(int)part[0].n, (const char *)part[0].p, (const char *)part[2].p);
	assert_false(jws_parse(buf_slice(&b), 100000, &j, &e));
	assert_false(err_ok(&e));
	buf_free(&b);
}

static size_t wycheproof_group(struct crypto *c, const json_t *group)
{
	const json_t *key = json_object_get(group, "public"), *tests = json_object_get(group, "tests"), *test;
	bool ours = strcmp(vectors_text(group, "comment"), "es256") == 0 || strcmp(vectors_text(group, "comment"), "SpecialCaseEs256") == 0;
	struct sig_pub k = { .alg = SIG_P256 };
	size_t i;

	if (ours) {
		const char *x = vectors_text(key, "x"), *y = vectors_text(key, "y");

		assert_true(base64url_decode_exact(x, strlen(x), k.b, 32));
		assert_true(base64url_decode_exact(y, strlen(y), k.b + 32, 32));
	}
	json_array_foreach(tests, i, test)
	{
		bool valid = strcmp(vectors_text(test, "result"), "valid") == 0;

		assert_never_parsed(vectors_text(test, "jws"));
		if (ours && compact_verifies(c, vectors_text(test, "jws"), &k) != valid)
			fail_msg("tcId %lld: %s", (long long)json_integer_value(json_object_get(test, "tcId")),
				vectors_text(test, "comment"));
	}
	return ours ? json_array_size(tests) : 0;
}

static void wycheproof(void **state)
{
	struct crypto *c;
	json_t *v = vectors_load("wycheproof/json_web_signature_test.json");
	const json_t *group;
	size_t i, done = 0;

	(void)state;
	if (v == NULL)
		skip();
	c = crypto_new(NULL);
	json_array_foreach(json_object_get(v, "testGroups"), i, group) done += wycheproof_group(c, group);
	assert_true(done >= 39);
	json_decref(v);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(algorithms),
		cmocka_unit_test(header_members),
		cmocka_unit_test(headers_are_strict),
		cmocka_unit_test(envelopes_are_strict),
		cmocka_unit_test(all_signatures_have_one_typ),
		cmocka_unit_test(too_many_signatures),
		cmocka_unit_test(wycheproof),
	};

	return cmocka_run_group_tests_name("jws_strict", tests, NULL, NULL);
}
