/* SPDX-License-Identifier: ISC */
#include "charter/cost.h"

#include "charter/judge.h"
#include "charter/work.h"

enum { KINDS_END = 8 /* above all sets of enum captcha_kind */ };

/* ---- the cheapest children of each node */

static uint32_t puzzles_n(const struct cost *c)
{
	uint32_t n = 0;

	for (uint32_t kinds = c->puzzles; kinds != 0; kinds &= kinds - 1)
		n++;
	return n;
}

uint64_t cost_nano_usd(const struct cost *c)
{
	return c->cpu_ms * COST_NANO_MS + (uint64_t)puzzles_n(c) * COST_NANO_PUZZLE + c->words * COST_NANO_WORD;
}

static bool is_cheaper(const struct cost *a, const struct cost *b)
{
	if (a->possible != b->possible)
		return a->possible;
	return a->deciders != b->deciders ? a->deciders < b->deciders : cost_nano_usd(a) < cost_nano_usd(b);
}

static void add(struct cost *sum, const struct cost *c)
{
	sum->possible = sum->possible && c->possible;
	sum->deciders += c->deciders;
	sum->by |= c->by;
	sum->cpu_ms += c->cpu_ms;
	sum->puzzles |= c->puzzles;
	sum->words += c->words;
}

/* Costs in order, those that are equal as the charter has them. */
static void put_in_order(struct cost *sorted, uint32_t n, const struct cost *c)
{
	for (; n > 0 && is_cheaper(c, &sorted[n - 1]); n--)
		sorted[n] = sorted[n - 1];
	sorted[n] = *c;
}

struct cost cost_find(const struct requirement *r, bool unmet, cost_of_leaf *leaf, const void *arg)
{
	struct cost sorted[REQ_CHILDREN_MAX], child, sum = { .possible = true };
	const uint32_t n = r->n < REQ_CHILDREN_MAX ? r->n : REQ_CHILDREN_MAX;
	uint32_t needed;

	if (!requirement_is_inner(r))
		return leaf(arg, r);
	for (uint32_t i = 0; i < n; i++) {
		child = cost_find(&r->child[i], unmet, leaf, arg);
		put_in_order(sorted, i, &child);
	}
	needed = requirement_children_needed(r);
	if (unmet)
		needed = n >= needed ? n - needed + 1 : 0;
	sum.possible = needed <= n;
	for (uint32_t i = 0; i < needed && i < n; i++)
		add(&sum, &sorted[i]);
	return sum;
}

/* ---- into a group */

/* What an applicant brings along, so that no leaf has to pay for it again. */
struct brought {
	uint32_t puzzles;
	int64_t effort;
};

static struct cost entry_leaf(const void *arg, const struct requirement *r)
{
	const struct brought *b = arg;

	switch (r->type) {
	case REQ_CAPTCHA:
		return (struct cost){ .possible = (r->captcha_kinds & b->puzzles) != 0 };
	case REQ_WORK:
		return (struct cost){ .possible = r->effort <= b->effort };
	case REQ_EXTERNAL:
		return (struct cost){ .possible = true, .words = 1 };
	default:
		return (struct cost){ .possible = true, .deciders = 1, .by = 1u << r->type };
	}
}

/* The smallest effort above this one that a leaf asks for, and that anybody can do; 0: there is none. */
static int64_t effort_above(const struct requirement *r, int64_t floor)
{
	int64_t least = r->type == REQ_WORK && r->effort > floor && r->effort <= WORK_EFFORT_MAX ? r->effort : 0;

	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++) {
		int64_t of_child = effort_above(&r->child[i], floor);

		if (of_child > 0 && (least == 0 || of_child < least))
			least = of_child;
	}
	return least;
}

uint64_t cost_cpu_ms(int64_t effort)
{
	return effort > 0 ? (uint64_t)work_counter(effort) * COST_TRY_MS : 0;
}

static void with_effort(const struct requirement *r, int64_t effort, struct cost *best)
{
	for (uint32_t kinds = 0; kinds < KINDS_END; kinds++) {
		const struct brought b = { kinds, effort };
		struct cost c = cost_find(r, false, entry_leaf, &b);

		c.puzzles = kinds;
		c.cpu_ms = cost_cpu_ms(effort);
		if (is_cheaper(&c, best))
			*best = c;
		if (!requirement_has(r, REQ_CAPTCHA))
			return;
	}
}

struct cost cost_of_entry(const struct requirement *r)
{
	struct cost best = { .possible = false };
	int64_t effort = 0;

	do {
		with_effort(r, effort, &best);
		effort = effort_above(r, effort);
	} while (effort > 0);
	return best;
}
