/* SPDX-License-Identifier: ISC */
#include "base/jws.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

/* A header with the longest typ has about 120 bytes. */
enum { HEADER_MAX = 256, HEADER_TEXT_MAX = 344, SIG_TEXT = 87 };

/* Puts what a reader with an error of its own found into the envelope's error. Names that jws_parse does not promise become "bad_jws". */
static bool hand_on(const struct at *at, const struct err *inner)
{
	bool first = at->e != NULL && err_ok(at->e);
	bool kept = err_is(inner, "wrong_algorithm") || err_is(inner, "unknown_header") || err_is(inner, "no_memory");

	err_set(at->e, kept ? inner->name : "bad_jws", "%s", inner->text);
	if (first)
		memcpy(at->e->pointer, inner->pointer, sizeof(inner->pointer));
	return false;
}

static bool header_alg(const struct at *header, enum sig_alg *out)
{
	const char *alg;

	if (!at_string(header, "alg", 1, HEADER_MAX, &alg))
		return false;
	/* RFC 8037 3.1, RFC 9864 2.2; RFC 7518 3.4 */
	if (strcmp(alg, "EdDSA") == 0 || strcmp(alg, "Ed25519") == 0)
		*out = SIG_ED25519;
	else if (strcmp(alg, "ES256") == 0)
		*out = SIG_P256;
	else
		return at_refuse(header, "wrong_algorithm", "algorithm \"%s\" is not used here, only EdDSA, Ed25519 and ES256", alg);
	return true;
}

/* alg, typ and kid, each required: whoever adds a word to the header ("crit", a key, a URL) means something that is not known here. */
static bool header_fields(const json_t *doc, struct jws_signature *s, char typ[static JWS_TYP_MAX], struct err *e)
{
	static const char *const names[] = { "alg", "typ", "kid", NULL };
	struct at header = at_root(doc, e);
	const char *type;

	if (!json_is_object(doc))
		return err_set(e, "bad_jws", "the protected header is no JSON object");
	if (!at_only(&header, names)) {
		err_clear(e);
		return err_set(e, "unknown_header", "the protected header has a member beside alg, typ and kid");
	}
	if (!header_alg(&header, &s->alg) || !at_string(&header, "typ", 1, JWS_TYP_MAX - 1, &type) || !at_thumb(&header, "kid", &s->kid))
		return false;
	snprintf(typ, JWS_TYP_MAX, "%s", type);
	return true;
}

static bool header_read(struct slice text, struct jws_signature *s, char typ[static JWS_TYP_MAX], struct err *e)
{
	struct buf raw = { 0 };
	json_t *doc = NULL;
	bool ok = false;

	if (base64url_decode(text, &raw))
		doc = json_read(buf_slice(&raw), HEADER_MAX, e);
	else if (raw.failed)
		err_memory(e);
	else
		err_set(e, "bad_jws", "the protected header is no base64url without padding (RFC 4648 section 5)");
	if (doc != NULL)
		ok = header_fields(doc, s, typ, e);
	json_decref(doc);
	buf_free(&raw);
	return ok;
}

/* Reads {protected, signature} at a place. The slice is the document's until the texts are kept. */
static bool signature_read(const struct at *at, struct jws *j)
{
	struct jws_signature *s = &j->sigs[j->n];
	char typ[JWS_TYP_MAX];
	struct err inner = { 0 };
	struct at header;
	const char *text;

	if (!at_member(at, "protected", &header) || !at_string(&header, NULL, 1, HEADER_TEXT_MAX, &text))
		return false;
	s->signing_prefix = slice_str(text);
	if (!header_read(s->signing_prefix, s, typ, &inner))
		return at_refuse(&header, inner.name, "protected header: %s", inner.text);
	if (!at_base64_exact(at, "signature", s->sig, SIG_BYTES))
		return false;
	if (jws_by(j, &s->kid) != NULL)
		return at_refuse(at, "bad_jws", "a key signed twice");
	if (j->n == 0)
		memcpy(j->typ, typ, sizeof(typ));
	if (strcmp(j->typ, typ) != 0)
		return at_refuse(at, "bad_jws", "the signatures have different typ");
	j->n++;
	return true;
}

/* RFC 7515 7.2.1: "signatures", an array. */
static bool general_read(const struct at *at, struct jws *j)
{
	static const char *const envelope[] = { "payload", "signatures", NULL };
	static const char *const one[] = { "protected", "signature", NULL };
	struct at list, element;
	size_t n;

	if (!at_only(at, envelope) || !at_member(at, "signatures", &list) || !at_array(&list, 1, JWS_SIGNATURES_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &element) || !at_only(&element, one) || !signature_read(&element, j))
			return false;
	return true;
}

/* RFC 7515 7.2.2: the members of the one signature stand in the envelope itself. */
static bool flattened_read(const struct at *at, struct jws *j)
{
	static const char *const envelope[] = { "payload", "protected", "signature", NULL };

	return at_only(at, envelope) && signature_read(at, j);
}

/* Copies the texts that signatures refer to out of the document. All room is taken first: the slices must not move. */
static bool texts_keep(struct jws *j, struct slice payload, struct err *e)
{
	size_t room = payload.n;

	for (size_t i = 0; i < j->n; i++)
		room += j->sigs[i].signing_prefix.n;
	if (!buf_reserve(&j->text, room))
		return err_memory(e);
	j->payload_text = slice_of(j->text.p, payload.n);
	buf_add_slice(&j->text, payload);
	for (size_t i = 0; i < j->n; i++) {
		struct slice *prefix = &j->sigs[i].signing_prefix;
		const uint8_t *p = j->text.p + j->text.n;

		buf_add_slice(&j->text, *prefix);
		prefix->p = p;
	}
	return true;
}

static bool payload_read(const struct at *at, struct jws *j)
{
	struct slice text;
	struct at place;
	const char *s;

	if (!at_member(at, "payload", &place) || !at_string(&place, NULL, 0, SIZE_MAX, &s))
		return false;
	text = slice_str(s);
	if (base64url_decode(text, &j->payload))
		return texts_keep(j, text, at->e);
	if (j->payload.failed)
		return err_memory(at->e);
	return at_refuse(&place, "bad_jws", "the payload is no base64url without padding (RFC 4648 section 5)");
}

bool jws_read(const struct at *at, struct jws *out)
{
	struct err inner = { 0 };
	struct at place = *at;
	struct jws j = { 0 };
	bool ok;

	*out = (struct jws){ 0 };
	if (!err_ok(at->e))
		return false;
	place.e = &inner;
	ok = at_has(&place, "signatures") ? general_read(&place, &j) : flattened_read(&place, &j);
	if (ok && payload_read(&place, &j)) {
		*out = j;
		return true;
	}
	jws_free(&j);
	return hand_on(at, &inner);
}

bool jws_parse(struct slice text, size_t max, struct jws *out, struct err *e)
{
	json_t *doc = json_read(text, max, e);
	struct at at = at_root(doc, e);
	bool ok;

	*out = (struct jws){ 0 };
	if (doc == NULL)
		return false;
	ok = jws_read(&at, out);
	json_decref(doc);
	return ok;
}

void jws_free(struct jws *j)
{
	if (j == NULL)
		return;
	buf_free(&j->payload);
	buf_free(&j->text);
	*j = (struct jws){ 0 };
}

bool jws_is(const struct jws *j, const char *kind, struct err *e)
{
	size_t n = strlen(kind);

	if (strncmp(j->typ, kind, n) == 0 && strcmp(j->typ + n, "+jws") == 0)
		return true;
	return err_set(e, "wrong_typ", "this was signed as \"%s\", where \"%s+jws\" is wanted", j->typ, kind);
}

void jws_digest(const struct jws *j, const char *kind, struct digest *out)
{
	digest_of(kind, buf_slice(&j->payload), out);
}

const struct jws_signature *jws_by(const struct jws *j, const struct digest *kid)
{
	for (size_t i = 0; i < j->n; i++)
		if (digest_compare(&j->sigs[i].kid, kid) == 0)
			return &j->sigs[i];
	return NULL;
}

/* RFC 7515 5.1 step 5. */
static bool signing_input(struct slice header, struct slice payload, struct buf *out, struct err *e)
{
	buf_reserve(out, header.n + 1 + payload.n);
	buf_add_slice(out, header);
	buf_add_str(out, ".");
	buf_add_slice(out, payload);
	return out->failed ? err_memory(e) : true;
}

bool jws_verify(struct crypto *c, const struct jws *j, size_t i, const struct sig_pub *k, struct err *e)
{
	const struct jws_signature *s;
	struct buf input = { 0 };
	struct digest thumb;
	bool ok;

	if (i >= j->n)
		return err_set(e, "bad_signature", "there is no signature %zu", i);
	s = &j->sigs[i];
	jwk_thumbprint(k, &thumb);
	if (digest_compare(&thumb, &s->kid) != 0)
		return err_set(e, "wrong_key", "the signature names another key than the one that must have signed");
	if (k->alg != s->alg)
		return err_set(e, "wrong_algorithm", "the signature's algorithm is not that of its %s key", sig_alg_name(k->alg));
	ok = signing_input(s->signing_prefix, j->payload_text, &input, e) && sig_verify(c, k, buf_slice(&input), s->sig, e);
	buf_free(&input);
	return ok;
}

/* Base64url of the bytes, appended. */
static void add_base64url(struct buf *b, struct slice bytes)
{
	size_t n = base64url_length(bytes.n);

	if (!buf_reserve(b, n + 1))
		return;
	base64url_encode(bytes.p, bytes.n, (char *)b->p + b->n);
	b->n += n;
}

static bool header_write(const char *kind, const struct sig_pub *k, struct buf *out, struct err *e)
{
	char thumb[THUMB_TEXT], header[HEADER_MAX];
	struct digest d;
	int n;

	jwk_thumbprint(k, &d);
	thumb_text(&d, thumb);
	n = snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"typ\":\"%s+jws\",\"kid\":\"%s\"}", k->alg == SIG_P256 ? "ES256" : "EdDSA",
		kind, thumb);
	add_base64url(out, slice_of(header, (size_t)n));
	return out->failed ? err_memory(e) : true;
}

/* {protected, signature} set in an object. */
static bool signature_set(
	struct crypto *c, const char *kind, struct slice payload_text, const struct sig_key *k, json_t *into, struct err *e)
{
	struct buf header = { 0 }, input = { 0 };
	char text[SIG_TEXT];
	uint8_t sig[SIG_BYTES];
	bool ok = false;

	if (!header_write(kind, sig_key_pub(k), &header, e) || !signing_input(buf_slice(&header), payload_text, &input, e) ||
		!sig_sign(c, k, buf_slice(&input), sig, e))
		goto out;
	base64url_encode(sig, sizeof(sig), text);
	ok = json_object_set_new(into, "protected", json_stringn((const char *)header.p, header.n)) == 0 &&
		json_object_set_new(into, "signature", json_string(text)) == 0;
	if (!ok)
		err_memory(e);
out:
	buf_free(&header);
	buf_free(&input);
	return ok;
}

static bool signatures_set(struct crypto *c, const char *kind, struct slice payload_text, const struct sig_key *const *keys, size_t n,
	json_t *v, struct err *e)
{
	json_t *list, *one;

	if (n == 1)
		return signature_set(c, kind, payload_text, keys[0], v, e);
	list = json_array();
	if (json_object_set_new(v, "signatures", list) != 0)
		return err_memory(e);
	for (size_t i = 0; i < n; i++) {
		one = json_object();
		if (json_array_append_new(list, one) != 0)
			return err_memory(e);
		if (!signature_set(c, kind, payload_text, keys[i], one, e))
			return false;
	}
	return true;
}

/* What jws_read would not read is not signed either. */
static bool may_sign(const char *kind, const struct sig_key *const *keys, size_t n, struct err *e)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (strlen(kind) + strlen("+jws") >= JWS_TYP_MAX || strspn(kind, allowed) != strlen(kind))
		return err_set(e, "bad_jws", "\"%s\" is no kind of signed object", kind);
	if (n < 1 || n > JWS_SIGNATURES_MAX)
		return err_set(e, "bad_jws", "a signed object has 1 to %d signatures", JWS_SIGNATURES_MAX);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (sig_pub_equal(sig_key_pub(keys[i]), sig_key_pub(keys[k])))
				return err_set(e, "bad_jws", "a key may sign only once");
	return true;
}

json_t *jws_sign(struct crypto *c, const char *kind, struct slice payload, const struct sig_key *const *keys, size_t n, struct err *e)
{
	struct buf text = { 0 };
	json_t *v = NULL;

	if (!may_sign(kind, keys, n, e))
		return NULL;
	add_base64url(&text, payload);
	if (!text.failed)
		v = json_object();
	if (v == NULL || json_object_set_new(v, "payload", json_stringn((const char *)text.p, text.n)) != 0) {
		err_memory(e);
		goto fail;
	}
	if (!signatures_set(c, kind, buf_slice(&text), keys, n, v, e))
		goto fail;
	buf_free(&text);
	return v;
fail:
	buf_free(&text);
	json_decref(v);
	return NULL;
}

bool jws_sign_text(struct crypto *c, const char *kind, struct slice payload, const struct sig_key *k, struct buf *out, struct err *e)
{
	const struct sig_key *const keys[] = { k };
	json_t *v = jws_sign(c, kind, payload, keys, 1, e);
	bool ok = v != NULL && json_write(v, out, e);

	json_decref(v);
	return ok;
}
