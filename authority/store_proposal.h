/* SPDX-License-Identifier: ISC
 * Proposals in the store. put.c opens them. */
#ifndef AUTHORITY_STORE_PROPOSAL_H
#define AUTHORITY_STORE_PROPOSAL_H

#include "authority/store.h"
#include "voting/decision.h"

struct stored_proposal {
	uint64_t number;
	enum question question;
	struct digest digest, subject;
	uint32_t version;
	int64_t closes;
	bool decided;
	enum outcome outcome;
	bool objected;     /* recover: the member's present key said that it is not lost */
	struct proposal p; /* what was signed; renew: with the key that is to be certified */
};

/* A proposal, locked as asked for. "not_found" */
bool store_proposal_load(struct worker *w, int32_t g, uint64_t number, enum store_lock lock, struct stored_proposal *out, struct err *e);
/* The newest proposal about a subject; *number 0: there is none. */
bool store_proposal_about(struct worker *w, int32_t g, const struct digest *subject, uint64_t *number, struct err *e);
/* The one with this digest; *number 0: there is none. */
bool store_proposal_by_digest(struct worker *w, int32_t g, const struct digest *digest, uint64_t *number, struct err *e);

/* Counts everything that may change a proposal's outcome: votes, operators' words, vouches, challenges that the applicant met, and
 * revocations after it opened. */
bool store_proposal_stamp(struct worker *w, int32_t g, uint64_t number, int64_t *stamp, struct err *e);
/* It was examined when this was its stamp, and not decided. */
bool store_proposal_examined(struct worker *w, int32_t g, uint64_t number, int64_t stamp, struct err *e);
/* It has passed, and is to be looked at again at this time. */
bool store_proposal_waits(struct worker *w, int32_t g, uint64_t number, int64_t until, struct err *e);
bool store_proposal_decided(struct worker *w, int32_t g, uint64_t number, enum outcome outcome, struct err *e);

/* The member whose key is said to be lost has it, and objects. */
bool store_proposal_object(struct worker *w, int32_t g, uint64_t number, struct err *e);

/* The log index of the oldest open proposal; UINT64_MAX when none is open. */
bool store_proposal_oldest(struct worker *w, int32_t g, uint64_t *index, struct err *e);
/* Open proposals of a group. */
bool store_proposal_open(struct worker *w, int32_t g, store_found *found, void *arg, struct err *e);
/* Open proposals of all groups that must be looked at: past their close (or, of those that wait, the time that they wait for), not examined
 * since something changed, or with an application that was withdrawn. The most overdue 1024. */
bool store_proposal_due(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
