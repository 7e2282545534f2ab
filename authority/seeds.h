/* SPDX-License-Identifier: ISC
 * Seeds for node IDs: drawn by the notary, committed to in the log before anybody can apply under a head that shows them. */
#ifndef AUTHORITY_SEEDS_H
#define AUTHORITY_SEEDS_H

#include "authority/authority.h"

enum {
	SEEDS_COMMITTED = 192, /* at a time: 256 digests and the rest would not fit the 16 KiB of a payload */
	SEEDS_LOW = 64,
};

/* Draws seeds, logs the commitment and keeps both. */
bool seeds_commit(struct log_writer *lw, struct err *e);

/* Seed with this number (from 0), and the log index of its commitment. "no_seed" when there is none yet. */
struct seed {
	uint8_t seed[32];
	struct digest commitment;
	uint64_t index;
};
bool seeds_get(struct worker *w, int32_t g, uint64_t number, struct seed *out, struct err *e);
/* The next unused seed, for the entry that the caller is about to log: each `application`, `rejoined` and `drawn` entry uses up one, in the
 * order of the log (ledger_seed_take). *number: its own. Wipe the seed. "no_seed" */
bool seeds_take(struct log_writer *lw, uint64_t *number, struct seed *out, struct err *e);
/* Should WORK_SEEDS be posted once the transaction stands? Now and then, long before the last seed. */
bool seeds_due(const struct log_writer *lw);

#endif
