/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"

struct crypto *envelope_crypto(void)
{
	struct err e = { 0 };
	struct crypto *c = crypto_new(&e);

	if (c == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return c;
}

struct sig_key *envelope_key(enum sig_alg alg)
{
	struct err e = { 0 };
	struct sig_key *k = sig_key_generate(alg, &e);

	if (k == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return k;
}

struct digest envelope_thumb(const struct sig_key *k)
{
	struct digest d;

	jwk_thumbprint(sig_key_pub(k), &d);
	return d;
}

static struct jws read_back(json_t *signed_object, const struct err *signing)
{
	struct err e = { 0 };
	struct at at = at_root(signed_object, &e);
	struct jws j = { 0 };

	if (signed_object == NULL)
		fail_msg("%s: %s", signing->name, signing->text);
	if (!jws_read(&at, &j))
		fail_msg("%s: %s", e.name, e.text);
	json_decref(signed_object);
	return j;
}

struct jws envelope_by(struct crypto *c, const char *kind, json_t *doc, const struct sig_key *const *keys, size_t n)
{
	struct buf payload = { 0 };
	struct err e = { 0 };
	struct jws j;

	assert_non_null(doc);
	assert_true(json_write(doc, &payload, NULL));
	j = read_back(jws_sign(c, kind, buf_slice(&payload), keys, n, &e), &e);
	buf_free(&payload);
	json_decref(doc);
	return j;
}

struct jws envelope(struct crypto *c, const char *kind, json_t *doc, const struct sig_key *k)
{
	return envelope_by(c, kind, doc, &k, 1);
}

struct jws envelope_around(struct crypto *c, const char *kind, const char *payload, const struct sig_key *k)
{
	struct err e = { 0 };

	return read_back(jws_sign(c, kind, slice_str(payload), &k, 1, &e), &e);
}

static json_t *signature_json(const struct jws_signature *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "protected", json_stringn((const char *)s->signing_prefix.p, s->signing_prefix.n));
	assert_true(object_set_base64(o, "signature", slice_of(s->sig, sizeof(s->sig))));
	return o;
}

json_t *envelope_json(const struct jws *j)
{
	json_t *o = json_object(), *list = json_array();

	json_object_set_new(o, "payload", json_stringn((const char *)j->payload_text.p, j->payload_text.n));
	for (size_t i = 0; i < j->n; i++)
		json_array_append_new(list, signature_json(&j->sigs[i]));
	if (j->n == 1)
		json_object_update(o, json_array_get(list, 0));
	if (j->n != 1)
		json_object_set(o, "signatures", list);
	json_decref(list);
	return o;
}

void envelope_break(struct jws *j, size_t i)
{
	j->sigs[i].sig[7] ^= 1;
}

struct digest digest_fill(uint8_t b)
{
	struct digest d;

	memset(d.b, b, sizeof(d.b));
	return d;
}

struct id16 id16_fill(uint8_t b)
{
	struct id16 id;

	memset(id.b, b, sizeof(id.b));
	return id;
}
