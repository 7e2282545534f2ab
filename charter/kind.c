/* SPDX-License-Identifier: ISC */
#include "charter/kind.h"

#include <string.h>

/* A trust file and a signed charter carry other objects whole, written as base64url. */
enum { TRUST_MAX = REVOCATIONS_MAX + REVOCATIONS_MAX / 2, SIGNED_CHARTER_MAX = RECORD_MAX + 4 * CHARTER_MAX };

static const struct kind kinds[] = {
	{ KIND_CHARTER, CHARTER_MAX },
	{ KIND_APPROVAL, OBJECT_MAX },
	{ KIND_APPLICATION, OBJECT_MAX },
	{ KIND_SEEDS, 2 * OBJECT_MAX }, /* 256 commitments take 19 KiB */
	{ KIND_MOTION, OBJECT_MAX },
	{ KIND_PROPOSAL, OBJECT_MAX },
	{ KIND_VOTE, OBJECT_MAX },
	{ KIND_VOUCH, OBJECT_MAX },
	{ KIND_COMPLAINT, OBJECT_MAX },
	{ KIND_CHALLENGE, OBJECT_MAX },
	{ KIND_OPERATOR, OBJECT_MAX },
	{ KIND_RECEIPT, OBJECT_MAX },
	{ KIND_DECISION, OBJECT_MAX },
	{ KIND_RENEWAL, OBJECT_MAX },
	{ KIND_REKEY, OBJECT_MAX },
	{ KIND_REVOCATION, OBJECT_MAX },
	{ KIND_WITHDRAWAL, OBJECT_MAX },
	{ KIND_RECOVERY, OBJECT_MAX },
	{ KIND_FREEZE, OBJECT_MAX },
	{ KIND_SEED, OBJECT_MAX },
	{ KIND_REJOIN, OBJECT_MAX },
	{ KIND_CANDIDACY, OBJECT_MAX },
	{ KIND_MEASUREMENT, OBJECT_MAX },
	{ KIND_DRAW, OBJECT_MAX },
	{ KIND_INVITATION, OBJECT_MAX },
	{ KIND_TICKET, OBJECT_MAX },
	{ KIND_CEREMONY, 8 * OBJECT_MAX }, /* 128 participants, 256 things to sign */
	{ KIND_POST, 4 * OBJECT_MAX },     /* shares for 128; nonces for 256 things */
	{ KIND_TRANSCRIPT, 4 * OBJECT_MAX },
	{ KIND_HEAD, OBJECT_MAX },
	{ KIND_REVOCATIONS, REVOCATIONS_MAX },
	{ KIND_ENTRY, OBJECT_MAX },
	{ KIND_RECORD, RECORD_MAX },
	{ KIND_TRUST, TRUST_MAX },
	{ KIND_SIGNED_CHARTER, SIGNED_CHARTER_MAX },
};

const struct kind *kind_at(size_t i)
{
	return i < sizeof(kinds) / sizeof(kinds[0]) ? &kinds[i] : NULL;
}

const struct kind *kind_find(const char *name)
{
	const struct kind *k;

	for (size_t i = 0; (k = kind_at(i)) != NULL; i++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}
