/* SPDX-License-Identifier: ISC */
#include "authority/gathered.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/human.h"
#include "authority/invited.h"
#include "authority/store_member.h"
#include "authority/store_vote.h"
#include "authority/store_word.h"

void gathered_free(struct gathered *x)
{
	verified_free(&x->verified);
	evidence_free(&x->evidence);
	stored_vouches_free(&x->vouches);
	stored_invitation_free(&x->invitation);
	free(x->members);
	free(x->standing);
}

/* ---- members */

static int compare_ids(const void *a, const void *b)
{
	return id16_compare(a, b);
}

/* Names of all voters and vouchers, once each, and of the subject. */
static bool name_members(const struct stored_proposal *p, struct gathered *x, struct err *e)
{
	const struct evidence *ev = &x->evidence;
	const size_t most = ev->votes_n + x->vouches.n + 2;
	size_t n = 0, once = 0;
	struct vote v;

	x->members = calloc(most, sizeof(*x->members));
	x->standing = calloc(most, sizeof(*x->standing));
	if (x->members == NULL || x->standing == NULL)
		return err_memory(e);
	for (size_t i = 0; i < ev->votes_n; i++) {
		if (!vote_parse(&ev->votes[i].jws, &v, e))
			return false;
		vote_free(&v);
		x->members[n++] = v.member;
	}
	for (size_t i = 0; i < x->vouches.n; i++)
		x->members[n++] = x->vouches.v[i].entry.member;
	if (x->invited && x->invitation.has_member)
		x->members[n++] = x->invitation.member;
	if (question_of_member(p->question))
		x->members[n++] = p->p.member;
	if (n > 1)
		qsort(x->members, n, sizeof(*x->members), compare_ids);
	for (size_t i = 0; i < n; i++)
		if (once == 0 || id16_compare(&x->members[once - 1], &x->members[i]) != 0)
			x->members[once++] = x->members[i];
	x->members_n = once;
	return true;
}

const struct voter *gathered_standing(const struct gathered *x, const struct id16 *member)
{
	const struct id16 *at = x->members_n == 0 ? NULL : bsearch(member, x->members, x->members_n, sizeof(*x->members), compare_ids);

	return at == NULL ? NULL : &x->standing[at - x->members];
}

static bool look_up(void *arg, const struct id16 *member, struct voter *out)
{
	const struct voter *v = gathered_standing(arg, member);

	if (v == NULL)
		return false;
	*out = *v;
	return true;
}

/* ---- vouches */

static bool look_up_vouch(void *arg, const struct digest *vouch, struct vouched *out)
{
	const struct gathered *x = arg;

	for (size_t i = 0; i < x->vouches.n; i++) {
		if (digest_compare(&x->vouches.v[i].digest, vouch) != 0)
			continue;
		*out = x->vouches.v[i].entry;
		return true;
	}
	return false;
}

static bool more_objects(struct evidence *ev, size_t more, struct err *e)
{
	struct evidence_object *grown = realloc(ev->objects, (ev->objects_n + more + 1) * sizeof(*grown));

	if (grown == NULL)
		return err_memory(e);
	memset(grown + ev->objects_n, 0, (more + 1) * sizeof(*grown));
	ev->objects = grown;
	return true;
}

/* All of them behind the operators' words; which are void is known once the members are. */
static bool load_vouches(struct worker *w, int32_t g, const struct stored_proposal *p, struct gathered *x, struct err *e)
{
	struct evidence *ev = &x->evidence;
	uint64_t n = 0;

	if (charter_vouches_on(x->charter, p->question) == NULL)
		return true;
	if (!store_vouch_count(w, g, &p->subject, &n, e) || !more_objects(ev, (size_t)n, e))
		return false;
	ev->objects_n += (size_t)n;
	if (!store_vouch_all(w, g, &p->subject, &x->vouches, &ev->objects[ev->objects_n - (size_t)n], e))
		return false;
	return x->vouches.n == n || err_set(e, "database_retry", "a vouch came while the others were read");
}

static bool is_void(const struct gathered *x, const struct stored_vouch *v)
{
	const struct voter *standing = gathered_standing(x, &v->entry.member);

	return standing == NULL || evidence_status(standing, &v->key) != VOTE_COUNTED;
}

/* A vouch whose member is gone, or whose key was revoked, stays in the log alone. first: of the vouches among the objects. */
static void drop_void(struct gathered *x, size_t first)
{
	struct evidence *ev = &x->evidence;
	size_t kept = first;

	for (size_t i = 0; i < x->vouches.n; i++) {
		struct evidence_object *o = &ev->objects[first + i];

		if (is_void(x, &x->vouches.v[i])) {
			jws_free(&o->jws);
			continue;
		}
		if (kept != first + i) {
			ev->objects[kept] = *o;
			memset(o, 0, sizeof(*o));
		}
		kept++;
	}
	ev->objects_n = kept;
}

/* ---- invitations */

/* The candidacy, and the draw or invitation, that the application came by. */
static bool add_invitation(struct gathered *x, struct err *e)
{
	struct stored_invitation *v = &x->invitation;
	const struct sig_pub *by;

	if (!x->invited)
		return true;
	if (!invited_by(x->charter, v->has_member ? gathered_standing(x, &v->member) : NULL, v, &by, e))
		return false;
	return by == NULL || (more_objects(&x->evidence, 2, e) && invited_add(&x->evidence, v, by, e));
}

static bool load_invitation(struct worker *w, int32_t g, const struct stored_proposal *p, struct gathered *x, struct err *e)
{
	return p->question != Q_ADMIT || store_invitation_of(w, g, &p->subject, &x->invited, &x->invitation, e);
}

/* ---- challenges */

/* Whose challenges are wanted: the applicant's first, then those of voters, then of vouchers, with the times of what they made. */
struct wanted {
	struct challenge_claim *claims;
	int64_t *times;
	size_t n, votes; /* how many of them are of votes */
};

static bool want(const struct stored_proposal *p, const struct gathered *x, size_t vouches, struct wanted *out, struct err *e)
{
	const struct evidence *ev = &x->evidence;
	const struct charter *c = x->charter;
	struct vouch vouch;
	struct vote vote;

	out->claims = calloc(ev->votes_n + ev->objects_n + 1, sizeof(*out->claims));
	out->times = calloc(ev->votes_n + ev->objects_n + 1, sizeof(*out->times));
	if (out->claims == NULL || out->times == NULL)
		return err_memory(e);
	out->claims[out->n++] = (struct challenge_claim){ p->subject, p->p.key };
	for (size_t i = 0; c->voting.human != NULL && i < ev->votes_n; i++) {
		if (ev->votes[i].status != VOTE_COUNTED)
			continue;
		if (!vote_parse(&ev->votes[i].jws, &vote, e))
			return false;
		vote_free(&vote);
		out->times[out->n] = vote.iat;
		out->claims[out->n++] = (struct challenge_claim){ p->digest, ev->votes[i].jws.sigs[0].kid };
		out->votes++;
	}
	for (size_t i = vouches; c->vouching.human != NULL && i < ev->objects_n; i++) {
		if (!vouch_parse(&ev->objects[i].jws, &vouch, e))
			return false;
		out->times[out->n] = vouch.iat;
		out->claims[out->n++] = (struct challenge_claim){ p->subject, ev->objects[i].jws.sigs[0].kid };
	}
	return true;
}

/* Of those on one claim, which are evidence. */
static bool choose(const struct stored_proposal *p, const struct gathered *x, const struct wanted *wanted, size_t claim,
	const struct stored_challenge *met, size_t n, bool *needed, struct err *e)
{
	const struct requirement *asked = claim <= wanted->votes ? x->charter->voting.human : x->charter->vouching.human;
	bool ok;

	if (claim == 0 && p->question != Q_EXPEL && p->question != Q_AMEND)
		human_applicant(&p->p, met, n, needed);
	return claim == 0 || human_met(x->charter, asked, met, n, wanted->times[claim], &ok, needed, e);
}

static bool add_challenge(struct gathered *x, struct stored_challenge *met, struct err *e)
{
	const struct charter_key *by = charter_notary(x->charter, &met->notary, met->c.iat);
	struct evidence_object *o = &x->evidence.objects[x->evidence.objects_n];

	if (by == NULL)
		return err_set(e, "database_error", "a challenge of the store is by no notary whom the charter names");
	o->key = by->key;
	o->signature_known = true;
	o->jws = met->jws;
	memset(&met->jws, 0, sizeof(met->jws));
	x->evidence.objects_n++;
	return true;
}

static bool add_challenges(
	const struct stored_proposal *p, struct gathered *x, const struct wanted *wanted, struct stored_challenges *met, struct err *e)
{
	bool *needed = calloc(met->n + 1, sizeof(*needed));
	bool rc = (needed != NULL || err_memory(e)) && more_objects(&x->evidence, met->n, e);

	for (size_t i = 0, n; rc && i < met->n; i += n) {
		for (n = 1; i + n < met->n && met->v[i + n].claim == met->v[i].claim; n++)
			;
		rc = choose(p, x, wanted, met->v[i].claim, &met->v[i], n, &needed[i], e);
	}
	for (size_t i = 0; rc && i < met->n; i++)
		if (needed[i])
			rc = add_challenge(x, &met->v[i], e);
	free(needed);
	return rc;
}

/* vouches: where those begin among the objects. */
static bool load_challenges(struct worker *w, int32_t g, const struct stored_proposal *p, struct gathered *x, size_t vouches, struct err *e)
{
	struct stored_challenges met = { 0 };
	struct wanted wanted = { 0 };
	bool rc = want(p, x, vouches, &wanted, e) && store_challenge_all(w, g, wanted.claims, wanted.n, &met, e) &&
		add_challenges(p, x, &wanted, &met, e);

	stored_challenges_free(&met);
	free(wanted.claims);
	free(wanted.times);
	return rc;
}

/* ---- all of it */

bool gathered_load(struct worker *w, int32_t g, const struct stored_proposal *p, struct gathered *x, struct err *e)
{
	const struct evidence_view view = { .voter = look_up, .vouch = look_up_vouch, .arg = x };
	size_t words;

	if (!charters_by_version(w, g, p->version, &x->charter, e) || !store_vote_evidence(w, g, p->number, &x->evidence, e) ||
		!store_word_evidence(w, g, &p->subject, x->charter, &x->evidence, e))
		return false;
	x->requirement = charter_requirement(x->charter, p->question, p->p.again);
	if (x->requirement == NULL)
		return err_set(
			e, "not_allowed", "under this charter nothing is decided by vote that asks to %s", question_name(p->question));
	words = x->evidence.objects_n;
	if (!load_vouches(w, g, p, x, e) || !load_invitation(w, g, p, x, e) || !name_members(p, x, e) ||
		!store_member_standing(w, g, &p->p, x->charter->voting.probation, x->members, x->members_n, x->standing, e))
		return false;
	drop_void(x, words);
	return evidence_settle(x->charter, &p->p, &x->evidence, &view, e) && load_challenges(w, g, p, x, words, e) &&
		add_invitation(x, e) &&
		evidence_verify(w->crypto, x->charter, &p->p, &x->evidence, &view, proposal_closes(&p->p), false, &x->verified, e);
}

bool gathered_keep(struct worker *w, int32_t g, uint64_t number, const struct gathered *x, struct err *e)
{
	static const struct statement st = { "gathered_keep",
		"INSERT INTO evidence (g, number, object) SELECT $1, $2, d FROM unnest($3::bytea[]) d" };
	struct db_array digests = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < x->evidence.objects_n; i++) {
		const struct jws *j = &x->evidence.objects[i].jws;
		const char *kind = evidence_kind(j, NULL);
		struct digest d;

		if (kind == NULL || strcmp(kind, KIND_OPERATOR) == 0)
			continue;
		jws_digest(j, kind, &d);
		array_bytes(&digests, d.b, sizeof(d.b));
	}
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	rc = arg_array(&a, &digests, e) && db_run(w->db, &st, &a, NULL, e);
	array_free(&digests);
	return rc;
}
