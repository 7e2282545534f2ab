/* SPDX-License-Identifier: ISC
 * What a challenge is met for: an application that is to come or has come, a member's request, a vote, a vouch. What it is follows from its
 * subject and from whose key it is. */
#ifndef AUTHORITY_PURPOSE_H
#define AUTHORITY_PURPOSE_H

#include "authority/authority.h"
#include "charter/decide.h"

struct purpose {
	const struct charter
		*charter; /* that counts: the proposal's, or where there is none that in force; borrowed from the worker's cache */
	const struct requirement *asked; /* what it asks of whoever holds the key */
	bool vote;                       /* on the proposal that is the subject */
	bool applicants; /* of whom the proposal is about, or will be: an applicant, a renewing member, the holder of a new key */
	uint64_t number; /* of the proposal; 0: there is none yet */
};

/* subject: of a proposal, an application or a request; zero: an application to come. "not_found" (nothing has this digest), "not_allowed"
 * (nobody is asked for a challenge there, or not for one of its types), "not_a_member" (who votes and vouches is one), db_run's. */
bool purpose_find(struct worker *w, const struct group *group, const struct digest *subject, const struct digest *key, struct purpose *out,
	struct err *e);
/* May a challenge of this type be met for it? "not_allowed" */
bool purpose_asks(const struct purpose *p, enum challenge_type type, struct err *e);
/* Does what it is for still stand open at `now`? Locks its row, shared. "closed" */
bool purpose_open(
	struct worker *w, const struct group *group, const struct purpose *p, const struct digest *subject, int64_t now, struct err *e);

#endif
