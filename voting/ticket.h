/* SPDX-License-Identifier: ISC
 * A ticket's request: the holder of a key asks to be set challenges, for one purpose (docs/objects/ticket.md). Nobody can ask for
 * another's key, so what is solved serves nobody else. */
#ifndef VOTING_TICKET_H
#define VOTING_TICKET_H

#include "charter/object.h"

enum { TICKET_NONCE = 16, TICKET_SLACK = 300 };

struct ticket {
	struct digest digest, genesis, charter, thumb; /* thumb: of the key */
	struct digest subject;                         /* what they are to be met for, as in gmc-challenge; zero: an application to come */
	struct sig_pub key;
	int64_t iat;
};

/* Reads the payload of an envelope; the signature is not looked at. "wrong_typ", at_*'s, jwk_parse's. */
bool ticket_parse(const struct jws *j, struct ticket *out, struct err *e);
/* The same, and its one signature is by the key that it names. "bad_jws", jws_verify's. */
bool ticket_verify(struct crypto *c, const struct jws *j, struct ticket *out, struct err *e);
/* The payload document (digest and thumb are not looked at). NULL when out of memory. */
json_t *ticket_print(const struct ticket *t, const uint8_t nonce[static TICKET_NONCE]);

#endif
