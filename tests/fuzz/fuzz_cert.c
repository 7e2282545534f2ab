/* SPDX-License-Identifier: ISC
 * A certificate in DER. What is one of ours, the one builder makes again byte for byte, and OpenSSL reads it too. */
#include <openssl/x509.h>

#include "peer/cert.h"
#include "tests/fuzz/fuzz.h"

static void openssl_reads(struct slice der)
{
	const unsigned char *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);

	CHECK(x != NULL && at == der.p + der.n && X509_get_version(x) == X509_VERSION_3);
	X509_free(x);
}

static void gmc(const struct gmc_cert *c)
{
	char name[PROFILE_NAME_MAX + 1], overlay[PROFILE_OVERLAY_MAX + 1];
	struct gmc_fields f = { .serial = c->serial,
		.genesis = c->genesis,
		.charter = c->charter,
		.decision = c->decision,
		.origin = c->origin,
		.member = c->member,
		.node = c->node,
		.name = c->name.n == 0 ? NULL : name,
		.overlay = overlay,
		.not_before = c->not_before,
		.not_after = c->not_after,
		.key = c->key,
		.issuer_alg = c->alg };
	struct buf tbs = { 0 }, der = { 0 };
	uint8_t ski[20];

	CHECK(c->name.n < sizeof(name) && c->overlay.n < sizeof(overlay));
	snprintf(name, sizeof(name), "%.*s", (int)c->name.n, (const char *)c->name.p);
	snprintf(overlay, sizeof(overlay), "%.*s", (int)c->overlay.n, (const char *)c->overlay.p);
	memcpy(f.issuer_ski, c->aki, sizeof(f.issuer_ski));
	CHECK(profile_gmc(&f, &tbs) && profile_seal(c->tbs, c->alg, c->sig, &der) && slice_equal(buf_slice(&der), c->der));
	/* The reader does not hash the key again to hold its identifier against it: the CA's signature answers for that. */
	profile_ski(&c->key, ski);
	CHECK(slice_equal(buf_slice(&tbs), c->tbs) || memcmp(ski, c->ski, sizeof(ski)) != 0);
	openssl_reads(c->der);
	buf_free(&tbs);
	buf_free(&der);
}

static void ca(const struct ca_cert *c)
{
	struct buf tbs = { 0 };

	CHECK(profile_ca(&c->genesis, &c->key, c->not_before, c->not_after, &tbs) && slice_equal(buf_slice(&tbs), c->tbs));
	openssl_reads(c->der);
	cert_verify_ca(handles(), c, NULL);
	buf_free(&tbs);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct gmc_cert no_cert;
	static const struct ca_cert no_ca;
	struct gmc_cert g;
	struct ca_cert c;

	if (cert_parse_gmc(slice_of(p, n), &g) == CERT_OK)
		gmc(&g);
	else
		CHECK(memcmp(&g, &no_cert, sizeof(g)) == 0);
	if (cert_parse_ca(slice_of(p, n), &c) == CERT_OK)
		ca(&c);
	else
		CHECK(memcmp(&c, &no_ca, sizeof(c)) == 0);
	return 0;
}
