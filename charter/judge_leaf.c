/* SPDX-License-Identifier: ISC
 * The leaves that are no votes: each gains by acts that agree, and none of these is taken back. */
#include <string.h>

#include "charter/bench.h"

static bool is_operator(const struct charter *c, const struct digest *key)
{
	for (size_t i = 0; i < c->authority.operators_n; i++)
		if (digest_compare(&c->authority.operators[i].thumb, key) == 0)
			return true;
	return false;
}

/* So many are there, of whom `silent` may still agree. */
static void judge_agreed(struct judged *j, uint32_t needed, uint32_t silent)
{
	j->needed = larger(needed, 1);
	j->worst = j->now = j->seen >= j->needed;
	j->best = (uint64_t)j->seen + silent >= j->needed;
	if (j->best && !j->now)
		j->missing = j->needed - j->seen;
}

/* Approvals are not withdrawn, so that k of them are certain at once. */
void judge_authority(const struct bench *b, struct judged *j)
{
	uint32_t operators = (uint32_t)b->c->authority.operators_n;

	for (size_t i = 0; i < b->f->approvals_n; i++) {
		const struct fact_approval *a = &b->f->approvals[i];

		if (!is_operator(b->c, &a->key))
			continue;
		j->seen += a->approve;
		j->refusing += !a->approve;
	}
	judge_agreed(j, j->r->k, operators - smaller(j->seen + j->refusing, operators));
}

/* A list speaks of the key that asks, an applicant's or a member's: it says nothing about expelling or amending. */
void judge_list(const struct bench *b, struct judged *j)
{
	const bool asks = b->f->question != Q_EXPEL && b->f->question != Q_AMEND;

	for (uint32_t i = 0; i < j->r->list.n && asks; i++)
		if (digest_compare(&j->r->list.keys[i], &b->f->applicant) == 0)
			j->seen = 1;
	judge_agreed(j, 1, 0);
}

static bool vouch_counts(const struct requirement *r, const struct fact_vouch *v)
{
	return v->age >= r->vouches.age && (r->vouches.expiry == 0 || v->elapsed < r->vouches.expiry) &&
		(r->vouches.budget == 0 || v->live <= r->vouches.budget) && (!r->vouches.reason || v->reason);
}

/* Who has vouched, be it in vain, does not vouch again. Members vouch for applicants, and for each other's new keys, not for their own. */
void judge_vouches(const struct bench *b, struct judged *j)
{
	const struct facts *f = b->f;
	uint32_t may = f->electorate - (f->subject_is_elector && f->electorate > 0);
	uint32_t spoken = f->vouches_n < may ? (uint32_t)f->vouches_n : may;

	if (f->question != Q_ADMIT && f->question != Q_RECOVER) {
		j->needed = larger(j->r->vouches.count, 1);
		return;
	}
	j->electors = may;
	for (size_t i = 0; i < f->vouches_n; i++)
		j->seen += vouch_counts(j->r, &f->vouches[i]);
	j->vain = (uint32_t)f->vouches_n - j->seen;
	judge_agreed(j, j->r->vouches.count, may - spoken);
}

bool fact_challenge_meets(const struct fact_challenge *c, const struct requirement *r)
{
	if (r->type == REQ_CAPTCHA)
		return c->type == CHALLENGE_CAPTCHA && (r->captcha_kinds & c->captcha) != 0;
	if (r->type == REQ_WORK)
		return c->type == CHALLENGE_WORK && c->effort >= r->effort;
	return r->type == REQ_EXTERNAL && c->type == CHALLENGE_EXTERNAL && strcmp(c->provider, r->provider) == 0;
}

/* The applicant may hand in another one for as long as the term is open. */
void judge_challenge(const struct bench *b, struct judged *j)
{
	for (size_t i = 0; i < b->f->challenges_n && j->seen == 0; i++)
		j->seen = fact_challenge_meets(&b->f->challenges[i], j->r);
	judge_agreed(j, 1, 1);
}

/* It comes before the application, or not at all. */
void judge_invitation(const struct bench *b, struct judged *j)
{
	j->seen = b->f->invited;
	judge_agreed(j, 1, 0);
}
