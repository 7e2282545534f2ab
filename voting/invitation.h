/* SPDX-License-Identifier: ISC
 * An invitation by a member or an operator, where the charter draws no lots (docs/objects/invitation.md). */
#ifndef VOTING_INVITATION_H
#define VOTING_INVITATION_H

#include "charter/object.h"

struct invitation {
	struct digest digest, genesis, charter, candidate; /* candidate: the candidacy */
	bool has_member;                                   /* by a member; otherwise by an operator */
	struct id16 member;
	int64_t until, iat;
};

/* Reads the payload of an envelope; the signature, one, by the inviter, is the caller's to verify. "wrong_typ", at_*'s; "out_of_range" for
 * one that ends before it was made. */
bool invitation_parse(const struct jws *j, struct invitation *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *invitation_print(const struct invitation *v);

#endif
