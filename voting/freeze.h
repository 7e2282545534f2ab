/* SPDX-License-Identifier: ISC
 * A freeze: administrators stop admissions for a while (docs/objects/freeze.md). */
#ifndef VOTING_FREEZE_H
#define VOTING_FREEZE_H

#include "charter/charter.h"

/* The longest freeze, and the shortest time between the end of one and the next, in seconds. */
enum { FREEZE_MAX = 30 * 86400, FREEZE_APART = 86400 };

struct freeze {
	struct digest digest, genesis, charter;
	int64_t until, iat;
};

/* Reads the payload of an envelope; signatures are freeze_signed's to verify. "wrong_typ", at_*'s. */
bool freeze_parse(const struct jws *j, struct freeze *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *freeze_print(const struct freeze *f);
/* Is it signed as this charter asks: by amending.freeze of its administrators' keys, each once, no passkey among them, and by nobody else?
 * "not_allowed" (the charter lets nobody freeze; somebody else signed), "approvals_missing", jws_verify's. */
bool freeze_signed(struct crypto *crypto, const struct jws *j, const struct charter *c, struct err *e);
/* May it begin at this time, where the last one ended, or ends, at `last` (0: there was none)? "frozen", "frozen_lately",
 * "out_of_range" (it ends in the past, or lasts too long). */
bool freeze_may_begin(const struct freeze *f, int64_t now, int64_t last, struct err *e);

#endif
