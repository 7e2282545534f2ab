/* SPDX-License-Identifier: ISC
 * One participant's own side of a signing. The nonces of a turn, one for each item, follow from 32 random bytes that serve for that turn
 * alone; the caller forgets them for good before an answer that rests on them leaves. */
#ifndef VOTING_COSIGN_H
#define VOTING_COSIGN_H

#include "voting/signing.h"

/* The body of a commitment. NULL: "no_memory". */
json_t *cosign_commit(const struct share *mine, const uint8_t seed[static SEED_BYTES], size_t items, struct err *e);
/* The body of the answer to the package that waits for this participant: `used` is the seed of the turn that is in it (cosigner.used), next
 * that of the commitments that follow. Whether the items may be signed is the caller's to know. NULL: "not_asked" (no package waits for
 * it), frost_sign's, "no_memory". */
json_t *cosign_sign(const struct signing *s, const struct share *mine, const uint8_t used[static SEED_BYTES],
	const uint8_t next[static SEED_BYTES], struct err *e);

#endif
