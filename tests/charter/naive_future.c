/* SPDX-License-Identifier: ISC */
#include "tests/charter/naive_future.h"

#include <string.h>

static bool stands_in(const struct id16 *ids, size_t n, const struct id16 *id)
{
	for (size_t i = 0; i < n; i++)
		if (id16_compare(&ids[i], id) == 0)
			return true;
	return false;
}

static size_t first_few(size_t k, size_t n)
{
	return k < n ? k : n;
}

static bool near(const struct facts *f, const struct naive_rule *r, const struct id16 *id)
{
	return stands_in(f->nearest, first_few(r->votes.nearest, f->nearest_n), id) ||
		stands_in(f->opposite, first_few(r->votes.opposite, f->opposite_n), id);
}

static bool by_place(const struct naive_rule *r)
{
	return r->votes.nearest + r->votes.opposite > 0;
}

static bool votes_here(const struct facts *f, const struct naive_rule *r, const struct person *p)
{
	if (by_place(r))
		return !p->nameless && near(f, r, &p->id);
	if (r->votes.of_n > 0)
		return !p->nameless && stands_in(r->votes.of, r->votes.of_n, &p->id);
	return p->elector;
}

int64_t future_electors(const struct facts *f)
{
	return (int64_t)f->electorate - (f->subject_is_elector ? 1 : 0) - f->without_vote;
}

/* The number that a fraction of members is of. */
static int64_t number_of_voters(const struct facts *f, const struct naive_rule *r)
{
	if (r->votes.of_n > 0)
		return (int64_t)r->votes.of_n - (f->subject_is_elector && stands_in(r->votes.of, r->votes.of_n, &f->subject) ? 1 : 0);
	return future_electors(f);
}

static bool votes_met(const struct future *t, const struct naive_rule *r)
{
	const struct facts *f = &t->c->facts;
	int64_t yes = 0, no = 0, n, needed;

	if (by_place(r) && f->question != Q_ADMIT)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (!votes_here(f, r, &t->people[i]))
			continue;
		yes += t->people[i].says == YES;
		no += t->people[i].says == NO;
	}
	if (r->votes.veto > 0 && no >= r->votes.veto)
		return false;
	if (r->votes.count > 0)
		return yes >= r->votes.count;
	n = r->votes.cast ? yes + no : number_of_voters(f, r);
	/* the smallest whole number that is not below p n / q */
	for (needed = 0; needed * r->votes.q < r->votes.p * n; needed++)
		;
	return yes >= 1 && yes >= r->votes.minimum && yes >= needed;
}

static bool vouches_met(const struct future *t, const struct naive_rule *r)
{
	const struct facts *f = &t->c->facts;
	int64_t good = t->more_vouches;

	if (f->question != Q_ADMIT && f->question != Q_RECOVER)
		return false;
	for (size_t i = 0; i < f->vouches_n; i++) {
		const struct fact_vouch *v = &f->vouches[i];
		bool old_enough = v->age >= r->age, fresh = r->expiry == 0 || v->elapsed < r->expiry;
		bool affordable = r->budget == 0 || v->live <= r->budget, explained = !r->reason || v->reason;

		if (old_enough && fresh && affordable && explained)
			good++;
	}
	return good >= r->k;
}

static bool satisfies(const struct naive_rule *r, const struct fact_challenge *c)
{
	switch (r->kind) {
	case NAIVE_CAPTCHA:
		return c->type == CHALLENGE_CAPTCHA &&
			((c->captcha == CAPTCHA_GRAPHIC && r->kinds[0]) || (c->captcha == CAPTCHA_LOGIC && r->kinds[1]) ||
				(c->captcha == CAPTCHA_AUDIO && r->kinds[2]));
	case NAIVE_WORK:
		return c->type == CHALLENGE_WORK && c->effort >= r->effort;
	default:
		return c->type == CHALLENGE_EXTERNAL && strcmp(c->provider, r->provider) == 0;
	}
}

static bool challenge_met(const struct future *t, const struct naive_rule *r)
{
	for (size_t i = 0; i < t->c->facts.challenges_n; i++)
		if (satisfies(r, &t->c->facts.challenges[i]))
			return true;
	for (size_t i = 0; i < t->possible_n; i++)
		if (t->handed_in[i] && satisfies(r, &t->possible[i]))
			return true;
	return false;
}

static bool listed(const struct facts *f, const struct naive_rule *r)
{
	for (size_t i = 0; i < r->keys_n; i++)
		if (digest_compare(&r->keys[i], &f->applicant) == 0)
			return f->question == Q_ADMIT || f->question == Q_RENEW || f->question == Q_RECOVER;
	return false;
}

static bool approved(const struct future *t, const struct naive_rule *r)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->c->operators_n; i++)
		n += t->approves[i];
	return n >= r->k;
}

bool future_meets(const struct future *t, const struct naive_rule *r)
{
	int64_t n = 0;

	switch (r->kind) {
	case NAIVE_SOME_OF:
		break;
	case NAIVE_LIST:
		return listed(&t->c->facts, r);
	case NAIVE_AUTHORITY:
		return approved(t, r);
	case NAIVE_VOTES:
		return votes_met(t, r);
	case NAIVE_VOUCHES:
		return vouches_met(t, r);
	case NAIVE_CAPTCHA:
	case NAIVE_WORK:
	case NAIVE_EXTERNAL:
		return challenge_met(t, r);
	case NAIVE_INVITATION:
		return t->c->facts.invited;
	}
	for (size_t i = 0; i < r->parts_n; i++)
		n += future_meets(t, &r->parts[i]);
	return n >= r->k;
}
