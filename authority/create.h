/* SPDX-License-Identifier: ISC
 * Founding a group: what act_create and act_propose_charter share about first charters. */
#ifndef AUTHORITY_CREATE_H
#define AUTHORITY_CREATE_H

#include "authority/acts.h"

/* A document {"charter","approvals","record"?,"issuing"?} as it was proposed. */
struct proposed {
	struct signed_charter sc;
	const json_t *issuing; /* borrowed from the document, or NULL */
};
bool proposed_read(const json_t *doc, struct proposed *out, struct err *e);
void proposed_free(struct proposed *p);

/* A first charter, with further approvals. `reserve`: a group that is not there yet is made as a draft; otherwise "not_found". */
bool create_group(struct worker *w, const struct proposed *p, bool reserve, struct answer *out, struct err *e);

/* May it be served here: is all of it supported, do its own tests pass, does it keep to the operator's limits? charter_supported's,
 * charter_run_tests's, "over_limit". */
bool charter_served(const struct authority *a, const struct charter *c, struct err *e);
/* Logs a charter with its approvals: the entry, its row and the draft's state. decision NULL: nobody voted. */
bool charter_put(struct log_writer *lw, const struct signed_charter *sc, const struct digest *decision, struct err *e);

#endif
