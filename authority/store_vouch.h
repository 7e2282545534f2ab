/* SPDX-License-Identifier: ISC
 * Vouches in the store. */
#ifndef AUTHORITY_STORE_VOUCH_H
#define AUTHORITY_STORE_VOUCH_H

#include "authority/acts.h"
#include "authority/store.h"
#include "peer/evidence.h"

struct vouch_row {
	const struct vouch *vouch;
	const struct digest *key; /* that signed it */
	const char *doc, *receipt;
	const struct free_text *reason; /* may be NULL */
	uint64_t index;                 /* of its log entry, as all below */
	int64_t time, age;
	uint32_t live;
};
bool store_vouch_insert(struct worker *w, int32_t g, const struct vouch_row *row, struct err *e);
/* The vouch of a member on an application: its digest and receipt (appended). */
bool store_vouch_find(struct worker *w, int32_t g, const struct digest *application, const struct id16 *member, bool *found,
	struct digest *digest, struct buf *receipt, struct err *e);
/* How many live vouches a member has at this time: within `window` and not run out by `expiry` (0: both are without bounds). */
bool store_vouch_live(
	struct worker *w, int32_t g, const struct id16 *member, int64_t window, int64_t expiry, int64_t now, uint32_t *n, struct err *e);
/* How many an application has. */
bool store_vouch_count(struct worker *w, int32_t g, const struct digest *application, uint64_t *n, struct err *e);

/* As the log has them. */
struct stored_vouch {
	struct digest digest, key;
	struct vouched entry;
	bool reasoned;
};
struct stored_vouches {
	struct stored_vouch *v; /* owned, by their voucher */
	size_t n;
};
/* All vouches for an application. With `objects`, which has room for as many as store_vouch_count gives, also each as an object of
 * evidence, in the same order; may be NULL. */
bool store_vouch_all(struct worker *w, int32_t g, const struct digest *application, struct stored_vouches *out,
	struct evidence_object *objects, struct err *e);
void stored_vouches_free(struct stored_vouches *v);

#endif
