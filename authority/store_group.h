/* SPDX-License-Identifier: ISC
 * Searches over all groups. group.c knows a single one. */
#ifndef AUTHORITY_STORE_GROUP_H
#define AUTHORITY_STORE_GROUP_H

#include "authority/store.h"

/* Groups that are founded and not stopped. */
bool store_group_open(struct worker *w, store_found *found, void *arg, struct err *e);
/* Those of them whose revocation lists may be due: none yet, half way to the next update, or something revoked since. act_lists knows
 * for certain. */
bool store_group_lists_due(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
