/* SPDX-License-Identifier: ISC
 * A realm's real programs, as processes of their own: gauthd on a loopback port, gauth-signer on a socket. */
#ifndef TESTS_LIB_SERVING_H
#define TESTS_LIB_SERVING_H

#include "authority/process.h"
#include "tests/lib/realm.h"

struct serving {
	struct process p;
	unsigned port;
	char dir[512]; /* of its files: the PostgreSQL's, and removed with it */
};
/* settings: further lines of the settings file, sections and all; no limit for one address holds. socket NULL: there is no signer.
 * The programs lie two folders above the running one's. Returns when it answers. */
void serving_gauthd(struct serving *s, const struct realm *r, const char *socket, const char *settings);
/* A signer with the keys of n realms on one PostgreSQL, and a fresh state below its directory; socket: where it listens. */
enum { SERVING_SOCKET = 108 };
void serving_signer(struct serving *s, struct realm *const *r, size_t n, char socket[static SERVING_SOCKET]);
/* `cfssl serve` with a CA and the configuration of its store; all are paths. */
void serving_cfssl(struct serving *s, const struct realm *r, const char *ca, const char *key, const char *store);
void serving_stop(struct serving *s);

#endif
