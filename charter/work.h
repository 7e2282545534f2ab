/* SPDX-License-Identifier: ISC
 * Work that costs memory as well as time: Argon2id (RFC 9106) of a nonce and a counter, tried one after the other until the right one is
 * found, as version 2 of ALTCHA has it. Whoever sets the puzzle chose that counter, and knows the key that it gives; whoever reads the
 * solution derives the key once. docs/objects/challenge.md. */
#ifndef CHARTER_WORK_H
#define CHARTER_WORK_H

#include "base/at.h"

/* Of one try. WORK_PREFIX: so many bytes of the key tell the solver that it is there; long enough that no other counter gives them. */
enum { WORK_MEMORY = 8192 /* KiB */, WORK_PASSES = 1, WORK_KEY = 32, WORK_PREFIX = 16, WORK_NONCE = 16 };
/* Effort is counted in KiB filled: one try is WORK_MEMORY * WORK_PASSES. No counter is above 32 bits. */
#define WORK_EFFORT_MAX ((int64_t)UINT32_MAX * WORK_MEMORY * WORK_PASSES)

struct work_puzzle {
	uint8_t nonce[WORK_NONCE], salt[WORK_NONCE];
};
struct work_done {
	struct work_puzzle puzzle;
	uint32_t counter;
	uint8_t key[WORK_KEY]; /* what the counter gives */
};

/* One try: the key of a counter. Fills WORK_MEMORY KiB: some milliseconds. "no_memory" */
bool work_derive(const struct work_puzzle *p, uint32_t counter, uint8_t key[static WORK_KEY], struct err *e);
/* The most effort that this counter may stand for: WORK_MEMORY * WORK_PASSES KiB for each below it. */
int64_t work_effort(uint32_t counter);
/* The smallest counter that takes this effort; effort is 1 to WORK_EFFORT_MAX. */
uint32_t work_counter(int64_t effort);

/* {"nonce", "salt", "counter", "key"}. at_*'s. Printing gives a new document, NULL when out of memory. */
bool work_read(const struct at *at, struct work_done *out);
json_t *work_print(const struct work_done *w);
/* Is the key the counter's, and the counter worth the effort? "work_short" (it took less), "work_wrong" (another key), work_derive's. That
 * the counter was not told beforehand is the word of whoever set the puzzle. */
bool work_holds(const struct work_done *w, int64_t effort, struct err *e);

#endif
