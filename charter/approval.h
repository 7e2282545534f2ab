/* SPDX-License-Identifier: ISC
 * An administrator's approval of a charter version: a signature, or a passkey's assertion (WebAuthn level 2, section 7.2). */
#ifndef CHARTER_APPROVAL_H
#define CHARTER_APPROVAL_H

#include "charter/charter.h"

struct approval {
	struct digest digest; /* identity; equal for two signatures over one payload */
	struct digest by;     /* thumbprint of the administrator's key */
	int64_t iat;          /* 0 for a passkey */
	bool offline;         /* a signature, made without the server's pages */
	bool recovery;        /* by a recovery key that is no administrator's */
	json_t *doc;          /* as it came; owned */
};

/* Reads one approval of the charter `c` and verifies it against the administrators of `by` (the version that demands it; for version
 * 1, c itself), or its recovery keys (not for version 1). "bad_jws" ..., "wrong_context" (another charter or group),
 * "not_an_administrator", "bad_signature", "approval_late" (after effective, version >= 2), "passkey_type", "passkey_challenge",
 * "passkey_origin" (the page, or the host of the passkey), "passkey_flags", and what json_read says of the client data. Pointers are
 * those of the document that `at` stands in. out must be
 * passed to approval_free. */
bool approval_verify(struct crypto *k, const struct at *at, const struct charter *c, const struct charter *by, struct approval *out);
void approval_free(struct approval *a);
/* Makes one: a JWS. NULL with e set. */
json_t *approval_sign(struct crypto *k, const struct charter *c, const struct sig_key *key, int64_t now, struct err *e);
/* SHA-256("gmc-approval/1" ‖ 0 ‖ charter digest): what a passkey signs. */
void approval_challenge(const struct digest *charter, struct digest *out);

#endif
