/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/head.h"
#include "tests/lib/envelopes.h"

#define D1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define BEGIN(kind) "{\"kind\":\"" kind "\",\"format\":1,\"genesis\":\"" D1 "\""

struct desk {
	struct crypto *c;
	struct sig_key *notary;
};

static int open_desk(void **state)
{
	static struct desk d;

	d.c = envelope_crypto();
	d.notary = envelope_key(SIG_ED25519);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;

	sig_key_free(d->notary);
	crypto_free(d->c);
	return 0;
}

static void head_refused(struct desk *d, const char *kind, const char *payload, const char *name)
{
	struct jws j = envelope_around(d->c, kind, payload, d->notary);
	struct head h;
	struct err e = { 0 };

	assert_false(head_parse(&j, &h, &e));
	assert_string_equal(e.name, name);
	jws_free(&j);
}

static void seeds_refused(struct desk *d, const char *payload, const char *name)
{
	struct jws j = envelope_around(d->c, KIND_SEEDS, payload, d->notary);
	struct seeds s;
	struct err e = { 0 };

	assert_false(seeds_parse(&j, &s, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(s.n, 0);
	jws_free(&j);
}

static void a_head_comes_back(void **state)
{
	struct desk *d = *state;
	struct head h = { .genesis = digest_fill(1), .size = 9, .root = digest_fill(2), .time = 1800000000 }, got;
	struct jws j = envelope(d->c, KIND_HEAD, head_print(&h), d->notary);
	struct digest want;
	struct err e = { 0 };

	assert_true(head_parse(&j, &got, &e));
	jws_digest(&j, KIND_HEAD, &want);
	assert_memory_equal(&got.digest, &want, sizeof(want));
	assert_memory_equal(&got.genesis, &h.genesis, sizeof(h.genesis));
	assert_int_equal(got.size, 9);
	assert_memory_equal(&got.root, &h.root, sizeof(h.root));
	assert_int_equal(got.time, 1800000000);
	jws_free(&j);
}

static void a_head_says_all_and_no_more(void **state)
{
	struct desk *d = *state;

	head_refused(d, KIND_HEAD, BEGIN("gmc-head") ",\"size\":1,\"root\":\"" D1 "\"}", "missing_member");
	head_refused(d, KIND_HEAD, BEGIN("gmc-head") ",\"root\":\"" D1 "\",\"time\":1}", "missing_member");
	head_refused(d, KIND_HEAD, BEGIN("gmc-head") ",\"size\":1,\"root\":\"" D1 "\",\"time\":1,\"hat\":1}", "unknown_member");
	head_refused(d, KIND_HEAD, BEGIN("gmc-head") ",\"size\":-1,\"root\":\"" D1 "\",\"time\":1}", "out_of_range");
	head_refused(d, KIND_HEAD, BEGIN("gmc-head") ",\"size\":1,\"root\":\"sha256:11\",\"time\":1}", "bad_value");
	head_refused(d, KIND_SEEDS, BEGIN("gmc-head") ",\"size\":1,\"root\":\"" D1 "\",\"time\":1}", "wrong_typ");
	head_refused(d, KIND_HEAD, BEGIN("gmc-seeds") ",\"size\":1,\"root\":\"" D1 "\",\"time\":1}", "wrong_kind");
}

static void seeds_come_back(void **state)
{
	struct desk *d = *state;
	struct seeds s = { .genesis = digest_fill(1), .first = 512, .n = SEEDS_MAX, .iat = 1800000000 }, got;
	struct jws j;
	struct err e = { 0 };

	for (size_t i = 0; i < SEEDS_MAX; i++)
		s.commitments[i] = digest_fill((uint8_t)i);
	j = envelope(d->c, KIND_SEEDS, seeds_print(&s), d->notary);
	if (!seeds_parse(&j, &got, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(got.first, 512);
	assert_int_equal(got.n, SEEDS_MAX);
	assert_int_equal(got.iat, 1800000000);
	assert_memory_equal(got.commitments, s.commitments, sizeof(s.commitments));
	assert_memory_equal(&got.genesis, &s.genesis, sizeof(s.genesis));
	jws_free(&j);
}

static void seeds_are_one_to_256_digests(void **state)
{
	struct desk *d = *state;
	struct buf many = { 0 };

	seeds_refused(d, BEGIN("gmc-seeds") ",\"first\":0,\"commitments\":[],\"iat\":1}", "out_of_range");
	seeds_refused(d, BEGIN("gmc-seeds") ",\"first\":0,\"commitments\":[7],\"iat\":1}", "wrong_type");
	seeds_refused(d, BEGIN("gmc-seeds") ",\"first\":0,\"commitments\":[\"" D1 "\",\"sha256:1\"],\"iat\":1}", "bad_value");
	seeds_refused(d, BEGIN("gmc-seeds") ",\"first\":-1,\"commitments\":[\"" D1 "\"],\"iat\":1}", "out_of_range");
	seeds_refused(d, BEGIN("gmc-seeds") ",\"first\":0,\"commitments\":[\"" D1 "\"]}", "missing_member");
	buf_add_str(&many, BEGIN("gmc-seeds") ",\"first\":0,\"commitments\":[\"" D1 "\"");
	for (int i = 0; i < SEEDS_MAX; i++)
		buf_add_str(&many, ",1"); /* counted before they are looked at */
	buf_add_str(&many, "],\"iat\":1}");
	seeds_refused(d, buf_cstr(&many), "out_of_range");
	buf_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_comes_back),
		cmocka_unit_test(a_head_says_all_and_no_more),
		cmocka_unit_test(seeds_come_back),
		cmocka_unit_test(seeds_are_one_to_256_digests),
	};

	return cmocka_run_group_tests_name("head", tests, open_desk, close_desk);
}
