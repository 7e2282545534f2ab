/* SPDX-License-Identifier: ISC
 * One participant's own side of a dealing: what it posts in each phase, and the share that it ends with. All that it draws follows from one
 * seed, which serves for one ceremony; what it has posted is kept by the caller, and posted again rather than made again. */
#ifndef VOTING_DEALER_H
#define VOTING_DEALER_H

#include "voting/dealing.h"

/* Secret. */
struct dealer {
	share_id number;
	uint8_t seed[SEED_BYTES];
};

/* The body of what this participant is to post now (dealing_waits says whether). `old`: its share of the epoch before, where it deals that
 * anew; NULL otherwise. `key` signs the transcript, once the caller has kept the share. NULL with e set: "not_asked", "share_missing" (no
 * `old` for one who deals it anew), "bad_share" (at PHASE_CONFIRM: what it was given does not add up to the share that the board says),
 * "wrong_key". */
json_t *dealer_body(const struct dealing *d, const struct dealer *me, const struct share *old, const struct sig_key *key, struct err *e);

/* From PHASE_CONFIRM on: the share of the key that this participant holds. The caller wipes it. "bad_share", "wrong_phase". */
bool dealer_share(const struct dealing *d, const struct dealer *me, const struct share *old, struct share *out, struct err *e);

#endif
