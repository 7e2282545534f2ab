/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/digest.h"
#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

/* Verifies and lets go of an approval document. */
static bool verify(
	const struct charters *t, json_t *doc, const struct charter *c, const struct charter *by, struct approval *out, struct err *e)
{
	struct at root;
	bool rc;

	memset(e, 0, sizeof(*e));
	root = at_root(doc, e);
	rc = approval_verify(t->crypto, &root, c, by, out);
	if (!rc)
		assert_null(out->doc);
	json_decref(doc);
	return rc;
}

static void must_verify(const struct charters *t, json_t *doc, const struct charter *c, const struct charter *by)
{
	struct approval a;
	struct err e;

	if (!verify(t, doc, c, by, &a, &e))
		fail_msg("%s: %s", e.name, e.text);
	approval_free(&a);
}

static void must_refuse(const struct charters *t, json_t *doc, const struct charter *c, const struct charter *by, const char *name)
{
	struct approval a;
	struct err e;

	assert_non_null(doc);
	assert_false(verify(t, doc, c, by, &a, &e));
	assert_string_equal(e.name, name);
}

static json_t *sign(const struct charters *t, const struct charter *c, const struct sig_key *k, int64_t now)
{
	struct err e = { 0 };
	json_t *doc = approval_sign(t->crypto, c, k, now, &e);

	if (doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return doc;
}

/* An envelope of the kind, with a payload of the test's own. */
static json_t *sign_as(
	const struct charters *t, const char *kind, const struct digest *genesis, const struct digest *charter, const char *more)
{
	json_t *o = object_begin(kind, genesis);
	struct err e = { 0 };

	assert_true(object_set_digest(o, "charter", charter) && object_set_int(o, "iat", 5));
	if (more != NULL)
		assert_true(object_set_int(o, more, 1));
	return object_sign(t->crypto, kind, o, t->admins[0], &e);
}

static void an_administrator_signs(void **state)
{
	const struct charters *t = *state;
	struct charter *c = must_parse(charters_first(t));
	struct approval a, b;
	struct digest thumb;
	struct err e;

	assert_true(verify(t, sign(t, c, t->admins[1], 1234), c, c, &a, &e));
	jwk_thumbprint(sig_key_pub(t->admins[1]), &thumb);
	assert_memory_equal(&a.by, &thumb, sizeof(thumb));
	assert_true(a.offline && a.iat == 1234 && json_is_object(a.doc));
	/* The identity is the payload's: the same for whoever signs it. */
	assert_true(verify(t, sign(t, c, t->admins[0], 1234), c, c, &b, &e));
	assert_memory_equal(&a.digest, &b.digest, sizeof(a.digest));
	approval_free(&b);
	assert_true(verify(t, sign(t, c, t->admins[0], 1235), c, c, &b, &e));
	assert_memory_not_equal(&a.digest, &b.digest, sizeof(a.digest));
	approval_free(&a);
	approval_free(&b);
	approval_free(NULL);
	charter_free(c);
}

static void strangers_do_not(void **state)
{
	const struct charters *t = *state;
	struct charter *c = must_parse(charters_first(t));

	must_refuse(t, sign(t, c, t->notary, 5), c, c, "not_an_administrator");
	must_refuse(t, sign(t, c, t->operators[0], 5), c, c, "not_an_administrator");
	/* A passkey's key is listed for assertions alone. */
	must_refuse(t, sign(t, c, t->passkey, 5), c, c, "not_an_administrator");
	charter_free(c);
}

static void the_version_before_says_who(void **state)
{
	const struct charters *t = *state;
	struct charter *one = must_parse(charters_first(t)), *two;
	json_t *doc = charters_next(t, one);

	charters_set(doc, "/administrators/keys/0", "@/authority/operators/0");
	two = must_parse(doc);
	must_verify(t, sign(t, two, t->admins[0], 5), two, one);
	must_refuse(t, sign(t, two, t->admins[0], 5), two, two, "not_an_administrator");
	must_refuse(t, sign(t, two, t->operators[0], 5), two, one, "not_an_administrator");
	must_verify(t, sign(t, two, t->operators[0], 5), two, two);
	charter_free(one);
	charter_free(two);
}

static void it_is_for_one_charter(void **state)
{
	const struct charters *t = *state;
	struct digest other = { { 3 } };
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one));

	must_verify(t, sign_as(t, KIND_APPROVAL, &one->object.genesis, &two->object.digest, NULL), two, one);
	must_refuse(t, sign(t, one, t->admins[0], 5), two, one, "wrong_context");
	must_refuse(t, sign_as(t, KIND_APPROVAL, &other, &two->object.digest, NULL), two, one, "wrong_context");
	must_refuse(t, sign_as(t, KIND_APPROVAL, &one->object.genesis, &other, NULL), two, one, "wrong_context");
	must_refuse(t, sign_as(t, KIND_VOTE, &one->object.genesis, &two->object.digest, NULL), two, one, "wrong_typ");
	must_refuse(t, sign_as(t, KIND_APPROVAL, &one->object.genesis, &two->object.digest, "more"), two, one, "unknown_member");
	must_refuse(t, sign_as(t, KIND_APPROVAL, NULL, &two->object.digest, NULL), two, one, "missing_member");
	charter_free(one);
	charter_free(two);
}

static void late_is_void_but_for_the_first(void **state)
{
	const struct charters *t = *state;
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one));

	must_verify(t, sign(t, one, t->admins[0], one->effective + 1), one, one);
	must_verify(t, sign(t, two, t->admins[0], two->effective), two, one);
	must_refuse(t, sign(t, two, t->admins[0], two->effective + 1), two, one, "approval_late");
	charter_free(one);
	charter_free(two);
}

static void a_signature_is_looked_at(void **state)
{
	const struct charters *t = *state;
	const struct sig_key *const both[] = { t->admins[0], t->admins[1] };
	struct charter *c = must_parse(charters_first(t));
	json_t *doc = sign(t, c, t->admins[0], 5), *other = sign(t, c, t->admins[0], 6), *o;
	struct buf payload = { 0 };
	struct err e = { 0 };

	json_object_set(doc, "signature", json_object_get(other, "signature"));
	json_decref(other);
	must_refuse(t, doc, c, c, "bad_signature");
	must_refuse(t, json_object(), c, c, "bad_jws");
	o = object_begin(KIND_APPROVAL, &c->object.genesis);
	assert_true(object_set_digest(o, "charter", &c->object.digest) && object_set_int(o, "iat", 5) && json_write(o, &payload, &e));
	must_refuse(t, jws_sign(t->crypto, KIND_APPROVAL, buf_slice(&payload), both, 2, &e), c, c, "bad_jws");
	json_decref(o);
	buf_free(&payload);
	charter_free(c);
}

/* 05 in the challenge's definition is no chance: written out by hand, label, zero byte, digest. */
static void the_challenge_is_a_labelled_digest(void **state)
{
	struct digest charter = { { 5, 6, 7 } }, want, got;
	uint8_t bytes[15 + 32] = "gmc-approval/1";

	(void)state;
	memcpy(bytes + 15, charter.b, 32);
	digest_sha256(slice_of(bytes, sizeof(bytes)), &want);
	approval_challenge(&charter, &got);
	assert_memory_equal(&got, &want, sizeof(got));
}

static void a_passkey_approves(void **state)
{
	const struct charters *t = *state;
	struct charter *c = must_parse(charters_first(t));
	struct charters_assertion as = charters_assertion(t, c);
	struct approval a;
	struct digest thumb;
	struct err e;

	if (!verify(t, charters_passkey(t, &as), c, c, &a, &e))
		fail_msg("%s: %s", e.name, e.text);
	jwk_thumbprint(sig_key_pub(t->passkey), &thumb);
	assert_memory_equal(&a.by, &thumb, sizeof(thumb));
	assert_false(a.offline);
	assert_true(a.iat == 0);
	approval_free(&a);
	as.more = "\"topOrigin\":null";
	must_verify(t, charters_passkey(t, &as), c, c);
	as.flags = 0x1d; /* backed up, and so on */
	must_verify(t, charters_passkey(t, &as), c, c);
	charter_free(c);
}

static void a_passkey_may_be_ed25519(void **state)
{
	const struct charters *t = *state;
	struct charters_assertion as;
	json_t *doc = charters_first(t);
	struct charter *c;

	charters_set(doc, "/administrators/keys/3/passkey/key", "@/administrators/keys/0/key");
	charters_set(doc, "/administrators/keys/0", NULL);
	c = must_parse(doc);
	as = charters_assertion(t, c);
	must_refuse(t, charters_passkey(t, &as), c, c, "bad_signature"); /* a DER signature of P-256 */
	as.key = t->admins[0];
	must_verify(t, charters_passkey(t, &as), c, c);
	as.key = t->admins[2];
	must_refuse(t, charters_passkey(t, &as), c, c, "bad_signature");
	charter_free(c);
}

static void every_flaw_of_a_passkey_is_seen(void **state)
{
	const struct charters *t = *state;
	struct charter *c = must_parse(charters_first(t));
	const struct charters_assertion good = charters_assertion(t, c);
	struct charters_assertion as = good;

	as.type = "webauthn.create";
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_type");
	as = good;
	as.challenge = c->object.digest;
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_challenge");
	as = good;
	as.origin = "https://charter.example.evil";
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_origin");
	as = good;
	as.more = "\"crossOrigin\":true";
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_origin");
	as.more = "\"crossOrigin\":\"false\"";
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_origin");
	as.more = "\"type\":\"webauthn.get\""; /* a second one */
	must_refuse(t, charters_passkey(t, &as), c, c, "bad_json");
	as = good;
	as.rp = "evil.example";
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_origin");
	as = good;
	as.flags = 0x04;
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_flags");
	as.flags = 0x01;
	must_refuse(t, charters_passkey(t, &as), c, c, "passkey_flags");
	as = good;
	as.id = "another passkey";
	must_refuse(t, charters_passkey(t, &as), c, c, "not_an_administrator");
	as = good;
	as.key = t->admins[1];
	must_refuse(t, charters_passkey(t, &as), c, c, "bad_signature");
	as.key = t->admins[0];
	must_refuse(t, charters_passkey(t, &as), c, c, "bad_signature"); /* no DER */
	charter_free(c);
}

static void an_assertion_is_for_one_charter(void **state)
{
	const struct charters *t = *state;
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one));
	struct charters_assertion as = charters_assertion(t, one);

	must_verify(t, charters_passkey(t, &as), one, one);
	must_refuse(t, charters_passkey(t, &as), two, one, "passkey_challenge");
	charter_free(one);
	charter_free(two);
}

static void the_form_of_an_assertion_is_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/payload", "1", "unknown_member", "/payload" },
		{ "/passkey", "7", "wrong_type", "/passkey" },
		{ "/passkey/user", "1", "unknown_member", "/passkey/user" },
		{ "/passkey/id", NULL, "missing_member", "/passkey/id" },
		{ "/passkey/authenticator", "\"AAAA\"", "out_of_range", "/passkey/authenticator" },
		{ "/passkey/client", "\"AAAA\"", "bad_json", "/passkey" },
		{ "/passkey/client", "\"W10\"", "passkey_type", "/passkey" }, /* [] */
		{ "/passkey/client", "\"e30\"", "passkey_type", "/passkey" }, /* {} */
		{ "/passkey/signature", "\"\"", "out_of_range", "/passkey/signature" },
		{ "/passkey/signature", "\"AAAA\"", "bad_signature", "/passkey" },
	};
	const struct charters *t = *state;
	struct charter *c = must_parse(charters_first(t));
	struct charters_assertion as = charters_assertion(t, c);

	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
		json_t *doc = charters_passkey(t, &as);
		struct approval a;
		struct err e;

		charters_set(doc, flaws[i].at, flaws[i].json);
		if (verify(t, doc, c, c, &a, &e))
			fail_msg("passed: %s", flaws[i].at);
		assert_string_equal(e.name, flaws[i].name);
		assert_string_equal(e.pointer, flaws[i].pointer);
	}
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_administrator_signs),
		cmocka_unit_test(strangers_do_not),
		cmocka_unit_test(the_version_before_says_who),
		cmocka_unit_test(it_is_for_one_charter),
		cmocka_unit_test(late_is_void_but_for_the_first),
		cmocka_unit_test(a_signature_is_looked_at),
		cmocka_unit_test(the_challenge_is_a_labelled_digest),
		cmocka_unit_test(a_passkey_approves),
		cmocka_unit_test(a_passkey_may_be_ed25519),
		cmocka_unit_test(every_flaw_of_a_passkey_is_seen),
		cmocka_unit_test(an_assertion_is_for_one_charter),
		cmocka_unit_test(the_form_of_an_assertion_is_checked),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
