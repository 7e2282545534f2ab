/* SPDX-License-Identifier: ISC
 * Certificate revocation lists (RFC 5280 section 5) in our profile. */
#ifndef PEER_CRL_H
#define PEER_CRL_H

#include "peer/profile.h"

struct crl_entry {
	struct id16 serial;
	int64_t from;
	uint8_t reason; /* RFC 5280 5.3.1; 0 is left out */
};
struct crl {
	struct slice der, tbs;
	struct digest genesis;
	uint64_t number;
	int64_t this_update, next_update;
	uint8_t aki[20];
	enum sig_alg alg;
	uint8_t sig[SIG_BYTES];
	struct slice entries; /* DER of the revoked certificates, walked by crl_find */
};
/* Appends the TBSCertList. Entries are sorted by (from, serial) first, in place; no serial may stand there twice. False when memory is out,
 * a reason is none of 0, 1, 3, 4, 5, 6, 9, or a time is none that X.509 can write; out is then of no use. */
bool crl_build(const struct digest *genesis, enum sig_alg alg, const uint8_t ski[static 20], uint64_t number, int64_t this_update,
	int64_t next_update, struct crl_entry *entries, size_t n, struct buf *out);
/* Strict, of this profile alone. "bad_crl" */
bool crl_parse(struct slice der, struct crl *out, struct err *e);
/* The signature, and that the list names this key. "bad_signature" */
bool crl_verify(struct crypto *c, const struct crl *l, const struct sig_pub *issuer, struct err *e);
/* Walks the entries of a list that crl_parse took. */
bool crl_find(const struct crl *l, const struct id16 *serial, struct crl_entry *out);

#endif
