/* SPDX-License-Identifier: ISC
 * Complaints in the store, and the motions that rest on them. */
#ifndef AUTHORITY_STORE_COMPLAINT_H
#define AUTHORITY_STORE_COMPLAINT_H

#include "authority/acts.h"
#include "authority/store.h"
#include "voting/complaint.h"
#include "voting/motion.h"

struct complaint_row {
	const struct complaint *complaint;
	const struct digest *key; /* that signed it */
	const char *doc, *receipt;
	const struct free_text *text; /* may be NULL */
};
bool store_complaint_insert(struct worker *w, int32_t g, const struct complaint_row *row, struct err *e);
/* Its receipt, appended; *found false: it is not there. */
bool store_complaint_find(struct worker *w, int32_t g, const struct digest *complaint, bool *found, struct buf *receipt, struct err *e);
/* How many one member has made about another. */
bool store_complaint_count(struct worker *w, int32_t g, const struct id16 *by, const struct id16 *about, uint64_t *n, struct err *e);

struct stored_complaint {
	struct id16 member, by;
	struct digest key; /* that signed it */
};
/* "complaint_missing" when it was not sent here. */
bool store_complaint_load(struct worker *w, int32_t g, const struct digest *complaint, struct stored_complaint *out, struct err *e);

/* The motion rests on those that it names. Both are stored before. */
bool store_complaint_attach(struct worker *w, int32_t g, const struct motion *m, struct err *e);
/* Those that a motion rests on, in the order in which it names them: columns doc, member who complains, public key. PQclear it. */
bool store_complaint_attached(struct worker *w, int32_t g, const struct digest *motion, PGresult **out, struct err *e);

#endif
