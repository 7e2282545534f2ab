/* SPDX-License-Identifier: ISC
 * What the signer gives up before it serves anybody. */
#ifndef AUTHORITY_SANDBOX_H
#define AUTHORITY_SANDBOX_H

#include "base/err.h"

/* Before any secret is read: no core dump, no tracing by others of the same user, memory kept out of swap where the limits allow it, files
 * for nobody else. */
void sandbox_early(void);
/* For good: no new programs, no sockets but those that are open, no tracing, no new namespaces, mounts or modules (seccomp).
 * "sandbox_failed" */
bool sandbox_signer(struct err *e);

#endif
