/* SPDX-License-Identifier: ISC
 * The member of a renewal or recovery, as its record shows it. */
#ifndef AUTHORITY_ARCHIVE_REQUEST_H
#define AUTHORITY_ARCHIVE_REQUEST_H

#include "authority/authority.h"
#include "peer/record.h"

struct archived_request {
	struct record_place place;
	struct record_signed holder; /* points to `place` */
};
/* Its place in the proposal's electorate, and the key that stands there. Nothing to free. "database_error" */
bool archive_request(
	struct worker *w, const struct group *g, uint64_t number, const struct id16 *member, struct archived_request *out, struct err *e);

#endif
