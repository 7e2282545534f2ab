/* SPDX-License-Identifier: ISC
 * Searches over all groups. group.c knows a single one. */
#ifndef AUTHORITY_STORE_GROUP_H
#define AUTHORITY_STORE_GROUP_H

#include "authority/store.h"

/* SQL: has anything happened since the list in row l that the next one must say? The last: the members have got an issuing key. */
#define STORE_LIST_OVERTAKEN \
	"(EXISTS (SELECT FROM revocations r WHERE r.g = l.g AND r.idx >= l.log_size)" \
	" OR EXISTS (SELECT FROM suspensions s WHERE s.g = l.g AND (s.idx >= l.log_size OR s.ended >= l.log_size))" \
	" OR (l.crl IS NULL AND l.tbs IS NULL AND EXISTS (SELECT FROM certificates c WHERE c.g = l.g AND c.idx >= l.log_size" \
	" AND c.members_key IS NOT NULL)))"

/* Groups that are founded and not stopped. */
bool store_group_open(struct worker *w, store_found *found, void *arg, struct err *e);
/* Those of them whose revocation lists may be due: none yet, half way to the next update, or something revoked since. act_lists knows
 * for certain. */
bool store_group_lists_due(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
