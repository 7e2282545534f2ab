/* SPDX-License-Identifier: ISC */
#include "voting/transcript.h"

#include <string.h>

enum { ENVELOPES_MAX = (CEREMONY_MEMBERS_MAX + JWS_SIGNATURES_MAX - 1) / JWS_SIGNATURES_MAX };

/* ---- reading */

static bool read_commitment(const struct at *at, struct transcript *t)
{
	struct buf bytes = { 0 };
	bool rc = at_base64(at, "commitment", DKG_MIN * CURVE_BYTES, DKG_MAX * CURVE_BYTES, &bytes);

	if (rc && bytes.n != t->t * CURVE_BYTES)
		rc = dkg_commitment_check(bytes.n / CURVE_BYTES, t->t, at->e) &&
			err_set(at->e, "bad_commitment", "a commitment is made of points, 32 bytes each");
	for (size_t k = 0; rc && k < t->t; k++)
		rc = point_decode(bytes.p + k * CURVE_BYTES, &t->commitment[k], at->e);
	buf_free(&bytes);
	return rc;
}

static bool read_holder(const struct at *at, const struct transcript *t, struct keyholder *out)
{
	static const char *const members[] = { "number", "member", "key", NULL };

	if (!at_only(at, members) || !at_share_id(at, "number", &out->number) || !at_id16(at, "member", &out->member) ||
		!at_key(at, "key", &out->key))
		return false;
	return t->n == 0 || out->number > t->holders[t->n - 1].number || at_refuse(at, "bad_value", "numbers of holders ascend");
}

static bool read_holders(const struct at *at, struct transcript *t)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "holders", &list) || !at_array(&list, DKG_MIN, CEREMONY_MEMBERS_MAX, &n))
		return false;
	if (n < t->t)
		return at_refuse(&list, "bad_value", "%zu hold shares, and %zu are needed to sign", n, t->t);
	for (; t->n < n; t->n++)
		if (!at_element(&list, t->n, &one) || !read_holder(&one, t, &t->holders[t->n]))
			return false;
	return true;
}

static bool read_board(const struct at *at, struct transcript *t)
{
	static const char *const members[] = { "size", "head", NULL };
	struct at board;
	int64_t size;

	if (!at_member(at, "board", &board) || !at_only(&board, members) || !at_int(&board, "size", 0, UINT32_MAX, &size) ||
		!at_digest(&board, "head", &t->board.head))
		return false;
	t->board.size = (uint32_t)size;
	return true;
}

static bool read_transcript(const struct at *at, struct transcript *t)
{
	int64_t epoch, needs;

	if (!at_digest(at, "ceremony", &t->ceremony) || !at_int(at, "epoch", 1, UINT32_MAX, &epoch) ||
		!at_int(at, "threshold", DKG_MIN, CEREMONY_MEMBERS_MAX, &needs))
		return false;
	t->epoch = (uint32_t)epoch;
	t->t = (size_t)needs;
	return read_commitment(at, t) && read_holders(at, t) && read_board(at, t);
}

bool transcript_parse(const struct jws *j, struct transcript *out, struct err *e)
{
	static const char *const members[] = { "ceremony", "epoch", "threshold", "commitment", "holders", "board", NULL };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_TRANSCRIPT, j, members, &o, &at, e))
		return false;
	out->digest = o.digest;
	out->genesis = o.genesis;
	rc = read_transcript(&at, out);
	object_free(&o);
	return rc;
}

/* ---- printing */

static json_t *print_holder(const struct keyholder *h)
{
	json_t *o = json_object();

	if (object_set_int(o, "number", h->number) && object_set_id16(o, "member", &h->member) && object_set_key(o, "key", &h->key))
		return o;
	json_decref(o);
	return NULL;
}

static bool set_holders(json_t *o, const struct transcript *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		if (json_array_append_new(list, print_holder(&t->holders[i])) != 0) {
			json_decref(list);
			return false;
		}
	}
	return json_object_set_new(o, "holders", list) == 0;
}

static bool set_board(json_t *o, const struct transcript *t)
{
	json_t *board = json_object();

	if (object_set_int(board, "size", t->board.size) && object_set_digest(board, "head", &t->board.head))
		return json_object_set_new(o, "board", board) == 0;
	json_decref(board);
	return false;
}

json_t *transcript_print(const struct transcript *t)
{
	json_t *o = object_begin(KIND_TRANSCRIPT, &t->genesis);

	if (object_set_digest(o, "ceremony", &t->ceremony) && object_set_int(o, "epoch", t->epoch) &&
		object_set_int(o, "threshold", (int64_t)t->t) &&
		object_set_base64(o, "commitment", slice_of(t->commitment, t->t * CURVE_BYTES)) && set_holders(o, t) && set_board(o, t))
		return o;
	json_decref(o);
	return NULL;
}

bool transcript_payload(const struct transcript *t, struct buf *out, struct err *e)
{
	json_t *o = transcript_print(t);
	bool rc = o != NULL ? json_write(o, out, e) : err_memory(e);

	json_decref(o);
	return rc;
}

/* ---- what it says */

void transcript_key(const struct transcript *t, struct sig_pub *out)
{
	memset(out, 0, sizeof(*out));
	out->alg = SIG_ED25519;
	memcpy(out->b, t->commitment[0].b, CURVE_BYTES);
}

void transcript_share(const struct transcript *t, share_id number, struct point *out)
{
	shares_public(t->commitment, t->t, number, out);
}

const struct keyholder *transcript_holder(const struct transcript *t, share_id number)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->holders[i].number == number)
			return &t->holders[i];
	return NULL;
}

/* ---- signatures */

static json_t *signature_of(const json_t *envelope)
{
	return json_pack(
		"{sO, sO}", "protected", json_object_get(envelope, "protected"), "signature", json_object_get(envelope, "signature"));
}

/* RFC 7515: one signature is written flattened, several in the general serialization. */
static json_t *general(json_t *const *envelopes, size_t n)
{
	json_t *list = json_array(), *o;

	if (n == 1) {
		json_decref(list);
		return json_incref(envelopes[0]);
	}
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(list, signature_of(envelopes[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	o = json_pack("{sO}", "payload", json_object_get(envelopes[0], "payload"));
	if (json_object_set_new(o, "signatures", list) == 0)
		return o;
	json_decref(o);
	return NULL;
}

json_t *transcript_gather(json_t *const *envelopes, size_t n, struct err *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i += JWS_SIGNATURES_MAX) {
		const size_t some = n - i < JWS_SIGNATURES_MAX ? n - i : JWS_SIGNATURES_MAX;

		if (json_array_append_new(list, general(&envelopes[i], some)) != 0) {
			json_decref(list);
			list = NULL;
			break;
		}
	}
	if (list == NULL)
		err_memory(e);
	return list;
}

static int holder_by(const struct transcript *t, const struct digest *thumb)
{
	struct digest its;

	for (size_t i = 0; i < t->n; i++) {
		jwk_thumbprint(&t->holders[i].key, &its);
		if (digest_compare(&its, thumb) == 0)
			return (int)i;
	}
	return -1;
}

static bool verify_one(struct crypto *c, const struct at *at, const struct jws *j, const struct transcript *t, bool *signed_by)
{
	for (size_t i = 0; i < j->n; i++) {
		const int place = holder_by(t, &j->sigs[i].kid);

		if (place < 0 || signed_by[place])
			return at_refuse(at, "transcript_unsigned", "a signature here is no holder's, or stands there twice");
		if (!jws_verify(c, j, i, &t->holders[place].key, at->e))
			return false;
		signed_by[place] = true;
	}
	return true;
}

static bool read_envelope(struct crypto *c, const struct at *at, bool first, struct transcript *t, struct buf *payload, bool *signed_by)
{
	struct jws j;
	bool rc;

	if (!jws_read(at, &j))
		return false;
	if (first)
		buf_add_slice(payload, buf_slice(&j.payload));
	rc = first ? transcript_parse(&j, t, at->e)
		   : (jws_is(&j, KIND_TRANSCRIPT, at->e) &&
			     (slice_equal(buf_slice(payload), buf_slice(&j.payload)) ||
				     at_refuse(at, "transcript_differs",
					     "the holders signed different transcripts: keep them, they are evidence")));
	rc = rc && verify_one(c, at, &j, t, signed_by);
	jws_free(&j);
	return rc;
}

bool transcript_verify(struct crypto *c, const struct at *list, struct transcript *out)
{
	bool signed_by[CEREMONY_MEMBERS_MAX] = { false }, rc;
	struct buf payload = { 0 };
	struct at one;
	size_t n = 0;

	memset(out, 0, sizeof(*out));
	rc = at_array(list, 1, ENVELOPES_MAX, &n);
	for (size_t i = 0; rc && i < n; i++)
		rc = at_element(list, i, &one) && read_envelope(c, &one, i == 0, out, &payload, signed_by);
	for (size_t i = 0; rc && i < out->n; i++)
		if (!signed_by[i])
			rc = at_refuse(list, "transcript_unsigned", "number %u holds a share, and has not signed", out->holders[i].number);
	buf_free(&payload);
	return rc && (!payload.failed || err_memory(list->e));
}
