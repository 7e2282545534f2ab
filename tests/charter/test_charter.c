/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

static void keys_are_found_in_their_time(void **state)
{
	const struct charters *t = *state;
	struct digest notary, revocation, nobody = { { 1 } };
	json_t *doc = charters_first(t);
	struct charter *c;

	charters_set(doc, "/authority/notaries/0/from", "100");
	charters_set(doc, "/authority/notaries/0/until", "200");
	c = must_parse(doc);
	jwk_thumbprint(sig_key_pub(t->notary), &notary);
	jwk_thumbprint(sig_key_pub(t->revocation), &revocation);
	assert_null(charter_notary(c, &notary, 99));
	assert_ptr_equal(charter_notary(c, &notary, 100), &c->authority.notaries[0]);
	assert_ptr_equal(charter_notary(c, &notary, 199), &c->authority.notaries[0]);
	assert_null(charter_notary(c, &notary, 200));
	assert_null(charter_notary(c, &revocation, 150));
	assert_ptr_equal(charter_revocation_key(c, &revocation, 150), &c->authority.revocation[0]);
	assert_null(charter_revocation_key(c, &notary, 150));
	assert_null(charter_revocation_key(c, &nobody, 150));
	charter_free(c);
}

static void persons_are_found(void **state)
{
	const struct charters *t = *state;
	struct digest thumb, nobody = { { 1 } };
	struct charter *c = must_parse(charters_first(t));
	struct id16 no_member = { { 1 } };

	jwk_thumbprint(sig_key_pub(t->operators[1]), &thumb);
	assert_string_equal(charter_operator(c, &thumb)->name, "Otto");
	assert_null(charter_administrator(c, &thumb));
	jwk_thumbprint(sig_key_pub(t->admins[2]), &thumb);
	assert_string_equal(charter_administrator(c, &thumb)->name, "Cyd");
	assert_null(charter_operator(c, &thumb));
	assert_null(charter_operator(c, &nobody));
	assert_null(charter_administrator(c, &nobody));
	assert_string_equal(charter_founder(c, &t->member[2])->name, "Hal");
	assert_null(charter_founder(c, &no_member));
	assert_ptr_equal(charter_issuer(c, &t->issuing_spki), &c->authority.issuing[0]);
	assert_null(charter_issuer(c, &nobody));
	charter_free(c);
}

static void what_is_served_is_supported(void **state)
{
	struct charter *c = must_parse(charters_first(*state));
	struct err e = { 0 };

	assert_true(charter_supported(c, &e));
	assert_true(charter_supported(c, NULL));
	assert_true(err_ok(&e));
	charter_free(c);
}

typedef bool question_asked(const struct charter *c, struct err *e);

/* Each is refused by the question, with its place in the document. */
static void none_taken(const struct charters *t, const struct flaw *flaws, size_t n, question_asked *asked)
{
	for (size_t i = 0; i < n; i++) {
		json_t *doc = charters_first(t);
		struct err e = { 0 };
		uint32_t line, column;
		struct charter *c;

		charters_set(doc, flaws[i].at, flaws[i].json);
		c = must_parse(doc);
		assert_false(asked(c, &e));
		assert_string_equal(e.name, flaws[i].name);
		assert_string_equal(e.pointer, flaws[i].pointer);
		assert_true(json_locate(buf_slice(&c->payload), flaws[i].pointer, &line, &column));
		assert_int_equal(e.line, line);
		assert_int_equal(e.column, column);
		assert_false(asked(c, NULL));
		charter_free(c);
	}
}

#define A_KEY "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

static void what_is_not_followed_is_named(void **state)
{
	static const struct flaw flaws[] = {
		{ "/voting/scheme", "\"multisignature\"", "feature_unsupported", "/voting/scheme" },
		{ "/witnesses", "{\"threshold\":1,\"keys\":[{\"name\":\"Wim\",\"key\":" A_KEY "}]}", "feature_unsupported", "/witnesses" },
	};

	none_taken(*state, flaws, sizeof(flaws) / sizeof(flaws[0]), charter_followed);
	none_taken(*state, flaws, sizeof(flaws) / sizeof(flaws[0]), charter_supported);
}

static void what_is_followed_but_not_served_is_named(void **state)
{
	static const struct flaw flaws[] = {
		{ "/records/visible", "\"members\"", "feature_unsupported", "/records/visible" },
		{ "/records/visible", "\"parties\"", "feature_unsupported", "/records/visible" },
		{ "/authority/issuing/0/held_by", "\"members\"", "feature_unsupported", "/authority/issuing/0/held_by" },
	};

	none_taken(*state, flaws, sizeof(flaws) / sizeof(flaws[0]), charter_supported);
	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
		json_t *doc = charters_first(*state);
		struct err e = { 0 };
		struct charter *c;

		charters_set(doc, flaws[i].at, flaws[i].json);
		c = must_parse(doc);
		assert_true(charter_followed(c, &e));
		assert_true(err_ok(&e));
		charter_free(c);
	}
}

static void settings_without_effect_are_supported(void **state)
{
	json_t *doc = charters_first(*state);
	struct err e = { 0 };
	struct charter *c;

	charters_set(doc, "/membership/nodes", "\"seed\"");
	charters_set(doc, "/authority/issuing/0/held_by", "\"signer\"");
	charters_set(doc, "/membership/class", "\"client\"");
	charters_set(doc, "/membership/removal", "\"operators\"");
	charters_set(doc, "/membership/limit", "20");
	charters_set(doc, "/amendment", "{\"all\":[{\"votes\":{\"fraction\":\"1/2\",\"veto\":3}},{\"list\":{\"keys\":[]}}]}");
	c = must_parse(doc);
	assert_true(charter_supported(c, &e));
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_found_in_their_time),
		cmocka_unit_test(persons_are_found),
		cmocka_unit_test(what_is_served_is_supported),
		cmocka_unit_test(what_is_not_followed_is_named),
		cmocka_unit_test(what_is_followed_but_not_served_is_named),
		cmocka_unit_test(settings_without_effect_are_supported),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
