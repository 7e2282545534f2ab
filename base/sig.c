/* SPDX-License-Identifier: ISC */
#include "base/sig.h"

#include <openssl/decoder.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/p256.h"

enum { SCALAR = 32, PKCS8_MAX = 4096 };

/* The order n of P-256 (FIPS 186-4 D.1.2.3), and (n - 1) / 2. */
static const uint8_t p256_order[SCALAR] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
static const uint8_t p256_half[SCALAR] = { 0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8 };

struct crypto {
	struct p256 *p256;
	const struct sig_memory *memory; /* may be NULL */
};

struct sig_key {
	struct sig_pub pub;
	uint8_t ed25519[crypto_sign_SECRETKEYBYTES]; /* seed ‖ public key */
	EVP_PKEY *p256;
};

/* Does this libsodium refuse the base point with a point of small order added to it? CVE-2025-69277 let one of order 2 through. */
static bool sodium_refuses_mixed_order(void)
{
	/* Canonical points of order 2, which is (0, -1), and 8. */
	static const uint8_t torsion[2][32] = {
		{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa,
			0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
	};
	uint8_t base[32], mixed[32];

	/* y = 4/5, RFC 8032 5.1 */
	memset(base, 0x66, sizeof(base));
	base[0] = 0x58;
	if (crypto_core_ed25519_is_valid_point(base) != 1)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (crypto_core_ed25519_add(mixed, base, torsion[i]) != 0 || crypto_core_ed25519_is_valid_point(mixed) != 0)
			return false;
	return true;
}

struct crypto *crypto_new(struct err *e)
{
	struct crypto *c;

	if (sodium_init() < 0) {
		err_set(e, "crypto_unavailable", "libsodium does not start");
		return NULL;
	}
	if (!sodium_refuses_mixed_order()) {
		err_set(e, "crypto_unavailable", "this libsodium accepts points of mixed order (CVE-2025-69277): install a corrected one");
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->p256 = p256_new();
	if (c->p256 != NULL)
		return c;
	free(c);
	err_set(e, "crypto_unavailable", "OpenSSL gives no P-256: look at its configuration and providers");
	return NULL;
}

void crypto_free(struct crypto *c)
{
	if (c == NULL)
		return;
	p256_free(c->p256);
	free(c);
}

static struct sig_key *key_new(enum sig_alg alg, struct err *e)
{
	struct sig_key *k = calloc(1, sizeof(*k));

	if (k == NULL)
		err_memory(e);
	else
		k->pub.alg = alg;
	return k;
}

static struct sig_key *key_from_seed(const uint8_t seed[static crypto_sign_SEEDBYTES], struct err *e)
{
	struct sig_key *k = key_new(SIG_ED25519, e);

	if (k != NULL)
		crypto_sign_seed_keypair(k->pub.b, k->ed25519, seed);
	return k;
}

/* Takes pkey over only when it succeeds. */
static struct sig_key *key_from_p256(EVP_PKEY *pkey, struct err *e)
{
	struct sig_key *k = key_new(SIG_P256, e);

	if (k == NULL)
		return NULL;
	if (p256_key_point(pkey, k->pub.b)) {
		k->p256 = pkey;
		return k;
	}
	free(k);
	err_set(e, "bad_key", "the point of the P-256 key cannot be read: generate another key");
	return NULL;
}

struct sig_key *sig_key_generate(enum sig_alg alg, struct err *e)
{
	struct sig_key *k;
	uint8_t seed[crypto_sign_SEEDBYTES];
	EVP_PKEY *pkey;

	if (alg == SIG_ED25519) {
		bytes_random(seed, sizeof(seed));
		k = key_from_seed(seed, e);
		bytes_wipe(seed, sizeof(seed));
		return k;
	}
	pkey = alg == SIG_P256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256") : NULL;
	if (pkey == NULL) {
		ERR_clear_error();
		err_set(e, "bad_key", "no key can be generated for algorithm %d", (int)alg);
		return NULL;
	}
	k = key_from_p256(pkey, e);
	if (k == NULL)
		EVP_PKEY_free(pkey);
	return k;
}

/* Does this begin as PrivateKeyInfo (RFC 5208 section 5), with version 0 and an algorithm? OpenSSL's decoder takes other forms too. */
static bool is_pkcs8(struct slice der)
{
	static const uint8_t start[] = { 0x02, 0x01, 0x00, 0x30 };
	size_t header = 2;

	if (der.n < 2 || der.n > PKCS8_MAX || der.p[0] != 0x30)
		return false;
	if (der.p[1] > 0x80)
		header += der.p[1] & 0x7f;
	return header + sizeof(start) <= der.n && memcmp(der.p + header, start, sizeof(start)) == 0;
}

static EVP_PKEY *pkey_from_pkcs8(struct slice der)
{
	EVP_PKEY *pkey = NULL;
	OSSL_DECODER_CTX *ctx = OSSL_DECODER_CTX_new_for_pkey(&pkey, "DER", "PrivateKeyInfo", NULL, EVP_PKEY_KEYPAIR, NULL, NULL);
	const uint8_t *p = der.p;
	size_t n = der.n;

	if (ctx != NULL && is_pkcs8(der) && (OSSL_DECODER_from_data(ctx, &p, &n) != 1 || n != 0)) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	OSSL_DECODER_CTX_free(ctx);
	ERR_clear_error();
	return pkey;
}

struct sig_key *sig_key_from_pkcs8(struct slice der, struct err *e)
{
	EVP_PKEY *pkey = pkey_from_pkcs8(der);
	uint8_t seed[crypto_sign_SEEDBYTES];
	size_t n = sizeof(seed);
	struct sig_key *k = NULL;

	if (pkey == NULL)
		err_set(e, "bad_key", "not an unencrypted PKCS#8 private key: `openssl pkcs8 -topk8 -nocrypt -outform DER` makes one");
	else if (p256_is_key(pkey))
		k = key_from_p256(pkey, e);
	else if (EVP_PKEY_is_a(pkey, "ED25519") == 1 && EVP_PKEY_get_raw_private_key(pkey, seed, &n) == 1 && n == sizeof(seed))
		k = key_from_seed(seed, e);
	else
		err_set(e, "bad_key", "not a sound private key for Ed25519 or P-256: generate one of these");
	bytes_wipe(seed, sizeof(seed));
	ERR_clear_error();
	if (k == NULL || k->p256 != pkey)
		EVP_PKEY_free(pkey);
	return k;
}

/* A reference of the caller's own. */
static EVP_PKEY *key_to_pkey(const struct sig_key *k)
{
	if (k->pub.alg == SIG_ED25519)
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, k->ed25519, crypto_sign_SEEDBYTES);
	return EVP_PKEY_up_ref(k->p256) == 1 ? k->p256 : NULL;
}

bool sig_key_to_pkcs8(const struct sig_key *k, struct buf *out, struct err *e)
{
	EVP_PKEY *pkey = key_to_pkey(k);
	OSSL_ENCODER_CTX *ctx = NULL;
	uint8_t *der = NULL;
	size_t n = 0;

	if (pkey != NULL)
		ctx = OSSL_ENCODER_CTX_new_for_pkey(pkey, EVP_PKEY_KEYPAIR, "DER", "PrivateKeyInfo", NULL);
	if (ctx == NULL || OSSL_ENCODER_to_data(ctx, &der, &n) != 1) {
		ERR_clear_error();
		err_set(e, "crypto_unavailable", "OpenSSL does not write the key: look at its configuration and providers");
	}
	OSSL_ENCODER_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	if (der == NULL)
		return false;
	buf_add(out, der, n);
	OPENSSL_clear_free(der, n);
	return out->failed ? err_memory(e) : true;
}

const struct sig_pub *sig_key_pub(const struct sig_key *k)
{
	return &k->pub;
}

void sig_key_free(struct sig_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->p256);
	bytes_wipe(k, sizeof(*k));
	free(k);
}

bool sig_pub_equal(const struct sig_pub *a, const struct sig_pub *b)
{
	return a->alg == b->alg && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool sig_pub_check(struct crypto *c, const struct sig_pub *k, struct err *e)
{
	if (k->alg == SIG_P256)
		return p256_is_point(c->p256, k->b) || err_set(e, "weak_key", "the P-256 key is no point of the curve");
	if (k->alg != SIG_ED25519)
		return err_set(e, "weak_key", "the key's algorithm is neither Ed25519 nor P-256");
	if (!sodium_is_zero(k->b + 32, sizeof(k->b) - 32))
		return err_set(e, "weak_key", "the Ed25519 key is longer than 32 bytes");
	if (crypto_core_ed25519_is_valid_point(k->b) != 1)
		return err_set(e, "weak_key", "the Ed25519 key is not canonical, or of small or mixed order: generate another");
	return true;
}

/* s := n - s when s is above n / 2: of the two signatures that verify, always the same one. */
static void p256_lower_s(uint8_t s[static SCALAR])
{
	int borrow = 0;

	if (memcmp(s, p256_half, SCALAR) <= 0)
		return;
	for (size_t i = SCALAR; i-- > 0;) {
		int v = p256_order[i] - s[i] - borrow;

		s[i] = (uint8_t)(v & 0xff);
		borrow = v < 0;
	}
}

bool sig_sign(struct crypto *c, const struct sig_key *k, struct slice msg, uint8_t out[static SIG_BYTES], struct err *e)
{
	uint8_t der[P256_DER_MAX];
	struct digest d;
	size_t n;

	(void)c;
	if (k->pub.alg == SIG_ED25519)
		return crypto_sign_detached(out, NULL, msg.p, msg.n, k->ed25519) == 0 ||
			err_set(e, "crypto_unavailable", "libsodium does not sign");
	digest_sha256(msg, &d);
	n = p256_sign(k->p256, &d, der);
	if (n == 0 || !sig_p256_from_der(slice_of(der, n), false, out))
		return err_set(e, "crypto_unavailable", "OpenSSL does not sign");
	p256_lower_s(out + SCALAR);
	return true;
}

void crypto_remember(struct crypto *c, const struct sig_memory *m)
{
	c->memory = m;
}

static void identify(const struct sig_pub *k, struct slice msg, const uint8_t sig[static SIG_BYTES], struct digest *out)
{
	const uint8_t alg = (uint8_t)k->alg;
	const struct slice parts[] = { slice_of(&alg, 1), slice_of(k->b, sizeof(k->b)), slice_of(sig, SIG_BYTES), msg };

	digest_labelled("gmc-signature/1", parts, 4, out);
}

static bool verify(struct crypto *c, const struct sig_pub *k, struct slice msg, const uint8_t sig[static SIG_BYTES])
{
	uint8_t der[SIG_DER_MAX];
	struct digest d;

	if (k->alg == SIG_ED25519)
		return crypto_sign_verify_detached(sig, msg.p, msg.n, k->b) == 0;
	if (k->alg != SIG_P256)
		return false;
	digest_sha256(msg, &d);
	return p256_verify(c->p256, k->b, &d, slice_of(der, sig_p256_to_der(sig, der)));
}

bool sig_verify(struct crypto *c, const struct sig_pub *k, struct slice msg, const uint8_t sig[static SIG_BYTES], struct err *e)
{
	const struct sig_memory *m = c == NULL ? NULL : c->memory;
	struct digest id;

	if (m != NULL) {
		identify(k, msg, sig, &id);
		if (m->knows(m->arg, &id))
			return true;
	}
	if (!verify(c, k, msg, sig))
		return err_set(e, "bad_signature", "the %s signature does not verify: the bytes were changed, or another key signed",
			sig_alg_name(k->alg));
	if (m != NULL)
		m->learns(m->arg, &id);
	return true;
}

/* An INTEGER (X.690 8.3) from 32 bytes big endian; returns its length. */
static size_t der_integer(const uint8_t v[static SCALAR], uint8_t *out)
{
	size_t skip = 0, pad;

	while (skip < SCALAR - 1 && v[skip] == 0)
		skip++;
	pad = v[skip] >> 7;
	out[0] = 0x02;
	out[1] = (uint8_t)(SCALAR - skip + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, v + skip, SCALAR - skip);
	return 2 + pad + SCALAR - skip;
}

size_t sig_p256_to_der(const uint8_t sig[static SIG_BYTES], uint8_t out[static SIG_DER_MAX])
{
	size_t n = 2;

	n += der_integer(sig, out + n);
	n += der_integer(sig + SCALAR, out + n);
	out[0] = 0x30;
	out[1] = (uint8_t)(n - 2);
	return n;
}

/* Reads one positive INTEGER in its shortest form and moves der behind it. */
static bool der_scalar(struct slice *der, uint8_t out[static SCALAR])
{
	const uint8_t *v;
	size_t n;

	if (der->n < 3 || der->p[0] != 0x02)
		return false;
	v = der->p + 2;
	n = der->p[1];
	if (n < 1 || n > der->n - 2 || v[0] > 0x7f)
		return false;
	*der = slice_of(v + n, der->n - 2 - n);
	/* A zero may lead only to keep the next bit from being the sign; alone it is the number 0. */
	if (v[0] == 0) {
		if (n == 1 || v[1] <= 0x7f)
			return false;
		v++;
		n--;
	}
	if (n > SCALAR)
		return false;
	memset(out, 0, SCALAR);
	memcpy(out + SCALAR - n, v, n);
	return true;
}

bool sig_p256_from_der(struct slice der, bool low, uint8_t out[static SIG_BYTES])
{
	uint8_t rs[SIG_BYTES];
	struct slice body;

	if (der.n < 2 || der.n > SIG_DER_MAX || der.p[0] != 0x30 || der.p[1] != der.n - 2)
		return false;
	body = slice_of(der.p + 2, der.n - 2);
	if (!der_scalar(&body, rs) || !der_scalar(&body, rs + SCALAR) || body.n != 0)
		return false;
	if (low && memcmp(rs + SCALAR, p256_half, SCALAR) > 0)
		return false;
	memcpy(out, rs, sizeof(rs));
	return true;
}

const char *sig_alg_name(enum sig_alg alg)
{
	if (alg == SIG_ED25519)
		return "Ed25519";
	return alg == SIG_P256 ? "P-256" : "unknown";
}
