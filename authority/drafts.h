/* SPDX-License-Identifier: ISC
 * Drafts of charters and the approvals that they gather. Drafts are touched under the lock of their group's log alone. */
#ifndef AUTHORITY_DRAFTS_H
#define AUTHORITY_DRAFTS_H

#include "authority/acts.h"

enum draft_state { DRAFT_OPEN, DRAFT_VOTING, DRAFT_LOGGED, DRAFT_VOID, DRAFT_NONE };

/* The state of a draft; DRAFT_NONE when there is none of this digest. */
bool draft_state(struct worker *w, int32_t g, const struct digest *draft, enum draft_state *out, struct err *e);
bool draft_set_state(struct worker *w, int32_t g, const struct digest *draft, enum draft_state state, struct err *e);
/* Void is every draft of this version or an older one that is neither logged nor the one named. */
bool draft_void_others(struct worker *w, int32_t g, uint32_t version, const struct digest *but, struct err *e);

/* Keeps a draft and the approvals that came with it, each verified by the administrators of `by`. *fresh when anything of it was
 * new. Errors: approval_verify's. */
bool draft_keep(struct worker *w, int32_t g, const struct signed_charter *sc, const struct charter *by, bool *fresh, struct err *e);
/* A kept draft with all its approvals. "not_found". Free with signed_charter_free. */
bool draft_read(struct worker *w, int32_t g, const struct digest *draft, struct signed_charter *out, struct err *e);
/* The same, the approvals counted against `by` (chain_count): for logging and for showing what is missing. */
bool draft_load(
	struct worker *w, int32_t g, const struct digest *draft, const struct charter *by, struct signed_charter *out, struct err *e);
/* Do its approvals suffice under `by`? */
bool draft_is_approved(const struct signed_charter *sc, const struct charter *by);
/* {"charter","genesis","group","version","state","approved","needed","offline","offline_needed","missing":[names],"proposal"?} as
 * the answer: the proposal's number where the draft is, or was, before the group. */
bool draft_answer(struct worker *w, int32_t g, const struct signed_charter *sc, const struct charter *by, enum draft_state state,
	bool fresh, struct answer *out, struct err *e);

#endif
