/* SPDX-License-Identifier: ISC
 * What this authority signs with its notary key. */
#include "authority/authority.h"
#include "voting/receipt.h"

enum { DAY = 86400 };

bool notary_sign(struct worker *w, const char *kind, json_t *o, struct buf *out, struct digest *digest, struct err *e)
{
	const struct kind *row = kind_find(kind);
	struct buf payload = { 0 };
	bool rc;

	if (o == NULL)
		return err_memory(e);
	rc = json_write(o, &payload, e);
	json_decref(o);
	if (rc && (row == NULL || payload.n > row->max))
		rc = err_set(e, "too_large", "a %s of %zu bytes is more than its kind may have", kind, payload.n);
	rc = rc && jws_sign_text(w->crypto, kind, buf_slice(&payload), w->a->notary, out, e);
	if (rc && digest != NULL)
		digest_of(kind, buf_slice(&payload), digest);
	buf_free(&payload);
	return rc;
}

bool notary_receipt(struct worker *w, const struct digest *genesis, const struct digest *object, int64_t stored, int64_t term,
	struct buf *out, struct err *e)
{
	const struct receipt r = { .genesis = *genesis, .object = *object, .stored = stored, .due = stored + term + DAY };

	return notary_sign(w, KIND_RECEIPT, receipt_print(&r), out, NULL, e);
}
