/* SPDX-License-Identifier: ISC */
#include "voting/dealing_read.h"

#include <stdlib.h>
#include <string.h>

/* ---- bodies: read whole into what one participant posted, or not at all */

bool dealing_read_join(struct dealing *d, size_t place, const struct at *at)
{
	static const char *const members[] = { "box", NULL };
	static const struct sealed_secret probe = { .b = { 1 } };
	const struct scalar nothing = { 0 };
	struct sealed_public box;
	struct sealed try;
	struct at key;

	if (!at_only(at, members) || !at_base64_exact(at, "box", box.b, sizeof(box.b)) || !at_member(at, "box", &key))
		return false;
	/* A key under which nothing can be sealed would stop every dealer. */
	if (!sealed_make(&nothing, &probe, &box, slice_str(""), &try, at->e))
		return false;
	d->of[place].box = box;
	return true;
}

static bool read_commitment(const struct at *at, size_t t, struct point *out)
{
	struct buf bytes = { 0 };
	bool rc = at_base64(at, "commitment", CURVE_BYTES, DKG_MAX * CURVE_BYTES, &bytes);

	if (rc && bytes.n != t * CURVE_BYTES)
		rc = dkg_commitment_check(bytes.n / CURVE_BYTES, t, at->e) &&
			err_set(at->e, "bad_commitment", "a commitment is made of points, 32 bytes each");
	for (size_t k = 0; rc && k < t; k++)
		rc = point_decode(bytes.p + k * CURVE_BYTES, &out[k], at->e);
	buf_free(&bytes);
	return rc;
}

static bool read_proof(const struct dealing *d, const struct at *at, struct dkg_proof *out)
{
	uint8_t b[2 * CURVE_BYTES];

	if (d->old != NULL)
		return !at_has(at, "proof") || at_refuse(at, "unknown_member", "who deals a share anew proves it by its commitment");
	return at_base64_exact(at, "proof", b, sizeof(b)) && point_decode(b, &out->r, at->e) &&
		scalar_decode(b + CURVE_BYTES, &out->z, at->e);
}

/* One for each other participant, in their order. */
static bool read_sealed(const struct at *at, size_t n, size_t own, struct sealed *out)
{
	struct buf bytes = { 0 };
	bool rc = at_base64(at, "sealed", sizeof(*out), CEREMONY_MEMBERS_MAX * sizeof(*out), &bytes);

	if (rc && bytes.n != (n - 1) * sizeof(*out))
		rc = at_refuse(at, "bad_value", "\"sealed\" holds %zu bytes for each other participant, in their order", sizeof(*out));
	for (size_t i = 0, from = 0; rc && i < n; i++)
		if (i != own)
			memcpy(&out[i], bytes.p + from++ * sizeof(*out), sizeof(*out));
	buf_free(&bytes);
	return rc;
}

bool dealing_read_deal(struct dealing *d, size_t place, const struct at *at)
{
	static const char *const members[] = { "commitment", "proof", "sealed", NULL };
	const size_t t = d->ceremony->t, n = d->ceremony->n;
	struct dealt *of = &d->of[place];
	struct point *commitment = calloc(t, sizeof(*commitment));
	struct sealed *sealed = calloc(n, sizeof(*sealed));
	bool rc;

	rc = (commitment != NULL && sealed != NULL) || err_memory(at->e);
	rc = rc && at_only(at, members) && read_commitment(at, t, commitment) && read_proof(d, at, &of->proof) &&
		read_sealed(at, n, place, sealed);
	if (!rc) {
		free(commitment);
		free(sealed);
		return false;
	}
	of->commitment = commitment;
	of->sealed = sealed;
	return true;
}

bool dealing_read_check(struct dealing *d, size_t place, const struct at *at)
{
	static const char *const members[] = { "accused", NULL };
	share_id accused[CEREMONY_MEMBERS_MAX];
	size_t n = 0;

	if (!at_only(at, members) || !at_share_ids(at, "accused", 0, d->ceremony->dealers_n, accused, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (ceremony_dealer(d->ceremony, accused[i]) < 0 || ceremony_place(d->ceremony, accused[i]) == (int)place)
			return at_refuse(at, "bad_value", "number %u is no dealer, or accuses itself", accused[i]);
	for (size_t i = 0; i < n; i++)
		d->of[place].accuses[ceremony_place(d->ceremony, accused[i])] = true;
	return true;
}

static bool read_shown(
	const struct dealing *d, size_t place, const struct at *one, struct scalar *shown, struct sealed_secret *by, bool *answered)
{
	static const char *const members[] = { "to", "share", "once", NULL };
	uint8_t share[CURVE_BYTES];
	share_id to;
	int at;

	if (!at_only(one, members) || !at_share_id(one, "to", &to))
		return false;
	at = ceremony_place(d->ceremony, to);
	if (at < 0 || !d->of[at].accuses[place] || answered[at])
		return at_refuse(one, "bad_value", "number %u has not accused this dealer, or is answered twice", to);
	answered[at] = true;
	return at_base64_exact(one, "share", share, sizeof(share)) && scalar_decode(share, &shown[at], one->e) &&
		at_base64_exact(one, "once", by[at].b, sizeof(by[at].b));
}

/* Each accuser gets its answer. */
static bool read_all_shown(const struct dealing *d, size_t place, const struct at *at, struct scalar *shown, struct sealed_secret *by)
{
	static const char *const members[] = { "shown", NULL };
	bool answered[CEREMONY_MEMBERS_MAX] = { false };
	struct at list, one;
	size_t n;

	if (!at_only(at, members) || !at_member(at, "shown", &list) || !at_array(&list, 1, d->ceremony->n, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !read_shown(d, place, &one, shown, by, answered))
			return false;
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (d->of[i].accuses[place] && !answered[i])
			return at_refuse(&list, "bad_value", "number %u has no answer", d->ceremony->members[i].number);
	return true;
}

bool dealing_read_answer(struct dealing *d, size_t place, const struct at *at)
{
	const size_t n = d->ceremony->n;
	struct scalar *shown = calloc(n, sizeof(*shown));
	struct sealed_secret *by = calloc(n, sizeof(*by));

	if ((shown == NULL || by == NULL) && !err_memory(at->e))
		goto fail;
	if (!read_all_shown(d, place, at, shown, by))
		goto fail;
	d->of[place].shown = shown;
	d->of[place].shown_by = by;
	return true;
fail:
	free(shown);
	free(by);
	return false;
}

/* The transcript is the one that everybody has; its author sends the signature alone. */
static json_t *envelope_of(const struct dealing *d, const struct at *at)
{
	struct buf payload = { 0 };
	json_t *o = NULL;

	if (transcript_payload(&d->transcript, &payload, at->e)) {
		o = json_pack(
			"{sO, sO}", "protected", json_object_get(at->v, "protected"), "signature", json_object_get(at->v, "signature"));
		if (!object_set_base64(o, "payload", buf_slice(&payload))) {
			json_decref(o);
			o = NULL;
			err_memory(at->e);
		}
	}
	buf_free(&payload);
	return o;
}

bool dealing_read_confirm(struct dealing *d, size_t place, const struct at *at)
{
	static const char *const members[] = { "transcript", "protected", "signature", NULL };
	struct digest said;
	struct at root;
	struct jws j;
	json_t *o;
	bool rc;

	if (!at_only(at, members) || !at_digest(at, "transcript", &said))
		return false;
	if (digest_compare(&said, &d->transcript.digest) != 0)
		return at_refuse(at, "transcript_differs", "what was signed is not what this board says: compare the boards");
	o = envelope_of(d, at);
	root = at_root(o, at->e);
	if (o == NULL || !jws_read(&root, &j)) {
		json_decref(o);
		return false;
	}
	rc = jws_is(&j, KIND_TRANSCRIPT, at->e) && jws_verify(d->crypto, &j, 0, &d->ceremony->members[place].key, at->e);
	jws_free(&j);
	if (rc)
		d->of[place].envelope = o;
	else
		json_decref(o);
	return rc;
}
