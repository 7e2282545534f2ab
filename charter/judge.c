/* SPDX-License-Identifier: ISC */
#include "charter/judge.h"

#include <stdlib.h>
#include <string.h>

#include "charter/bench.h"

/* What the recursion carries along. */
struct judging {
	struct bench b;
	struct judged *j;
	size_t n;
};

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

/* By type; NULL: a group of others. In the order of enum requirement_type. */
static void (*const leaves[REQ_TYPES])(const struct bench *b, struct judged *j) = { NULL, NULL, NULL, judge_list, judge_authority,
	judge_votes, judge_vouches, judge_challenge, judge_challenge, judge_challenge, judge_invitation };

static void judge_leaf(const struct bench *b, struct judged *j)
{
	leaves[j->r->type](b, j);
	j->cost = j->now ? 0 : COST_NEVER;
	if (j->missing > 0)
		j->cost = j->missing;
}

/* The cheapest way to the children that are still missing: their smallest costs, added. */
static uint64_t cheapest(const struct judged *j, size_t from, size_t end, uint32_t missing)
{
	uint64_t sum = 0, last = 0;

	while (missing > 0) {
		uint64_t least = UINT64_MAX;
		uint32_t equal = 0;

		for (size_t i = from; i < end; i = j[i].end) {
			if (j[i].now || j[i].cost <= last || j[i].cost > least)
				continue;
			equal = j[i].cost == least ? equal + 1 : 1;
			least = j[i].cost;
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

static void judge_node(struct judging *g, const struct requirement *r)
{
	size_t self = g->n++;
	struct judged *j = &g->j[self];
	uint32_t worst = 0, best = 0;

	j->r = r;
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++) {
		const struct judged *child = &g->j[g->n];

		judge_node(g, &r->child[i]);
		worst += child->worst;
		best += child->best;
		j->seen += child->now;
		j->refusing += judged_state(child, g->b.f->closed) == VERDICT_NO;
	}
	j->end = g->n;
	if (!requirement_is_inner(r)) {
		judge_leaf(&g->b, j);
		return;
	}
	j->needed = requirement_children_needed(r);
	j->worst = worst >= j->needed;
	j->now = j->seen >= j->needed;
	j->best = best >= j->needed;
	if (j->best && !j->now)
		j->missing = j->needed - j->seen;
	if (!j->now)
		j->cost = j->best ? cheapest(g->j, self + 1, j->end, j->missing) : COST_NEVER;
}

/* The number of nodes; *subsets is set when a leaf has voters of its own. */
static size_t nodes_of(const struct requirement *r, bool *subsets)
{
	size_t n = 1;

	*subsets = *subsets || votes_have_voters(r);
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		n += nodes_of(&r->child[i], subsets);
	return n;
}

/* Gives the votes by member. *own is what the caller frees. */
static bool sort_votes(const struct facts *f, const struct fact_vote **sorted, struct fact_vote **own, struct err *e)
{
	size_t n = f->votes_n, ordered = 1;

	*sorted = f->votes;
	while (ordered < n && vote_order(&f->votes[ordered - 1], &f->votes[ordered]) < 0)
		ordered++;
	if (ordered >= n)
		return true;
	*own = malloc(n * sizeof(**own));
	if (*own == NULL)
		return err_memory(e);
	memcpy(*own, f->votes, n * sizeof(**own));
	qsort(*own, n, sizeof(**own), vote_order);
	*sorted = *own;
	return true;
}

bool judge(const struct charter *c, const struct requirement *r, const struct facts *f, struct judged **out, size_t *n, struct err *e)
{
	struct judging g = { .b = { .c = c, .f = f } };
	struct fact_vote *own = NULL;
	bool subsets = false;
	size_t nodes = nodes_of(r, &subsets);

	g.j = calloc(nodes, sizeof(*g.j));
	if (g.j == NULL)
		return err_memory(e);
	if (subsets && !sort_votes(f, &g.b.sorted, &own, e)) {
		free(g.j);
		return false;
	}
	judge_node(&g, r);
	free(own);
	*out = g.j;
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
