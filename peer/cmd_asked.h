/* SPDX-License-Identifier: ISC
 * What gmc renew and gmc recover share: a request that the group decides on, and the certificate behind it. */
#ifndef PEER_CMD_ASKED_H
#define PEER_CMD_ASKED_H

#include "peer/cmd.h"

/* A request that is kept in the home under this name until it is decided, so that asking again is the same one; NULL: none is kept. */
json_t *asked_kept(struct cli *c, const char *file);
/* Waits for the decision on a proposal and then for the certificate of this key; forgets what was kept under `file` once it is decided.
 * Gives the exit code: EXIT_DONE with a certificate, EXIT_WAITING when the time to wait is over first, GMC_NOT_MEMBER when the group says
 * no. */
int asked_await(struct cli *c, uint64_t number, const char *file, const struct id16 *member, const struct sig_key *key);

#endif
