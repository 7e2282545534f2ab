/* SPDX-License-Identifier: ISC
 * A certification request in DER; what we take, OpenSSL takes. */
#include <openssl/x509.h>

#include "peer/csr.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const unsigned char *at = p;
	struct err e = { 0 };
	struct sig_pub key;
	X509_REQ *req;

	if (!csr_verify(handles(), slice_of(p, n), &key, &e)) {
		refused(&e);
		return 0;
	}
	CHECK(n <= CSR_MAX && sig_pub_check(handles(), &key, NULL));
	req = d2i_X509_REQ(NULL, &at, (long)n);
	CHECK(req != NULL && at == p + n && X509_REQ_verify(req, X509_REQ_get0_pubkey(req)) == 1);
	X509_REQ_free(req);
	return 0;
}
