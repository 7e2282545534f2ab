/* SPDX-License-Identifier: ISC */
#include "peer/profile.h"

#include <string.h>

#include "base/digest.h"
#include "base/jwk.h"
#include "peer/der.h"

/* The contents of object identifiers, and elements that are the same in each certificate. */
#define CONSTANT(name, ...) \
	static const uint8_t name##_BYTES[] = { __VA_ARGS__ }; \
	const struct slice name = { name##_BYTES, sizeof(name##_BYTES) }

CONSTANT(OID_ED25519, 0x2b, 0x65, 0x70);                                    /* 1.3.101.112, RFC 8410 */
CONSTANT(OID_EC_KEY, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);             /* id-ecPublicKey, RFC 5480 2.1.1 */
CONSTANT(OID_P256, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);         /* secp256r1, RFC 5480 2.1.1.1 */
CONSTANT(OID_ECDSA_SHA256, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02); /* RFC 5758 3.2 */
CONSTANT(OID_CN, 0x55, 0x04, 0x03);
CONSTANT(OID_SAN, 0x55, 0x1d, 0x11);
CONSTANT(OID_BASIC, 0x55, 0x1d, 0x13);
CONSTANT(OID_KEY_USAGE, 0x55, 0x1d, 0x0f);
CONSTANT(OID_EXT_KEY_USAGE, 0x55, 0x1d, 0x25);
CONSTANT(OID_SKI, 0x55, 0x1d, 0x0e);
CONSTANT(OID_AKI, 0x55, 0x1d, 0x23);
CONSTANT(OID_CRL_NUMBER, 0x55, 0x1d, 0x14);
CONSTANT(OID_REASON, 0x55, 0x1d, 0x15);
CONSTANT(OID_CLIENT_AUTH, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02);
CONSTANT(OID_SERVER_AUTH, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);
/* 1.2.840.113556.1.8000.2554.13425.56345.4981.18492.44634.6395996.13656527 */
CONSTANT(OID_MEMBERSHIP, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x14, 0x01, 0xbe, 0x40, 0x93, 0x7a, 0xe8, 0x71, 0x83, 0xb8, 0x19, 0xa6, 0x75, 0x81,
	0x90, 0x3c, 0x82, 0xdc, 0x5a, 0x83, 0x86, 0xb0, 0x5c, 0x86, 0xc1, 0xc3, 0x4f);

/* version [0] { INTEGER 2 } */
CONSTANT(PROFILE_V3, 0xa0, 0x03, 0x02, 0x01, 0x02);
/* critical, SEQUENCE {} */
CONSTANT(PROFILE_LEAF_BASIC, 0x30, 0x0c, 0x06, 0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04, 0x02, 0x30, 0x00);
/* critical, SEQUENCE { TRUE, INTEGER 0 } */
CONSTANT(PROFILE_CA_BASIC, 0x30, 0x12, 0x06, 0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04, 0x08, 0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01,
	0x00);
/* critical, digitalSignature: bit 0 of 1 */
CONSTANT(PROFILE_LEAF_USAGE, 0x30, 0x0e, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04, 0x03, 0x02, 0x07, 0x80);
/* critical, keyCertSign and cRLSign: bits 5 and 6 of 7 */
CONSTANT(PROFILE_CA_USAGE, 0x30, 0x0e, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04, 0x03, 0x02, 0x01, 0x06);
/* SEQUENCE { clientAuth, serverAuth } */
CONSTANT(PROFILE_LEAF_PURPOSE, 0x30, 0x1d, 0x06, 0x03, 0x55, 0x1d, 0x25, 0x04, 0x16, 0x30, 0x14, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05,
	0x07, 0x03, 0x02, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);
/* What stands before the 20 octets of OCTET STRING { OCTET STRING }, and of OCTET STRING { SEQUENCE { [0] } }. */
CONSTANT(PROFILE_SKI_HEAD, 0x30, 0x1d, 0x06, 0x03, 0x55, 0x1d, 0x0e, 0x04, 0x16, 0x04, 0x14);
CONSTANT(PROFILE_AKI_HEAD, 0x30, 0x1f, 0x06, 0x03, 0x55, 0x1d, 0x23, 0x04, 0x18, 0x30, 0x16, 0x80, 0x14);
/* SubjectPublicKeyInfo up to the point or key itself: RFC 8410 section 4; RFC 5480 section 2, uncompressed. */
CONSTANT(PROFILE_ED25519_HEAD, 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
CONSTANT(PROFILE_P256_HEAD, 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04);
/* AlgorithmIdentifier without parameters: RFC 8410 section 3, RFC 5758 3.2. */
CONSTANT(PROFILE_ED25519_ALG, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70);
CONSTANT(PROFILE_ECDSA_ALG, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);

void profile_put_alg(struct buf *b, enum sig_alg alg)
{
	buf_add_slice(b, alg == SIG_P256 ? PROFILE_ECDSA_ALG : PROFILE_ED25519_ALG);
}

bool profile_read_alg(struct der *d, enum sig_alg *out)
{
	if (der_same(d, PROFILE_ED25519_ALG))
		*out = SIG_ED25519;
	else if (der_same(d, PROFILE_ECDSA_ALG))
		*out = SIG_P256;
	else
		return false;
	return true;
}

void profile_put_name(struct buf *b, const char *cn)
{
	size_t name = der_open(b, DER_SEQUENCE), rdn, pair;

	if (cn != NULL) {
		rdn = der_open(b, DER_SET);
		pair = der_open(b, DER_SEQUENCE);
		der_put_oid(b, OID_CN);
		der_put(b, DER_UTF8, slice_str(cn));
		der_close(b, pair);
		der_close(b, rdn);
	}
	der_close(b, name);
}

void profile_put_group(struct buf *b, const struct digest *genesis)
{
	char hex[2 * sizeof(genesis->b) + 1];

	hex_encode(genesis->b, sizeof(genesis->b), hex);
	profile_put_name(b, hex);
}

bool profile_read_name(struct der *d, struct slice *cn)
{
	struct der at = *d, name, rdn, pair;
	struct slice text = { 0 };

	if (!der_enter(&at, DER_SEQUENCE, &name))
		return false;
	if (!der_done(&name)) {
		if (!der_enter(&name, DER_SET, &rdn) || !der_done(&name) || !der_enter(&rdn, DER_SEQUENCE, &pair) || !der_done(&rdn) ||
			!der_oid(&pair, OID_CN) || !der_bytes(&pair, DER_UTF8, &text) || text.n == 0 || !der_done(&pair))
			return false;
	}
	*cn = text;
	*d = at;
	return true;
}

bool profile_read_group(struct der *d, struct digest *genesis)
{
	struct slice cn;

	return profile_read_name(d, &cn) && hex_decode((const char *)cn.p, cn.n, genesis->b, sizeof(genesis->b));
}

void profile_put_key_id(struct buf *b, struct slice head, const uint8_t id[static 20])
{
	buf_add_slice(b, head);
	buf_add(b, id, 20);
}

bool profile_read_key_id(struct der *d, struct slice head, uint8_t id[static 20])
{
	struct der at = *d;

	if (!der_same(&at, head) || at.end - at.p < 20)
		return false;
	memcpy(id, at.p, 20);
	at.p += 20;
	*d = at;
	return true;
}

bool profile_spki(const struct sig_pub *k, struct buf *out)
{
	buf_add_slice(out, k->alg == SIG_P256 ? PROFILE_P256_HEAD : PROFILE_ED25519_HEAD);
	buf_add(out, k->b, k->alg == SIG_P256 ? 64 : 32);
	return !out->failed;
}

bool profile_read_spki(struct der *d, struct sig_pub *out)
{
	struct der at = *d;
	size_t n = 32;

	memset(out, 0, sizeof(*out));
	out->alg = SIG_ED25519;
	if (der_same(&at, PROFILE_P256_HEAD)) {
		out->alg = SIG_P256;
		n = 64;
	} else if (!der_same(&at, PROFILE_ED25519_HEAD)) {
		return false;
	}
	if ((size_t)(at.end - at.p) < n)
		return false;
	memcpy(out->b, at.p, n);
	at.p += n;
	*d = at;
	return true;
}

bool profile_spki_digest(const struct sig_pub *k, struct digest *out)
{
	uint8_t spki[sizeof(PROFILE_P256_HEAD_BYTES) + 64];
	struct slice head = k->alg == SIG_P256 ? PROFILE_P256_HEAD : PROFILE_ED25519_HEAD;
	size_t n = k->alg == SIG_P256 ? 64 : 32;

	memcpy(spki, head.p, head.n);
	memcpy(spki + head.n, k->b, n);
	digest_sha256(slice_of(spki, head.n + n), out);
	return true;
}

/* RFC 7093 section 2, method 1: of the BIT STRING's bits, which for P-256 begin with the 4 of an uncompressed point. */
void profile_ski(const struct sig_pub *k, uint8_t out[static 20])
{
	uint8_t bits[65] = { 0x04 };
	struct digest d;

	memcpy(bits + 1, k->b, sizeof(k->b));
	digest_sha256(k->alg == SIG_P256 ? slice_of(bits, sizeof(bits)) : slice_of(k->b, 32), &d);
	memcpy(out, d.b, 20);
}

void profile_key_name(const struct sig_pub *k, char out[static PROFILE_KEY_NAME])
{
	struct digest thumb;

	jwk_thumbprint(k, &thumb);
	hex_encode(thumb.b, sizeof(thumb.b), out);
}

void profile_serial(const struct digest *cause, struct id16 *out)
{
	struct digest d;

	digest_of("gmc-serial/1", slice_of(cause->b, sizeof(cause->b)), &d);
	memcpy(out->b, d.b, sizeof(out->b));
	/* positive, and never shorter than 16 bytes */
	out->b[0] = (uint8_t)((out->b[0] & 0x3f) | 0x40);
}

void profile_founder_cause(const struct digest *genesis, const struct id16 *member, struct digest *out)
{
	struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(member->b, sizeof(member->b)) };

	digest_labelled("gmc-founder/1", parts, 2, out);
}

void profile_tbs_digest(struct slice tbs, struct digest *out)
{
	digest_of("tbs", tbs, out);
}

bool profile_seal(struct slice tbs, enum sig_alg alg, const uint8_t sig[static SIG_BYTES], struct buf *out)
{
	size_t mark = der_open(out, DER_SEQUENCE);
	uint8_t der[SIG_DER_MAX];

	buf_add_slice(out, tbs);
	profile_put_alg(out, alg);
	if (alg == SIG_P256)
		der_put_bits(out, slice_of(der, sig_p256_to_der(sig, der)));
	else
		der_put_bits(out, slice_of(sig, SIG_BYTES));
	der_close(out, mark);
	return !out->failed;
}

bool profile_unseal(struct slice der, bool low, struct slice *tbs, enum sig_alg *alg, uint8_t sig[static SIG_BYTES])
{
	struct der d = der_of(der), in;
	struct slice bits;

	if (!der_enter(&d, DER_SEQUENCE, &in) || !der_done(&d) || !der_element(&in, DER_SEQUENCE, tbs) || !profile_read_alg(&in, alg) ||
		!der_bits(&in, &bits) || !der_done(&in))
		return false;
	if (*alg == SIG_P256)
		return sig_p256_from_der(bits, low, sig);
	if (bits.n != SIG_BYTES)
		return false;
	memcpy(sig, bits.p, SIG_BYTES);
	return true;
}
