/* SPDX-License-Identifier: ISC
 *
 * For each goal the others' acts are fixed, and every member who joins in can only help: so of voters of one kind only the number matters,
 * and for the last kind it is found by halving. */
#include "charter/capture.h"

#include <stdlib.h>
#include <string.h>

#include "charter/capture_voters.h"
#include "charter/cost.h"
#include "charter/judge.h"

#define NEVER UINT32_MAX

enum { HALVINGS = 21 /* of a group of a million */ };

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- is the goal reached? */

static bool votes_meet(const struct siege *s, const struct requirement *r, uint32_t joined, uint32_t voters)
{
	uint32_t yes = s->goal == CAPTURE_BLOCK ? voters - joined : joined, no = 0;

	if (s->goal != CAPTURE_ADMIT)
		no = voters - yes;
	if (siege_by_place(r) && s->q != Q_ADMIT)
		return false;
	return yes >= votes_needed(r, r->votes.base == VOTES_CAST ? yes + no : voters) && (r->votes.veto == 0 || no < r->votes.veto);
}

static uint32_t operators_with(const struct siege *s)
{
	return s->goal == CAPTURE_BLOCK ? (uint32_t)s->c->authority.operators_n - s->operators : s->operators;
}

/* Whoever is no friend of the goal measures low, where measures are asked for: of an even number of them the lower one in the middle
 * counts. */
static bool invitation_meets(const struct siege *s, const struct requirement *r, uint32_t joined, uint32_t asked)
{
	const bool measured = charter_measures(s->c);
	const bool word = r->invitation.draw == 0;
	uint32_t with = s->goal == CAPTURE_BLOCK ? asked - joined : joined, against = s->goal == CAPTURE_ADMIT ? 0 : asked - with;
	uint32_t needed = r->invitation.observers;

	if (needed == 0 && (measured || (word && !r->invitation.by_operators)))
		needed = 1;
	if (word && r->invitation.by_operators && operators_with(s) == 0)
		return false;
	return s->q == Q_ADMIT && (word || s->drawn) && with >= needed && (!measured || with > against);
}

/* A leaf, when so many of those whom it asks join in. */
static bool leaf_meets(const struct siege *s, const struct requirement *r, uint32_t joined, uint32_t asked)
{
	switch (r->type) {
	case REQ_VOTES:
		return votes_meet(s, r, joined, asked);
	case REQ_VOUCHES:
		return s->q == Q_ADMIT && (s->goal == CAPTURE_BLOCK ? asked - joined : joined) >= r->vouches.count;
	case REQ_AUTHORITY:
		return operators_with(s) >= (r->k > 0 ? r->k : 1);
	case REQ_LIST:
		return s->q == Q_ADMIT && s->listed && r->list.n > 0;
	case REQ_INVITATION:
		return invitation_meets(s, r, joined, asked);
	default:
		return s->q == Q_ADMIT && s->challenges;
	}
}

/* Who is on probation can vouch, as far as is known here, measure and invite. */
static bool asks_without_vote(const struct requirement *r)
{
	return r->type == REQ_VOUCHES || r->type == REQ_INVITATION;
}

static bool met(const struct siege *s, size_t at)
{
	const struct spot *p = &s->spots[at];
	uint32_t joined = 0, asked = 0, children = 0;

	if (requirement_is_inner(p->r)) {
		for (size_t i = at + 1; i < p->end; i = s->spots[i].end)
			children += met(s, i);
		return children >= requirement_children_needed(p->r);
	}
	for (size_t i = 0; i < s->kinds_n; i++) {
		const struct voter_kind *k = &s->kinds[i];
		bool asks = asks_without_vote(p->r) || (k->votes && (p->set < 0 || (k->in >> p->set & 1) != 0));

		joined += asks ? s->x[i] : 0;
		asked += asks ? k->size : 0;
	}
	return leaf_meets(s, p->r, joined, asked);
}

static bool reached(const struct siege *s)
{
	return met(s, 0) == (s->goal != CAPTURE_BLOCK);
}

/* ---- the fewest, exactly */

/* The fewest of one kind that reach the goal, when so many as there are now do: they are left in their place. */
static uint32_t least(struct siege *s, size_t kind)
{
	uint32_t *x = &s->x[kind], low = 0, high = *x;

	while (low < high) {
		*x = low + (high - low) / 2;
		if (reached(s))
			high = *x;
		else
			low = *x + 1;
	}
	*x = high;
	return high;
}

static void search_last(struct siege *s, uint32_t spent)
{
	size_t last = s->kinds_n - 1;

	s->x[last] = smaller(s->kinds[last].size, s->best - 1 - spent);
	if (reached(s))
		s->best = spent + least(s, last);
}

static void search(struct siege *s, size_t kind, uint32_t spent)
{
	if (kind + 1 >= s->kinds_n) {
		search_last(s, spent);
		return;
	}
	for (uint32_t i = 0; i <= s->kinds[kind].size && spent + i < s->best; i++) {
		s->x[kind] = i;
		search(s, kind + 1, spent + i);
	}
	s->x[kind] = 0;
}

static bool is_small(const struct siege *s)
{
	uint64_t steps = HALVINGS * (s->c->authority.operators_n + 1) * s->n * (s->kinds_n + 1);

	for (size_t i = 0; i + 1 < s->kinds_n && steps <= CAPTURE_STEPS; i++)
		steps *= (uint64_t)s->kinds[i].size + 1;
	return steps <= CAPTURE_STEPS;
}

/* ---- or enough, when each leaf is won by members of its own */

static uint32_t leaf_price(const struct siege *s, const struct requirement *r)
{
	uint32_t voters = siege_voters(s), low = 0, high;
	bool wanted = s->goal != CAPTURE_BLOCK;

	if (siege_by_place(r))
		voters = smaller(r->votes.nearest + r->votes.opposite, voters);
	else if (r->type == REQ_VOTES && r->votes.of != NULL)
		voters = r->votes.of_n;
	else if (asks_without_vote(r))
		voters = s->g->members;
	high = voters;
	if (leaf_meets(s, r, high, voters) != wanted)
		return NEVER;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (leaf_meets(s, r, middle, voters) == wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

static struct cost leaf_cost(const void *arg, const struct requirement *r)
{
	uint32_t n = leaf_price(arg, r);

	return (struct cost){ .possible = n != NEVER, .deciders = n };
}

static uint32_t price(const struct siege *s)
{
	const struct cost c = cost_find(s->spots[0].r, s->goal == CAPTURE_BLOCK, leaf_cost, s);

	if (!c.possible)
		return NEVER;
	return c.deciders < s->g->members ? (uint32_t)c.deciders : s->g->members;
}

static uint32_t sets_of(const struct voter_kind *k)
{
	uint32_t n = 0;

	for (uint64_t in = k->in; in != 0; in &= in - 1)
		n++;
	return n;
}

/* Everybody first; then as many are let go as can be, those who serve the fewest leaves before the others. */
static uint32_t let_go(struct siege *s)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < s->kinds_n; i++)
		s->x[i] = s->kinds[i].size;
	if (!reached(s))
		return NEVER;
	for (uint32_t serves = 0; serves <= CAPTURE_SETS; serves++)
		for (size_t i = 0; i < s->kinds_n; i++)
			if (sets_of(&s->kinds[i]) == serves)
				sum += least(s, i);
	return sum;
}

/* ---- members, and operators beside them */

static uint32_t fewest(struct siege *s)
{
	memset(s->x, 0, sizeof(s->x));
	if (!s->exact)
		return s->complete ? smaller(price(s), let_go(s)) : price(s);
	s->best = NEVER;
	if (s->kinds_n > 0)
		search(s, 0, 0);
	else if (reached(s))
		s->best = 0;
	return s->best;
}

/* By an applicant who brings this along. */
static struct capture solve(struct siege *s, bool listed, bool challenges, bool drawn)
{
	struct capture k = { .listed = listed, .exact = s->exact };
	uint32_t n;

	s->listed = listed;
	s->challenges = challenges;
	s->drawn = drawn;
	for (s->operators = 0; s->operators <= s->c->authority.operators_n; s->operators++) {
		n = fewest(s);
		if (n != NEVER && !k.possible) {
			k.possible = true;
			k.members = n;
			k.operators = s->operators;
		}
		if (n == 0) {
			k.alone = s->operators;
			break;
		}
	}
	return k;
}

static bool takes_nobody(const struct capture *k)
{
	return k->possible && k->members == 0 && k->operators == 0;
}

/* A rule that keeps all strangers out by itself is held against somebody on its list, if that makes a difference. */
static struct capture ask_block(struct siege *s)
{
	const struct capture k = solve(s, false, true, true), listed = takes_nobody(&k) ? solve(s, true, true, true) : k;

	return takes_nobody(&listed) ? k : listed;
}

static bool costs_as(const struct capture *a, const struct capture *b)
{
	return a->possible == b->possible && a->members == b->members && a->operators == b->operators && a->alone == b->alone;
}

static struct capture ask(struct siege *s)
{
	struct capture k, without;

	if (s->goal == CAPTURE_BLOCK)
		return ask_block(s);
	k = solve(s, false, true, true);
	if (!k.possible)
		k = solve(s, true, true, true);
	k.listed = k.listed && k.possible;
	without = solve(s, k.listed, false, true);
	k.challenges = k.possible && !costs_as(&without, &k);
	without = solve(s, k.listed, true, false);
	k.drawn = k.possible && !costs_as(&without, &k);
	return k;
}

bool capture_find(const struct charter *c, const struct requirement *r, enum question q, enum capture_goal goal,
	const struct capture_group *g, struct capture *out, struct err *e)
{
	struct siege s = { .c = c, .q = q, .goal = goal, .g = g };

	if (!siege_lay(&s, r, e))
		return false;
	s.exact = s.complete && is_small(&s);
	*out = ask(&s);
	free(s.spots);
	return true;
}

static void say_number(uint32_t n, const char *noun, struct buf *out)
{
	buf_printf(out, "%u %s%s", (unsigned)n, noun, n == 1 ? "" : "s");
}

void capture_say(const struct capture *k, struct buf *out)
{
	if (!k->possible) {
		buf_add_str(out, "more than there are");
		return;
	}
	if (k->members == 0 && k->operators == 0)
		buf_add_str(out, "nobody");
	else if (!k->exact)
		buf_add_str(out, "at most ");
	if (k->members > 0)
		say_number(k->members, "member", out);
	if (k->operators > 0) {
		buf_add_str(out, k->members > 0 ? " and " : "");
		say_number(k->operators, "operator", out);
	}
	if (k->alone > 0 && k->members > 0) {
		buf_add_str(out, ", or ");
		say_number(k->alone, "operator", out);
	}
	if (k->listed)
		buf_add_str(out, ", when the applicant is on the list");
	if (k->challenges)
		buf_add_str(out, ", when the applicant meets the challenges");
	if (k->drawn)
		buf_add_str(out, ", when the applicant is drawn by lot");
}
