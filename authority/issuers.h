/* SPDX-License-Identifier: ISC
 * The issuing keys that charters name. The signer takes no charter with a key that it does not hold, that another group has, or that is
 * one too many, and such a charter in the log would stop the group for good: so all of it is asked before a charter is logged. */
#ifndef AUTHORITY_ISSUERS_H
#define AUTHORITY_ISSUERS_H

#include "authority/authority.h"

/* Asks the store about all keys of a charter, and the signer about those of its own that `before` (NULL: none) does not name; nobody
 * where the authority has no signer. In no transaction: the signer may take its time. "issuer_unknown" (the signer does not hold
 * it), "key_bound" (another group's), "signer_unavailable". */
bool issuers_held(struct worker *w, const struct charter *c, const struct charter *before, struct err *e);
/* Keeps the public key of an issuing key that a later charter may name, whose digest is *spki. */
bool issuer_offer(struct worker *w, int32_t g, const struct sig_pub *key, struct digest *spki, struct err *e);
/* Keeps the public keys that came beside a charter: an array of JWK, or NULL. Each must be named by its digest; all that the charter names
 * must have come, now or before. Under the lock of the log. "bad_value" (with pointer), "issuer_unknown", "issuer_changed" (since a
 * version before the last), "too_many_issuers" (more than CHARTER_ISSUERS_MAX over all versions). */
bool issuers_keep(struct worker *w, int32_t g, const struct charter *c, const json_t *issuing, struct err *e);
/* The charter stands in the log now. Under its lock. "key_bound": another group's charter came first; the transaction is lost. */
bool issuers_logged(struct worker *w, int32_t g, const struct charter *c, struct err *e);

#endif
