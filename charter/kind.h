/* SPDX-License-Identifier: ISC
 * The kinds of signed objects: one table, so that no signature can serve as another. */
#ifndef CHARTER_KIND_H
#define CHARTER_KIND_H

#include <stddef.h>

#define KIND_CHARTER "gmc-charter"
#define KIND_APPROVAL "gmc-approval"
#define KIND_APPLICATION "gmc-application"
#define KIND_SEEDS "gmc-seeds"
#define KIND_MOTION "gmc-motion"
#define KIND_PROPOSAL "gmc-proposal"
#define KIND_VOTE "gmc-vote"
#define KIND_VOUCH "gmc-vouch"
#define KIND_COMPLAINT "gmc-complaint"
#define KIND_CHALLENGE "gmc-challenge"
#define KIND_OPERATOR "gmc-operator"
#define KIND_RECEIPT "gmc-receipt"
#define KIND_DECISION "gmc-decision"
#define KIND_RENEWAL "gmc-renewal"
#define KIND_REKEY "gmc-rekey"
#define KIND_REVOCATION "gmc-revocation"
#define KIND_WITHDRAWAL "gmc-withdrawal"
#define KIND_RECOVERY "gmc-recovery"
#define KIND_FREEZE "gmc-freeze"
#define KIND_SEED "gmc-seed"
#define KIND_REJOIN "gmc-rejoin"
#define KIND_CANDIDACY "gmc-candidacy"
#define KIND_MEASUREMENT "gmc-measurement"
#define KIND_DRAW "gmc-draw"
#define KIND_INVITATION "gmc-invitation"
#define KIND_TICKET "gmc-ticket"
#define KIND_CEREMONY "gmc-ceremony"
#define KIND_POST "gmc-post"
#define KIND_TRANSCRIPT "gmc-transcript"
#define KIND_HEAD "gmc-head"
#define KIND_REVOCATIONS "gmc-revocations"
/* Not signed by themselves. */
#define KIND_ENTRY "gmc-entry"
#define KIND_RECORD "gmc-record"
#define KIND_TRUST "gmc-trust"
#define KIND_SIGNED_CHARTER "gmc-signed-charter"

enum { OBJECT_MAX = 16 * 1024, CHARTER_MAX = 64 * 1024, RECORD_MAX = 16 * 1024 * 1024, REVOCATIONS_MAX = 64 * 1024 * 1024 };

struct kind {
	const char *name;
	size_t max; /* largest payload, in bytes */
};
/* The kind of this name, or NULL. */
const struct kind *kind_find(const char *name);
/* Row i of the table, NULL past its end. */
const struct kind *kind_at(size_t i);

#endif
