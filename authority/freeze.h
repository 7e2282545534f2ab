/* SPDX-License-Identifier: ISC
 * Is somebody admitted now? The act stands in acts.h. */
#ifndef AUTHORITY_FREEZE_H
#define AUTHORITY_FREEZE_H

#include "authority/authority.h"

/* Behind the log's lock. "frozen" until the last freeze has ended. */
bool freeze_over(const struct log_writer *lw, struct err *e);

#endif
