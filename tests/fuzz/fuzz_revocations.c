/* SPDX-License-Identifier: ISC
 * The payload of a revocation list: everything that stands in it is found. */
#include "peer/revocations.h"
#include "tests/fuzz/fuzz.h"

static void found(const struct revocations *l)
{
	static const struct id16 other = { { 0xff, 1 } };
	static const struct digest key = { { 0xff, 2 } };

	for (size_t i = 0; i < l->n; i++) {
		const struct revoked *r = &l->r[i];

		CHECK(revocations_find(l, &r->member, r->has_key ? &r->key : &key, r->has_serial ? &r->serial : &other) != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct jws j = around(KIND_REVOCATIONS, slice_of(p, n)), k;
	struct revocations l, again;
	struct err e = { 0 };
	struct buf text;

	if (!revocations_parse(&j, &l, &e)) {
		refused(&e);
		jws_free(&j);
		return 0;
	}
	found(&l);
	text = text_of(revocations_print(&l));
	k = around(KIND_REVOCATIONS, buf_slice(&text));
	CHECK(revocations_parse(&k, &again, &e) && again.n == l.n && again.number == l.number);
	revocations_free(&l);
	revocations_free(&again);
	jws_free(&j);
	jws_free(&k);
	buf_free(&text);
	return 0;
}
