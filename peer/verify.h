/* SPDX-License-Identifier: ISC
 * The one question: may this peer take part now? */
#ifndef PEER_VERIFY_H
#define PEER_VERIFY_H

#include "peer/gmc.h"
#include "peer/trust.h"

/* Judges a certificate under a trust, at a time, in this order: form and group (not a member: foreign certificates, other groups), CA and signature (forged; cannot tell
 * where the CA is not pinned), version and charter (cannot tell when the profile is newer or the charter is not in the chain), validity (expired, also before notBefore),
 * revocation (revoked), freshness (cannot tell when there is no list, or now is past its next update and the charter's grace, or the charter's authority window ended).
 * Fills out whatever could be read. No allocation. */
enum gmc_verdict verify_gmc(struct crypto *c, const struct trust *t, struct slice der, int64_t now, struct gmc_result *out);

#endif
