/* SPDX-License-Identifier: ISC
 * The certificate profile: object identifiers, and the one builder of what is signed (docs/certificate.md). */
#ifndef PEER_PROFILE_H
#define PEER_PROFILE_H

#include "base/sig.h"
#include "charter/charter.h"

enum origin { ORIGIN_FOUNDING, ORIGIN_ADMISSION, ORIGIN_RENEWAL, ORIGIN_REKEY, ORIGIN_RECOVERY };
enum { PROFILE_BACKDATE = 300, GMC_DER_MAX = 4096 };

/* Everything that a GMC says. Strings are borrowed. */
struct gmc_fields {
	struct id16 serial;
	struct digest genesis, charter, decision;
	enum origin origin;
	struct id16 member, node;
	const char *name;            /* subject's CN, or NULL */
	const char *overlay;
	int64_t not_before, not_after;
	struct sig_pub key;
	enum sig_alg issuer_alg;
	uint8_t issuer_ski[20];
};
/* Appends the TBSCertificate. False when memory is out. */
bool profile_gmc(const struct gmc_fields *f, struct buf *out);
/* Appends the TBSCertificate of the group's CA: self-signed, its key digest `spki` named by the charter. */
bool profile_ca(const struct digest *genesis, const struct sig_pub *key, int64_t not_before, int64_t not_after, struct buf *out);
/* Appends SEQUENCE { tbs, signatureAlgorithm, BIT STRING }: works for certificates and CRLs; sig as sig_sign gives it. */
bool profile_seal(struct slice tbs, enum sig_alg alg, const uint8_t sig[static SIG_BYTES], struct buf *out);

/* first 16 bytes of SHA-256("gmc-serial/1" ‖ 0 ‖ cause), top bits 01 */
void profile_serial(const struct digest *cause, struct id16 *out);
/* The cause of a founder's first certificate: SHA-256("gmc-founder/1" ‖ 0 ‖ genesis ‖ member). */
void profile_founder_cause(const struct digest *genesis, const struct id16 *member, struct digest *out);
/* SubjectPublicKeyInfo (RFC 8410, RFC 5480), its digest, and the key identifier (RFC 7093 method 1). */
bool profile_spki(const struct sig_pub *k, struct buf *out);
bool profile_spki_digest(const struct sig_pub *k, struct digest *out);
void profile_ski(const struct sig_pub *k, uint8_t out[static 20]);
/* digest_of("tbs", tbs) */
void profile_tbs_digest(struct slice tbs, struct digest *out);

/* Object identifiers, as contents; and the reader of a SubjectPublicKeyInfo and of an AlgorithmIdentifier of ours. */
extern const struct slice OID_ED25519, OID_EC_KEY, OID_P256, OID_ECDSA_SHA256, OID_CN, OID_SAN, OID_BASIC, OID_KEY_USAGE, OID_EXT_KEY_USAGE, OID_SKI,
	OID_AKI, OID_CRL_NUMBER, OID_REASON, OID_CLIENT_AUTH, OID_SERVER_AUTH, OID_MEMBERSHIP;
struct der;
bool profile_read_spki(struct der *d, struct sig_pub *out);
bool profile_read_alg(struct der *d, enum sig_alg *out);
void profile_put_alg(struct buf *b, enum sig_alg alg);
void profile_put_name(struct buf *b, const char *cn); /* NULL: the empty name */

#endif
