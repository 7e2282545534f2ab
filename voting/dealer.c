/* SPDX-License-Identifier: ISC */
#include "voting/dealer.h"

#include <stdlib.h>
#include <string.h>

/* ---- what follows from the seed */

static void box_pair(const struct dealer *me, struct sealed_public *pub, struct sealed_secret *secret)
{
	sealed_pair(me->seed, "box", 0, pub, secret);
}

/* A pair for each receiver: one for all would open all of them when one of them is shown. */
static void once_pair(const struct dealer *me, share_id to, struct sealed_public *pub, struct sealed_secret *secret)
{
	sealed_pair(me->seed, "once", to, pub, secret);
}

static void polynomial(const struct dealing *d, const struct dealer *me, const struct share *old, struct dkg_polynomial *out)
{
	const struct ceremony *c = d->ceremony;

	if (old == NULL)
		dkg_deal(me->seed, c->t, out);
	else
		dkg_redeal(me->seed, old, c->dealers, c->dealers_n, (size_t)ceremony_dealer(c, me->number), c->t, out);
}

/* ---- bodies */

static json_t *join(const struct dealer *me, struct err *e)
{
	json_t *o = json_object();
	struct sealed_public box;
	struct sealed_secret secret;

	box_pair(me, &box, &secret);
	bytes_wipe(&secret, sizeof(secret));
	if (object_set_base64(o, "box", slice_of(box.b, sizeof(box.b))))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

/* The nonce of the proof follows from what is proved as well: another board would not get another proof with the same one. */
static bool set_proof(
	json_t *o, const struct dealing *d, const struct dealer *me, const struct dkg_polynomial *f, const struct point *commitment)
{
	struct buf bound = { 0 };
	struct dkg_proof proof;
	struct scalar nonce;
	uint8_t b[2 * CURVE_BYTES];

	dealing_proof_bound(d, commitment, &bound);
	if (!bound.failed) {
		const struct slice parts[] = { slice_str("gmc-proof/1"), slice_of(me->seed, SEED_BYTES), buf_slice(&bound) };

		scalar_hash(parts, sizeof(parts) / sizeof(parts[0]), &nonce);
		dkg_prove(f, me->number, buf_slice(&bound), &nonce, &proof);
		bytes_wipe(&nonce, sizeof(nonce));
		memcpy(b, proof.r.b, CURVE_BYTES);
		memcpy(b + CURVE_BYTES, proof.z.b, CURVE_BYTES);
	}
	if (bound.failed)
		return false;
	buf_free(&bound);
	return object_set_base64(o, "proof", slice_of(b, sizeof(b)));
}

static bool seal_for(
	const struct dealing *d, const struct dealer *me, const struct dkg_polynomial *f, size_t place, struct buf *out, struct err *e)
{
	const share_id to = d->ceremony->members[place].number;
	uint8_t bound[DEALING_BOUND];
	struct sealed_public ignored;
	struct sealed_secret once;
	struct sealed sealed;
	struct scalar share;
	bool rc;

	dealing_seal_bound(d, me->number, to, bound);
	once_pair(me, to, &ignored, &once);
	shares_at(f->f, f->t, to, &share);
	rc = sealed_make(&share, &once, &d->of[place].box, slice_of(bound, sizeof(bound)), &sealed, e);
	buf_add(out, &sealed, sizeof(sealed));
	bytes_wipe(&share, sizeof(share));
	bytes_wipe(&once, sizeof(once));
	return rc;
}

static bool set_sealed(json_t *o, const struct dealing *d, const struct dealer *me, const struct dkg_polynomial *f, struct err *e)
{
	struct buf all = { 0 };
	bool rc = true;

	for (size_t i = 0; rc && i < d->ceremony->n; i++)
		rc = d->ceremony->members[i].number == me->number || seal_for(d, me, f, i, &all, e);
	rc = rc && ((!all.failed && object_set_base64(o, "sealed", buf_slice(&all))) || err_memory(e));
	buf_free(&all);
	return rc;
}

static json_t *deal(const struct dealing *d, const struct dealer *me, const struct share *old, struct err *e)
{
	struct point commitment[DKG_MAX];
	struct dkg_polynomial f;
	json_t *o = json_object();
	bool rc;

	polynomial(d, me, old, &f);
	shares_commit(f.f, f.t, commitment);
	rc = (object_set_base64(o, "commitment", slice_of(commitment, f.t * CURVE_BYTES)) &&
		     (old != NULL || set_proof(o, d, me, &f, commitment))) ||
		err_memory(e);
	rc = rc && set_sealed(o, d, me, &f, e);
	bytes_wipe(&f, sizeof(f));
	if (rc)
		return o;
	json_decref(o);
	return NULL;
}

/* ---- what one was dealt */

static bool open_from(
	const struct dealing *d, const struct dealer *me, const struct share *old, size_t from, size_t own, struct scalar *out)
{
	const struct dealt *of = &d->of[from];
	uint8_t bound[DEALING_BOUND];
	struct dkg_polynomial f;
	struct sealed_secret secret;
	struct sealed_public ignored;
	bool rc;

	if (from == own) {
		polynomial(d, me, old, &f);
		shares_at(f.f, f.t, me->number, out);
		bytes_wipe(&f, sizeof(f));
		return true;
	}
	dealing_seal_bound(d, d->ceremony->members[from].number, me->number, bound);
	box_pair(me, &ignored, &secret);
	rc = sealed_open(&of->sealed[own], &secret, slice_of(bound, sizeof(bound)), out, NULL);
	bytes_wipe(&secret, sizeof(secret));
	return rc;
}

/* What all dealers gave; bad[place] tells of each whose seal does not open. Gives how many opened. */
static size_t open_all(const struct dealing *d, const struct dealer *me, const struct share *old, struct dkg_dealt *out, bool *bad)
{
	const struct ceremony *c = d->ceremony;
	const size_t own = (size_t)ceremony_place(c, me->number);
	size_t n = 0;

	for (size_t i = 0; i < c->dealers_n; i++) {
		const size_t from = (size_t)ceremony_place(c, c->dealers[i]);

		bad[from] = !open_from(d, me, old, from, own, &out[n].share);
		if (bad[from])
			continue;
		out[n].from = c->dealers[i];
		out[n++].commitment = d->of[from].commitment;
	}
	return n;
}

/* Who gave this participant something else than it had committed to. */
static json_t *check(const struct dealing *d, const struct dealer *me, const struct share *old, struct err *e)
{
	const struct ceremony *c = d->ceremony;
	struct dkg_dealt dealt[CEREMONY_MEMBERS_MAX];
	bool bad[CEREMONY_MEMBERS_MAX] = { false }, wrong[CEREMONY_MEMBERS_MAX] = { false };
	struct point commitment[DKG_MAX];
	share_id accused[CEREMONY_MEMBERS_MAX];
	struct share sum;
	size_t n = open_all(d, me, old, dealt, bad), accused_n = 0;
	json_t *o = json_object();

	dkg_finish(me->number, dealt, n, c->t, &sum, commitment, wrong, NULL);
	for (size_t i = 0; i < n; i++)
		bad[ceremony_place(c, dealt[i].from)] = wrong[i];
	bytes_wipe(&sum, sizeof(sum));
	bytes_wipe(dealt, sizeof(dealt));
	for (size_t i = 0; i < c->n; i++)
		if (bad[i])
			accused[accused_n++] = c->members[i].number;
	if (object_set_share_ids(o, "accused", accused, accused_n))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

static json_t *show(const struct dealer *me, const struct dkg_polynomial *f, share_id to)
{
	json_t *o = json_object();
	struct sealed_public ignored;
	struct sealed_secret once;
	struct scalar share;
	bool rc;

	once_pair(me, to, &ignored, &once);
	shares_at(f->f, f->t, to, &share);
	rc = object_set_int(o, "to", to) && object_set_base64(o, "share", slice_of(share.b, sizeof(share.b))) &&
		object_set_base64(o, "once", slice_of(once.b, sizeof(once.b)));
	if (rc)
		return o;
	json_decref(o);
	return NULL;
}

/* Shares of those who accuse, which only they lose by it. */
static json_t *answer(const struct dealing *d, const struct dealer *me, const struct share *old, struct err *e)
{
	const size_t own = (size_t)ceremony_place(d->ceremony, me->number);
	json_t *list = json_array(), *o = json_object();
	struct dkg_polynomial f;
	bool rc = true;

	polynomial(d, me, old, &f);
	for (size_t i = 0; rc && i < d->ceremony->n; i++)
		if (d->of[i].accuses[own])
			rc = json_array_append_new(list, show(me, &f, d->ceremony->members[i].number)) == 0;
	bytes_wipe(&f, sizeof(f));
	if (!rc) {
		json_decref(list);
		list = NULL;
	}
	if (json_object_set_new(o, "shown", list) == 0)
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

static json_t *sign(const struct dealing *d, const struct sig_key *key, struct err *e)
{
	struct buf payload = { 0 };
	json_t *envelope = NULL, *o = json_object();

	if (transcript_payload(&d->transcript, &payload, e))
		envelope = jws_sign(d->crypto, KIND_TRANSCRIPT, buf_slice(&payload), &key, 1, e);
	buf_free(&payload);
	if (envelope != NULL && object_set_digest(o, "transcript", &d->transcript.digest) &&
		json_object_set(o, "protected", json_object_get(envelope, "protected")) == 0 &&
		json_object_set(o, "signature", json_object_get(envelope, "signature")) == 0) {
		json_decref(envelope);
		return o;
	}
	if (envelope != NULL)
		err_memory(e);
	json_decref(envelope);
	json_decref(o);
	return NULL;
}

static json_t *confirm(const struct dealing *d, const struct dealer *me, const struct share *old, const struct sig_key *key, struct err *e)
{
	struct share mine;

	if (!sig_pub_equal(sig_key_pub(key), &d->ceremony->members[ceremony_place(d->ceremony, me->number)].key)) {
		err_set(e, "wrong_key", "number %u takes part with another key", me->number);
		return NULL;
	}
	if (!dealer_share(d, me, old, &mine, e))
		return NULL;
	bytes_wipe(&mine, sizeof(mine));
	return sign(d, key, e);
}

json_t *dealer_body(const struct dealing *d, const struct dealer *me, const struct share *old, const struct sig_key *key, struct err *e)
{
	const int place = ceremony_place(d->ceremony, me->number);

	if (place < 0 || !dealing_waits(d, (size_t)place)) {
		err_set(e, "not_asked", "nothing of number %u is wanted now", me->number);
		return NULL;
	}
	if (d->old != NULL && old == NULL && ceremony_dealer(d->ceremony, me->number) >= 0) {
		err_set(e, "share_missing", "number %u is to deal its share anew, and does not have it", me->number);
		return NULL;
	}
	switch (d->phase) {
	case PHASE_JOIN:
		return join(me, e);
	case PHASE_DEAL:
		return deal(d, me, old, e);
	case PHASE_CHECK:
		return check(d, me, old, e);
	case PHASE_ANSWER:
		return answer(d, me, old, e);
	default:
		return confirm(d, me, old, key, e);
	}
}

bool dealer_share(const struct dealing *d, const struct dealer *me, const struct share *old, struct share *out, struct err *e)
{
	struct dkg_dealt dealt[CEREMONY_MEMBERS_MAX];
	bool bad[CEREMONY_MEMBERS_MAX] = { false };
	struct point commitment[DKG_MAX];
	bool rc;

	if (d->phase < PHASE_CONFIRM || d->failed)
		return err_set(e, "wrong_phase", "there is no share before all have dealt, and been found right");
	rc = open_all(d, me, old, dealt, bad) == d->ceremony->dealers_n ||
		err_set(e, "bad_share", "a dealer gave number %u a share that does not open", me->number);
	rc = rc && dkg_finish(me->number, dealt, d->ceremony->dealers_n, d->ceremony->t, out, commitment, bad, e);
	bytes_wipe(dealt, sizeof(dealt));
	return rc;
}
