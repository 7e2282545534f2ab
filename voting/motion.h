/* SPDX-License-Identifier: ISC
 * A motion: the signed wish to expel a member or to amend the charter (docs/objects/motion.md). */
#ifndef VOTING_MOTION_H
#define VOTING_MOTION_H

#include "charter/decide.h"

enum { MOTION_COMPLAINTS_MAX = 16 };

struct motion {
	struct digest digest, genesis, charter;
	enum question question; /* Q_EXPEL or Q_AMEND */
	struct id16 member;     /* expel: the subject */
	struct digest subject;  /* amend: the charter's digest */
	bool has_reason;
	struct digest reason;
	struct digest complaints[MOTION_COMPLAINTS_MAX]; /* expel: what it rests on, ascending */
	size_t complaints_n;                             /* 0: the motion names none */
	int64_t iat;
};

/* Reads the payload of an envelope; its signatures are the caller's to verify: to expel, by as many members as the charter's
 * `expelling.movers` says, the first of whom is the mover. "wrong_typ", at_*'s, "not_sorted" (complaints). */
bool motion_parse(const struct jws *j, struct motion *out, struct err *e);
/* Has it that many signatures, and a complaint where the charter asks for one? "movers_missing", "bad_jws" (more), "complaint_missing" */
bool motion_complete(const struct motion *m, const struct jws *j, const struct charter *c, struct err *e);
json_t *motion_print(const struct motion *m);

#endif
