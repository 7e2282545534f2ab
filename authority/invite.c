/* SPDX-License-Identifier: ISC
 * A member or an operator invites a candidate, where no lots are drawn. */
#include "authority/inviting.h"

#include <stdlib.h>

#include "authority/store_key.h"
#include "authority/store_invitation.h"
#include "voting/invitation.h"

struct asking {
	struct invitation v;
	struct digest key;
	struct id16 member;
	struct stored_member m;
	const struct jws *jws;
};

static bool lock(struct inviting *act, struct err *e)
{
	struct asking *x = act->arg;

	return !x->v.has_member || store_member_load(act->w, act->group.g, &x->member, STORE_SHARE, &x->m, e);
}

/* An operator is one by the charter in force at the entry. */
static bool by_operator(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct asking *x = act->arg;
	const struct charter_person *by = x->jws->n == 1 ? charter_operator(lw->charter, &x->jws->sigs[0].kid) : NULL;

	if (by == NULL)
		return err_set(e, "not_an_operator", "the charter names no operator with the key that signed this");
	return jws_verify(act->w->crypto, x->jws, 0, &by->key, e);
}

static bool may_invite(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct requirement *rule = charter_invitation_rule(lw->charter);
	const struct asking *x = act->arg;

	if (rule == NULL || rule->invitation.draw > 0)
		return err_set(e, "not_allowed", "under this charter nobody invites by a word of his own");
	if (rule->invitation.by_operators != !x->v.has_member)
		return err_set(e, "not_allowed", "the charter lets %s invite", rule->invitation.by_operators ? "operators" : "members");
	if (x->v.until <= lw->now || x->v.until > lw->now + rule->invitation.life)
		return err_set(e, "out_of_range", "an invitation lasts at most %lld seconds here", (long long)rule->invitation.life);
	return x->v.has_member ? inviting_full(lw, &x->m, &x->key, "invite", e) : by_operator(act, lw, e);
}

static bool is_eligible(struct inviting *act, struct log_writer *lw, const struct stored_candidate *c, struct err *e)
{
	struct digest *list;
	size_t n;

	if (c->used || lw->now < c->until || lw->now >= c->last + charter_candidacy_life(lw->charter) ||
		!store_key_free(act->w, act->group.g, &c->key, NULL))
		return err_set(e, "not_a_candidate", "there is no such candidate now, or it is invited already");
	if (!inviting_eligible(lw, &c->digest, &list, &n, e))
		return false;
	free(list);
	return n == 1 || err_set(e, "not_eligible", "too few members have measured the candidate, or they saw too little");
}

static bool put(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct asking *x = act->arg;
	struct entry en = { .event = EVENT_INVITED, .candidate = x->v.candidate, .until = x->v.until };
	struct invitation_row row = { .candidate = x->v.candidate,
		.object = act->digest,
		.signer = x->jws->sigs[0].kid,
		.has_member = x->v.has_member,
		.member = x->member,
		.until = x->v.until };
	struct stored_candidate c;
	bool found;

	if (!inviting_in_force(lw, &x->v.charter, e) || !may_invite(act, lw, e) ||
		!store_candidate_find(act->w, act->group.g, &x->v.candidate, &found, &c, e))
		return false;
	if (!found)
		return err_set(e, "not_a_candidate", "there is no such candidate");
	en.key = c.key;
	if (!is_eligible(act, lw, &c, e) || !inviting_log(act, lw, &en, e))
		return false;
	row.index = en.index;
	return store_invitation_insert(act->w, act->group.g, &row, e);
}

static bool by_member(struct inviting *act, struct asking *x, struct err *e)
{
	if (!x->v.has_member)
		return true;
	if (!inviting_member(act->w, act->group.g, x->jws, &x->member, &x->key, e))
		return false;
	return id16_compare(&x->member, &x->v.member) == 0 || err_set(e, "wrong_key", "the key that signed this is another member's");
}

bool act_invite(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct asking x = { .jws = j };
	struct inviting act = { .w = w, .kind = KIND_INVITATION, .put = put, .lock = lock, .arg = &x };
	bool rc = group_find(w, group, &act.group, e) && group_may_change(&act.group, e) && invitation_parse(j, &x.v, e) &&
		json_write(doc, &act.doc, e);

	if (rc && digest_compare(&x.v.genesis, &act.group.genesis) != 0)
		rc = err_set(e, "wrong_context", "this is an invitation to another group than %s", act.group.name);
	act.digest = x.v.digest;
	rc = rc && by_member(&act, &x, e) && inviting_run(&act, "invitation", out, e);
	inviting_free(&act);
	return rc;
}
