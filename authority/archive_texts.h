/* SPDX-License-Identifier: ISC
 * Free texts of a decision's evidence, as far as they have not been erased, for its record. */
#ifndef AUTHORITY_ARCHIVE_TEXTS_H
#define AUTHORITY_ARCHIVE_TEXTS_H

#include "authority/authority.h"
#include "peer/record.h"

struct archived_texts {
	PGresult *r; /* the strings are borrowed from it */
	struct record_text *list;
	size_t n;
};
/* An applicant's statement, a mover's and voters' reasons, each text with its salt once. Free with archived_texts_free. db_run's,
 * "no_memory". */
bool archive_texts(
	struct worker *w, const struct group *g, uint64_t number, const struct digest *subject, struct archived_texts *out, struct err *e);
void archived_texts_free(struct archived_texts *t);

#endif
