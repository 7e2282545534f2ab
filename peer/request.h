/* SPDX-License-Identifier: ISC
 * What a member (or whoever may) asks about certificates: renewal, another key, revocation. */
#ifndef PEER_REQUEST_H
#define PEER_REQUEST_H

#include "charter/object.h"
#include "peer/csr.h"
#include "peer/entry.h"

/* Each X_parse reads the payload of an envelope, with the errors of object_open and at_*; signatures are the caller's to verify unless an
 * X_verify stands beside it. Each X_print makes the payload document (digest and what X_verify sets are not looked at), or NULL when out
 * of memory. */

struct renewal {
	struct digest digest, genesis, charter;
	struct id16 member;
	int64_t iat;
};
bool renewal_parse(const struct jws *j, struct renewal *out, struct err *e);
json_t *renewal_print(const struct renewal *r, const uint8_t nonce[static 16]);

struct rekey {
	struct digest digest, genesis, charter;
	struct id16 member;
	uint8_t csr[CSR_MAX];
	size_t csr_n;
	int64_t iat;
	struct sig_pub key; /* set by rekey_verify */
	struct digest thumb;
};
bool rekey_parse(const struct jws *j, struct rekey *out, struct err *e);
/* Parses, and verifies that exactly the old key and the CSR's signed, and that the two differ. Errors: rekey_parse's, csr_verify's,
 * jws_verify's, "same_key", "bad_jws" (not exactly two signatures), "wrong_key" (one is by neither). On failure *out is zero. */
bool rekey_verify(struct crypto *c, const struct jws *j, const struct sig_pub *old, struct rekey *out, struct err *e);
json_t *rekey_print(const struct rekey *r, const uint8_t nonce[static 16]);

enum revocation_target { REVOKE_MEMBER, REVOKE_KEY, REVOKE_SERIAL };
struct revocation {
	struct digest digest, genesis, charter;
	enum revocation_target target;
	struct id16 member, serial;
	struct digest key;
	enum cause cause;
	int64_t iat;
};
bool revocation_parse(const struct jws *j, struct revocation *out, struct err *e);
json_t *revocation_print(const struct revocation *r);

#endif
