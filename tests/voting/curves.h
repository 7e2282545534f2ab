/* SPDX-License-Identifier: ISC
 * Scalars and points of tests: from hex, and against it. */
#ifndef TESTS_VOTING_CURVES_H
#define TESTS_VOTING_CURVES_H

#include <string.h>

#include "voting/shares.h"

static inline struct scalar scalar_hex(const char *hex)
{
	struct scalar s;

	assert_true(hex_decode(hex, strlen(hex), s.b, sizeof(s.b)));
	assert_true(scalar_decode(s.b, &s, NULL));
	return s;
}

static inline struct point point_hex(const char *hex)
{
	struct point p;

	assert_true(hex_decode(hex, strlen(hex), p.b, sizeof(p.b)));
	assert_true(point_decode(p.b, &p, NULL));
	return p;
}

static inline struct scalar number(uint64_t n)
{
	struct scalar s;

	scalar_of(n, &s);
	return s;
}

/* n B */
static inline struct point times(uint64_t n)
{
	struct scalar s = number(n);
	struct point p;

	point_base(&s, &p);
	return p;
}

/* 32 random bytes, other ones for each call; they live until the fourth call after. */
static inline const uint8_t *fresh_seed(void)
{
	static uint8_t seeds[4][SEED_BYTES];
	static unsigned next;

	bytes_random(seeds[next % 4], SEED_BYTES);
	return seeds[next++ % 4];
}

static inline void is_hex(const void *p, size_t n, const char *want)
{
	char got[512];

	assert_true(2 * n < sizeof(got));
	hex_encode(p, n, got);
	assert_string_equal(got, want);
}

/* Shares of numbers 1..n on f. */
static inline void deal(const struct scalar *f, size_t t, size_t n, struct share *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i].id = (share_id)(i + 1);
		shares_at(f, t, out[i].id, &out[i].value);
	}
}

#endif
