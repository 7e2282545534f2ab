/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

#define KEY_A "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

static void the_authority_is_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/authority", NULL, "missing_member", "/authority" },
		{ "/authority/cosigners", "[]", "unknown_member", "/authority/cosigners" },
		{ "/authority/notaries", "[]", "out_of_range", "/authority/notaries" },
		{ "/authority/notaries/1", "@/authority/notaries/0", "bad_charter", "/authority/notaries/1/key" },
		{ "/authority/notaries/0/until", "0", "bad_charter", "/authority/notaries/0/until" },
		{ "/authority/notaries/0/from", "-1", "out_of_range", "/authority/notaries/0/from" },
		{ "/authority/notaries/0/key", "{}", "bad_key", "/authority/notaries/0/key/kty" },
		{ "/authority/notaries/0/name", "\"N\"", "unknown_member", "/authority/notaries/0/name" },
		{ "/authority/issuing", "[]", "bad_charter", "/authority/issuing" },
		{ "/authority/issuing/1", "@/authority/issuing/0", "bad_charter", "/authority/issuing/1/spki" },
		{ "/authority/issuing/0/alg", "\"RSA\"", "bad_value", "/authority/issuing/0/alg" },
		{ "/authority/issuing/0/held_by", "\"nobody\"", "bad_value", "/authority/issuing/0/held_by" },
		{ "/authority/issuing/0/until", "0", "bad_charter", "/authority/issuing/0/until" },
		{ "/authority/revocation", "[]", "out_of_range", "/authority/revocation" },
		{ "/authority/revocation/1", "@/authority/revocation/0", "bad_charter", "/authority/revocation/1/key" },
		{ "/authority/addresses", NULL, "missing_member", "/authority/addresses" },
		{ "/authority/addresses/1", "@/authority/addresses/0", "bad_charter", "/authority/addresses/1/url" },
		{ "/authority/addresses/0/url", "\"ftp://charter.example\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https://a@b.example\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https://b.example:\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https://b.example:123456\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https://b.example/?q\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https:///x\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/addresses/0/url", "\"https://B.example\"", "bad_charter", "/authority/addresses/0/url" },
		{ "/authority/operators/1/name", "\"Olga\"", "bad_charter", "/authority/operators/1/name" },
		{ "/authority/operators/1/key", "@/authority/operators/0/key", "bad_charter", "/authority/operators/1/key" },
		{ "/authority/operators/1/passkey", "{}", "unknown_member", "/authority/operators/1/passkey" },
		{ "/authority/operators/1/key", NULL, "missing_member", "/authority/operators/1/key" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

static void administrators_are_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/administrators", NULL, "missing_member", "/administrators" },
		{ "/administrators/keys", "[]", "out_of_range", "/administrators/keys" },
		{ "/administrators/threshold", NULL, "missing_member", "/administrators/threshold" },
		{ "/administrators/threshold", "0", "out_of_range", "/administrators/threshold" },
		{ "/administrators/threshold", "5", "bad_charter", "/administrators/threshold" },
		{ "/administrators/offline", "3", "bad_charter", "/administrators/offline" },
		{ "/administrators/offline", "-1", "out_of_range", "/administrators/offline" },
		{ "/administrators/keys/1/name", "\"Ada\"", "bad_charter", "/administrators/keys/1/name" },
		{ "/administrators/keys/1/key", "@/administrators/keys/0/key", "bad_charter", "/administrators/keys/1/key" },
		{ "/administrators/keys/3/key", "@/administrators/keys/0/key", "bad_charter", "/administrators/keys/3" },
		{ "/administrators/keys/3/passkey/key", "@/administrators/keys/0/key", "bad_charter", "/administrators/keys/3/passkey" },
		{ "/administrators/keys/3/passkey/rp", "\"Charter.example\"", "bad_charter", "/administrators/keys/3/passkey/rp" },
		{ "/administrators/keys/3/passkey/rp", "\"harter.example\"", "bad_charter", "/administrators/keys/3/passkey/origins/0" },
		{ "/administrators/keys/3/passkey/origins", "[]", "out_of_range", "/administrators/keys/3/passkey/origins" },
		{ "/administrators/keys/3/passkey/origins/0", "\"https://charter.example/\"", "bad_charter",
			"/administrators/keys/3/passkey/origins/0" },
		{ "/administrators/keys/3/passkey/origins/1", "@/administrators/keys/3/passkey/origins/0", "bad_charter",
			"/administrators/keys/3/passkey/origins/1" },
		{ "/administrators/keys/3/passkey/id", "\"\"", "out_of_range", "/administrators/keys/3/passkey/id" },
		{ "/administrators/keys/3/passkey/more", "1", "unknown_member", "/administrators/keys/3/passkey/more" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

#define WITNESS "{\"name\":\"Wim\",\"key\":" KEY_A "}"

static void witnesses_are_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/witnesses", "[]", "wrong_type", "/witnesses" },
		{ "/witnesses", "{\"threshold\":1}", "missing_member", "/witnesses/keys" },
		{ "/witnesses", "{\"keys\":[" WITNESS "]}", "missing_member", "/witnesses/threshold" },
		{ "/witnesses", "{\"threshold\":1,\"keys\":[]}", "out_of_range", "/witnesses/keys" },
		{ "/witnesses", "{\"threshold\":2,\"keys\":[" WITNESS "]}", "bad_charter", "/witnesses/threshold" },
		{ "/witnesses", "{\"threshold\":1,\"keys\":[" WITNESS "," WITNESS "]}", "bad_charter", "/witnesses/keys/1/name" },
		{ "/witnesses", "{\"threshold\":1,\"keys\":[{\"name\":\"Wim\",\"passkey\":{}}]}", "unknown_member",
			"/witnesses/keys/0/passkey" },
		{ "/witnesses", "{\"threshold\":1,\"keys\":[" WITNESS "],\"quorum\":1}", "unknown_member", "/witnesses/quorum" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

static void witnesses_and_holders_are_read(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *c = must_parse(json_incref(doc));

	assert_int_equal(c->witnesses.n, 0);
	assert_false(c->authority.issuing[0].by_members);
	charter_free(c);
	charters_set(doc, "/witnesses", "{\"threshold\":1,\"keys\":[" WITNESS "]}");
	charters_set(doc, "/authority/issuing/0/held_by", "\"members\"");
	c = must_parse(doc);
	assert_true(c->witnesses.threshold == 1 && c->witnesses.n == 1);
	assert_string_equal(c->witnesses.keys[0].name, "Wim");
	assert_true(c->authority.issuing[0].by_members);
	charter_free(c);
}

/* Who holds a key is a part of it: a version that only says otherwise is another key's. */
static void an_issuer_that_changed_hands_is_another(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *a = must_parse(json_incref(doc)), *b;

	charters_set(doc, "/authority/issuing/0/held_by", "\"members\"");
	b = must_parse(doc);
	assert_true(charter_issuer_equal(&a->authority.issuing[0], &a->authority.issuing[0]));
	assert_false(charter_issuer_equal(&a->authority.issuing[0], &b->authority.issuing[0]));
	charter_free(a);
	charter_free(b);
}

static void passkeys_alone_cannot_approve_offline(void **state)
{
	json_t *doc = charters_first(*state);
	struct err e = { 0 };

	for (int i = 0; i < 3; i++)
		charters_set(doc, "/administrators/keys/0", NULL);
	charters_set(doc, "/administrators/threshold", "1");
	assert_null(charters_parse(json_incref(doc), &e));
	assert_string_equal(e.name, "bad_charter");
	assert_string_equal(e.pointer, "/administrators/keys");
	charters_set(doc, "/administrators/offline", "0");
	charter_free(must_parse(json_incref(doc)));
	charters_set(doc, "/administrators/keys/1", "@/administrators/keys/0");
	charters_set(doc, "/administrators/keys/1/name", "\"Eve\"");
	charters_set(doc, "/administrators/keys/1/passkey/key", KEY_A);
	err_clear(&e);
	assert_null(charters_parse(json_incref(doc), &e));
	assert_string_equal(e.pointer, "/administrators/keys/1/passkey"); /* one credential, twice */
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_authority_is_checked),
		cmocka_unit_test(administrators_are_checked),
		cmocka_unit_test(witnesses_are_checked),
		cmocka_unit_test(witnesses_and_holders_are_read),
		cmocka_unit_test(an_issuer_that_changed_hands_is_another),
		cmocka_unit_test(passkeys_alone_cannot_approve_offline),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
