/* SPDX-License-Identifier: ISC */
#include "voting/dealing_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* ---- what is bound to what */

void dealing_proof_bound(const struct dealing *d, const struct point *commitment, struct buf *out)
{
	buf_add(out, d->context.b, sizeof(d->context.b));
	buf_add(out, commitment, d->ceremony->t * CURVE_BYTES);
}

void dealing_seal_bound(const struct dealing *d, share_id from, share_id to, uint8_t out[static DEALING_BOUND])
{
	const uint8_t ids[] = { (uint8_t)(from >> 8), (uint8_t)from, (uint8_t)(to >> 8), (uint8_t)to };

	memcpy(out, d->context.b, sizeof(d->context.b));
	memcpy(out + sizeof(d->context.b), ids, sizeof(ids));
}

/* ---- who is asked */

static bool deals(const struct dealing *d, size_t place)
{
	return ceremony_dealer(d->ceremony, d->ceremony->members[place].number) >= 0;
}

static bool is_accused(const struct dealing *d, size_t place)
{
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (d->of[i].accuses[place])
			return true;
	return false;
}

static bool anybody(const struct dealing *d, size_t place)
{
	(void)d;
	(void)place;
	return true;
}

/* ---- what follows when all have posted */

static void begin(struct dealing *d, enum phase next)
{
	d->phase = next;
	d->began = d->board.size;
	for (size_t i = 0; i < d->ceremony->n; i++)
		d->of[i].posted = false;
}

static void fail(struct dealing *d)
{
	begin(d, PHASE_END);
	d->failed = true;
}

static bool faulty(const struct dealing *d)
{
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (d->of[i].fault != NULL && deals(d, i) && strcmp(d->of[i].fault, "false_accusation") != 0)
			return true;
	return false;
}

static bool all_joined(struct dealing *d, struct err *e)
{
	(void)e;
	d->context = *board_head(&d->board);
	begin(d, PHASE_DEAL);
	return true;
}

static bool proves(const struct dealing *d, size_t place, struct err *e)
{
	const struct dealt *of = &d->of[place];
	const share_id number = d->ceremony->members[place].number;
	struct buf bound = { 0 };
	struct point share;
	bool rc;

	if (d->old != NULL) {
		transcript_share(d->old, number, &share);
		return dkg_redeal_check(&of->commitment[0], &share, d->ceremony->dealers, d->ceremony->dealers_n,
			(size_t)ceremony_dealer(d->ceremony, number), e);
	}
	dealing_proof_bound(d, of->commitment, &bound);
	rc = dkg_proof_verify(&of->proof, number, &of->commitment[0], buf_slice(&bound), e);
	buf_free(&bound);
	return rc;
}

static bool all_dealt(struct dealing *d, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (deals(d, i) && !proves(d, i, NULL))
			d->of[i].fault = d->old == NULL ? "bad_proof" : "bad_commitment";
	if (faulty(d))
		fail(d);
	else
		begin(d, PHASE_CHECK);
	return true;
}

static void write_transcript(struct dealing *d)
{
	const struct ceremony *c = d->ceremony;
	struct transcript *t = &d->transcript;

	t->genesis = c->genesis;
	t->ceremony = c->digest;
	t->epoch = c->epoch;
	t->t = c->t;
	t->board.size = d->board.size;
	t->board.head = *board_head(&d->board);
	for (size_t k = 0; k < c->t; k++)
		point_identity(&t->commitment[k]);
	for (size_t i = 0; i < c->n; i++) {
		t->holders[t->n++] = (struct keyholder){ c->members[i].number, c->members[i].member, c->members[i].key };
		for (size_t k = 0; deals(d, i) && k < c->t; k++)
			point_add(&t->commitment[k], &d->of[i].commitment[k], &t->commitment[k]);
	}
}

/* Every honest dealer's part is random, so the sum is no key only by a chance that nobody has; and what is dealt anew is the same key. */
static bool is_key(const struct dealing *d)
{
	const struct point *key = &d->transcript.commitment[0];

	return d->old == NULL ? !point_is_identity(key) : point_equal(key, &d->old->commitment[0]);
}

static bool begin_confirm(struct dealing *d, struct err *e)
{
	struct buf payload = { 0 };

	write_transcript(d);
	if (!is_key(d)) {
		fail(d);
		return true;
	}
	if (!transcript_payload(&d->transcript, &payload, e))
		return false;
	digest_of(KIND_TRANSCRIPT, buf_slice(&payload), &d->transcript.digest);
	buf_free(&payload);
	begin(d, PHASE_CONFIRM);
	return true;
}

static bool all_checked(struct dealing *d, struct err *e)
{
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (is_accused(d, i)) {
			begin(d, PHASE_ANSWER);
			return true;
		}
	return begin_confirm(d, e);
}

/* Did `from` give `to` what it had committed to? It shows now what it sealed. */
static bool was_dealt(const struct dealing *d, size_t from, size_t to)
{
	const struct participant *members = d->ceremony->members;
	const struct dealt *of = &d->of[from];
	struct share s = { .id = members[to].number, .value = of->shown[to] };
	uint8_t bound[DEALING_BOUND];

	dealing_seal_bound(d, members[from].number, members[to].number, bound);
	return sealed_check(&of->sealed[to], &s.value, &of->shown_by[to], &d->of[to].box, slice_of(bound, sizeof(bound)), NULL) &&
		shares_verify(&s, of->commitment, d->ceremony->t, NULL);
}

static bool all_answered(struct dealing *d, struct err *e)
{
	for (size_t j = 0; j < d->ceremony->n; j++)
		for (size_t i = 0; i < d->ceremony->n; i++) {
			if (!d->of[i].accuses[j])
				continue;
			if (was_dealt(d, j, i))
				d->of[i].fault = d->of[i].fault == NULL ? "false_accusation" : d->of[i].fault;
			else
				d->of[j].fault = "bad_share";
		}
	if (!faulty(d))
		return begin_confirm(d, e);
	fail(d);
	return true;
}

static bool all_confirmed(struct dealing *d, struct err *e)
{
	(void)e;
	begin(d, PHASE_END);
	d->done = true;
	return true;
}

static const struct step {
	bool (*asked)(const struct dealing *d, size_t place);
	bool (*read)(struct dealing *d, size_t place, const struct at *at);
	bool (*all)(struct dealing *d, struct err *e);
} steps[] = {
	[PHASE_JOIN] = { anybody, dealing_read_join, all_joined },
	[PHASE_DEAL] = { deals, dealing_read_deal, all_dealt },
	[PHASE_CHECK] = { anybody, dealing_read_check, all_checked },
	[PHASE_ANSWER] = { is_accused, dealing_read_answer, all_answered },
	[PHASE_CONFIRM] = { anybody, dealing_read_confirm, all_confirmed },
};

/* ---- the board, post by post */

bool dealing_waits(const struct dealing *d, size_t place)
{
	return d->phase <= PHASE_CONFIRM && steps[d->phase].asked(d, place) && !d->of[place].posted;
}

static bool all_posted(const struct dealing *d)
{
	for (size_t i = 0; i < d->ceremony->n; i++)
		if (dealing_waits(d, i))
			return false;
	return true;
}

/* The notary's: who was silent for too long. */
static bool take_end(struct dealing *d, const struct post *p, struct err *e)
{
	static const char *const members[] = { "silent", NULL };
	const struct at at = at_root(p->body, e);
	share_id silent[CEREMONY_MEMBERS_MAX];
	size_t n;

	if (!at_only(&at, members) || !at_share_ids(&at, "silent", 1, d->ceremony->n, silent, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		const int place = ceremony_place(d->ceremony, silent[i]);

		if (place < 0 || !dealing_waits(d, (size_t)place))
			return at_refuse(&at, "bad_value", "nothing is wanted of number %u", silent[i]);
	}
	if (!board_add(&d->board, p, e))
		return false;
	for (size_t i = 0; i < n; i++)
		d->of[ceremony_place(d->ceremony, silent[i])].fault = "silent";
	fail(d);
	return true;
}

static bool may_post(const struct dealing *d, const struct post *p, int place, struct err *e)
{
	if (p->phase != d->phase || p->turn != 0)
		return err_set(e, "wrong_phase", "the ceremony is at \"%s\", and this belongs to \"%s\"", phase_name(d->phase),
			phase_name(p->phase));
	if (p->by == 0 || !steps[d->phase].asked(d, (size_t)place))
		return err_set(e, "not_asked", "nothing of number %u is wanted now", p->by);
	if (d->of[place].posted)
		return err_set(
			e, "already_posted", "number %u has posted something else in this phase: keep both, they are evidence", p->by);
	return p->seen.size >= d->began ||
		err_set(e, "stale_board", "number %u posts without having read what came before this phase", p->by);
}

bool dealing_take(struct dealing *d, const struct post *p, struct err *e)
{
	const int place = p->by == 0 ? -1 : ceremony_place(d->ceremony, p->by);
	const struct at at = at_root(p->body, e);

	if (!board_fits(&d->board, p, e))
		return false;
	if (d->phase == PHASE_END)
		return err_set(e, "ceremony_over", "this ceremony is over");
	if (p->phase == PHASE_END && p->by == 0)
		return take_end(d, p, e);
	if (!may_post(d, p, place, e) || !steps[d->phase].read(d, (size_t)place, &at) || !board_add(&d->board, p, e))
		return false;
	d->of[place].posted = true;
	return !all_posted(d) || steps[d->phase].all(d, e);
}

json_t *dealing_signed(const struct dealing *d, struct err *e)
{
	json_t *all[CEREMONY_MEMBERS_MAX];

	for (size_t i = 0; i < d->ceremony->n; i++)
		all[i] = d->of[i].envelope;
	return transcript_gather(all, d->ceremony->n, e);
}

/* ---- beginning and end */

static bool begins(const struct ceremony *c, const struct transcript *old, struct err *e)
{
	if (c->purpose != (old == NULL ? CEREMONY_KEY : CEREMONY_RESHARE))
		return err_set(e, "wrong_context", "this ceremony deals no shares");
	if (old == NULL)
		return true;
	if (digest_compare(&c->from, &old->digest) != 0 || c->epoch <= old->epoch)
		return err_set(e, "wrong_context", "this ceremony goes on from another transcript");
	if (c->dealers_n != old->t)
		return err_set(e, "bad_value", "%zu deal, and %zu hold the key", c->dealers_n, old->t);
	for (size_t i = 0; i < c->dealers_n; i++)
		if (transcript_holder(old, c->dealers[i]) == NULL)
			return err_set(e, "bad_value", "number %u has no share to deal", c->dealers[i]);
	return true;
}

struct dealing *dealing_new(const struct ceremony *c, const struct transcript *old, struct crypto *crypto, struct err *e)
{
	struct dealing *d;

	if (!begins(c, old, e))
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL) {
		err_memory(e);
		return NULL;
	}
	d->ceremony = c;
	d->old = old;
	d->crypto = crypto;
	d->board.ceremony = c;
	return d;
}

void dealing_free(struct dealing *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->ceremony->n; i++) {
		free(d->of[i].commitment);
		free(d->of[i].sealed);
		free(d->of[i].shown);
		free(d->of[i].shown_by);
		json_decref(d->of[i].envelope);
	}
	board_free(&d->board);
	free(d);
}
