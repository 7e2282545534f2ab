/* SPDX-License-Identifier: ISC
 * What a peer trusts: the genesis it pinned, the chain of charters from there, the CA certificates, the last head and revocation list. */
#ifndef PEER_TRUST_H
#define PEER_TRUST_H

#include "charter/chain.h"
#include "peer/cert.h"
#include "peer/crl.h"
#include "peer/head.h"
#include "peer/revocations.h"

enum { TRUST_MAX = 64 * 1024 * 1024, TRUST_CHARTERS_MAX = 256, TRUST_AUTHORITIES_MAX = 8 };

struct trust {
	struct digest genesis;
	const char *group;              /* of the newest charter */
	struct signed_charter *charters; /* owned, versions 1..n in order */
	size_t charters_n;
	struct ca_cert authorities[TRUST_AUTHORITIES_MAX]; /* verified, named by a charter; slices into `bytes` */
	size_t authorities_n;
	bool has_head, has_revocations;
	struct head head;               /* verified */
	struct revocations revocations; /* verified */
	json_t *doc;                    /* owned: as it came, for writing it again */
	struct buf bytes;
};

/* Reads and believes a trust file: every link of the charter chain from the genesis that it pins (and that the caller may pin as well: genesis NULL takes
 * the file's own), CA certificates named and self-signed, head and list signed by keys of the newest charter. Voted charters are checked through their records.
 * NULL with e set: json_read's, chain's, record_audit's, "bad_trust", "wrong_context", "bad_signature". Free with trust_free. */
struct trust *trust_parse(struct crypto *c, struct slice text, const struct digest *genesis, struct err *e);
void trust_free(struct trust *t);
/* The document; members may be NULL (head, revocations). Takes nothing. NULL when out of memory. */
json_t *trust_print(const struct digest *genesis, const char *group, json_t *charters, json_t *authorities, json_t *head, json_t *revocations);
const struct charter *trust_newest(const struct trust *t);
const struct charter *trust_charter(const struct trust *t, const struct digest *charter);
const struct ca_cert *trust_authority(const struct trust *t, const uint8_t ski[static 20]);

#endif
