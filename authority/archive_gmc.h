/* SPDX-License-Identifier: ISC
 * What became of the certificate of an admission, for its record. */
#ifndef AUTHORITY_ARCHIVE_GMC_H
#define AUTHORITY_ARCHIVE_GMC_H

#include "authority/authority.h"

/* Empty while nobody has signed it: then a record has nothing of it. */
struct archived_gmc {
	struct buf gmc;       /* DER; empty when it was abandoned */
	struct buf ended;     /* the entry that ended membership, key or serial before it was signed; otherwise empty */
	uint64_t ended_index; /* of that entry */
	struct buf authority; /* DER of the CA certificate, with either */
};
/* The certificate by a proposal's decision, under the charter of that version. Free with archived_gmc_free. db_run's, "no_memory",
 * "database_error" (abandoned, and nothing ended). */
bool archive_gmc(struct worker *w, const struct group *g, uint64_t number, uint32_t version, struct archived_gmc *out, struct err *e);
void archived_gmc_free(struct archived_gmc *a);

#endif
