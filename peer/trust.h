/* SPDX-License-Identifier: ISC
 * What a peer trusts: the genesis it pinned, the chain of charters from there, the CA certificates, the last head and revocation list. */
#ifndef PEER_TRUST_H
#define PEER_TRUST_H

#include "charter/chain.h"
#include "peer/cert.h"
#include "peer/crl.h"
#include "peer/head.h"
#include "peer/revocations.h"

enum { TRUST_MAX = REVOCATIONS_MAX + REVOCATIONS_MAX / 2, TRUST_CHARTERS_MAX = 256, TRUST_AUTHORITIES_MAX = 8 };

/* Everything in it was verified when it was read; nothing changes it afterwards, so that threads may share it. */
struct trust {
	struct digest genesis;
	const char *group;               /* of the newest charter */
	struct signed_charter *charters; /* owned, versions 1..n in order */
	size_t charters_n;
	struct ca_cert authorities[TRUST_AUTHORITIES_MAX]; /* each named by a charter; slices into `bytes` */
	size_t authorities_n;
	bool has_head, has_revocations;
	struct head head;
	struct revocations revocations;
	int64_t fresh_until; /* nobody is told of as a member later than this; 0 without a revocation list */
	json_t *doc;         /* owned: as it came, for writing it again */
	struct buf bytes;
};

/* Reads and believes a trust file: every link of the charter chain from the genesis that it pins (and that the caller may pin as well:
 * genesis NULL takes the file's own), voted charters through their records, CA certificates self-signed and with the window that the first
 * charter to name them gives, head and list signed by keys of a charter that could still be in force at their time. A superseded charter
 * counts for its term and a day beyond the next one's `effective`: so long may a version take to reach the log.
 * NULL with e set: object_read's, chain's, record_follows's, jws_verify's, "bad_trust" (a part that fits no other), "wrong_context"
 * (another group), "not_a_notary", "not_a_revocation_key", "forked" (head and list are of two logs). Free with trust_free. */
struct trust *trust_parse(struct crypto *c, struct slice text, const struct digest *genesis, struct err *e);
void trust_free(struct trust *t);
/* The document; head and revocations may be NULL, and so left out. Takes nothing. NULL when out of memory. */
json_t *trust_print(
	const struct digest *genesis, const char *group, json_t *charters, json_t *authorities, json_t *head, json_t *revocations);
const struct charter *trust_newest(const struct trust *t);
/* By digest; by key identifier. NULL when there is none. */
const struct charter *trust_charter(const struct trust *t, const struct digest *charter);
/* Who signed this alone, as a notary of a charter that could be in force at that time: the newest that takes effect later does not end the
 * one before. NULL: nobody. The signature is the caller's to verify. */
const struct charter_key *trust_notary(const struct trust *t, const struct jws *j, int64_t time);
const struct ca_cert *trust_authority(const struct trust *t, const uint8_t ski[static 20]);

#endif
