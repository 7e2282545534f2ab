/* SPDX-License-Identifier: ISC
 * A member takes another place: the notary's word for its next node ID (docs/objects/rejoin.md). */
#ifndef VOTING_REJOIN_H
#define VOTING_REJOIN_H

#include "charter/object.h"

struct rejoin {
	struct digest digest, genesis, charter;
	struct id16 member;
	struct digest cause; /* of the certificate that follows: renewal, rekeying or decision */
	uint64_t number;     /* of the seed */
	uint8_t seed[32];
	struct id16 node;
	int64_t iat;
};

/* Reads the payload of an envelope; the signature, the seed and the node are the caller's to verify. "wrong_typ", at_*'s. On failure *out
 * is zero. */
bool rejoin_parse(const struct jws *j, struct rejoin *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *rejoin_print(const struct rejoin *r);
/* First 16 bytes of SHA-256("gmc-node-again/1" ‖ 0 ‖ genesis ‖ cause ‖ seed) */
void rejoin_node(const struct digest *genesis, const struct digest *cause, const uint8_t seed[static 32], struct id16 *out);

#endif
