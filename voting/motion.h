/* SPDX-License-Identifier: ISC
 * A motion: the signed wish to expel a member or to amend the charter (docs/objects/motion.md). */
#ifndef VOTING_MOTION_H
#define VOTING_MOTION_H

#include "charter/decide.h"

struct motion {
	struct digest digest, genesis, charter;
	enum question question; /* Q_EXPEL or Q_AMEND */
	struct id16 member;     /* expel: the subject */
	struct digest subject;  /* amend: the charter's digest */
	bool has_reason;
	struct digest reason;
	int64_t iat;
};

bool motion_parse(const struct jws *j, struct motion *out, struct err *e);
json_t *motion_print(const struct motion *m);

#endif
