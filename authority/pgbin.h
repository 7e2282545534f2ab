/* SPDX-License-Identifier: ISC
 * Where PostgreSQL's programs lie. */
#ifndef AUTHORITY_PGBIN_H
#define AUTHORITY_PGBIN_H

#include "base/err.h"

enum { PGBIN_MAX = 256 };

/* The directory of `postgres` and `initdb` that fits the data directory, or, where that is not made yet, the one that pg_config
 * names, or the newest of Debian's. "no_postgresql", "cluster_version" */
bool pgbin_find(const char *data, char out[static PGBIN_MAX], struct err *e);

#endif
