/* SPDX-License-Identifier: ISC
 * GET /metrics on a listener of its own, so that numbers are not public because the service is. */
#ifndef WEB_EXPOSITION_H
#define WEB_EXPOSITION_H

#include "web/metrics.h"

struct exposition;
/* address: numeric; port 0: any. NULL with e as door_listen, "cannot_start", "no_memory". The metrics outlive the result. */
struct exposition *exposition_start(const char *address, unsigned port, const struct metrics *m, struct err *e);
unsigned exposition_port(const struct exposition *x);
void exposition_stop(struct exposition *x);

#endif
