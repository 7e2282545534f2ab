/* SPDX-License-Identifier: ISC
 * Certification requests (PKCS#10, RFC 2986): only the public key is taken from them; the self-signature proves possession. */
#ifndef PEER_CSR_H
#define PEER_CSR_H

#include "base/at.h"
#include "base/sig.h"

enum { CSR_MAX = 2048 };
/* The member `csr` of an object, of at most CSR_MAX bytes. Errors: at_base64's. */
bool csr_read(const struct at *at, uint8_t out[static CSR_MAX], size_t *n);
/* "bad_csr" (not DER, trailing bytes, version, too large, its own signature), "foreign_key" (an algorithm that is not served), "weak_key".
 */
bool csr_verify(struct crypto *c, struct slice der, struct sig_pub *out, struct err *e);
/* Appends a CSR with subject CN = name (NULL: empty), no attributes. */
bool csr_make(struct crypto *c, const struct sig_key *k, const char *name, struct buf *out, struct err *e);
/* digest_of("csr", der) */
void csr_digest(struct slice der, struct digest *out);

#endif
