/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct sig_pub nobody = { .alg = SIG_ED25519, .b = { 1 } };
	struct err e = { 0 };
	struct jws j;
	struct digest d;

	if (!jws_parse(slice_of(p, n), 1 << 16, &j, &e)) {
		refused(&e);
		return 0;
	}
	CHECK(j.n >= 1 && j.n <= JWS_SIGNATURES_MAX && strlen(j.typ) < sizeof(j.typ));
	CHECK(base64url_length(j.payload.n) == j.payload_text.n);
	for (size_t i = 0; i < j.n; i++) {
		CHECK(jws_by(&j, &j.sigs[i].kid) == &j.sigs[i]);
		CHECK(!jws_verify(handles(), &j, i, &nobody, NULL));
	}
	jws_digest(&j, "gmc-vote", &d);
	jws_is(&j, "gmc-vote", NULL);
	jws_free(&j);
	return 0;
}
