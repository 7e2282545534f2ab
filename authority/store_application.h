/* SPDX-License-Identifier: ISC
 * Applications in the store. */
#ifndef AUTHORITY_STORE_APPLICATION_H
#define AUTHORITY_STORE_APPLICATION_H

#include "authority/acts.h"
#include "authority/store.h"
#include "peer/application.h"

/* In the order of their lives; the last three are ends without membership. */
enum application_state {
	APPLICATION_RECEIVED,
	APPLICATION_CHALLENGED,
	APPLICATION_PROPOSED,
	APPLICATION_APPROVED,
	APPLICATION_ISSUING,
	APPLICATION_MEMBER,
	APPLICATION_REFUSED,
	APPLICATION_EXPIRED,
	APPLICATION_WITHDRAWN,
	APPLICATION_STATES
};

struct stored_application {
	struct digest digest, key;
	struct sig_pub pub;
	char name[65];
	uint64_t seed;  /* number of its seed */
	int64_t seeder; /* of the seeder's; below 0: the charter named none */
	int64_t reveal_by;
	uint64_t log_size;
	enum application_state state;
};

/* An application, locked for update when `lock` says so. "not_found" */
bool store_application_load(
	struct worker *w, int32_t g, const struct digest *digest, enum store_lock lock, struct stored_application *out, struct err *e);
/* The receipt that an application got, appended; *found false: there is no such application. */
bool store_application_receipt(struct worker *w, int32_t g, const struct digest *digest, bool *found, enum application_state *state,
	struct buf *receipt, struct err *e);
/* Has a live application this key (member or not)? */
bool store_application_uses(struct worker *w, int32_t g, const struct digest *key, bool *used, struct err *e);
/* How many may still become members. */
bool store_application_waiting(struct worker *w, int32_t g, uint64_t *n, struct err *e);

struct application_row {
	const struct application *a;
	uint64_t number, seed, index; /* its own, of its seed; of its log entry */
	uint32_t version;
	int64_t stored;
	int64_t seeder, reveal_by; /* number of the seeder's seed, below 0: none; until when it must be revealed */
	const char *doc, *receipt;
	const struct free_text *statement; /* may be NULL */
};
bool store_application_insert(struct worker *w, int32_t g, const struct application_row *row, struct err *e);
/* why: in words for the applicant, or NULL. */
bool store_application_set(
	struct worker *w, int32_t g, const struct digest *digest, enum application_state state, const char *why, struct err *e);

/* All applications of all groups that no proposal was opened for yet, and that do not wait for a seeder in time; at most 256 at a time. */
bool store_application_received(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
