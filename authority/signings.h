/* SPDX-License-Identifier: ISC
 * What the members who hold the issuing key together are to sign, and what becomes of their signatures. */
#ifndef AUTHORITY_SIGNINGS_H
#define AUTHORITY_SIGNINGS_H

#include "authority/authority.h"
#include "voting/ceremony.h"

/* A signing that is to begin: the ceremony, without what its opening fills in, and the bytes of its items. */
struct signing_due {
	struct ceremony *ceremony;
	struct buf *bytes; /* one for each item */
};
void signing_due_free(struct signing_due *d);

/* The next one; out->ceremony is NULL when there is none. In this order: CA certificates of keys that have none; certificates that rest on
 * a vote, each alone, because those who voted for it sign it; all others together; the newest CRL. What a ceremony that runs is about is
 * left to it. Asks the signer for CA certificates, where the authority has one. */
bool signings_due(struct worker *w, int32_t g, struct signing_due *out, struct err *e);

/* What was signed since: CA certificates are sealed by the signer, CRLs here; each is verified, and kept. Certificates of members are
 * act_publish's. */
bool signings_seal(struct worker *w, int32_t g, struct err *e);

#endif
