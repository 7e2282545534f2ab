/* SPDX-License-Identifier: ISC
 * How much longer than its one signature does a peer take over a certificate? Bases: the signature over the TBS alone, by the library that
 * is fastest at it, with everything made ready before; and what a peer would have to call without libgmc. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/p256.h"
#include "peer/gmc.h"
#include "peer/issuance.h"
#include "peer/profile.h"
#include "peer/trust.h"
#include "tests/lib/charters.h"
#include "tests/lib/measure.h"

enum { ROUNDS = 45, TIMES = 400, REVOKED = 10000, LIFE_LEFT = 3600 };

/* A group whose CA has keys of one kind, and one certificate of it, held in every way in which the contestants want it. */
struct stage {
	struct charters *keys;
	struct sig_key *issuing, *holder;
	struct signed_charter charter;
	struct buf ca, leaf, trust_text;
	int64_t now;
	struct gmc *g;
	struct gmc_trust *trust;
	/* the bare signature */
	struct gmc_cert cert;
	EVP_MD *sha256;
	EVP_PKEY_CTX *verify;
	EVP_PKEY *ca_key;
	uint8_t der[SIG_DER_MAX];
	size_t der_n;
	/* OpenSSL's own way */
	X509_STORE *store;
};

static void must(bool made, const char *what, const struct err *e)
{
	if (made)
		return;
	fprintf(stderr, "bench: cannot make %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

static void seal(struct stage *s, struct buf *tbs, struct buf *out)
{
	uint8_t sig[SIG_BYTES];
	struct err e = { 0 };

	must(sig_sign(s->keys->crypto, s->issuing, buf_slice(tbs), sig, &e), "a signature", &e);
	must(profile_seal(buf_slice(tbs), sig_key_pub(s->issuing)->alg, sig, out), "a certificate", NULL);
	buf_free(tbs);
}

static void make_certificates(struct stage *s)
{
	const struct charter *c = s->charter.charter;
	struct issuer by = {
		.key = *sig_key_pub(s->issuing), .not_before = CHARTERS_EFFECTIVE - PROFILE_BACKDATE, .not_after = CHARTERS_UNTIL
	};
	struct issuance is = { .origin = ORIGIN_FOUNDING,
		.decision = c->object.genesis,
		.member = c->founders[0].member,
		.node = c->founders[0].member,
		.name = c->founders[0].name,
		.key = *sig_key_pub(s->holder),
		.time = CHARTERS_EFFECTIVE + 60 };
	struct gmc_fields f;
	struct buf tbs = { 0 };

	must(profile_ca(&c->object.genesis, &by.key, by.not_before, by.not_after, &tbs), "a CA", NULL);
	seal(s, &tbs, &s->ca);
	profile_founder_cause(&c->object.genesis, &is.member, &is.cause);
	issuance_fields(c, &by, &is, &f);
	must(profile_gmc(&f, &tbs), "a certificate", NULL);
	seal(s, &tbs, &s->leaf);
	s->now = is.time + LIFE_LEFT;
}

/* A list that names thousands, none of them ours. */
static json_t *revocations(const struct stage *s)
{
	const struct charter *c = s->charter.charter;
	struct revocations l = { .genesis = c->object.genesis,
		.charter = c->object.digest,
		.number = 1,
		.this_update = s->now,
		.next_update = s->now + 2 * c->freshness.update,
		.version = 1,
		.log_size = 1,
		.r = calloc(REVOKED, sizeof(*l.r)),
		.n = REVOKED };
	struct err e = { 0 };
	json_t *list;

	must(l.r != NULL, "a list", NULL);
	for (size_t i = 0; i < REVOKED; i++) {
		bytes_random(l.r[i].member.b, sizeof(l.r[i].member.b));
		l.r[i].from = CHARTERS_EFFECTIVE;
	}
	revocations_sort(l.r, l.n);
	list = object_sign(s->keys->crypto, KIND_REVOCATIONS, revocations_print(&l), s->keys->revocation, &e);
	must(list != NULL, "a list", &e);
	free(l.r);
	return list;
}

static void make_trust(struct stage *s)
{
	json_t *list = revocations(s), *charters = json_array(), *wrap = json_object(), *authorities, *doc;
	struct err e = { 0 };
	char why[256];

	json_array_append_new(charters, signed_charter_print(buf_slice(&s->charter.charter->payload), s->charter.approvals, NULL));
	must(object_set_base64(wrap, "der", buf_slice(&s->ca)), "a CA", NULL);
	authorities = json_pack("[O]", json_object_get(wrap, "der"));
	doc = trust_print(&s->charter.charter->object.genesis, s->charter.charter->group, charters, authorities, NULL, list);
	must(doc != NULL && json_write(doc, &s->trust_text, &e), "a trust file", &e);
	json_decref(doc);
	json_decref(authorities);
	json_decref(wrap);
	json_decref(charters);
	json_decref(list);
	s->g = gmc_new();
	s->trust = gmc_trust_read(s->g, s->trust_text.p, s->trust_text.n, s->charter.charter->object.genesis.b, why, sizeof(why));
	if (s->trust == NULL) {
		fprintf(stderr, "bench: the trust file is refused: %s\n", why);
		exit(1);
	}
}

static X509 *x509(const struct buf *der)
{
	const uint8_t *p = der->p;

	return d2i_X509(NULL, &p, (long)der->n);
}

static void make_openssl(struct stage *s)
{
	X509 *ca = x509(&s->ca);
	X509_VERIFY_PARAM *param;

	must(cert_parse_gmc(buf_slice(&s->leaf), &s->cert) == CERT_OK && ca != NULL, "a certificate that can be read", NULL);
	s->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	s->ca_key = X509_get_pubkey(ca);
	s->verify = EVP_PKEY_CTX_new_from_pkey(NULL, s->ca_key, NULL);
	s->der_n = sig_p256_to_der(s->cert.sig, s->der);
	if (s->cert.alg == SIG_P256)
		must(s->sha256 != NULL && EVP_PKEY_verify_init(s->verify) == 1, "a context", NULL);
	s->store = X509_STORE_new();
	must(s->store != NULL && X509_STORE_add_cert(s->store, ca) == 1, "a store", NULL);
	param = X509_STORE_get0_param(s->store);
	X509_VERIFY_PARAM_set_time(param, (time_t)s->now);
	X509_free(ca);
}

static void stage_open(struct stage *s, enum sig_alg alg)
{
	struct err e = { 0 };

	memset(s, 0, sizeof(*s));
	s->keys = charters_new();
	s->issuing = sig_key_generate(alg, &e);
	s->holder = sig_key_generate(alg, &e);
	must(s->issuing != NULL && s->holder != NULL, "keys", &e);
	s->keys->issuing_alg = alg;
	profile_spki_digest(sig_key_pub(s->issuing), &s->keys->issuing_spki);
	s->charter = charters_signed(s->keys, charters_first(s->keys), 2);
	make_certificates(s);
	make_trust(s);
	make_openssl(s);
}

static void stage_close(struct stage *s)
{
	X509_STORE_free(s->store);
	EVP_PKEY_CTX_free(s->verify);
	EVP_PKEY_free(s->ca_key);
	EVP_MD_free(s->sha256);
	gmc_trust_free(s->trust);
	gmc_free(s->g);
	signed_charter_free(&s->charter);
	sig_key_free(s->issuing);
	sig_key_free(s->holder);
	buf_free(&s->ca);
	buf_free(&s->leaf);
	buf_free(&s->trust_text);
	charters_free(s->keys);
}

static bool bare_ed25519(void *arg, size_t times)
{
	const struct stage *s = arg;
	const struct sig_pub *ca = sig_key_pub(s->issuing);
	bool rc = true;

	for (size_t i = 0; i < times; i++)
		rc &= crypto_sign_verify_detached(s->cert.sig, s->cert.tbs.p, s->cert.tbs.n, ca->b) == 0;
	return rc;
}

static bool bare_p256(void *arg, size_t times)
{
	const struct stage *s = arg;
	uint8_t d[32];
	unsigned n;
	bool rc = true;

	for (size_t i = 0; i < times; i++)
		rc &= EVP_Digest(s->cert.tbs.p, s->cert.tbs.n, d, &n, s->sha256, NULL) == 1 &&
			EVP_PKEY_verify(s->verify, s->der, s->der_n, d, sizeof(d)) == 1;
	return rc;
}

static bool libgmc(void *arg, size_t times)
{
	const struct stage *s = arg;
	struct gmc_result r;
	bool rc = true;

	for (size_t i = 0; i < times; i++)
		rc &= gmc_verify(s->g, s->trust, s->leaf.p, s->leaf.n, s->now, &r) == GMC_MEMBER;
	return rc;
}

static bool openssl(void *arg, size_t times)
{
	const struct stage *s = arg;
	bool rc = true;

	for (size_t i = 0; i < times; i++) {
		X509 *leaf = x509(&s->leaf);
		X509_STORE_CTX *ctx = X509_STORE_CTX_new();

		rc &= X509_STORE_CTX_init(ctx, s->store, leaf, NULL) == 1 && X509_verify_cert(ctx) == 1;
		X509_STORE_CTX_free(ctx);
		X509_free(leaf);
	}
	return rc;
}

static void compare(enum sig_alg alg, const char *name, const char *base, const char *vs_openssl)
{
	struct stage s;
	struct contestant c[] = { { base, alg == SIG_P256 ? bare_p256 : bare_ed25519, &s, false }, { name, libgmc, &s, false },
		{ vs_openssl, openssl, &s, false } };
	double us[3], ratio[3];

	stage_open(&s, alg);
	measure_turns(c, 3, ROUNDS, TIMES, us, ratio);
	measure_print(name, us[1], "us", ratio[1], base);
	/* how many times faster */
	measure_print(vs_openssl, us[2], "us", us[2] / us[1], name);
	stage_close(&s);
}

int main(void)
{
	compare(SIG_ED25519, "verify.ed25519", "libsodium: the signature alone", "verify.vs_openssl.ed25519");
	compare(SIG_P256, "verify.p256", "OpenSSL: digest and signature alone, key ready", "verify.vs_openssl.p256");
	return 0;
}
