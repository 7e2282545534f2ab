/* SPDX-License-Identifier: ISC
 * Vouches and challenges of the people of a realm's group, and records of what came of them. */
#ifndef TESTS_LIB_FOLK_EVIDENCE_H
#define TESTS_LIB_FOLK_EVIDENCE_H

#include "tests/lib/folk.h"
#include "voting/challenge.h"
#include "voting/vouch.h"

/* A member's vouch for an application, as it should be at this moment. */
struct vouch folk_vouch(struct folk *f, const struct digest *application, const struct id16 *member);
bool folk_send_vouch(struct folk *f, struct worker *w, const struct vouch *v, const struct sig_key *k, struct answer *out, struct err *e);
/* Founder i vouches: the name of the refusal, or "". Static text. */
const char *folk_vouch_for(struct folk *f, struct worker *w, const struct digest *application, size_t i);

/* A graphic captcha that a key met just now, good for an hour. */
struct challenge folk_challenge(struct folk *f, const struct digest *subject, const struct sig_key *met_by);
/* Signed by the notary (k NULL), or by another key. */
bool folk_send_challenge(struct folk *f, struct worker *w, bool about_proposal, const struct challenge *c, const struct sig_key *k,
	struct answer *out, struct err *e);
/* What a key met is kept: the name of the refusal, or "". Static text. */
const char *folk_meet(struct folk *f, struct worker *w, bool about_proposal, const struct challenge *c);

/* Digest of a proposal. */
struct digest folk_proposal(struct folk *f, uint64_t number);
/* Is what the store has of a decision a record that anybody can audit, and its log one that a signer follows? There is no signer here:
 * of an admission all but the certificate must hold. */
void folk_audited(struct folk *f, uint64_t number);

#endif
