/* SPDX-License-Identifier: ISC
 * Founders of a threshold group: they joined before the group had a key, and get their certificates once a charter names it. */
#ifndef AUTHORITY_FOUNDERS_H
#define AUTHORITY_FOUNDERS_H

#include "authority/authority.h"

/* Intends the first certificate of each founder that stands and has none, where the charter in force names an issuing key. group_find's,
 * log_open's, intend's. */
bool founders_certify(struct worker *w, int32_t g, struct err *e);

#endif
