/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "peer/evidence_state.h"

/* One vote on its way into the tally. */
struct line {
	size_t i; /* in the evidence */
	struct ballot ballot;
	bool replaces, replaced;
	struct digest other; /* the vote that it replaces */
	int64_t iat;
};

struct roll {
	struct line *lines; /* owned; sorted by member and vote */
	size_t n;
};

bool evidence_has_key(const struct digest *keys, size_t n, const struct digest *kid)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&keys[i], kid) == 0)
			return true;
	return false;
}

enum vote_status evidence_status(const struct voter *voter, const struct digest *key)
{
	if (voter->gone)
		return VOTE_MEMBER_GONE;
	return evidence_has_key(voter->revoked, voter->revoked_n, key) ? VOTE_KEY_REVOKED : VOTE_COUNTED;
}

static bool vote_in_time(const struct vote *v, const struct proposal *p, struct err *e)
{
	if (v->iat < p->opened - EVIDENCE_SLACK)
		return err_set(e, "vote_late", "the vote is dated before the proposal opened");
	if (v->iat > proposal_closes(p) + EVIDENCE_SLACK)
		return err_set(e, "vote_late", "the vote is dated after the proposal closed");
	return true;
}

bool evidence_elector(const struct evidence_view *view, const struct id16 *member, const char *who, struct voter *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!view->voter(view->arg, member, out) || !out->elector)
		return err_set(e, "not_in_electorate", "the %s was no member when the proposal opened", who);
	if (out->keys_n > sizeof(out->keys) / sizeof(out->keys[0]) || out->revoked_n > sizeof(out->revoked) / sizeof(out->revoked[0]))
		return err_set(e, "out_of_range", "a member has at most 8 keys during one proposal");
	return true;
}

/* Nobody votes on what is about itself: who is the subject has no voice, though it stands in the electorate. */
static bool elector_of(const struct vote *v, const struct proposal *p, const struct evidence_view *view, struct voter *out, struct err *e)
{
	if (question_of_member(p->question) && id16_compare(&v->member, &p->member) == 0)
		return err_set(e, "not_in_electorate", "a member has no vote on what is about itself");
	if (!evidence_elector(view, &v->member, "voter", out, e))
		return false;
	if (out->held)
		return err_set(e, "suspended", "the voter was suspended when the proposal opened, and has no vote on it");
	return !out->voteless || err_set(e, "on_probation", "the voter was on probation when the proposal opened, and has no vote on it");
}

/* All about one vote but its status and what its scheme asks for: signatures, and a part of its own. The first is by the member's key. */
static bool read_line(
	const struct proposal *p, const struct jws *j, const struct evidence_view *view, struct vote *vote, struct line *out, struct err *e)
{
	struct voter voter;

	if (!vote_parse(j, vote, e) || !vote_fits(vote, p, e) || !vote_in_time(vote, p, e))
		return false;
	if (!elector_of(vote, p, view, &voter, e))
		return false;
	if (!evidence_has_key(voter.keys, voter.keys_n, &j->sigs[0].kid))
		return err_set(e, "wrong_key", "the log gives the voter another key; vote with the member's present one");
	out->ballot.member = vote->member;
	out->ballot.vote = vote->digest;
	out->ballot.choice = vote->choice;
	out->ballot.status = evidence_status(&voter, &j->sigs[0].kid);
	out->replaces = vote->has_replaces;
	out->other = vote->replaces;
	out->iat = vote->iat;
	return true;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int c = id16_compare(&x->ballot.member, &y->ballot.member);

	return c != 0 ? c : digest_compare(&x->ballot.vote, &y->ballot.vote);
}

/* A vote replaces only one of the same member's, and only where the charter lets voters change their minds. What names a vote that is not
 * there replaces nothing. In a chain every one but the last is named by another, so the last counts. */
static void settle(const struct charter *ch, struct roll *r)
{
	if (r->n > 1)
		qsort(r->lines, r->n, sizeof(*r->lines), compare_lines);
	for (size_t i = 0; i < r->n && ch->voting.change; i++) {
		struct line key = { .ballot = { .member = r->lines[i].ballot.member, .vote = r->lines[i].other } };
		struct line *other = NULL;

		if (r->lines[i].replaces)
			other = bsearch(&key, r->lines, r->n, sizeof(*r->lines), compare_lines);
		if (other != NULL)
			other->replaced = true;
	}
	for (size_t i = 0; i < r->n; i++)
		if (r->lines[i].replaced && r->lines[i].ballot.status == VOTE_COUNTED)
			r->lines[i].ballot.status = VOTE_REPLACED;
}

/* Reads every vote and settles their statuses. c NULL: without signatures. */
static bool roll_make(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v,
	const struct evidence_view *view, struct roll *out, struct err *e)
{
	const struct scheme *scheme = scheme_of(ch->voting.scheme);

	if (digest_compare(&ch->object.digest, &p->charter) != 0 || digest_compare(&ch->object.genesis, &p->genesis) != 0)
		return err_set(e, "wrong_context", "the proposal was put under another charter");
	if (!scheme->supported)
		return err_set(e, "feature_unsupported", "the voting scheme \"%s\" is not served here", scheme->name);
	if (!scheme->part_verify("record", v->scheme, e))
		return false;
	out->lines = calloc(v->votes_n == 0 ? 1 : v->votes_n, sizeof(*out->lines));
	if (out->lines == NULL)
		return err_memory(e);
	for (size_t i = 0; i < v->votes_n; i++, out->n++) {
		const struct evidence_vote *one = &v->votes[i];
		struct vote vote = { 0 };
		bool ok = read_line(p, &one->jws, view, &vote, &out->lines[i], e);

		if (ok && c != NULL && !one->signature_known)
			ok = scheme->vote_verify(c, &one->jws, &vote, &one->key, e);
		vote_free(&vote);
		if (!ok) {
			err_prefix(e, "vote %zu: ", i + 1);
			return false;
		}
		out->lines[i].i = i;
	}
	settle(ch, out);
	return true;
}

bool evidence_settle(
	const struct charter *ch, const struct proposal *p, struct evidence *v, const struct evidence_view *view, struct err *e)
{
	struct roll r = { 0 };
	bool rc = roll_make(NULL, ch, p, v, view, &r, e);

	for (size_t i = 0; i < r.n && rc; i++)
		v->votes[r.lines[i].i].status = r.lines[i].ballot.status;
	free(r.lines);
	return rc;
}

static bool count_roll(const struct roll *r, const struct evidence *v, struct tally *out, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct line *l = &r->lines[i];
		enum vote_status claimed = v->votes[l->i].status;

		if (claimed != l->ballot.status)
			return err_set(e, "vote_status", "vote %zu is given status %d, by the log it has %d", l->i + 1, (int)claimed,
				(int)l->ballot.status);
		if (!tally_add(out, &l->ballot, e))
			return false;
	}
	return tally_close(out, e);
}

/* Votes whose makers the charter asks for a challenge. */
static bool claim_votes(struct gathering *g, const struct roll *r, const struct evidence *v, struct err *e)
{
	g->claims = calloc(v->votes_n + v->objects_n + 1, sizeof(*g->claims));
	if (g->claims == NULL)
		return err_memory(e);
	for (size_t i = 0; i < r->n && g->ch->voting.human != NULL; i++) {
		const struct line *l = &r->lines[i];

		g->claims[g->claims_n++] =
			(struct evidence_claim){ PURPOSE_VOTE, v->votes[l->i].jws.sigs[0].kid, l->iat, l->ballot.status == VOTE_COUNTED };
	}
	return true;
}

static bool gather(struct gathering *g, const struct evidence *v, struct err *e)
{
	struct roll r = { 0 };
	bool rc = roll_make(g->c, g->ch, g->p, v, g->view, &r, e) && count_roll(&r, v, &g->out->tally, e) && claim_votes(g, &r, v, e) &&
		evidence_objects(g, v, e) && evidence_humans(g, e) && evidence_invited(g, e);

	free(r.lines);
	free(g->claims);
	free(g->met);
	return rc;
}

bool evidence_verify(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v,
	const struct evidence_view *view, int64_t at, bool closed, struct verified *out, struct err *e)
{
	struct verified got = { .at = at };
	struct gathering g = { .c = c, .ch = ch, .p = p, .view = view, .at = at, .out = &got };
	struct voter subject = { 0 };
	bool rc = false;

	memset(out, 0, sizeof(*out));
	if (!gather(&g, v, e))
		goto out;
	if (question_of_member(p->question) && !view->voter(view->arg, &p->member, &subject))
		subject = (struct voter){ 0 };
	if (!evidence_facts(ch, p, &subject, closed, &got, e))
		goto out;
	*out = got;
	memset(&got, 0, sizeof(got));
	rc = true;
out:
	verified_free(&got);
	return rc;
}
