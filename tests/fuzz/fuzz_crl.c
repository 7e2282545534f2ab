/* SPDX-License-Identifier: ISC
 * A CRL in DER. OpenSSL reads the same out of it, and from that the builder makes it again. */
#include <openssl/x509.h>
#include <time.h>

#include "peer/crl.h"
#include "tests/fuzz/fuzz.h"

static int64_t seconds(const ASN1_TIME *t)
{
	struct tm tm;

	CHECK(ASN1_TIME_to_tm(t, &tm) == 1);
	return timegm(&tm);
}

static struct crl_entry entry_of(X509_REVOKED *r)
{
	struct crl_entry out = { .from = seconds(X509_REVOKED_get0_revocationDate(r)) };
	const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(r);
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(r, NID_crl_reason, NULL, NULL);

	CHECK(ASN1_STRING_length(serial) == sizeof(out.serial.b));
	memcpy(out.serial.b, ASN1_STRING_get0_data(serial), sizeof(out.serial.b));
	if (reason != NULL)
		out.reason = (uint8_t)ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const unsigned char *at = p;
	struct crl_entry *entries;
	struct buf tbs = { 0 };
	struct err e = { 0 };
	struct crl c;
	X509_CRL *x;
	int revoked;

	if (!crl_parse(slice_of(p, n), &c, &e)) {
		refused(&e);
		return 0;
	}
	x = d2i_X509_CRL(NULL, &at, (long)n);
	CHECK(x != NULL && at == p + n);
	CHECK(seconds(X509_CRL_get0_lastUpdate(x)) == c.this_update && seconds(X509_CRL_get0_nextUpdate(x)) == c.next_update);
	revoked = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(x));
	revoked = revoked < 0 ? 0 : revoked;
	entries = calloc((size_t)revoked + 1, sizeof(*entries));
	CHECK(entries != NULL);
	for (int i = 0; i < revoked; i++) {
		struct crl_entry got;

		entries[i] = entry_of(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(x), i));
		CHECK(crl_find(&c, &entries[i].serial, &got));
	}
	CHECK(crl_build(&c.genesis, c.alg, c.aki, c.number, c.this_update, c.next_update, entries, (size_t)revoked, &tbs));
	CHECK(slice_equal(buf_slice(&tbs), c.tbs));
	free(entries);
	buf_free(&tbs);
	X509_CRL_free(x);
	return 0;
}
