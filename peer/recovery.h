/* SPDX-License-Identifier: ISC
 * A recovery: a member that lost its key asks the group to take another one for it (docs/objects/requests.md). */
#ifndef PEER_RECOVERY_H
#define PEER_RECOVERY_H

#include "charter/object.h"
#include "peer/csr.h"

struct recovery {
	struct digest digest, genesis, charter;
	struct id16 member;
	uint8_t csr[CSR_MAX];
	size_t csr_n;
	int64_t iat;
	struct sig_pub key; /* the new one; set by recovery_verify */
	struct digest thumb;
};

/* Reads the payload of an envelope, with the errors of object_open, at_* and csr_read. */
bool recovery_parse(const struct jws *j, struct recovery *out, struct err *e);
/* Parses, and verifies that the CSR's key signed it, alone. Errors: recovery_parse's, csr_verify's, jws_verify's, "bad_jws" (not exactly
 * one signature), "wrong_key" (it is by another key). On failure *out is zero. */
bool recovery_verify(struct crypto *c, const struct jws *j, struct recovery *out, struct err *e);
/* The payload document (digest and what recovery_verify sets are not looked at). NULL when out of memory. */
json_t *recovery_print(const struct recovery *r, const uint8_t nonce[static 16]);

#endif
