/* SPDX-License-Identifier: ISC */
#include "authority/vote_check.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/human.h"

void checked_vote_free(struct checked_vote *v)
{
	buf_free(&v->doc);
	buf_free(&v->receipt);
	vote_free(&v->vote);
}

static bool read_vote(struct vote_in *in, struct vote *out)
{
	if (!vote_parse(in->jws, out, &in->e))
		return false;
	if (free_text_fits(in->reason, out->has_reason, &out->reason, &in->e))
		return true;
	vote_free(out);
	return false;
}

/* A date far outside the term would make the vote no evidence. */
static bool in_time(const struct vote *v, const struct vote_context *c, struct err *e)
{
	if (v->iat >= c->opened - EVIDENCE_SLACK && v->iat <= c->closes + EVIDENCE_SLACK)
		return true;
	return err_set(e, "vote_late", "the vote is dated outside the term of its proposal");
}

static bool in_context(const struct vote *v, const struct vote_context *c, const struct charter *charter, struct err *e)
{
	const struct proposal p = { .genesis = c->genesis, .digest = c->proposal, .charter = charter->object.digest };

	if (!vote_fits(v, &p, e) || !in_time(v, c, e))
		return false;
	if (question_of_member(c->question) && id16_compare(&v->member, &c->subject) == 0)
		return err_set(e, "not_in_electorate", "a member has no vote on what is about itself");
	return true;
}

static bool found(const struct vote_context *c, struct err *e)
{
	if (!c->group_found)
		return err_set(e, "not_found", "there is no such group here");
	if (c->stopped)
		return err_set(e, "signer_ahead", "the group is stopped: its signer knows more of the log than the database");
	if (!c->proposal_found)
		return err_set(e, "not_found", "the group has no such proposal");
	return true;
}

static bool by_member(struct worker *w, const struct jws *j, const struct vote *v, const struct vote_context *c,
	const struct charter *charter, struct err *e)
{
	if (!c->key_found)
		return err_set(e, "not_a_member", "the key that signed this vote is no member's");
	if (id16_compare(&c->member, &v->member) != 0)
		return err_set(e, "wrong_key", "the key that signed this vote is another member's");
	return scheme_of(charter->voting.scheme)->vote_verify(w->crypto, j, v, &c->pub, e);
}

static bool check_one(struct worker *w, const struct vote_context *c, struct checked_vote *out)
{
	struct vote_in *in = out->in;
	const struct charter *charter;

	if (!found(c, &in->e) || !charters_by_version(w, c->g, c->version, &charter, &in->e) ||
		!in_context(&out->vote, c, charter, &in->e) || !by_member(w, in->jws, &out->vote, c, charter, &in->e) ||
		!json_write(in->doc, &out->doc, &in->e))
		return false;
	if (buf_cstr(&out->doc) == NULL)
		return err_memory(&in->e);
	out->g = c->g;
	out->number = in->number;
	out->genesis = c->genesis;
	out->key = in->jws->sigs[0].kid;
	out->charter = charter;
	out->term = charter->voting.term;
	out->probation = charter->voting.probation;
	out->change = charter->voting.change;
	return true;
}

static size_t check_all(struct worker *w, struct checked_vote *out, size_t n, struct vote_question *q, struct vote_context *c)
{
	struct err e = { 0 };
	size_t passed = 0;
	bool rc;

	for (size_t i = 0; i < n; i++)
		q[i] = (struct vote_question){ out[i].in->group, out[i].in->number, out[i].in->jws->sigs[0].kid };
	rc = store_vote_contexts(w, q, n, c, &e);
	for (size_t i = 0; i < n; i++) {
		struct checked_vote one = out[i];

		if (!rc)
			one.in->e = e;
		if (!rc || !check_one(w, &c[i], &one)) {
			checked_vote_free(&one);
			continue;
		}
		out[passed++] = one;
	}
	return passed;
}

/* ---- what the charter asks of voters */

static bool is_human(const struct checked_vote *v, const struct stored_challenge *met, size_t n, struct err *e)
{
	bool ok;

	if (!human_met(v->charter, v->charter->voting.human, met, n, v->vote.iat, &ok, NULL, e))
		return false;
	return ok ||
		err_set(e, "challenge_missing",
			"the charter asks voters to meet a challenge first; none is here that is good for this vote");
}

/* Those of them whose charter asks voters for challenges, with their places among all. */
struct asked {
	struct challenge_claim *claims;
	size_t *of, n;
};

static bool are_human(struct worker *w, const struct checked_vote *v, const struct asked *x, int32_t g, struct err *e)
{
	struct stored_challenges met;
	size_t at = 0;

	if (!store_challenge_all(w, g, x->claims, x->n, &met, e))
		return false;
	for (size_t i = 0; i < x->n; i++) {
		size_t n = 0;

		while (at + n < met.n && met.v[at + n].claim == i)
			n++;
		(void)is_human(&v[x->of[i]], &met.v[at], n, &v[x->of[i]].in->e);
		at += n;
	}
	stored_challenges_free(&met);
	return true;
}

/* One look into the store for each run of votes in one group. */
static bool check_humans(struct worker *w, const struct checked_vote *v, size_t n, struct asked *x, struct err *e)
{
	for (size_t i = 0; i <= n; i++) {
		const bool ends = x->n > 0 && (i == n || v[i].g != v[x->of[0]].g);

		if (ends && !are_human(w, v, x, v[x->of[0]].g, e))
			return false;
		x->n = ends ? 0 : x->n;
		if (i == n || v[i].charter->voting.human == NULL)
			continue;
		x->of[x->n] = i;
		x->claims[x->n++] = (struct challenge_claim){ v[i].vote.proposal, v[i].key };
	}
	return true;
}

/* Takes out those that miss one; gives how many are left. */
static size_t keep_humans(struct worker *w, struct checked_vote *v, size_t n)
{
	struct asked x = { calloc(n + 1, sizeof(*x.claims)), calloc(n + 1, sizeof(*x.of)), 0 };
	struct err e = { 0 };
	size_t kept = 0;

	if (x.claims == NULL || x.of == NULL)
		err_memory(&e);
	else
		(void)check_humans(w, v, n, &x, &e);
	for (size_t i = 0; i < n; i++) {
		if (!err_ok(&e) && err_ok(&v[i].in->e) && v[i].charter->voting.human != NULL)
			v[i].in->e = e;
		if (err_ok(&v[i].in->e))
			v[kept++] = v[i];
		else
			checked_vote_free(&v[i]);
	}
	free(x.claims);
	free(x.of);
	return kept;
}

size_t vote_check(struct worker *w, struct vote_in *votes, size_t n, struct checked_vote *out)
{
	struct vote_question *q = calloc(n + 1, sizeof(*q));
	struct vote_context *c = calloc(n + 1, sizeof(*c));
	size_t read = 0, passed = 0;

	for (size_t i = 0; i < n; i++) {
		struct checked_vote one = { .in = &votes[i], .order = i };

		if (q == NULL || c == NULL)
			err_memory(&votes[i].e);
		else if (read_vote(&votes[i], &one.vote))
			out[read++] = one;
	}
	if (read > 0)
		passed = keep_humans(w, out, check_all(w, out, read, q, c));
	free(q);
	free(c);
	return passed;
}
