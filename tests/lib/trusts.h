/* SPDX-License-Identifier: ISC
 * What a world's authority would hand out to peers: CA certificate, members' certificates, revocation list, trust file. For tests. */
#ifndef TESTS_LIB_TRUSTS_H
#define TESTS_LIB_TRUSTS_H

#include "peer/revocations.h"
#include "peer/trust.h"
#include "tests/lib/worlds.h"

/* Appends the DER of the group's CA certificate; of member i's certificate. */
void world_ca(const struct world *w, struct buf *out);
void world_gmc(const struct world *w, size_t i, struct buf *out);
/* The same of any fields, sealed by the issuing key: what the authority would not have made. */
void world_seal(const struct world *w, const struct gmc_fields *f, struct buf *out);
/* A list as of now under the world's charter, without entries: for tests to change, and then to sign. Signing gives an envelope. */
struct revocations world_revocations(const struct world *w);
json_t *world_list(const struct world *w, struct revocations *l, const struct sig_key *k);
/* A trust file's document: charter 1, the CA, a head, a list (taken; NULL: an empty one). */
json_t *world_trust(const struct world *w, json_t *list);
/* Reads a document back through trust_parse; frees it. NULL with e set. */
struct trust *trust_of(struct crypto *c, json_t *doc, const struct digest *genesis, struct err *e);

#endif
