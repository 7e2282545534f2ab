/* SPDX-License-Identifier: ISC */
#include "charter/judge.h"

#include <stdlib.h>
#include <string.h>

/* What the recursion carries along. */
struct bench {
	const struct charter *c;
	const struct facts *f;
	const struct fact_vote *sorted; /* by member; NULL while no leaf names a subset */
	struct fact_vote *own;          /* what of it is ours to free */
	struct judged *j;
	size_t n;
};

/* Votes that count for a leaf. */
struct count {
	uint32_t electors, yes, no, open;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

bool requirement_is_inner(const struct requirement *r)
{
	return r->type == REQ_ALL || r->type == REQ_ANY || r->type == REQ_AT_LEAST;
}

uint32_t requirement_children_needed(const struct requirement *r)
{
	if (r->type == REQ_ANY)
		return 1;
	return larger(r->type == REQ_ALL ? r->n : r->k, 1);
}

/* Kim, Mazzocchi, Tsudik 2003, section 4: a static threshold, or one that follows the group's size. Never 0: silence admits nobody. */
uint32_t votes_needed(const struct requirement *r, uint32_t n)
{
	uint64_t t;

	if (r->votes.count > 0)
		return r->votes.count;
	if (r->votes.q == 0)
		return UINT32_MAX;
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

static int vote_order(const void *a, const void *b)
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
	struct count v = { 0 };

	v.electors = f->electorate - (f->subject_is_elector && f->electorate > 0);
	v.open = v.electors;
	for (size_t i = 0; i < f->votes_n; i++)
		count_one(&v, f->votes[i].choice);
	return v;
}

static struct count count_subset(const struct bench *b, const struct requirement *r)
{
	struct count v = { 0 };

	for (uint32_t i = 0; i < r->votes.of_n; i++)
		v.electors += !b->f->subject_is_elector || id16_compare(&r->votes.of[i], &b->f->subject) != 0;
	v.open = v.electors;
	for (uint32_t i = 0; i < r->votes.of_n && b->f->votes_n > 0; i++) {
		struct fact_vote key = { .member = r->votes.of[i] };
		const struct fact_vote *found = bsearch(&key, b->sorted, b->f->votes_n, sizeof(key), vote_order);

		if (found != NULL)
			count_one(&v, found->choice);
	}
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

static void judge_votes(const struct bench *b, struct judged *j)
{
	const struct requirement *r = j->r;
	const struct count v = r->votes.of != NULL ? count_subset(b, r) : count_all(b->f);
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

static bool is_operator(const struct charter *c, const struct digest *key)
{
	for (size_t i = 0; i < c->authority.operators_n; i++)
		if (digest_compare(&c->authority.operators[i].thumb, key) == 0)
			return true;
	return false;
}

/* Approvals are not withdrawn, so that k of them are certain at once. */
static void judge_authority(const struct bench *b, struct judged *j)
{
	uint32_t operators = (uint32_t)b->c->authority.operators_n, spoken;

	for (size_t i = 0; i < b->f->approvals_n; i++) {
		const struct fact_approval *a = &b->f->approvals[i];

		if (!is_operator(b->c, &a->key))
			continue;
		j->seen += a->approve;
		j->refusing += !a->approve;
	}
	spoken = smaller(j->seen + j->refusing, operators);
	j->needed = larger(j->r->k, 1);
	j->worst = j->now = j->seen >= j->needed;
	j->best = j->seen + (operators - spoken) >= j->needed;
	if (j->best && !j->now)
		j->missing = j->needed - j->seen;
}

/* A list speaks of the applicant's key: it says nothing about expelling or amending. */
static void judge_list(const struct bench *b, struct judged *j)
{
	j->needed = 1;
	for (uint32_t i = 0; i < j->r->list.n && b->f->question == Q_ADMIT; i++)
		if (digest_compare(&j->r->list.keys[i], &b->f->applicant) == 0)
			j->seen = 1;
	j->worst = j->now = j->best = j->seen == 1;
}

static void judge_leaf(const struct bench *b, struct judged *j)
{
	if (j->r->type == REQ_VOTES && j->r->votes.nearest == 0 && j->r->votes.opposite == 0)
		judge_votes(b, j);
	else if (j->r->type == REQ_AUTHORITY)
		judge_authority(b, j);
	else if (j->r->type == REQ_LIST)
		judge_list(b, j);
	else {
		j->unsupported = j->best = true;
		j->needed = 1;
	}
	j->cost = j->now ? 0 : COST_NEVER;
	if (j->missing > 0)
		j->cost = j->missing;
}

/* The cheapest way to the children that are still missing: their smallest costs, added. */
static uint64_t cheapest(const struct bench *b, size_t from, size_t end, uint32_t missing)
{
	uint64_t sum = 0, last = 0;

	while (missing > 0) {
		uint64_t least = UINT64_MAX;
		uint32_t equal = 0;

		for (size_t i = from; i < end; i = b->j[i].end) {
			if (b->j[i].now || b->j[i].cost <= last || b->j[i].cost > least)
				continue;
			equal = b->j[i].cost == least ? equal + 1 : 1;
			least = b->j[i].cost;
		}
		if (equal == 0)
			return COST_NEVER;
		last = least;
		equal = smaller(equal, missing);
		missing -= equal;
		sum += least * equal;
	}
	return sum;
}

static void judge_node(struct bench *b, const struct requirement *r)
{
	size_t self = b->n++;
	struct judged *j = &b->j[self];
	uint32_t worst = 0, best = 0;

	j->r = r;
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++) {
		const struct judged *child = &b->j[b->n];

		judge_node(b, &r->child[i]);
		worst += child->worst;
		best += child->best;
		j->seen += child->now;
		j->refusing += judged_state(child, b->f->closed) == VERDICT_NO;
	}
	j->end = b->n;
	if (!requirement_is_inner(r)) {
		judge_leaf(b, j);
		return;
	}
	j->needed = requirement_children_needed(r);
	j->worst = worst >= j->needed;
	j->now = j->seen >= j->needed;
	j->best = best >= j->needed;
	if (j->best && !j->now)
		j->missing = j->needed - j->seen;
	if (!j->now)
		j->cost = j->best ? cheapest(b, self + 1, j->end, j->missing) : COST_NEVER;
}

/* The number of nodes; *subsets is set when a leaf names its voters. */
static size_t nodes_of(const struct requirement *r, bool *subsets)
{
	size_t n = 1;

	*subsets = *subsets || (r->type == REQ_VOTES && r->votes.of != NULL);
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		n += nodes_of(&r->child[i], subsets);
	return n;
}

static bool sort_votes(struct bench *b, struct err *e)
{
	size_t n = b->f->votes_n, ordered = 1;

	b->sorted = b->f->votes;
	while (ordered < n && vote_order(&b->sorted[ordered - 1], &b->sorted[ordered]) < 0)
		ordered++;
	if (ordered >= n)
		return true;
	b->own = malloc(n * sizeof(*b->own));
	if (b->own == NULL)
		return err_memory(e);
	memcpy(b->own, b->f->votes, n * sizeof(*b->own));
	qsort(b->own, n, sizeof(*b->own), vote_order);
	b->sorted = b->own;
	return true;
}

bool judge(const struct charter *c, const struct requirement *r, const struct facts *f, struct judged **out, size_t *n, struct err *e)
{
	struct bench b = { .c = c, .f = f };
	bool subsets = false;
	size_t nodes = nodes_of(r, &subsets);

	b.j = calloc(nodes, sizeof(*b.j));
	if (b.j == NULL)
		return err_memory(e);
	if (subsets && !sort_votes(&b, e)) {
		free(b.j);
		return false;
	}
	judge_node(&b, r);
	free(b.own);
	*out = b.j;
	*n = nodes;
	return true;
}

enum verdict judged_state(const struct judged *j, bool closed)
{
	if (closed)
		return j->now ? VERDICT_YES : VERDICT_NO;
	if (j->worst)
		return VERDICT_YES;
	return j->best ? VERDICT_NOT_YET : VERDICT_NO;
}
