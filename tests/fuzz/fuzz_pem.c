/* SPDX-License-Identifier: ISC
 * PEM, keys in PKCS#8, and base64url. */
#include "peer/pem.h"
#include "tests/fuzz/fuzz.h"

static void base64(struct slice text)
{
	struct buf bytes = { 0 };
	char *again = malloc(text.n + 8);

	CHECK(again != NULL);
	if (base64url_decode(text, &bytes)) {
		base64url_encode(bytes.p, bytes.n, again);
		CHECK(slice_equal(slice_str(again), text));
	}
	buf_free(&bytes);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf der = { 0 }, text = { 0 }, again = { 0 };
	struct err e = { 0 };
	struct sig_key *k;

	base64(slice_of(p, n));
	if (!pem_read(slice_of(p, n), "PRIVATE KEY", &der, &e)) {
		refused(&e);
		buf_free(&der);
		return 0;
	}
	CHECK(pem_write("PRIVATE KEY", buf_slice(&der), &text) && pem_read(buf_slice(&text), "PRIVATE KEY", &again, NULL));
	CHECK(slice_equal(buf_slice(&der), buf_slice(&again)));
	k = sig_key_from_pkcs8(buf_slice(&der), &e);
	if (k == NULL)
		refused(&e);
	sig_key_free(k);
	buf_free(&der);
	buf_free(&text);
	buf_free(&again);
	return 0;
}
