/* SPDX-License-Identifier: ISC
 * Who brought whom in, and how many each member answers for. */
#ifndef AUTHORITY_STORE_SPONSOR_H
#define AUTHORITY_STORE_SPONSOR_H

#include "authority/store.h"

/* Would this admission charge somebody with more than charter c lets it have? Behind the log's lock. */
bool store_sponsor_spent(struct log_writer *lw, const struct charter *c, const struct digest *application, bool *spent, struct err *e);
/* Writes down who brought the member in, and charges them; index: of its *joined*. */
bool store_sponsor_charge(struct log_writer *lw, const struct charter *c, const struct digest *application, const struct id16 *member,
	uint64_t index, struct err *e);
/* With how many has the member been charged after this time? */
bool store_sponsor_count(struct worker *w, int32_t g, const struct id16 *member, int64_t after, uint64_t *n, struct err *e);

#endif
