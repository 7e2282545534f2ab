/* SPDX-License-Identifier: ISC */
#include "peer/csr.h"

#include <string.h>

#include "base/digest.h"
#include "peer/der.h"
#include "peer/profile.h"

enum { CSR_ATTRIBUTES = 0xa0 };

bool csr_read(const struct at *at, uint8_t out[static CSR_MAX], size_t *n)
{
	struct buf csr = { 0 };
	bool rc = at_base64(at, "csr", 1, CSR_MAX, &csr);

	if (rc) {
		memcpy(out, csr.p, csr.n);
		*n = csr.n;
	}
	buf_free(&csr);
	return rc;
}

static bool malformed(struct err *e, const char *what)
{
	return err_set(e, "bad_csr", "%s: make the request with `gmc keygen`, or `openssl req -new -outform DER`", what);
}

/* An algorithm identifier or a public key that is no part of our profile may still be a sound one of another kind. */
static bool is_foreign(struct der d)
{
	struct der in, alg;
	struct slice oid;

	/* SubjectPublicKeyInfo { AlgorithmIdentifier { OID ... } ... }, or the latter alone */
	if (!der_enter(&d, DER_SEQUENCE, &in))
		return false;
	return der_bytes(&in, DER_OID, &oid) || (der_enter(&in, DER_SEQUENCE, &alg) && der_bytes(&alg, DER_OID, &oid));
}

/* RFC 2986 4.1. The subject may say anything, and so may the attributes: neither is used. */
static bool read_info(struct slice tbs, struct sig_pub *key, struct err *e)
{
	struct der d = der_of(tbs), in;
	struct slice ignored;
	uint64_t version;

	if (!der_enter(&d, DER_SEQUENCE, &in) || !der_uint(&in, &version) || !der_bytes(&in, DER_SEQUENCE, &ignored))
		return malformed(e, "this is no certification request");
	if (version != 0)
		return malformed(e, "the request is not of version 1");
	if (!profile_read_spki(&in, key))
		return is_foreign(in)
			? err_set(e, "foreign_key", "the request's key is neither Ed25519 nor P-256 (named curve, uncompressed)")
			: malformed(e, "the request's public key cannot be read");
	/* X.690 10.2 and RFC 2986: the attributes are there even when they are none */
	if (!der_bytes(&in, CSR_ATTRIBUTES, &ignored) || !der_done(&in))
		return malformed(e, "the request's attributes are missing, or something follows them");
	return true;
}

/* Is a request that profile_unseal did not take one of another kind of key or signature, or just broken? */
static bool is_foreign_request(struct slice der)
{
	struct der d = der_of(der), in, tbs;
	struct slice ignored;
	struct sig_pub key;
	uint64_t version;
	enum sig_alg alg;

	if (!der_enter(&d, DER_SEQUENCE, &in) || !der_enter(&in, DER_SEQUENCE, &tbs) || !der_uint(&tbs, &version) ||
		!der_bytes(&tbs, DER_SEQUENCE, &ignored))
		return false;
	return (!profile_read_spki(&tbs, &key) && is_foreign(tbs)) || (!profile_read_alg(&in, &alg) && is_foreign(in));
}

bool csr_verify(struct crypto *c, struct slice der, struct sig_pub *out, struct err *e)
{
	uint8_t sig[SIG_BYTES];
	struct sig_pub key;
	enum sig_alg alg;
	struct slice tbs;

	if (der.n > CSR_MAX)
		return err_set(e, "bad_csr", "the request has %zu bytes, more than %d: leave attributes out", der.n, CSR_MAX);
	if (!der_sound(der))
		return malformed(e, "the request is not strict DER");
	if (!profile_unseal(der, false, &tbs, &alg, sig)) {
		if (is_foreign_request(der))
			return err_set(e, "foreign_key", "the request's key or signature is neither Ed25519 nor P-256 with SHA-256");
		return malformed(e, "this is no signed request");
	}
	if (!read_info(tbs, &key, e))
		return false;
	if (key.alg != alg)
		return malformed(e, "the request's signature is of another kind than its key");
	if (!sig_pub_check(c, &key, e))
		return false;
	if (!sig_verify(c, &key, tbs, sig, NULL))
		return malformed(e, "the request's own signature, which is to prove that its key is held, does not verify");
	*out = key;
	return true;
}

bool csr_make(struct crypto *c, const struct sig_key *k, const char *name, struct buf *out, struct err *e)
{
	const struct sig_pub *key = sig_key_pub(k);
	uint8_t sig[SIG_BYTES];
	struct buf tbs = { 0 };
	size_t info;
	bool rc;

	info = der_open(&tbs, DER_SEQUENCE);
	der_put_uint(&tbs, 0);
	profile_put_name(&tbs, name);
	profile_spki(key, &tbs);
	der_put(&tbs, CSR_ATTRIBUTES, slice_of(NULL, 0));
	der_close(&tbs, info);
	rc = tbs.failed ? err_memory(e) : sig_sign(c, k, buf_slice(&tbs), sig, e);
	if (rc && !profile_seal(buf_slice(&tbs), key->alg, sig, out))
		rc = err_memory(e);
	buf_free(&tbs);
	return rc;
}

void csr_digest(struct slice der, struct digest *out)
{
	digest_of("csr", der, out);
}
