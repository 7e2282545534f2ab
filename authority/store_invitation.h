/* SPDX-License-Identifier: ISC
 * Draws and invitations in the store. */
#ifndef AUTHORITY_STORE_INVITATION_H
#define AUTHORITY_STORE_INVITATION_H

#include "authority/store.h"
#include "peer/evidence.h"

struct invitation_row {
	struct digest candidate, object, signer; /* signer: the key of the notary, operator or member */
	bool has_member;
	struct id16 member; /* by whom, when by a member */
	uint64_t index;
	int64_t until;
};
bool store_invitation_insert(struct worker *w, int32_t g, const struct invitation_row *row, struct err *e);
/* An application uses the running invitation of a candidate. */
bool store_invitation_use(struct worker *w, int32_t g, const struct digest *candidate, const struct digest *application, struct err *e);
bool store_draw_insert(
	struct worker *w, int32_t g, const struct digest *draw, uint64_t index, int64_t time, uint32_t eligible, struct err *e);
/* The time of the last draw; 0: there was none. */
bool store_draw_last(struct worker *w, int32_t g, int64_t *time, struct err *e);

/* What an application came by. */
struct stored_invitation {
	struct digest candidate, object, signer;
	bool has_member;
	struct id16 member;
	struct jws candidacy, by; /* to be freed with stored_invitation_free */
	struct sig_pub member_key;
};
/* *found false: the application came by none. */
bool store_invitation_of(
	struct worker *w, int32_t g, const struct digest *application, bool *found, struct stored_invitation *out, struct err *e);
void stored_invitation_free(struct stored_invitation *v);

#endif
