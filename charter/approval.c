/* SPDX-License-Identifier: ISC */
#include "charter/approval.h"

#include <string.h>

#include "base/digest.h"
#include "base/time.h"

/* WebAuthn level 2, section 6.1: hash of the RP ID, flags, counter; then what the flags announce. */
enum { AUTHENTICATOR_MIN = 37, AUTHENTICATOR_MAX = 1024, CLIENT_MAX = 4096, FLAGS_AT = 32, FLAG_PRESENT = 0x01, FLAG_VERIFIED = 0x04 };

/* What a passkey signed, as it came. */
struct assertion {
	struct buf id, authenticator, client, signature;
};

/* What is wrong inside an approval is reported at the approval's own place: the payload is no part of the document that was read. */
static bool relay(const struct at *at, const struct err *inside)
{
	if (inside->pointer[0] == '\0')
		return at_refuse(at, inside->name, "%s", inside->text);
	return at_refuse(at, inside->name, "in the payload, at %s: %s", inside->pointer, inside->text);
}

static bool read_payload(const struct at *at, const struct jws *j, struct object *o, struct digest *charter, int64_t *iat)
{
	static const char *const members[] = { "charter", "iat", NULL };
	struct err inside = { 0 };
	struct at root;

	if (!object_open(KIND_APPROVAL, j, members, o, &root, &inside))
		return relay(at, &inside);
	if (!at_digest(&root, "charter", charter) || !at_int(&root, "iat", 0, TIME_MAX, iat))
		return relay(at, &inside);
	return true;
}

static bool judge_signature(
	struct crypto *k, const struct at *at, const struct jws *j, const struct charter *c, const struct charter *by, struct approval *out)
{
	const struct charter_person *who;
	struct err inside = { 0 };
	struct object o = { 0 };
	struct digest charter;
	bool rc = false;

	if (j->n != 1)
		return at_refuse(at, "bad_jws", "an approval has one signature; every administrator sends an approval of their own");
	if (!read_payload(at, j, &o, &charter, &out->iat))
		goto out;
	if (digest_compare(&o.genesis, &c->object.genesis) != 0 || digest_compare(&charter, &c->object.digest) != 0) {
		at_refuse(at, "wrong_context", "this approves another charter, or the charter of another group");
		goto out;
	}
	who = charter_administrator(by, &j->sigs[0].kid);
	if (who == NULL && by->version < c->version) {
		who = charter_recoverer(by, &j->sigs[0].kid);
		out->recovery = who != NULL;
	}
	if (who == NULL || who->passkey.rp != NULL) {
		at_refuse(at, "not_an_administrator", "no administrator of version %u signs with this key", (unsigned)by->version);
		goto out;
	}
	if (!jws_verify(k, j, 0, &who->key, &inside)) {
		relay(at, &inside);
		goto out;
	}
	if (c->version > 1 && out->iat > c->effective) {
		at_refuse(at, "approval_late", "made after the charter was to take effect; propose it again with a later time");
		goto out;
	}
	out->digest = o.digest;
	out->by = who->thumb;
	out->offline = true;
	rc = true;
out:
	object_free(&o);
	return rc;
}

static bool verify_signature(struct crypto *k, const struct at *at, const struct charter *c, const struct charter *by, struct approval *out)
{
	struct jws j;
	bool rc;

	if (!jws_read(at, &j))
		return false;
	rc = judge_signature(k, at, &j, c, by, out);
	jws_free(&j);
	return rc;
}

static const struct charter_person *find_passkey(const struct charter *by, struct slice id)
{
	for (size_t i = 0; i < by->administrators.n; i++) {
		const struct charter_person *p = &by->administrators.keys[i];

		if (p->passkey.rp != NULL && slice_equal(p->passkey.id, id))
			return p;
	}
	return NULL;
}

static bool member_is(const json_t *o, const char *name, const char *text)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && strcmp(s, text) == 0;
}

static bool challenge_is(const json_t *client, const struct digest *charter)
{
	const char *s = json_string_value(json_object_get(client, "challenge"));
	struct digest want, got;

	approval_challenge(charter, &want);
	return s != NULL && base64url_decode_exact(s, strlen(s), got.b, sizeof(got.b)) && digest_compare(&got, &want) == 0;
}

static bool origin_is_known(const json_t *client, const struct charter_person *who)
{
	for (size_t i = 0; i < who->passkey.origins_n; i++)
		if (member_is(client, "origin", who->passkey.origins[i]))
			return true;
	return false;
}

/* WebAuthn level 2, section 7.2 steps 7 to 14. A browser wrote this: members that are not known here are its own business. */
static bool judge_client(const struct at *at, const json_t *client, const struct charter *c, const struct charter_person *who)
{
	const json_t *cross = json_object_get(client, "crossOrigin");

	if (!member_is(client, "type", "webauthn.get"))
		return at_refuse(at, "passkey_type", "this is no assertion by a passkey (type webauthn.get)");
	if (!challenge_is(client, &c->object.digest))
		return at_refuse(at, "passkey_challenge", "the passkey signed another challenge: an approval of another charter, or none");
	if (!origin_is_known(client, who))
		return at_refuse(
			at, "passkey_origin", "the passkey was used on a page that is none of those that the charter names for it");
	if (cross != NULL && !json_is_false(cross))
		return at_refuse(at, "passkey_origin", "the passkey was used inside another site's page (crossOrigin)");
	return true;
}

static bool check_client(const struct at *at, struct slice text, const struct charter *c, const struct charter_person *who)
{
	struct err inside = { 0 };
	json_t *client = json_read(text, CLIENT_MAX, &inside);
	bool rc = client != NULL ? judge_client(at, client, c, who) : relay(at, &inside);

	json_decref(client);
	return rc;
}

/* Steps 15 to 17. */
static bool check_authenticator(const struct at *at, struct slice data, const struct charter_person *who)
{
	struct digest rp;

	digest_sha256(slice_str(who->passkey.rp), &rp);
	if (memcmp(data.p, rp.b, sizeof(rp.b)) != 0)
		return at_refuse(at, "passkey_origin", "the passkey was used for another host than \"%s\"", who->passkey.rp);
	if ((data.p[FLAGS_AT] & FLAG_PRESENT) == 0)
		return at_refuse(at, "passkey_flags", "nobody touched the authenticator (user presence)");
	if ((data.p[FLAGS_AT] & FLAG_VERIFIED) == 0)
		return at_refuse(
			at, "passkey_flags", "the authenticator did not ask who it is (user verification): use its PIN or fingerprint");
	return true;
}

/* Steps 19 and 20; section 6.5.5: ES256 signatures are DER, those of Ed25519 are as RFC 8032 has them. */
static bool check_signature(struct crypto *k, const struct at *at, const struct assertion *a, const struct charter_person *who)
{
	uint8_t raw[SIG_BYTES];
	struct err inside = { 0 };
	struct buf msg = { 0 };
	struct digest client;
	bool rc = false;

	if (who->key.alg == SIG_P256) {
		if (!sig_p256_from_der(buf_slice(&a->signature), false, raw))
			return at_refuse(at, "bad_signature", "the passkey's signature is no DER signature of P-256");
	} else {
		if (a->signature.n != SIG_BYTES)
			return at_refuse(at, "bad_signature", "the passkey's signature does not have the 64 bytes of Ed25519");
		memcpy(raw, a->signature.p, SIG_BYTES);
	}
	digest_sha256(buf_slice(&a->client), &client);
	buf_add_slice(&msg, buf_slice(&a->authenticator));
	buf_add(&msg, client.b, sizeof(client.b));
	if (msg.failed)
		err_memory(at->e);
	else if (!sig_verify(k, &who->key, buf_slice(&msg), raw, &inside))
		relay(at, &inside);
	else
		rc = true;
	buf_free(&msg);
	return rc;
}

static void passkey_digest(const struct assertion *a, struct digest *out)
{
	struct digest authenticator, client;
	struct slice parts[2];

	digest_sha256(buf_slice(&a->authenticator), &authenticator);
	digest_sha256(buf_slice(&a->client), &client);
	parts[0] = slice_of(authenticator.b, sizeof(authenticator.b));
	parts[1] = slice_of(client.b, sizeof(client.b));
	digest_labelled("gmc-passkey", parts, 2, out);
}

static bool read_assertion(const struct at *at, struct assertion *out)
{
	static const char *const members[] = { "id", "authenticator", "client", "signature", NULL };

	return at_only(at, members) && at_base64(at, "id", 1, 1023, &out->id) &&
		at_base64(at, "authenticator", AUTHENTICATOR_MIN, AUTHENTICATOR_MAX, &out->authenticator) &&
		at_base64(at, "client", 2, CLIENT_MAX, &out->client) && at_base64(at, "signature", 1, SIG_DER_MAX, &out->signature);
}

static bool verify_passkey(struct crypto *k, const struct at *at, const struct charter *c, const struct charter *by, struct approval *out)
{
	static const char *const members[] = { "passkey", NULL };
	const struct charter_person *who;
	struct assertion a = { 0 };
	struct at inside;
	bool rc = false;

	if (!at_only(at, members) || !at_member(at, "passkey", &inside) || !read_assertion(&inside, &a))
		goto out;
	who = find_passkey(by, buf_slice(&a.id));
	if (who == NULL) {
		at_refuse(&inside, "not_an_administrator", "no administrator of version %u has this passkey", (unsigned)by->version);
		goto out;
	}
	if (!check_client(&inside, buf_slice(&a.client), c, who) || !check_authenticator(&inside, buf_slice(&a.authenticator), who) ||
		!check_signature(k, &inside, &a, who))
		goto out;
	passkey_digest(&a, &out->digest);
	out->by = who->thumb;
	rc = true;
out:
	buf_free(&a.id);
	buf_free(&a.authenticator);
	buf_free(&a.client);
	buf_free(&a.signature);
	return rc;
}

bool approval_verify(struct crypto *k, const struct at *at, const struct charter *c, const struct charter *by, struct approval *out)
{
	struct approval a = { 0 };

	memset(out, 0, sizeof(*out));
	if (at_has(at, "passkey") ? !verify_passkey(k, at, c, by, &a) : !verify_signature(k, at, c, by, &a))
		return false;
	a.doc = json_incref((json_t *)(uintptr_t)at->v);
	*out = a;
	return true;
}

void approval_free(struct approval *a)
{
	if (a == NULL)
		return;
	json_decref(a->doc);
	memset(a, 0, sizeof(*a));
}

json_t *approval_sign(struct crypto *k, const struct charter *c, const struct sig_key *key, int64_t now, struct err *e)
{
	json_t *o = object_begin(KIND_APPROVAL, &c->object.genesis);

	if (object_set_digest(o, "charter", &c->object.digest) && object_set_int(o, "iat", now))
		return object_sign(k, KIND_APPROVAL, o, key, e);
	json_decref(o);
	err_memory(e);
	return NULL;
}

void approval_challenge(const struct digest *charter, struct digest *out)
{
	digest_of("gmc-approval/1", slice_of(charter->b, sizeof(charter->b)), out);
}
