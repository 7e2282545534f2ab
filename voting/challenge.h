/* SPDX-License-Identifier: ISC
 * A challenge met: the notary's word that whoever holds a key solved a captcha, did some work or was let through by a provider
 * (docs/objects/challenge.md). */
#ifndef VOTING_CHALLENGE_H
#define VOTING_CHALLENGE_H

#include "charter/work.h"
#include "voting/proposal.h"

enum { CHALLENGE_LIFE_MAX = 86400, CHALLENGE_BEFORE = 86400, CHALLENGE_SLACK = 300 };

struct challenge {
	struct digest digest, genesis, charter;
	struct digest subject; /* application; for a vote the proposal, for a vouch the application vouched for */
	struct digest key;     /* thumbprint of whose challenge it was */
	enum challenge_type type;
	enum captcha_kind captcha; /* by type: this, */
	int64_t effort;            /* this, */
	struct work_done work;     /* with what shows that it was done, */
	char provider[64];         /* or this */
	int64_t iat, until;
};

/* Reads the payload of an envelope; that a notary of the charter signed it, and alone, is the caller's to verify (charter_notary at iat).
 * Work
 * comes with its proof, which work_holds looks at. "bad_value" also when it lives for no time or for more than CHALLENGE_LIFE_MAX, or
 * meets none or several. "wrong_typ", at_*'s. */
bool challenge_parse(const struct jws *j, struct challenge *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *challenge_print(const struct challenge *c);
/* Is it of the proposal's group and charter, about this subject, and this key's? For the applicant: p->subject and p->key; for a voter
 * p->digest and the key of the vote; for a voucher p->subject and the key of the vouch. "wrong_context", naming which. */
bool challenge_fits(
	const struct challenge *c, const struct proposal *p, const struct digest *subject, const struct digest *key, struct err *e);
/* The applicant's: met at most CHALLENGE_BEFORE seconds before the proposal opened, good until then, and not after `at` (the instant that a
 * decision judges evidence at). "challenge_late" */
bool challenge_in_term(const struct challenge *c, const struct proposal *p, int64_t at, struct err *e);
/* A voter's or voucher's: met before its vote or vouch of this time, and good for it, but for CHALLENGE_SLACK seconds. "challenge_late" */
bool challenge_covers(const struct challenge *c, int64_t iat, struct err *e);
/* Was the work done that it claims? Others than work hold. Derives a key: some milliseconds. work_holds's */
bool challenge_proves(const struct challenge *c, struct err *e);
/* As a fact; its provider is borrowed from c. */
void challenge_fact(const struct challenge *c, struct fact_challenge *out);

#endif
