/* SPDX-License-Identifier: ISC
 * Reading certificates: one strict DER walk of our profile, which allocates nothing. */
#ifndef PEER_CERT_H
#define PEER_CERT_H

#include "peer/profile.h"

enum cert_read {
	CERT_OK,
	CERT_FOREIGN /* well-formed X.509, not of this profile */,
	CERT_VERSION /* of a later version of the profile */,
	CERT_BROKEN
};

struct gmc_cert {
	struct slice der, tbs; /* in the caller's bytes */
	struct id16 serial;
	struct digest genesis; /* out of the issuer's CN and equal in the membership extension */
	struct digest charter, decision;
	enum origin origin;
	struct id16 member, node;
	struct slice name, overlay; /* may be empty */
	bool reload;                /* its rfc822Name is NAME@OVERLAY */
	int64_t not_before, not_after;
	struct sig_pub key;
	enum sig_alg alg; /* of the signature */
	uint8_t ski[20], aki[20];
	uint8_t sig[SIG_BYTES];
};
struct ca_cert {
	struct slice der, tbs;
	struct digest genesis, spki;
	int64_t not_before, not_after;
	struct sig_pub key;
	uint8_t ski[20];
	uint8_t sig[SIG_BYTES];
};

/* At most GMC_DER_MAX bytes. out is all zero when the answer is not CERT_OK. A certificate that has the membership extension of this
 * version and still is not of the profile is CERT_BROKEN, never CERT_FOREIGN; of a CA, CERT_FOREIGN says that it is no group's.
 * Refuses an unknown critical extension, a trailing byte, a length that is not minimal, a wrong order or type, a high s.
 * No signature is verified. */
enum cert_read cert_parse_gmc(struct slice der, struct gmc_cert *out);
enum cert_read cert_parse_ca(struct slice der, struct ca_cert *out);
/* The signature, that ca is the issuer that the certificate names, and its own key identifier; no time. "bad_signature" */
bool cert_verify(struct crypto *c, const struct gmc_cert *cert, const struct ca_cert *ca, struct err *e);
/* Self-signature of a CA certificate. */
bool cert_verify_ca(struct crypto *c, const struct ca_cert *ca, struct err *e);

#endif
