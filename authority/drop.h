/* SPDX-License-Identifier: ISC
 * Taking back a group that was never founded. */
#ifndef AUTHORITY_DROP_H
#define AUTHORITY_DROP_H

#include "authority/authority.h"

/* Takes a group back that was never founded, with its draft and the approvals so far, as the database's owner; its name is free
 * afterwards. *genesis: which one it was. "not_found", "group_founded". */
bool drop_group(struct worker *w, const char *name, struct digest *genesis, struct err *e);

#endif
