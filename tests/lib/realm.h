/* SPDX-License-Identifier: ISC
 * An authority in memory over a real store, with groups that were really founded: for tests of acts. There is no signer: what it
 * would sign, `issuing` signs here. Whatever cannot be made ends the program. */
#ifndef TESTS_LIB_REALM_H
#define TESTS_LIB_REALM_H

#include "authority/acts.h"
#include "authority/charters.h"
#include "tests/lib/charters.h"
#include "tests/lib/pg.h"

struct realm {
	struct pg *pg;         /* borrowed */
	struct charters *keys; /* administrators, operators, notary, revocation */
	struct sig_key *issuing;
	struct sig_key *founders[CHARTERS_FOUNDERS]; /* "Fay" Ed25519, "Gus" P-256, "Hal" Ed25519; members keys->member[i] */
	struct authority a;
	struct worker *w; /* in the daemon's role */
};
struct realm *realm_new(struct pg *pg);
void realm_free(struct realm *r);
/* cmocka's setup and teardown of a group of tests whose state is a realm over a PostgreSQL of its own. */
int realm_start(void **state);
int realm_stop(void **state);
/* One more worker, in the daemon's role: to be closed with worker_close. */
struct worker *realm_worker(struct realm *r);

/* The payload of a first charter for a group of this name: charters_first with real requests and keys. It has been effective for an
 * hour. */
json_t *realm_first(const struct realm *r, const char *name);
/* The payload of the next version after the newest in the store, effective in an hour, continuing from its newest head. */
json_t *realm_next(const struct realm *r, const struct group *g);
/* A document as act_create takes it: the payload (freed here) with n approvals, and the issuing key. */
json_t *realm_proposed(const struct realm *r, json_t *payload, size_t n);
/* Founds a group by this payload (NULL: realm_first's). */
struct group realm_found(struct realm *r, const char *name, json_t *payload);

#endif
