/* SPDX-License-Identifier: ISC
 * Chance that can be had again: a stream that follows from 32 bytes. A puzzle's answer and its drawing are thrown with dice of the puzzle's
 * own secret seed, so that neither has to be kept, and a second drawing is the first one, byte for byte. */
#ifndef AUTHORITY_PUZZLE_DICE_H
#define AUTHORITY_PUZZLE_DICE_H

#include "base/bytes.h"

enum { DICE_SEED = 32 };

/* ChaCha20 (RFC 8439's function; the counter is 64 bits) under the seed, block after block. */
struct dice {
	uint8_t seed[DICE_SEED];
	uint8_t block[512];
	size_t left;     /* bytes of the block that were not thrown yet */
	uint64_t blocks; /* made so far */
};

void dice_init(struct dice *d, const uint8_t seed[static DICE_SEED]);
/* Wipes it; the seed is a secret. */
void dice_wipe(struct dice *d);

/* 0 <= v < n, each as likely; n > 0. */
uint32_t dice_below(struct dice *d, uint32_t n);
/* low <= v < high, in steps of (high - low) / 2^32. */
double dice_between(struct dice *d, double low, double high);
void dice_bytes(struct dice *d, void *out, size_t n);
/* Puts v[0..n) into another order, each as likely (Fisher and Yates). */
void dice_shuffle(struct dice *d, uint8_t *v, size_t n);

#endif
