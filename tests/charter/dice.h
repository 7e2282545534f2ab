/* SPDX-License-Identifier: ISC
 * Numbers that look like chance and come again with the same seed (SplitMix64), for tests. */
#ifndef TESTS_CHARTER_DICE_H
#define TESTS_CHARTER_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct dice {
	uint64_t state;
};

static inline uint64_t dice_roll(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* From 0 to n - 1; 0 for n = 0. */
static inline uint32_t dice_below(struct dice *d, uint32_t n)
{
	return n == 0 ? 0 : (uint32_t)(dice_roll(d) % n);
}

/* True n times in 100. */
static inline bool dice_percent(struct dice *d, uint32_t n)
{
	return dice_below(d, 100) < n;
}

/* A number from the environment, such as SEED. */
static inline uint64_t dice_given(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

#endif
