/* SPDX-License-Identifier: ISC
 * What is revoked, in the store. */
#ifndef AUTHORITY_STORE_REVOCATION_H
#define AUTHORITY_STORE_REVOCATION_H

#include "authority/store.h"

/* A whole member (neither key nor serial), a key or a serial, by the entry that says so. */
struct revocation_row {
	uint64_t index;
	struct digest object;
	struct id16 member;
	const struct digest *key;
	const struct id16 *serial;
	enum cause cause;
	int64_t since;
};
bool store_revocation_insert(struct worker *w, int32_t g, const struct revocation_row *row, struct err *e);
bool store_revocation_has_serial(struct worker *w, int32_t g, const struct id16 *serial, bool *revoked, struct err *e);

#endif
