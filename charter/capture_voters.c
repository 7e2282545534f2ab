/* SPDX-License-Identifier: ISC */
#include "charter/capture_voters.h"

#include <stdlib.h>

#include "charter/judge.h"

/* A member that a leaf names, and the sets that it stands in. */
struct named {
	struct id16 member;
	uint64_t in;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

bool siege_by_place(const struct requirement *r)
{
	return r->type == REQ_VOTES && (r->votes.nearest > 0 || r->votes.opposite > 0);
}

static size_t count_nodes(const struct requirement *r, size_t *named)
{
	size_t n = 1;

	*named += r->type == REQ_VOTES ? r->votes.of_n : 0;
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		n += count_nodes(&r->child[i], named);
	return n;
}

static void flatten(struct siege *s, const struct requirement *r)
{
	struct spot *self = &s->spots[s->n++];
	bool some = r->type == REQ_VOTES && (r->votes.of != NULL || siege_by_place(r));

	*self = (struct spot){ .r = r, .set = some ? (int)s->sets++ : -1 };
	s->rings += siege_by_place(r);
	for (uint32_t i = 0; i < r->n && requirement_is_inner(r); i++)
		flatten(s, &r->child[i]);
	self->end = s->n;
}

static void add_kind(struct siege *s, uint64_t in, uint32_t size, bool votes)
{
	for (size_t i = 0; i < s->kinds_n; i++)
		if (s->kinds[i].in == in && s->kinds[i].votes == votes) {
			s->kinds[i].size += size;
			return;
		}
	if (size == 0)
		return;
	if (s->kinds_n == CAPTURE_KINDS)
		s->complete = false;
	else
		s->kinds[s->kinds_n++] = (struct voter_kind){ in, size, votes };
}

static int named_order(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return id16_compare(&x->member, &y->member);
}

/* Gives how many different members the tree names. */
static uint32_t add_named(struct siege *s, struct named *all)
{
	size_t n = 0;
	uint32_t members = 0;

	for (size_t i = 0; i < s->n; i++)
		for (uint32_t k = 0; s->spots[i].set >= 0 && k < s->spots[i].r->votes.of_n; k++)
			all[n++] = (struct named){ s->spots[i].r->votes.of[k], UINT64_C(1) << s->spots[i].set };
	qsort(all, n, sizeof(*all), named_order);
	for (size_t i = 0, next; i < n; i = next, members++) {
		uint64_t in = 0;

		for (next = i; next < n && named_order(&all[i], &all[next]) == 0; next++)
			in |= all[next].in;
		add_kind(s, in, 1, true);
	}
	return members;
}

/* The distance to the opposite place is half the ring less the distance to the place: who is nearest to the one is farthest from the other,
 * so one order of the voters tells all. */
static void add_ring(struct siege *s, uint32_t voters)
{
	for (uint32_t from = 0, to; from < voters; from = to) {
		uint64_t in = 0;

		to = voters;
		for (size_t i = 0; i < s->n; i++) {
			const struct requirement *r = s->spots[i].r;
			uint32_t near = smaller(r->votes.nearest, voters), far = voters - smaller(r->votes.opposite, voters);

			if (!siege_by_place(r))
				continue;
			if (from < near || from >= far)
				in |= UINT64_C(1) << s->spots[i].set;
			to = near > from ? smaller(to, near) : to;
			to = far > from ? smaller(to, far) : to;
		}
		add_kind(s, in, to - from, true);
	}
}

static int kind_order(const void *a, const void *b)
{
	const struct voter_kind *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

uint32_t siege_voters(const struct siege *s)
{
	return s->g->members - smaller(s->g->without_vote, s->g->members);
}

static bool sort_voters(struct siege *s, struct err *e)
{
	uint32_t voters = siege_voters(s), named;
	struct named *all = calloc(s->named_n + 1, sizeof(*all));

	if (all == NULL)
		return err_memory(e);
	s->complete = s->sets <= CAPTURE_SETS && (s->rings == 0 || s->named_n == 0);
	if (s->complete) {
		named = add_named(s, all);
		s->complete = s->complete && named <= voters;
		voters -= smaller(named, voters);
		if (s->rings > 0)
			add_ring(s, voters);
		else
			add_kind(s, 0, voters, true);
		add_kind(s, 0, s->g->members - siege_voters(s), false);
	}
	free(all);
	qsort(s->kinds, s->kinds_n, sizeof(*s->kinds), kind_order);
	return true;
}

bool siege_lay(struct siege *s, const struct requirement *r, struct err *e)
{
	s->spots = calloc(count_nodes(r, &s->named_n), sizeof(*s->spots));
	if (s->spots == NULL)
		return err_memory(e);
	flatten(s, r);
	if (sort_voters(s, e))
		return true;
	free(s->spots);
	return false;
}
