/* SPDX-License-Identifier: ISC
 * Names of errors and what HTTP makes of them: one table, from which every refusal takes its status and title. */
#ifndef WEB_PROBLEM_H
#define WEB_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

struct problem {
	const char *name;
	unsigned status;
	const char *title;
	unsigned retry_after; /* seconds, 0: no such header */
};

/* The row of an error name. A name without a row gets that of "internal", and `known` becomes false. Never NULL. */
const struct problem *problem_find(const char *name, bool *known);

/* Is the text of such an error for the log alone, because it tells what lies behind the service? */
bool problem_is_private(const struct problem *p);

/* The whole table, for the documents' tests. */
const struct problem *problem_table(size_t *n);

#endif
