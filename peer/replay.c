/* SPDX-License-Identifier: ISC */
#include "peer/replay.h"

#include <stdlib.h>
#include <string.h>

static const char *const then_words[] = { "admitted", "refused", "expired", "void", "open", "cannot tell" };
static const char *const under_words[] = { "would be admitted", "would be refused", "would expire", "void, as then", "would still wait",
	"cannot tell" };

const char *replay_then(enum replay_answer a)
{
	return then_words[a];
}

const char *replay_under(enum replay_answer a)
{
	return under_words[a];
}

/* ---- what a shorter term leaves of it */

/* The facts under a draft, with what they point to. */
struct retold {
	const struct replay_case *k;
	const struct charter *draft;
	int64_t closes;             /* under the draft */
	bool shorter;               /* its term is */
	bool neighbours;            /* the proposal names as many as the draft asks */
	struct replay_vote *sorted; /* owned, as the next three */
	struct fact_vote *votes;
	struct fact_vouch *vouches;
	struct fact_challenge *challenges;
	struct facts facts;
};

static void retold_free(struct retold *t)
{
	free(t->sorted);
	free(t->votes);
	free(t->vouches);
	free(t->challenges);
}

/* Where the term was no longer, the notary has held every act against it already, with some slack for clocks. */
static bool in_time(const struct retold *t, int64_t when)
{
	return !t->shorter || when < t->closes;
}

/* Dates tell seconds: of two votes of one second the replaced one is the earlier. */
static int by_voter(const void *a, const void *b)
{
	const struct replay_vote *x = a, *y = b;
	int c = id16_compare(&x->member, &y->member);

	if (c == 0 && x->iat != y->iat)
		c = x->iat < y->iat ? -1 : 1;
	return c != 0 ? c : (y->status == VOTE_REPLACED) - (x->status == VOTE_REPLACED);
}

/* A vote that stands and is void counts for nothing, and brings back none that it replaced. */
static void put_votes(struct retold *t)
{
	const struct replay_vote *v = t->sorted;
	const size_t n = t->k->votes_n;

	for (size_t i = 0, end; i < n; i = end) {
		const struct replay_vote *stands = NULL;

		for (end = i; end < n && id16_compare(&v[end].member, &v[i].member) == 0; end++)
			if (in_time(t, v[end].iat) && (stands == NULL || t->draft->voting.change))
				stands = &v[end];
		if (stands != NULL && (stands->status == VOTE_COUNTED || stands->status == VOTE_REPLACED))
			t->votes[t->facts.votes_n++] = (struct fact_vote){ stands->member, stands->choice };
	}
	t->facts.votes = t->votes;
}

static void put_vouches(struct retold *t)
{
	const struct replay_case *k = t->k;
	int64_t at = k->now < t->closes ? k->now : t->closes;

	for (size_t i = 0; i < k->facts->vouches_n; i++) {
		struct fact_vouch v = k->facts->vouches[i];

		if (!in_time(t, k->at - v.elapsed))
			continue;
		v.elapsed += at - k->at;
		t->vouches[t->facts.vouches_n++] = v;
	}
	t->facts.vouches = t->vouches;
}

static void put_challenges(struct retold *t)
{
	for (size_t i = 0; i < t->k->facts->challenges_n; i++)
		if (in_time(t, t->k->met[i]))
			t->challenges[t->facts.challenges_n++] = t->k->facts->challenges[i];
	t->facts.challenges = t->challenges;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The proposal names the nearest first, so that fewer are a part of more; where all stand in it there are no more. */
static void put_ring(struct retold *t)
{
	const struct proposal *p = t->k->proposal;
	size_t with_vote = p->electorate_n - smaller(p->electorate_without, p->electorate_n);
	uint32_t nearest = 0, opposite = 0;

	charter_ring(t->draft, &nearest, &opposite);
	t->neighbours = p->nearest_n >= smaller(nearest, with_vote) && p->opposite_n >= smaller(opposite, with_vote);
	if (!t->neighbours)
		return;
	t->facts.nearest = p->nearest;
	t->facts.nearest_n = p->nearest_n;
	t->facts.opposite = p->opposite;
	t->facts.opposite_n = p->opposite_n;
}

static bool retell(struct retold *t, struct err *e)
{
	const struct replay_case *k = t->k;
	const struct proposal *p = k->proposal;

	t->sorted = calloc(k->votes_n + 1, sizeof(*t->sorted));
	t->votes = calloc(k->votes_n + 1, sizeof(*t->votes));
	t->vouches = calloc(k->facts->vouches_n + 1, sizeof(*t->vouches));
	t->challenges = calloc(k->facts->challenges_n + 1, sizeof(*t->challenges));
	if (t->sorted == NULL || t->votes == NULL || t->vouches == NULL || t->challenges == NULL)
		return err_memory(e);
	t->closes = p->opened + t->draft->voting.term;
	t->shorter = t->draft->voting.term < p->term;
	t->facts = (struct facts){ .question = Q_ADMIT,
		.electorate = p->electorate_n,
		.without_vote = p->electorate_without,
		.applicant = p->key,
		.approvals = k->facts->approvals,
		.approvals_n = k->facts->approvals_n,
		.closed = k->now >= t->closes,
		.may_change = t->draft->voting.change };
	if (k->votes_n > 0) {
		memcpy(t->sorted, k->votes, k->votes_n * sizeof(*t->sorted));
		qsort(t->sorted, k->votes_n, sizeof(*t->sorted), by_voter);
	}
	put_votes(t);
	put_vouches(t);
	put_challenges(t);
	put_ring(t);
	return true;
}

/* ---- what is not known */

/* What stands in the rule and is not shown may still have come. */
static const char *hidden_in(const struct retold *t, const struct requirement *r)
{
	static const enum requirement_type others[] = { REQ_AUTHORITY, REQ_VOUCHES, REQ_CAPTCHA, REQ_WORK, REQ_EXTERNAL };

	if (!t->k->votes_shown && requirement_has(r, REQ_VOTES))
		return "the server does not show who voted and how";
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && !t->k->shown; i++)
		if (requirement_has(r, others[i]))
			return "before the decision the server shows votes alone";
	return NULL;
}

/* Every leaf gains only by acts that agree, so that a *yes* without what is not known is one with it; and while the term is open a *no*
 * says that not even all acts that may still come would do. NULL: the verdict is sure. */
static const char *unsure(const struct retold *t, const struct requirement *r, enum verdict v)
{
	if (v == VERDICT_YES)
		return NULL;
	if (!t->neighbours)
		return "the proposal does not name all whom the draft counts as neighbours";
	if (requirement_has(r, REQ_INVITATION))
		return "no record tells who was invited";
	return v == VERDICT_NO && !t->facts.closed ? NULL : hidden_in(t, r);
}

/* ---- the answer */

/* Nobody vouches where no charter asks for it: that says something of the past, and little of the draft. */
static bool was_asked(const struct charter *then, const char *refusal)
{
	static const struct {
		const char *name;
		enum requirement_type type;
	} leaves[] = { { "approvals_missing", REQ_AUTHORITY }, { "vouches_missing", REQ_VOUCHES }, { "captcha_missing", REQ_CAPTCHA },
		{ "work_missing", REQ_WORK }, { "external_missing", REQ_EXTERNAL } };

	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]) && refusal != NULL; i++)
		if (strcmp(refusal, leaves[i].name) == 0)
			return requirement_has(charter_requirement(then, Q_ADMIT, false), leaves[i].type);
	return true;
}

static void say_why(const struct retold *t, const struct decision_trace *d, struct replay *out)
{
	if (out->under == REPLAY_YES)
		snprintf(out->why, sizeof(out->why), "%s", d->n > 0 ? d->nodes[0].text : "the draft asks for nothing");
	else
		snprintf(out->why, sizeof(out->why), "%s%s", d->missing,
			was_asked(t->k->charter, d->refusal) ? "" : ", for which nobody was asked then");
	out->refusal = d->refusal;
}

static enum replay_answer answer_of(const struct decision_trace *d)
{
	if (d->verdict == VERDICT_YES)
		return REPLAY_YES;
	if (d->verdict == VERDICT_NOT_YET)
		return REPLAY_WAITS;
	return d->expired ? REPLAY_EXPIRED : REPLAY_NO;
}

/* Whoever stays out stays out, whether refused or forgotten. */
static bool differs(enum replay_answer then, enum replay_answer under)
{
	if (then == REPLAY_EXPIRED)
		then = REPLAY_NO;
	if (under == REPLAY_EXPIRED)
		under = REPLAY_NO;
	return under != REPLAY_UNKNOWN && then != under;
}

static bool judge_case(const struct retold *t, struct replay *out, struct err *e)
{
	const struct requirement *r = charter_requirement(t->draft, Q_ADMIT, false);
	struct decision_trace d = { 0 };
	const char *unknown;
	enum verdict v;

	if (!charter_decide(t->draft, r, &t->facts, &v, &d, e))
		return false;
	unknown = unsure(t, r, v);
	out->under = unknown != NULL ? REPLAY_UNKNOWN : answer_of(&d);
	if (unknown != NULL)
		snprintf(out->why, sizeof(out->why), "%s", unknown);
	else
		say_why(t, &d, out);
	decision_trace_free(&d);
	return true;
}

bool replay_decide(const struct replay_case *k, const struct charter *draft, struct replay *out, struct err *e)
{
	struct retold t = { .k = k, .draft = draft };
	bool rc;

	out->number = k->proposal->number;
	out->then = out->under = k->then;
	out->refusal = NULL;
	out->why[0] = '\0';
	rc = k->then == REPLAY_VOID || (retell(&t, e) && judge_case(&t, out, e));
	retold_free(&t);
	out->differs = rc && differs(out->then, out->under);
	return rc;
}

/* ---- what many records share */

static struct digest *place_of(struct replay_memory *m, const struct digest *signature)
{
	return &m->known[((unsigned)signature->b[0] << 8 | signature->b[1]) % REPLAY_MEMORY];
}

static bool knows(void *arg, const struct digest *signature)
{
	return digest_compare(place_of(arg, signature), signature) == 0;
}

static void learns(void *arg, const struct digest *signature)
{
	*place_of(arg, signature) = *signature;
}

void replay_remember(struct crypto *c, struct replay_memory *m)
{
	memset(m, 0, sizeof(*m));
	m->memory = (struct sig_memory){ .knows = knows, .learns = learns, .arg = m };
	crypto_remember(c, &m->memory);
}

/* ---- records */

struct replaying {
	const struct charter *draft;
	struct replay *out;
};

static const enum replay_answer answers[] = {
	[OUTCOME_YES] = REPLAY_YES, [OUTCOME_NO] = REPLAY_NO, [OUTCOME_EXPIRED] = REPLAY_EXPIRED, [OUTCOME_VOID] = REPLAY_VOID
};

static bool read_votes(const struct evidence *v, struct replay_vote *out, struct err *e)
{
	for (size_t i = 0; i < v->votes_n; i++) {
		struct vote vote;

		if (!vote_parse(&v->votes[i].jws, &vote, e))
			return false;
		out[i] = (struct replay_vote){ vote.member, vote.choice, vote.iat, v->votes[i].status };
		vote_free(&vote);
	}
	return true;
}

static bool replay_seen(void *arg, const struct audited *a, struct err *e)
{
	const struct replaying *r = arg;
	struct replay_case k = { .charter = a->charter,
		.proposal = a->proposal,
		.then = answers[a->decision->outcome],
		.now = a->decision->decided,
		.votes_n = a->evidence->votes_n,
		.facts = &a->verified->facts,
		.at = a->verified->at,
		.votes_shown = true,
		.shown = true };
	struct replay_vote *votes;
	int64_t *met;
	bool rc;

	if (a->proposal->question != Q_ADMIT)
		return err_set(e, "bad_record", "the record is about no application: only those are decided again under a draft");
	votes = calloc(a->evidence->votes_n + 1, sizeof(*votes));
	met = calloc(a->verified->met_n + 1, sizeof(*met));
	rc = (votes != NULL && met != NULL) || err_memory(e);
	for (size_t i = 0; rc && i < a->verified->met_n; i++)
		met[i] = a->verified->met[i].iat;
	k.votes = votes;
	k.met = met;
	rc = rc && read_votes(a->evidence, votes, e) && replay_decide(&k, r->draft, r->out, e);
	if (rc)
		snprintf(r->out->name, sizeof(r->out->name), "%s", a->application->name);
	free(votes);
	free(met);
	return rc;
}

bool replay_record(
	struct crypto *c, struct slice text, const struct trust *pin, const struct charter *draft, struct replay *out, struct err *e)
{
	struct replaying r = { draft, out };
	struct audit a = { 0 };
	bool rc;

	memset(out, 0, sizeof(*out));
	rc = record_audit_with(c, text, pin, replay_seen, &r, &a, e);
	audit_free(&a);
	return rc;
}
