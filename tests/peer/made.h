/* SPDX-License-Identifier: ISC
 * A group's CA and one member's certificate, made for a test. */
#ifndef TESTS_PEER_MADE_H
#define TESTS_PEER_MADE_H

#include <openssl/x509v3.h>
#include <string.h>

#include "peer/cert.h"
#include "peer/der.h"

enum { MADE_TIME = 1800000000, MADE_LIFE = 604800 };

struct made {
	struct crypto *c;
	struct sig_key *ca_key, *key;
	struct gmc_fields f;
	struct buf ca, gmc; /* DER */
};

static inline void made_seal(const struct made *m, struct slice tbs, struct buf *out)
{
	uint8_t sig[SIG_BYTES];

	assert_true(sig_sign(m->c, m->ca_key, tbs, sig, NULL));
	assert_true(profile_seal(tbs, sig_key_pub(m->ca_key)->alg, sig, out));
}

static inline void made_at(struct made *m, enum sig_alg ca, enum sig_alg subject, const char *name, int64_t now)
{
	struct buf tbs = { 0 };

	memset(m, 0, sizeof(*m));
	m->c = crypto_new(NULL);
	m->ca_key = sig_key_generate(ca, NULL);
	m->key = sig_key_generate(subject, NULL);
	assert_non_null(m->c);
	memset(m->f.genesis.b, 0xa1, 32);
	memset(m->f.charter.b, 0xb2, 32);
	memset(m->f.decision.b, 0xc3, 32);
	memset(m->f.member.b, 0xd4, 16);
	memset(m->f.node.b, 0xe5, 16);
	m->f.origin = ORIGIN_ADMISSION;
	m->f.name = name;
	m->f.overlay = "overlay.example.org";
	m->f.not_before = now - PROFILE_BACKDATE;
	m->f.not_after = now + MADE_LIFE;
	m->f.key = *sig_key_pub(m->key);
	m->f.issuer_alg = ca;
	profile_ski(sig_key_pub(m->ca_key), m->f.issuer_ski);
	profile_serial(&m->f.decision, &m->f.serial);
	assert_true(profile_ca(&m->f.genesis, sig_key_pub(m->ca_key), now - 86400, now + 100 * MADE_LIFE, &tbs));
	made_seal(m, buf_slice(&tbs), &m->ca);
	buf_free(&tbs);
	assert_true(profile_gmc(&m->f, &tbs));
	made_seal(m, buf_slice(&tbs), &m->gmc);
	buf_free(&tbs);
}

static inline void made_new(struct made *m, enum sig_alg ca, enum sig_alg subject, const char *name)
{
	made_at(m, ca, subject, name, MADE_TIME);
}

static inline void made_free(struct made *m)
{
	buf_free(&m->ca);
	buf_free(&m->gmc);
	sig_key_free(m->ca_key);
	sig_key_free(m->key);
	crypto_free(m->c);
}

/* What OpenSSL reads must come out of it byte for byte. */
static inline X509 *made_x509(struct slice der)
{
	const uint8_t *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	uint8_t *back = NULL;
	int n;

	assert_non_null(x);
	assert_ptr_equal(p, der.p + der.n);
	/* reads the extensions too, which d2i does not */
	assert_int_equal(X509_get_extension_flags(x) & EXFLAG_INVALID, 0);
	n = i2d_X509(x, &back);
	assert_true(slice_equal(slice_of(back, (size_t)n), der));
	OPENSSL_free(back);
	return x;
}

static inline EVP_PKEY *made_pkey(const struct sig_key *k)
{
	struct buf der = { 0 };
	const uint8_t *p;
	EVP_PKEY *pkey;

	assert_true(sig_key_to_pkcs8(k, &der, NULL));
	p = der.p;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	assert_non_null(pkey);
	buf_free(&der);
	return pkey;
}

/* DER from a text in which brackets are written for a length: "30(06(550403)0c('Ada'))". Digits are bytes in hex, what stands in quotes is
 * itself. */
static inline const char *made_der_row(const char *text, struct buf *out)
{
	uint8_t byte;
	size_t mark;

	while (*text != '\0' && *text != ')') {
		if (*text == '\'') {
			for (text++; *text != '\''; text++)
				buf_add_u8(out, (uint8_t)*text);
			text++;
			continue;
		}
		assert_true(hex_decode(text, 2, &byte, 1));
		text += 2;
		if (*text != '(') {
			buf_add_u8(out, byte);
			continue;
		}
		mark = der_open(out, byte);
		text = made_der_row(text + 1, out);
		der_close(out, mark);
		assert_int_equal(*text++, ')');
	}
	return text;
}

static inline void made_der(const char *text, struct buf *out)
{
	assert_int_equal(*made_der_row(text, out), '\0');
}

#endif
