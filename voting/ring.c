/* SPDX-License-Identifier: ISC */
#include "voting/ring.h"

#include <string.h>

/* A number of 128 bits. */
struct wide {
	uint64_t high, low;
};

static struct wide wide_of(const struct id16 *id)
{
	struct wide w = { 0 };

	for (size_t i = 0; i < 8; i++) {
		w.high = w.high << 8 | id->b[i];
		w.low = w.low << 8 | id->b[8 + i];
	}
	return w;
}

static bool wide_below(struct wide a, struct wide b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* a - b mod 2^128 */
static struct wide wide_minus(struct wide a, struct wide b)
{
	return (struct wide){ a.high - b.high - (a.low < b.low ? 1u : 0u), a.low - b.low };
}

static struct wide distance(struct wide a, struct wide b)
{
	struct wide there = wide_minus(a, b), back = wide_minus(b, a);

	return wide_below(there, back) ? there : back;
}

struct place {
	struct wide away;
	struct id16 member;
};

static bool before(const struct place *a, const struct place *b)
{
	if (wide_below(a->away, b->away) || wide_below(b->away, a->away))
		return wide_below(a->away, b->away);
	return id16_compare(&a->member, &b->member) < 0;
}

bool ring_nearest(
	const struct ring_seat *seats, size_t n, const struct id16 *node, size_t k, struct id16 *out, size_t *out_n, struct err *e)
{
	struct place best[RING_MAX];
	struct wide here = wide_of(node);
	size_t found = 0;

	if (k > RING_MAX)
		return err_set(e, "out_of_range", "at most %d neighbours are asked for, not %zu", RING_MAX, k);
	for (size_t i = 0; i < n && k > 0; i++) {
		struct place one = { distance(wide_of(&seats[i].node), here), seats[i].member };
		size_t at = found;

		if (found == k && !before(&one, &best[k - 1]))
			continue;
		while (at > 0 && before(&one, &best[at - 1]))
			at--;
		found += found < k ? 1u : 0u;
		memmove(&best[at + 1], &best[at], (found - 1 - at) * sizeof(one));
		best[at] = one;
	}
	for (size_t i = 0; i < found; i++)
		out[i] = best[i].member;
	*out_n = found;
	return true;
}

void ring_opposite(const struct id16 *node, struct id16 *out)
{
	*out = *node;
	out->b[0] ^= 0x80; /* what is carried out of the highest bit is lost */
}
