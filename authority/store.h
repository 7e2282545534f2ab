/* SPDX-License-Identifier: ISC
 * What the store's files share. One file a noun, and all SQL on that noun in it; each function runs one statement. Order of locks in a
 * transaction: applications, proposals, members, log; a row is locked by a statement of its own, and read again by the next where it may
 * have changed while we waited. */
#ifndef AUTHORITY_STORE_H
#define AUTHORITY_STORE_H

#include "authority/authority.h"

enum store_lock { STORE_READ, STORE_SHARE, STORE_UPDATE };

/* Called for each row that a search finds: the group, and the number (of a proposal) or the digest (of an application) in it. */
typedef void store_found(void *arg, int32_t g, uint64_t number, const struct digest *digest);

#endif
