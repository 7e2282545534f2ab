/* SPDX-License-Identifier: ISC
 * Votes and other evidence of a record: the places of those who made it, what the log says became of them, and the vouches that it has. */
#include <stdlib.h>
#include <string.h>

#include "peer/record_state.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

/* ---- vouches in the log */

static int by_vouch(const void *a, const void *b)
{
	const struct record_vouched *x = a, *y = b;

	return digest_compare(&x->digest, &y->digest);
}

/* Each entry of a vouch for the applicant, before the decision. */
static bool gather_vouched(struct record *r)
{
	const struct record_line *end = record_decided(r);

	r->vouched = calloc(r->lines_n + 1, sizeof(*r->vouched));
	if (r->vouched == NULL)
		return err_memory(r->e);
	for (const struct record_line *l = &r->lines[1]; l < end; l++)
		if (l->entry.event == EVENT_VOUCHED && same(&l->entry.application, &r->proposal.subject))
			r->vouched[r->vouched_n++] = (struct record_vouched){ l->entry.object, &l->entry };
	if (r->vouched_n > 1)
		qsort(r->vouched, r->vouched_n, sizeof(*r->vouched), by_vouch);
	for (size_t i = 1; i < r->vouched_n; i++)
		if (by_vouch(&r->vouched[i - 1], &r->vouched[i]) == 0)
			return err_set(r->e, "vouch_repeated", "one vouch has two entries in the log");
	return true;
}

bool record_vouch_lookup(void *record, const struct digest *vouch, struct vouched *out)
{
	const struct record *r = record;
	const struct record_vouched key = { .digest = *vouch }, *found = NULL;

	if (r->vouched_n > 0)
		found = bsearch(&key, r->vouched, r->vouched_n, sizeof(key), by_vouch);
	if (found == NULL)
		return false;
	*out = (struct vouched){ found->entry->member, found->entry->application, found->entry->time, found->entry->age,
		found->entry->live };
	return true;
}

/* ---- standing */

static int by_member(const void *a, const void *b)
{
	const struct record_standing *x = a, *y = b;

	return id16_compare(&x->member, &y->member);
}

static struct record_standing *find_standing(const struct record *r, const struct id16 *member)
{
	struct record_standing key = { .member = *member };

	if (r->standing_n == 0)
		return NULL;
	return bsearch(&key, r->standing, r->standing_n, sizeof(key), by_member);
}

static void stand(struct record *r, const struct elector *el)
{
	r->standing[r->standing_n++] = (struct record_standing){ .member = el->member,
		.voter = { .elector = true, .voteless = el->weight == 0, .keys = { el->key }, .keys_n = 1 } };
}

/* Two that give one member the same place are one; whoever has a place in one has it. */
static bool merge(struct record *r, struct record_standing *into, const struct record_standing *other)
{
	if (!into->voter.elector)
		*into = *other;
	return !other->voter.elector ||
		(same(&into->voter.keys[0], &other->voter.keys[0]) && into->voter.voteless == other->voter.voteless) ||
		err_set(r->e, "not_in_electorate", "one member is given two places in the electorate");
}

/* Everybody who voted or vouched once, with the key that the electorate has; who vouched in the log alone has no place here. */
static bool gather_standing(struct record *r)
{
	const struct evidence *ev = &r->evidence;
	struct id16 member;
	size_t n = 0;

	r->standing = calloc(ev->votes_n + ev->objects_n + r->vouched_n + 1, sizeof(*r->standing));
	if (r->standing == NULL)
		return err_memory(r->e);
	for (size_t i = 0; i < ev->votes_n; i++)
		stand(r, &r->seats[i].elector);
	for (size_t i = 0; i < ev->objects_n; i++)
		if (evidence_by_member(&ev->objects[i].jws, &member))
			stand(r, &r->voucher_seats[i].elector);
	for (size_t i = 0; i < r->vouched_n; i++)
		r->standing[r->standing_n++].member = r->vouched[i].entry->member;
	if (r->standing_n > 1)
		qsort(r->standing, r->standing_n, sizeof(*r->standing), by_member);
	for (size_t i = 0; i < r->standing_n; i++) {
		struct record_standing *last = n == 0 ? NULL : &r->standing[n - 1];

		if (last == NULL || by_member(last, &r->standing[i]) != 0)
			r->standing[n++] = r->standing[i];
		else if (!merge(r, last, &r->standing[i]))
			return false;
	}
	r->standing_n = n;
	return true;
}

static bool add(struct digest *list, size_t *n, const struct digest *d, struct err *e)
{
	enum { MAX = sizeof(((struct voter *)0)->keys) / sizeof(struct digest) };

	if (*n == MAX)
		return err_set(e, "out_of_range", "a member has at most %d keys during one proposal", (int)MAX);
	list[(*n)++] = *d;
	return true;
}

/* A key that the group replaced was lost: it ends there, while one that its member exchanged does not. */
static bool recovered(const struct record_line *l)
{
	return l->entry.event == EVENT_REKEYED && l[-1].entry.event == EVENT_DECISION && same(&l[-1].entry.object, &l->entry.object);
}

/* Keys that a member had before the proposal speak for no vote: it may have any number of them, and revoke them when it likes. */
static bool apply(struct record *r, const struct record_line *l)
{
	const struct entry *en = &l->entry;
	struct record_standing *s = find_standing(r, &en->member);
	struct voter *v = s == NULL ? NULL : &s->voter;

	if (v == NULL)
		return true;
	if (en->event == EVENT_LEFT || en->event == EVENT_EXPELLED)
		v->gone = true;
	if ((en->event == EVENT_REVOKED && en->has_key) || recovered(l))
		s->lost = true;
	if (!v->elector)
		return true;
	if (recovered(l) && evidence_has_key(v->keys, v->keys_n, &en->old_key) &&
		!evidence_has_key(v->revoked, v->revoked_n, &en->old_key) && !add(v->revoked, &v->revoked_n, &en->old_key, r->e))
		return false;
	if (en->event == EVENT_REKEYED)
		return add(v->keys, &v->keys_n, &en->key, r->e);
	if (en->event == EVENT_REVOKED && en->has_key && evidence_has_key(v->keys, v->keys_n, &en->key))
		return add(v->revoked, &v->revoked_n, &en->key, r->e);
	return true;
}

/* What the log says of each of them between proposal and decision. */
static bool settle_standing(struct record *r)
{
	if (!gather_standing(r))
		return false;
	for (const struct record_line *l = &r->lines[1]; l < record_decided(r); l++)
		if (!apply(r, l))
			return false;
	return true;
}

/* The member that a question is about was one then, and so stands in the electorate. */
bool record_lookup(void *record, const struct id16 *member, struct voter *out)
{
	const struct record *r = record;
	const struct record_standing *s = find_standing(r, member);

	memset(out, 0, sizeof(*out));
	if (s != NULL)
		*out = s->voter;
	else if (question_of_member(r->proposal.question) && id16_compare(member, &r->proposal.member) == 0)
		out->elector = true;
	return out->elector;
}

/* ---- votes */

static bool seats_hold(struct record *r)
{
	struct vote last = { 0 }, vote;

	for (size_t i = 0; i < r->evidence.votes_n; i++, last = vote) {
		const struct evidence_vote *v = &r->evidence.votes[i];
		int order = i == 0 ? -1 : (int)v[-1].status - (int)v->status;

		if (!vote_parse(&v->jws, &vote, r->e))
			return false;
		vote_free(&vote);
		if (!record_seat_holds(r, &r->seats[i]))
			return false;
		if (id16_compare(&vote.member, &r->seats[i].elector.member) != 0)
			return err_set(r->e, "not_in_electorate", "vote %zu stands beside another member's place", i + 1);
		if (order == 0)
			order = id16_compare(&last.member, &vote.member);
		if (order > 0 || (order == 0 && digest_compare(&last.digest, &vote.digest) >= 0))
			return err_set(r->e, "not_sorted", "votes are sorted by status, member and digest, each once");
	}
	return true;
}

/* ---- other evidence */

static bool voucher_sits(struct record *r, size_t i)
{
	struct id16 member;

	if (!evidence_by_member(&r->evidence.objects[i].jws, &member))
		return true;
	if (!record_seat_holds(r, &r->voucher_seats[i]))
		return false;
	return id16_compare(&member, &r->voucher_seats[i].elector.member) == 0 ||
		err_set(r->e, "not_in_electorate", "a vouch or invitation stands beside another member's place");
}

/* Digests of all objects, ascending, into room for them. */
static bool objects_hold(struct record *r, struct digest *digests)
{
	const struct evidence_object *o = r->evidence.objects;

	for (size_t i = 0; i < r->evidence.objects_n; i++) {
		const char *kind = evidence_kind(&o[i].jws, r->e);
		int order;

		if (kind == NULL)
			return false;
		jws_digest(&o[i].jws, kind, &digests[i]);
		order = i == 0 ? -1 : digest_compare(&digests[i - 1], &digests[i]);
		if (order == 0)
			order = digest_compare(&o[i - 1].jws.sigs[0].kid, &o[i].jws.sigs[0].kid);
		if (order >= 0)
			return err_set(r->e, "not_sorted", "evidence is sorted by digest and key, each once");
		if (!voucher_sits(r, i))
			return false;
	}
	return true;
}

static int by_digest(const void *a, const void *b)
{
	return digest_compare(a, b);
}

/* Nobody may leave a vouch out: those of the log are all here, but for those whose member is gone or whose key was revoked. Which key that
 * was is not shown for a vouch that is not here: any that its member lost in between may have been. */
static bool vouches_complete(struct record *r, const struct digest *digests)
{
	for (size_t i = 0; i < r->vouched_n; i++) {
		const struct entry *en = r->vouched[i].entry;
		const struct record_standing *s = find_standing(r, &en->member);

		if (r->evidence.objects_n > 0 && bsearch(&en->object, digests, r->evidence.objects_n, sizeof(*digests), by_digest) != NULL)
			continue;
		if (!s->voter.gone && !s->lost)
			return err_set(
				r->e, "evidence_missing", "the vouch of entry %llu is not in the evidence", (unsigned long long)en->index);
	}
	return true;
}

bool record_believe_votes(struct record *r)
{
	const struct evidence_view view = { record_lookup, record_vouch_lookup, r };
	const int64_t decided = r->decision.decided;
	struct digest *digests = calloc(r->evidence.objects_n + 1, sizeof(*digests));
	bool rc;

	if (digests == NULL)
		return err_memory(r->e);
	rc = seats_hold(r) && objects_hold(r, digests) && gather_vouched(r) && settle_standing(r) && vouches_complete(r, digests) &&
		evidence_verify(r->c, r->charter, &r->proposal, &r->evidence, &view, evidence_instant(&r->proposal, decided),
			decided >= proposal_closes(&r->proposal), &r->verified, r->e);
	free(digests);
	return rc;
}
