/* SPDX-License-Identifier: ISC
 * What follows from an *issued* entry: every field of the certificate. Nobody chooses one. Called by whoever intends a certificate and by
 * whoever signs it. */
#ifndef PEER_ISSUANCE_H
#define PEER_ISSUANCE_H

#include "peer/profile.h"

/* What the log and its objects say about one certificate to be. */
struct issuance {
	enum origin origin;
	struct digest cause;    /* decision, founder's cause, renewal, rekeying */
	struct digest decision; /* the one that admitted the member; genesis for founders */
	struct id16 member, node;
	const char *name;
	struct sig_pub key;
	int64_t time; /* of the *issued* entry */
};
/* The window of an issuing key: CA certificate and all it signs. notAfter is the charter's `until`, notBefore the charter's entry with the
 * usual backdating. */
struct issuer {
	struct sig_pub key;
	int64_t not_before, not_after;
};
/* Fields of the certificate under the charter in force at the entry. Strings stay borrowed. */
void issuance_fields(const struct charter *c, const struct issuer *by, const struct issuance *i, struct gmc_fields *out);
/* The issuing key of a charter for a time: of those whose window covers it, the one that begins last. NULL when there is none. */
const struct charter_issuer *issuance_issuer(const struct charter *c, int64_t time);

#endif
