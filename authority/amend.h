/* SPDX-License-Identifier: ISC
 * What becomes of an amendment that was voted on. All under the lock of the log. */
#ifndef AUTHORITY_AMEND_H
#define AUTHORITY_AMEND_H

#include "authority/authority.h"

/* Could the draft still be logged: is it before the group, and does it follow the newest version? */
bool charter_stands(struct log_writer *lw, const struct digest *draft, bool *stands, struct err *e);
/* Does the signer still take the issuing keys of the draft that an open proposal asks about? They may have become another group's since
 * it was proposed. *held is true for any other proposal. In no transaction. Errors: issuers_held's but for these two. */
bool charter_held(struct worker *w, int32_t g, uint64_t number, bool *held, struct err *e);
/* Logs an approved draft as the next version. decision: of the vote that it passed, NULL where its predecessor asks for none.
 * Errors: "not_found", chain_follows's, "approvals_missing", db_run's. */
bool charter_log(struct log_writer *lw, const struct digest *draft, const struct digest *decision, struct err *e);
/* The group did not want it: the draft is void. */
bool charter_drop(struct log_writer *lw, const struct digest *draft, struct err *e);

#endif
