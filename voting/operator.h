/* SPDX-License-Identifier: ISC
 * An operator's word on an application or a motion: evidence for the leaf `authority` (docs/objects/operator.md). */
#ifndef VOTING_OPERATOR_H
#define VOTING_OPERATOR_H

#include "charter/decide.h"

struct operator_word {
	struct digest digest, genesis, charter, subject;
	bool approve;
	int64_t iat;
};

bool operator_parse(const struct jws *j, struct operator_word *out, struct err *e);
json_t *operator_print(const struct operator_word *o);

#endif
