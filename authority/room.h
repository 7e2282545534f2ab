/* SPDX-License-Identifier: ISC
 * Is there room for one member more, and is it its day? */
#ifndef AUTHORITY_ROOM_H
#define AUTHORITY_ROOM_H

#include "authority/authority.h"

/* By the charter that it joins under, behind the log's lock. *full: the group has as many members as it may. *from: when the next one may
 * join, because so many have within a day; 0: now. */
bool room_for_one(struct log_writer *lw, const struct charter *c, bool *full, int64_t *from, struct err *e);

#endif
