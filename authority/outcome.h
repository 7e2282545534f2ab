/* SPDX-License-Identifier: ISC
 * Writing a decision down, with all that it brings: decision, then its consequences, at one time and in one order. */
#ifndef AUTHORITY_OUTCOME_H
#define AUTHORITY_OUTCOME_H

#include "authority/store_application.h"
#include "authority/store_proposal.h"

struct outcome_of {
	const struct stored_proposal *proposal;
	const struct charter *charter;                /* the proposal's */
	const struct stored_application *application; /* admit; NULL otherwise */
	const struct tally *tally;
	struct decision d; /* outcome, cause, counts and roots by the caller; the rest here */
};
/* Signs, logs and stores; log_finish is the caller's. */
bool outcome_write(struct log_writer *lw, struct outcome_of *o, struct err *e);

#endif
