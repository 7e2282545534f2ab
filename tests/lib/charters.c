/* SPDX-License-Identifier: ISC */
#include "tests/lib/charters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#define HOST "charter.example"
#define ORIGIN "https://" HOST
#define CREDENTIAL "dee's passkey"

static void must(bool made, const char *what, const struct err *e)
{
	if (made)
		return;
	fprintf(stderr, "tests/lib/charters: cannot make %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

static struct sig_key *key(enum sig_alg alg)
{
	struct err e = { 0 };
	struct sig_key *k = sig_key_generate(alg, &e);

	must(k != NULL, "a key", &e);
	return k;
}

struct charters *charters_new(void)
{
	struct charters *t = calloc(1, sizeof(*t));
	struct err e = { 0 };

	must(t != NULL, "a group", NULL);
	t->crypto = crypto_new(&e);
	must(t->crypto != NULL, "handles", &e);
	t->notary = key(SIG_ED25519);
	t->revocation = key(SIG_ED25519);
	t->revocation_pub = *sig_key_pub(t->revocation);
	for (size_t i = 0; i < CHARTERS_OPERATORS; i++)
		t->operators[i] = key(SIG_ED25519);
	for (size_t i = 0; i < CHARTERS_ADMINS; i++)
		t->admins[i] = key(i == 1 ? SIG_P256 : SIG_ED25519);
	t->passkey = key(SIG_P256);
	t->issuing_alg = SIG_ED25519;
	bytes_random(t->issuing_spki.b, sizeof(t->issuing_spki.b));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		buf_printf(&t->csr[i], "the request of founder %zu", i);
		bytes_random(t->member[i].b, sizeof(t->member[i].b));
	}
	return t;
}

void charters_free(struct charters *t)
{
	if (t == NULL)
		return;
	sig_key_free(t->notary);
	sig_key_free(t->revocation);
	for (size_t i = 0; i < CHARTERS_OPERATORS; i++)
		sig_key_free(t->operators[i]);
	for (size_t i = 0; i < CHARTERS_ADMINS; i++)
		sig_key_free(t->admins[i]);
	sig_key_free(t->passkey);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		buf_free(&t->csr[i]);
	crypto_free(t->crypto);
	free(t);
}

static json_t *text_of(const char *json)
{
	json_error_t why;
	json_t *v = json_loads(json, JSON_DECODE_ANY, &why);

	must(v != NULL, json, NULL);
	return v;
}

/* {"key": ..., "from": ..., "until": ...} */
static json_t *window(const struct sig_pub *k)
{
	return json_pack("{s:o,s:i,s:I}", "key", jwk_print(k), "from", 0, "until", (json_int_t)CHARTERS_UNTIL);
}

static json_t *person(const char *name, const struct sig_key *k)
{
	return json_pack("{s:s,s:o}", "name", name, "key", jwk_print(sig_key_pub(k)));
}

static json_t *authority(const struct charters *t)
{
	char spki[DIGEST_TEXT];

	digest_text(&t->issuing_spki, spki);
	return json_pack("{s:[o],s:[{s:s,s:s,s:i,s:I}],s:[o],s:[{s:s,s:i,s:I}],s:[o,o]}", "notaries", window(sig_key_pub(t->notary)),
		"issuing", "spki", spki, "alg", sig_alg_name(t->issuing_alg), "from", 0, "until", (json_int_t)CHARTERS_UNTIL, "revocation",
		window(&t->revocation_pub), "addresses", "url", ORIGIN, "from", 0, "until", (json_int_t)CHARTERS_UNTIL, "operators",
		person("Olga", t->operators[0]), person("Otto", t->operators[1]));
}

static json_t *administrators(const struct charters *t)
{
	json_t *passkey = json_pack("{s:s,s:[s]}", "rp", HOST, "origins", ORIGIN);

	must(object_set_base64(passkey, "id", slice_str(CREDENTIAL)) && object_set_key(passkey, "key", sig_key_pub(t->passkey)),
		"a passkey", NULL);
	return json_pack("{s:i,s:[o,o,o,{s:s,s:o}]}", "threshold", 2, "keys", person("Ada", t->admins[0]), person("Ben", t->admins[1]),
		person("Cyd", t->admins[2]), "name", "Dee", "passkey", passkey);
}

static json_t *founders(const struct charters *t)
{
	static const char *const names[CHARTERS_FOUNDERS] = { "Fay", "Gus", "Hal" };
	json_t *list = json_array();

	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		json_t *one = json_pack("{s:s}", "name", names[i]);

		must(object_set_base64(one, "csr", buf_slice(&t->csr[i])) && object_set_id16(one, "member", &t->member[i]), "a founder",
			NULL);
		must(json_array_append_new(list, one) == 0, "founders", NULL);
	}
	return list;
}

json_t *charters_first(const struct charters *t)
{
	static const char *const rules[][2] = {
		{ "admission", "{\"votes\":{\"count\":2}}" },
		{ "expulsion", "{\"votes\":{\"fraction\":\"2/3\"}}" },
		{ "voting", "{\"scheme\":\"plain\",\"term\":604800,\"change\":false,\"show\":\"votes\"}" },
		{ "membership", "{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"overlay.example\"}" },
		{ "freshness", "{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"}" },
		{ "records", "{\"visible\":\"everyone\"}" },
		{ "tests", "[{\"name\":\"two are enough\",\"members\":3,\"yes\":2,\"expect\":\"yes\"}]" },
	};
	json_t *doc = object_begin(KIND_CHARTER, NULL);
	bool made = object_set_string(doc, "group", "demo") && object_set_int(doc, "version", 1) &&
		object_set_int(doc, "effective", CHARTERS_EFFECTIVE) && object_set_string(doc, "purpose", "To try charters.") &&
		json_object_set_new(doc, "authority", authority(t)) == 0 &&
		json_object_set_new(doc, "administrators", administrators(t)) == 0 &&
		json_object_set_new(doc, "founders", founders(t)) == 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		made = made && json_object_set_new(doc, rules[i][0], text_of(rules[i][1])) == 0;
	must(made, "a charter", NULL);
	return doc;
}

json_t *charters_next(const struct charters *t, const struct charter *previous)
{
	struct digest root = { { 7 } };
	json_t *doc = charters_first(t);

	charters_set(doc, "/founders", NULL);
	must(object_set_digest(doc, "genesis", &previous->object.genesis) && object_set_int(doc, "version", previous->version + 1) &&
			object_set_digest(doc, "previous", &previous->object.digest) &&
			object_set_tree(doc, "log", 10 * previous->version, &root) &&
			object_set_int(doc, "effective", CHARTERS_EFFECTIVE + 86400 * (int64_t)previous->version),
		"a later version", NULL);
	return doc;
}

static void set_element(json_t *list, const char *token, json_t *v)
{
	size_t i = strtoul(token, NULL, 10);

	if (v == NULL)
		must(json_array_remove(list, i) == 0, token, NULL);
	else if (i == json_array_size(list))
		must(json_array_append_new(list, v) == 0, token, NULL);
	else
		must(json_array_set_new(list, i, v) == 0, token, NULL);
}

/* The value above the pointer's last token, which *last is set to; path is cut up. */
static json_t *descend(json_t *doc, char *path, const char **last)
{
	char *token = path + 1, *slash;

	for (; (slash = strchr(token, '/')) != NULL; token = slash + 1) {
		*slash = '\0';
		doc = json_is_array(doc) ? json_array_get(doc, strtoul(token, NULL, 10)) : json_object_get(doc, token);
		must(doc != NULL, token, NULL);
	}
	*last = token;
	return doc;
}

static json_t *copy_of(json_t *doc, const char *pointer)
{
	char path[ERR_POINTER_MAX];
	const char *last;

	snprintf(path, sizeof(path), "%s", pointer);
	doc = descend(doc, path, &last);
	return json_deep_copy(json_is_array(doc) ? json_array_get(doc, strtoul(last, NULL, 10)) : json_object_get(doc, last));
}

void charters_set(json_t *doc, const char *pointer, const char *json)
{
	json_t *v = json == NULL ? NULL : *json == '@' ? copy_of(doc, json + 1) : text_of(json);
	char path[ERR_POINTER_MAX];
	const char *last;

	snprintf(path, sizeof(path), "%s", pointer);
	doc = descend(doc, path, &last);
	if (json_is_array(doc))
		set_element(doc, last, v);
	else
		must((v == NULL ? json_object_del(doc, last) : json_object_set_new(doc, last, v)) == 0, pointer, NULL);
}

void charters_payload(json_t *doc, struct buf *out)
{
	struct err e = { 0 };

	must(json_write(doc, out, &e), "a payload", &e);
	json_decref(doc);
}

struct charter *charters_parse(json_t *doc, struct err *e)
{
	struct buf payload = { 0 };
	struct charter *c;

	charters_payload(doc, &payload);
	c = charter_parse(buf_slice(&payload), e);
	buf_free(&payload);
	return c;
}

json_t *charters_approvals(const struct charters *t, const struct charter *c, size_t n)
{
	json_t *list = json_array();
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		must(json_array_append_new(list, approval_sign(t->crypto, c, t->admins[i], c->effective - 1, &e)) == 0, "an approval", &e);
	return list;
}

struct signed_charter charters_signed(const struct charters *t, json_t *doc, size_t n)
{
	struct signed_charter out = { 0 };
	struct err e = { 0 };

	out.charter = charters_parse(doc, &e);
	must(out.charter != NULL, "a charter", &e);
	out.approvals = charters_approvals(t, out.charter, n);
	return out;
}

struct charters_assertion charters_assertion(const struct charters *t, const struct charter *c)
{
	struct charters_assertion a = { .key = t->passkey,
		.type = "webauthn.get",
		.origin = ORIGIN,
		.rp = HOST,
		.id = CREDENTIAL,
		.flags = 0x05,
		.more = "\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"do not compare it with a template\"" };

	approval_challenge(&c->object.digest, &a.challenge);
	return a;
}

static void sign_as_passkey(
	const struct charters *t, const struct sig_key *k, const struct buf *authenticator, const struct buf *client, struct buf *out)
{
	uint8_t raw[SIG_BYTES], der[SIG_DER_MAX];
	struct buf msg = { 0 };
	struct err e = { 0 };
	struct digest hash;

	digest_sha256(buf_slice(client), &hash);
	buf_add_slice(&msg, buf_slice(authenticator));
	buf_add(&msg, hash.b, sizeof(hash.b));
	must(sig_sign(t->crypto, k, buf_slice(&msg), raw, &e), "an assertion", &e);
	if (sig_key_pub(k)->alg == SIG_P256)
		buf_add(out, der, sig_p256_to_der(raw, der));
	else
		buf_add(out, raw, sizeof(raw));
	buf_free(&msg);
}

json_t *charters_passkey(const struct charters *t, const struct charters_assertion *a)
{
	static const uint8_t counter[4] = { 0, 0, 0, 9 };
	struct buf client = { 0 }, authenticator = { 0 }, signature = { 0 };
	json_t *passkey = json_object();
	char challenge[44];
	struct digest rp;

	base64url_encode(a->challenge.b, sizeof(a->challenge.b), challenge);
	buf_printf(&client, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",%s}", a->type, challenge, a->origin, a->more);
	digest_sha256(slice_str(a->rp), &rp);
	buf_add(&authenticator, rp.b, sizeof(rp.b));
	buf_add_u8(&authenticator, a->flags);
	buf_add(&authenticator, counter, sizeof(counter));
	sign_as_passkey(t, a->key, &authenticator, &client, &signature);
	must(object_set_base64(passkey, "id", slice_str(a->id)) && object_set_base64(passkey, "authenticator", buf_slice(&authenticator)) &&
			object_set_base64(passkey, "client", buf_slice(&client)) &&
			object_set_base64(passkey, "signature", buf_slice(&signature)),
		"a passkey's approval", NULL);
	buf_free(&client);
	buf_free(&authenticator);
	buf_free(&signature);
	return json_pack("{s:o}", "passkey", passkey);
}
