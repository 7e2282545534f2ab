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
	const char *name; /* subject's CN, or NULL */
	bool key_name;    /* the CN is profile_key_name of `key` instead */
	const char *overlay;
	bool reload; /* an rfc822Name CN@overlay stands behind the URI: RFC 6940 section 11.3 */
	int64_t not_before, not_after;
	struct sig_pub key;
	enum sig_alg issuer_alg;
	uint8_t issuer_ski[20];
};
/* Appends the TBSCertificate. False when memory is out, or a time is none that X.509 can write. */
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
/* The key's thumbprint as 64 lower-case hex digits: the name in certificates of a group that names keys. */
enum { PROFILE_KEY_NAME = 65 };
void profile_key_name(const struct sig_pub *k, char out[static PROFILE_KEY_NAME]);
/* digest_of("tbs", tbs) */
void profile_tbs_digest(struct slice tbs, struct digest *out);
/* The cause of the group's CA certificate with this key digest: SHA-256("gmc-ca/1" ‖ 0 ‖ genesis ‖ spki); and its serial. */
void profile_ca_cause(const struct digest *genesis, const struct digest *spki, struct digest *out);
void profile_ca_serial(const struct digest *genesis, const struct digest *spki, struct id16 *out);

/* Object identifiers, as contents. */
extern const struct slice OID_ED25519, OID_EC_KEY, OID_P256, OID_ECDSA_SHA256, OID_CN, OID_SAN, OID_BASIC, OID_KEY_USAGE, OID_EXT_KEY_USAGE,
	OID_SKI, OID_AKI, OID_CRL_NUMBER, OID_REASON, OID_CLIENT_AUTH, OID_SERVER_AUTH, OID_MEMBERSHIP;

/* Pieces that writers and readers of certificates, requests and lists share: elements that never vary, and the heads of those that end in
 * 20 octets of key identifier. */
extern const struct slice PROFILE_V3, PROFILE_LEAF_BASIC, PROFILE_CA_BASIC, PROFILE_LEAF_USAGE, PROFILE_CA_USAGE, PROFILE_LEAF_PURPOSE,
	PROFILE_SKI_HEAD, PROFILE_AKI_HEAD;
enum {
	PROFILE_EXTENSIONS = 0xa3,
	PROFILE_URI = 0x86,
	PROFILE_MAIL = 0x81, /* rfc822Name [1] */
	PROFILE_MEMBERSHIP = 1 /* version of the extension */,
	PROFILE_NAME_MAX = 64,
	PROFILE_OVERLAY_MAX = 255
};
#define PROFILE_NODE_HEAD "reload://0110"

/* Readers take one element from the front, or return false and leave d as it was. */
struct der;
bool profile_read_spki(struct der *d, struct sig_pub *out);
bool profile_read_alg(struct der *d, enum sig_alg *out);
bool profile_read_name(struct der *d, struct slice *cn);        /* the empty name (cn.n = 0), or CN alone as UTF8String */
bool profile_read_group(struct der *d, struct digest *genesis); /* the name of a group's CA: CN = 64 hex digits */
bool profile_read_key_id(struct der *d, struct slice head, uint8_t id[static 20]);
/* The way back of profile_seal; low: refuse a P-256 signature whose s is in the upper half. */
bool profile_unseal(struct slice der, bool low, struct slice *tbs, enum sig_alg *alg, uint8_t sig[static SIG_BYTES]);
void profile_put_alg(struct buf *b, enum sig_alg alg);
void profile_put_name(struct buf *b, const char *cn); /* NULL: the empty name */
void profile_put_group(struct buf *b, const struct digest *genesis);
void profile_put_key_id(struct buf *b, struct slice head, const uint8_t id[static 20]);

#endif
