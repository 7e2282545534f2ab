/* SPDX-License-Identifier: ISC */
#include "voting/eligible.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* More members than this are not needed to tell a median. */
enum { MEDIAN_MAX = 1024 };

uint32_t eligible_observers(const struct charter *c)
{
	const struct requirement *rule = charter_invitation_rule(c);
	const uint32_t asked = rule->invitation.observers;

	return asked == 0 && charter_measures(c) ? 1 : asked;
}

static int by_digest(const void *a, const void *b)
{
	return digest_compare(a, b);
}

/* Of one member the latest comes first. */
static int by_candidate(const void *a, const void *b)
{
	const struct eligible_measure *x = a, *y = b;
	int c = digest_compare(&x->candidate, &y->candidate);

	if (c == 0)
		c = id16_compare(&x->member, &y->member);
	return c != 0 ? c : (x->index < y->index) - (x->index > y->index);
}

static int by_member(const void *a, const void *b)
{
	const struct eligible_load *x = a, *y = b;
	int c = id16_compare(&x->member, &y->member);

	return c != 0 ? c : (x->index < y->index) - (x->index > y->index);
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t median(int64_t *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return v[(n - 1) / 2];
}

/* The measures of one candidate, sorted: the first of each member counts. */
static bool reaches(const struct charter *c, const struct eligible_measure *m, size_t n)
{
	int64_t uptime[MEDIAN_MAX], activity[MEDIAN_MAX], history[MEDIAN_MAX];
	size_t by = 0;

	for (size_t i = 0; i < n && by < MEDIAN_MAX; i++) {
		if (i > 0 && id16_compare(&m[i - 1].member, &m[i].member) == 0)
			continue;
		uptime[by] = m[i].uptime;
		activity[by] = m[i].activity;
		history[by++] = m[i].history;
	}
	if (by < eligible_observers(c))
		return false;
	return by == 0 ||
		(median(uptime, by) >= c->inviting.measures.uptime && median(activity, by) >= c->inviting.measures.activity &&
			median(history, by) >= c->inviting.measures.history);
}

size_t eligible_keep(const struct charter *c, struct digest *candidates, size_t n, struct eligible_measure *m, size_t m_n)
{
	size_t kept = 0, at = 0;

	if (n > 1)
		qsort(candidates, n, sizeof(*candidates), by_digest);
	if (m_n > 1)
		qsort(m, m_n, sizeof(*m), by_candidate);
	for (size_t i = 0; i < n; i++) {
		size_t of;

		if (i > 0 && digest_compare(&candidates[i - 1], &candidates[i]) == 0)
			continue;
		while (at < m_n && digest_compare(&m[at].candidate, &candidates[i]) < 0)
			at++;
		for (of = at; of < m_n && digest_compare(&m[of].candidate, &candidates[i]) == 0; of++)
			;
		if (reaches(c, m_n == 0 ? m : &m[at], of - at))
			candidates[kept++] = candidates[i];
		at = of;
	}
	return kept;
}

static bool is_loaded(const struct charter *c, const struct eligible_load *v)
{
	return (c->inviting.load.clients > 0 && v->clients >= c->inviting.load.clients) ||
		(c->inviting.load.bandwidth > 0 && v->bandwidth >= c->inviting.load.bandwidth) ||
		(c->inviting.load.memory > 0 && v->memory >= c->inviting.load.memory);
}

bool eligible_loaded(const struct charter *c, struct eligible_load *v, size_t n)
{
	const uint32_t observers = eligible_observers(c);
	uint64_t told = 0, loaded = 0;

	if (c->inviting.load.q == 0)
		return true;
	if (n > 1)
		qsort(v, n, sizeof(*v), by_member);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && id16_compare(&v[i - 1].member, &v[i].member) == 0)
			continue;
		told++;
		loaded += is_loaded(c, &v[i]);
	}
	return told >= 1 && told >= observers && loaded * c->inviting.load.q >= told * c->inviting.load.p;
}

static void lot_of(const struct digest *genesis, const uint8_t *seed, const struct digest *candidacy, struct digest *out)
{
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(candidacy->b, sizeof(candidacy->b)),
		slice_of(seed, 32) };

	digest_labelled("gmc-draw/1", parts, 3, out);
}

/* Few are drawn, so that each finds its place among them by insertion. */
size_t eligible_draw(const struct digest *genesis, const uint8_t seed[static 32], const struct digest *candidates, size_t n, size_t k,
	struct digest *out)
{
	struct digest lots[REQ_DRAW_MAX], lot;
	size_t drawn = 0;

	if (k > REQ_DRAW_MAX)
		k = REQ_DRAW_MAX;
	for (size_t i = 0; i < n; i++) {
		size_t at = drawn;

		lot_of(genesis, seed, &candidates[i], &lot);
		while (at > 0 && digest_compare(&lots[at - 1], &lot) > 0)
			at--;
		if (at >= k)
			continue;
		if (drawn < k)
			drawn++;
		memmove(&lots[at + 1], &lots[at], (drawn - 1 - at) * sizeof(lot));
		memmove(&out[at + 1], &out[at], (drawn - 1 - at) * sizeof(lot));
		lots[at] = lot;
		out[at] = candidates[i];
	}
	return drawn;
}
