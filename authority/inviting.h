/* SPDX-License-Identifier: ISC
 * What candidacies, measurements, draws and invitations share. All but inviting_member are called behind the log's lock. */
#ifndef AUTHORITY_INVITING_H
#define AUTHORITY_INVITING_H

#include "authority/acts.h"
#include "authority/store_candidate.h"
#include "authority/store_member.h"

/* One act: something that was signed, and comes once. */
struct inviting {
	struct worker *w;
	struct group group;
	const char *kind;
	struct digest digest;
	struct buf doc, receipt;
	bool before; /* it came before, and has its receipt */
	bool (*put)(struct inviting *act, struct log_writer *lw, struct err *e);
	bool (*lock)(struct inviting *act, struct err *e); /* before the log is; NULL: nothing is locked */
	void *arg;
};
/* Runs it in a transaction of its own: `put` behind the lock when it did not come before. answer: {NAME: digest, "receipt"}. */
bool inviting_run(struct inviting *act, const char *name, struct answer *out, struct err *e);
void inviting_free(struct inviting *act);
/* "charter_not_in_force" for an object that names another charter. */
bool inviting_in_force(const struct log_writer *lw, const struct digest *charter, struct err *e);
/* Receipt, object and entry. */
bool inviting_log(struct inviting *act, struct log_writer *lw, struct entry *en, struct err *e);
/* Whose key signed this, alone. "not_a_member", jws_verify's. */
bool inviting_member(struct worker *w, int32_t g, const struct jws *j, struct id16 *member, struct digest *key, struct err *e);
/* May a member that was loaded and locked do this, with a full vote and this key? "suspended", "on_probation", "wrong_key",
 * store_member_may_act's. */
bool inviting_full(struct log_writer *lw, const struct stored_member *m, const struct digest *key, const char *what, struct err *e);
/* Who is eligible now, ascending; only: of all (NULL), or that one alone. *out is to be freed. */
bool inviting_eligible(struct log_writer *lw, const struct digest *only, struct digest **out, size_t *n, struct err *e);
/* An application by this key: the candidacy whose invitation it uses. *invited false: it needs none. "not_invited" */
bool inviting_use(struct log_writer *lw, const struct digest *key, bool *invited, struct digest *candidacy, struct err *e);

/* A draw where one is due; false alone for what went wrong. draw.c */
bool act_draw(struct worker *w, int32_t g, struct err *e);

#endif
