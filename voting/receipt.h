/* SPDX-License-Identifier: ISC
 * A receipt: the notary's word that an object is stored, and by when its outcome stands in the log (docs/objects/receipt.md). */
#ifndef VOTING_RECEIPT_H
#define VOTING_RECEIPT_H

#include "charter/object.h"

struct receipt {
	struct digest digest, genesis, object;
	int64_t stored, due;
};

bool receipt_parse(const struct jws *j, struct receipt *out, struct err *e);
json_t *receipt_print(const struct receipt *r);

#endif
