/* SPDX-License-Identifier: ISC
 * Challenges as evidence: whose each is, and whether those whom the charter asks for one have it. */
#include <stdlib.h>

#include "peer/evidence_state.h"

/* ---- one */

static bool for_applicant(const struct gathering *g, const struct challenge *c)
{
	return g->p->question != Q_EXPEL && g->p->question != Q_AMEND && digest_compare(&c->subject, &g->p->subject) == 0 &&
		digest_compare(&c->key, &g->p->key) == 0;
}

/* What it is for follows from its subject; by that it must fit. */
static bool sort_out(const struct gathering *g, const struct challenge *c, enum purpose *out, struct err *e)
{
	const struct proposal *p = g->p;

	*out = PURPOSE_VOUCH;
	if (digest_compare(&c->subject, &p->digest) == 0)
		*out = PURPOSE_VOTE;
	else if (for_applicant(g, c))
		*out = PURPOSE_APPLICANT;
	return challenge_fits(c, p, *out == PURPOSE_VOTE ? &p->digest : &p->subject, &c->key, e) &&
		(*out != PURPOSE_APPLICANT || challenge_in_term(c, p, g->at, e));
}

bool evidence_challenge(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	struct evidence_met *met = &g->met[g->met_n];
	struct challenge *c = &met->challenge;
	const struct charter_key *by;

	if (!challenge_parse(&o->jws, c, e) || !sort_out(g, c, &met->purpose, e))
		return false;
	by = o->jws.n == 1 ? charter_notary(g->ch, &o->jws.sigs[0].kid, c->iat) : NULL;
	if (by == NULL)
		return err_set(e, "not_a_notary", "a challenge is not signed by a notary that the charter names for its time, alone");
	if (!sig_pub_equal(&by->key, &o->key))
		return err_set(e, "wrong_key", "the key beside a challenge is not the one that signed it");
	/* whoever knows the signature kept the object, and looked at the work before it did */
	if (!o->signature_known && (!jws_verify(g->c, &o->jws, 0, &by->key, e) || !challenge_proves(c, e)))
		return false;
	*digest = c->digest;
	g->met_n++;
	return true;
}

/* ---- all of them */

static int compare(enum purpose p, const struct digest *key, enum purpose q, const struct digest *other)
{
	return p != q ? (p < q ? -1 : 1) : digest_compare(key, other);
}

static int claim_order(const void *a, const void *b)
{
	const struct evidence_claim *x = a, *y = b;
	int c = compare(x->purpose, &x->key, y->purpose, &y->key);

	return c != 0 ? c : (x->iat > y->iat) - (x->iat < y->iat);
}

static int met_order(const void *a, const void *b)
{
	const struct evidence_met *x = a, *y = b;
	int c = compare(x->purpose, &x->challenge.key, y->purpose, &y->challenge.key);

	return c != 0 ? c : digest_compare(&x->challenge.digest, &y->challenge.digest);
}

static bool sort(struct gathering *g, struct err *e)
{
	if (g->claims_n > 1)
		qsort(g->claims, g->claims_n, sizeof(*g->claims), claim_order);
	if (g->met_n > 1)
		qsort(g->met, g->met_n, sizeof(*g->met), met_order);
	for (size_t i = 1; i < g->met_n; i++)
		if (digest_compare(&g->met[i - 1].challenge.digest, &g->met[i].challenge.digest) == 0)
			return err_set(e, "challenge_repeated", "one challenge stands in the evidence twice");
	return true;
}

/* The first claim by this key that was made when the challenge was met, or later; where there is none, the last before. NULL: no claim is
 * the key's. */
static const struct evidence_claim *claim_for(const struct gathering *g, const struct evidence_met *m)
{
	const struct evidence_claim key = { m->purpose, m->challenge.key, m->challenge.iat - CHALLENGE_SLACK, false };
	size_t low = 0, high = g->claims_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (claim_order(&g->claims[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < g->claims_n && compare(g->claims[low].purpose, &g->claims[low].key, key.purpose, &key.key) == 0)
		return &g->claims[low];
	if (low > 0 && compare(g->claims[low - 1].purpose, &g->claims[low - 1].key, key.purpose, &key.key) == 0)
		return &g->claims[low - 1];
	return NULL;
}

/* Applicants, and members whose renewal or recovery this is. */
static bool asks_applicants(const struct gathering *g)
{
	const struct requirement *r = charter_requirement(g->ch, g->p->question, g->p->again);

	return requirement_has(r, REQ_CAPTCHA) || requirement_has(r, REQ_WORK) || requirement_has(r, REQ_EXTERNAL);
}

/* Evidence that nobody needs could be anything, and any amount of it. */
static bool asked_for(const struct gathering *g, const struct evidence_met *m, struct err *e)
{
	const struct evidence_claim *claim = claim_for(g, m);

	if (m->purpose == PURPOSE_APPLICANT && asks_applicants(g))
		return true;
	if (claim == NULL)
		return err_set(e, "evidence_unasked", "a challenge was met by nobody whom the charter asks for one here");
	return challenge_covers(&m->challenge, claim->iat, e);
}

/* Those of a sorted list that are for one claim; facts has room for all of them. */
static size_t facts_for(const struct gathering *g, const struct evidence_claim *claim, size_t *next, struct fact_challenge *facts)
{
	size_t n = 0;

	while (*next < g->met_n && compare(g->met[*next].purpose, &g->met[*next].challenge.key, claim->purpose, &claim->key) < 0)
		++*next;
	for (size_t i = *next; i < g->met_n; i++) {
		const struct evidence_met *m = &g->met[i];

		if (compare(m->purpose, &m->challenge.key, claim->purpose, &claim->key) != 0)
			break;
		if (challenge_covers(&m->challenge, claim->iat, NULL))
			challenge_fact(&m->challenge, &facts[n++]);
	}
	return n;
}

static bool is_human(
	const struct gathering *g, const struct evidence_claim *claim, const struct fact_challenge *met, size_t n, struct err *e)
{
	const struct requirement *r = claim->purpose == PURPOSE_VOTE ? g->ch->voting.human : g->ch->vouching.human;
	const struct facts f = { .question = g->p->question, .challenges = met, .challenges_n = n, .closed = true };
	enum verdict verdict;

	if (!charter_decide(g->ch, r, &f, &verdict, NULL, e))
		return false;
	return verdict == VERDICT_YES ||
		err_set(e, "challenge_missing", "the charter asks for a challenge that whoever made a %s has not met",
			claim->purpose == PURPOSE_VOTE ? "vote" : "vouch");
}

/* Both lists are sorted by purpose and key, and at most one claim of a key counts: they are gone through once. */
static bool all_human(const struct gathering *g, struct err *e)
{
	struct fact_challenge *facts = calloc(g->met_n + 1, sizeof(*facts));
	size_t next = 0;
	bool rc = facts != NULL || err_memory(e);

	for (size_t i = 0; i < g->claims_n && rc; i++)
		if (g->claims[i].counts)
			rc = is_human(g, &g->claims[i], facts, facts_for(g, &g->claims[i], &next, facts), e);
	free(facts);
	return rc;
}

static bool keep_applicants(struct gathering *g, struct err *e)
{
	struct verified *out = g->out;

	out->met = calloc(g->met_n + 1, sizeof(*out->met));
	if (out->met == NULL)
		return err_memory(e);
	while (out->met_n < g->met_n && g->met[out->met_n].purpose == PURPOSE_APPLICANT) {
		out->met[out->met_n] = g->met[out->met_n].challenge;
		out->met_n++;
	}
	return true;
}

bool evidence_humans(struct gathering *g, struct err *e)
{
	if (!sort(g, e))
		return false;
	for (size_t i = 0; i < g->met_n; i++)
		if (!asked_for(g, &g->met[i], e))
			return false;
	return all_human(g, e) && keep_applicants(g, e);
}
