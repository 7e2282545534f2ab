/* SPDX-License-Identifier: ISC
 * Somebody offers to be watched, and perhaps invited. */
#include "authority/inviting.h"

#include "authority/store_key.h"

static bool put(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct candidacy *v = act->arg;
	struct entry en = { .event = EVENT_CANDIDATE, .key = v->thumb };
	struct stored_candidate last;
	bool found;

	if (!inviting_in_force(lw, &v->charter, e))
		return false;
	if (charter_invitation_rule(lw->charter) == NULL)
		return err_set(e, "not_allowed", "the charter invites nobody: ask to be admitted (gmc join)");
	if (!store_key_free(act->w, act->group.g, &v->thumb, e) ||
		!store_candidate_by_key(act->w, act->group.g, &v->thumb, &found, &last, e))
		return false;
	if (found && !last.used && (lw->now < last.until || lw->now < last.last + charter_candidacy_life(lw->charter)))
		return err_set(e, "already_candidate", "this key is a candidate already");
	return inviting_log(act, lw, &en, e) && store_candidate_insert(act->w, act->group.g, v, en.index, lw->now, e);
}

bool act_candidate(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct candidacy v;
	struct inviting act = { .w = w, .kind = KIND_CANDIDACY, .put = put, .arg = &v };
	bool rc = group_find(w, group, &act.group, e) && group_may_change(&act.group, e) && candidacy_verify(w->crypto, j, &v, e) &&
		json_write(doc, &act.doc, e);

	if (rc && digest_compare(&v.genesis, &act.group.genesis) != 0)
		rc = err_set(e, "wrong_context", "this is a candidacy for another group than %s", act.group.name);
	act.digest = v.digest;
	rc = rc && inviting_run(&act, "candidacy", out, e);
	inviting_free(&act);
	return rc;
}
