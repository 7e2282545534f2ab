/* SPDX-License-Identifier: ISC
 * Votes under a leaf: who may vote, how many say yes, and how many more it takes. */
#include <stdlib.h>
#include <string.h>

#include "charter/bench.h"

/* Votes that count for a leaf. */
struct count {
	uint32_t electors, yes, no, open;
};

/* Kim, Mazzocchi, Tsudik 2003, section 4: a static threshold, or one that follows the group's size. Never 0: silence admits nobody. No
 * charter can write a leaf that has a veto alone; it is that of new administrators (charter_requirement). */
uint32_t votes_needed(const struct requirement *r, uint32_t n)
{
	uint64_t t;

	if (r->votes.count > 0)
		return r->votes.count;
	if (r->votes.q == 0)
		return r->votes.veto > 0 ? 0 : UINT32_MAX;
	t = ((uint64_t)r->votes.p * n + r->votes.q - 1) / r->votes.q;
	if (t > UINT32_MAX)
		return UINT32_MAX;
	return larger(larger((uint32_t)t, r->votes.minimum), 1);
}

static bool votes_meet(const struct requirement *r, uint32_t electors, uint32_t yes, uint32_t no)
{
	uint32_t base = r->votes.base == VOTES_CAST ? yes + no : electors;

	return yes >= votes_needed(r, base) && (r->votes.veto == 0 || no < r->votes.veto);
}

static bool by_place(const struct requirement *r)
{
	return r->votes.nearest > 0 || r->votes.opposite > 0;
}

bool votes_have_voters(const struct requirement *r)
{
	return r->type == REQ_VOTES && (r->votes.of != NULL || by_place(r));
}

int vote_order(const void *a, const void *b)
{
	const struct fact_vote *x = a, *y = b;

	return id16_compare(&x->member, &y->member);
}

static void count_one(struct count *v, enum choice choice)
{
	v->open -= v->open > 0;
	v->yes += choice == CHOICE_YES;
	v->no += choice == CHOICE_NO;
}

static struct count count_all(const struct facts *f)
{
	uint32_t apart = f->without_vote + f->subject_is_elector;
	struct count v = { 0 };

	v.electors = f->electorate - smaller(apart, f->electorate);
	v.open = v.electors;
	for (size_t i = 0; i < f->votes_n; i++)
		count_one(&v, f->votes[i].choice);
	return v;
}

static void count_member(const struct bench *b, const struct id16 *member, struct count *v)
{
	const struct fact_vote key = { .member = *member }, *found = NULL;

	v->electors++;
	v->open++;
	if (b->f->votes_n > 0)
		found = bsearch(&key, b->sorted, b->f->votes_n, sizeof(key), vote_order);
	if (found != NULL)
		count_one(v, found->choice);
}

static struct count count_named(const struct bench *b, const struct requirement *r)
{
	struct count v = { 0 };

	for (uint32_t i = 0; i < r->votes.of_n; i++)
		if (!b->f->subject_is_elector || id16_compare(&r->votes.of[i], &b->f->subject) != 0)
			count_member(b, &r->votes.of[i], &v);
	return v;
}

static bool stands_among(const struct id16 *members, size_t n, const struct id16 *member)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(&members[i], member, sizeof(*member)) == 0)
			return true;
	return false;
}

/* In a small group who is near the place is near its opposite too, and still has one vote. Where nobody applies there is no place. */
static struct count count_near(const struct bench *b, const struct requirement *r)
{
	size_t near = smaller(r->votes.nearest, (uint32_t)b->f->nearest_n);
	size_t opposite = smaller(r->votes.opposite, (uint32_t)b->f->opposite_n);
	struct count v = { 0 };

	if (b->f->question != Q_ADMIT)
		return v;
	for (size_t i = 0; i < near; i++)
		count_member(b, &b->f->nearest[i], &v);
	for (size_t i = 0; i < opposite; i++)
		if (!stands_among(b->f->nearest, near, &b->f->opposite[i]))
			count_member(b, &b->f->opposite[i], &v);
	return v;
}

/* Would m more acts meet the leaf, used as well as can be: where minds may change, first a no that turns into a yes; then a new yes. */
static bool votes_meet_after(const struct requirement *r, const struct count *v, bool fluid, uint32_t m)
{
	uint32_t turned = fluid ? smaller(m, v->no) : 0;

	return votes_meet(r, v->electors, v->yes + m, v->no - turned);
}

static uint32_t votes_missing(const struct requirement *r, const struct count *v, bool fluid)
{
	uint32_t low = 1, high = fluid ? v->electors - v->yes : v->open;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (votes_meet_after(r, v, fluid, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

static struct count count_votes(const struct bench *b, const struct requirement *r)
{
	if (by_place(r))
		return count_near(b, r);
	return r->votes.of != NULL ? count_named(b, r) : count_all(b->f);
}

void judge_votes(const struct bench *b, struct judged *j)
{
	const struct requirement *r = j->r;
	const struct count v = count_votes(b, r);
	bool fluid = b->f->may_change;

	j->electors = v.electors;
	j->seen = v.yes;
	j->refusing = v.no;
	j->now = votes_meet(r, v.electors, v.yes, v.no);
	j->worst = fluid ? votes_meet(r, v.electors, 0, v.electors) : votes_meet(r, v.electors, v.yes, v.no + v.open);
	j->best = fluid ? votes_meet(r, v.electors, v.electors, 0) : votes_meet(r, v.electors, v.yes + v.open, v.no);
	if (j->best && !j->now)
		j->missing = votes_missing(r, &v, fluid);
	j->needed = votes_needed(r, r->votes.base == VOTES_CAST ? v.yes + v.no : v.electors);
	if (r->votes.base == VOTES_CAST && j->missing > 0)
		j->needed = v.yes + j->missing;
}
