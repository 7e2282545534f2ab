/* SPDX-License-Identifier: ISC
 * Putting a question to the group: the one builder of proposals. */
#ifndef AUTHORITY_PUT_H
#define AUTHORITY_PUT_H

#include "authority/authority.h"
#include "voting/proposal.h"

/* Signs, logs and stores a proposal. The caller has filled question, subject and what the question asks for (admit: key, member,
 * node, seed, seed_number; expel: member); everything else is filled in here. "already_open" when the question is put already (one
 * live proposal for an application, a member to expel, a draft), db_run's. log_finish is the caller's. */
bool proposal_put(struct log_writer *lw, struct proposal *p, struct err *e);

#endif
