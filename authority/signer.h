/* SPDX-License-Identifier: ISC
 * The client end of the signer's socket (docs/signer.md). */
#ifndef AUTHORITY_SIGNER_H
#define AUTHORITY_SIGNER_H

#include <jansson.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/sig.h"

enum { SIGNER_FRAME_MAX = 16 * 1024 * 1024, SIGNER_VERSION = 1 };

struct signer;
/* Connects to a unix socket. "signer_unavailable". */
struct signer *signer_open(const char *path, struct err *e);
void signer_close(struct signer *s);
/* One request, one answer. Takes `request`. The answer is a new reference; NULL with e: the signer's own refusal by its name, or
 * "signer_unavailable". */
json_t *signer_ask(struct signer *s, json_t *request, struct err *e);

/* What a signer knows of a group. */
struct signer_state {
	int64_t epoch; /* when its state was begun, or rebuilt; 0: it has none */
	uint64_t size; /* of the log; 0: a group that it does not know */
	struct digest root;
};
/* Both ends speak the version of docs/signer.md: "wrong_version" otherwise. */
bool signer_hello(struct signer *s, const struct digest *genesis, struct signer_state *out, struct err *e);
/* New keys for a group to be. */
bool signer_create(struct signer *s, enum sig_alg alg, struct sig_pub *issuing, struct sig_pub *revocation, struct err *e);
/* May a charter of this group name these issuing keys? "issuer_unknown" (the signer does not hold one), "key_bound" (another group's). */
bool signer_issuers(struct signer *s, const struct digest *genesis, const struct digest *spki, size_t n, struct err *e);
bool signer_extend(
	struct signer *s, const struct digest *genesis, uint64_t from, json_t *items, uint64_t *size, struct err *e); /* takes items */
/* Certificates for causes, appended to out[i]. */
bool signer_certify(struct signer *s, const struct digest *genesis, const struct digest *causes, size_t n, struct buf *out, struct err *e);
/* CA certificates, DER, one after the other in `der` (each its own element). */
bool signer_authority(struct signer *s, const struct digest *genesis, struct buf der[static 8], size_t *n, struct err *e);
/* crl: signed; or tbs: what the members who hold the key `issuing` are to sign; or neither. Free with signer_list_free. */
struct signer_list {
	struct buf revocations, crl, tbs;
	struct digest issuing;
};
bool signer_lists(struct signer *s, const struct digest *genesis, struct signer_list *out, struct err *e);
void signer_list_free(struct signer_list *l);
/* The bytes that the members are to sign for a cause, appended; and what their signature makes of it, a certificate, appended. */
bool signer_prepare(struct signer *s, const struct digest *genesis, const struct digest *cause, struct buf *tbs, struct err *e);
bool signer_seal(struct signer *s, const struct digest *genesis, const struct digest *cause, const uint8_t sig[static SIG_BYTES],
	struct buf *der, struct err *e);

#endif
