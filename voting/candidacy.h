/* SPDX-License-Identifier: ISC
 * A candidacy: somebody offers to be watched and, perhaps, invited (docs/objects/candidacy.md). */
#ifndef VOTING_CANDIDACY_H
#define VOTING_CANDIDACY_H

#include "charter/object.h"

enum { CANDIDACY_NONCE = 16, CANDIDACY_NAME_MAX = 64 };

struct candidacy {
	struct digest digest, genesis, charter, thumb; /* thumb: of the key */
	struct sig_pub key;
	char name[CANDIDACY_NAME_MAX + 1];
	int64_t iat;
};

/* Reads the payload of an envelope; the signature is not looked at. "wrong_typ", at_*'s, jwk_parse's. */
bool candidacy_parse(const struct jws *j, struct candidacy *out, struct err *e);
/* The same, and its one signature is by the key that it names. "bad_jws", jws_verify's. */
bool candidacy_verify(struct crypto *c, const struct jws *j, struct candidacy *out, struct err *e);
/* The payload document (digest and thumb are not looked at). NULL when out of memory. */
json_t *candidacy_print(const struct candidacy *v, const uint8_t nonce[static CANDIDACY_NONCE]);

#endif
