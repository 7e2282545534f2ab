/* SPDX-License-Identifier: ISC
 * What is signed in ceremonies, in the store: the bytes of each item, and its signature once there is one. */
#ifndef AUTHORITY_STORE_ITEM_H
#define AUTHORITY_STORE_ITEM_H

#include "authority/store.h"
#include "voting/ceremony.h"

/* The items of a ceremony that has just been inserted, with their bytes. */
bool store_items_insert(struct worker *w, int32_t g, const struct ceremony *c, const struct buf *bytes, struct err *e);
/* The bytes of its n items, each appended to one. "database_error": there are others. */
bool store_items_bytes(struct worker *w, int32_t g, uint64_t number, struct buf *out, size_t n, struct err *e);
/* All of them are signed. */
bool store_items_signed(struct worker *w, int32_t g, uint64_t number, uint8_t (*signatures)[SIG_BYTES], size_t n, struct err *e);

#endif
