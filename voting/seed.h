/* SPDX-License-Identifier: ISC
 * The seeder's word for one application: its own share in the node ID, revealed once the application stands in the log
 * (docs/objects/seed.md). */
#ifndef VOTING_SEED_H
#define VOTING_SEED_H

#include "charter/object.h"

struct seed_reveal {
	struct digest digest, genesis;
	uint64_t number; /* of the seeder's own seeds */
	uint8_t seed[32];
	struct digest application;
	int64_t iat;
};

/* Reads the payload of an envelope; the signature and the commitment are the caller's to verify. "wrong_typ", at_*'s. On failure *out is
 * zero. */
bool seed_parse(const struct jws *j, struct seed_reveal *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *seed_print(const struct seed_reveal *s);

#endif
