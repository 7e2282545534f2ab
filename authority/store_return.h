/* SPDX-License-Identifier: ISC
 * Who was turned away or expelled before: of the store's applications and members. */
#ifndef AUTHORITY_STORE_RETURN_H
#define AUTHORITY_STORE_RETURN_H

#include "authority/store.h"

/* Does who applies with this key and name come back, so that the charter readmits? *since: when it was turned away or expelled the last
 * time. By the charter in force; behind the log's lock. */
bool store_returns(struct log_writer *lw, const struct digest *key, const char *name, bool *returns, int64_t *since, struct err *e);
/* When somebody whom the member had vouched in was last expelled; 0: never. */
bool store_blamed(struct worker *w, int32_t g, const struct id16 *member, int64_t *time, struct err *e);

#endif
