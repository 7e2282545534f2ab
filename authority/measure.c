/* SPDX-License-Identifier: ISC
 * A member tells what it saw of a candidate, or how loaded it is. */
#include "authority/inviting.h"

#include "authority/work.h"

enum { MEASURE_EVERY = 3600 };

struct measuring {
	struct measurement v;
	struct id16 member;
	struct digest key;
	struct stored_member m;
};

static bool lock(struct inviting *act, struct err *e)
{
	struct measuring *x = act->arg;

	return store_member_load(act->w, act->group.g, &x->member, STORE_SHARE, &x->m, e);
}

static bool stands(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct measuring *x = act->arg;
	struct stored_candidate c;
	bool found;

	if (!x->v.has_candidate)
		return true;
	if (!store_candidate_find(act->w, act->group.g, &x->v.candidate, &found, &c, e))
		return false;
	return (found && !c.used && lw->now < c.last + charter_candidacy_life(lw->charter)) ||
		err_set(e, "not_a_candidate", "there is no such candidate now");
}

static bool put(struct inviting *act, struct log_writer *lw, struct err *e)
{
	const struct measuring *x = act->arg;
	const struct digest *candidate = x->v.has_candidate ? &x->v.candidate : NULL;
	struct entry en = {
		.event = EVENT_MEASURED, .member = x->member, .has_candidate = x->v.has_candidate, .candidate = x->v.candidate
	};
	bool lately;

	if (!inviting_in_force(lw, &x->v.charter, e) || !measurement_in_time(&x->v, lw->now, e))
		return false;
	if (!lw->charter->inviting.present)
		return err_set(e, "not_allowed", "the charter has nothing measured");
	if (!inviting_full(lw, &x->m, &x->key, "measure", e) || !stands(act, lw, e) ||
		!store_measure_lately(act->w, act->group.g, &x->member, candidate, lw->now - MEASURE_EVERY, &lately, e))
		return false;
	if (lately)
		return err_set(e, "too_soon", "a member measures the same once an hour");
	return inviting_log(act, lw, &en, e) && store_measure_insert(act->w, act->group.g, &x->v, &x->member, en.index, lw->now, e) &&
		(candidate == NULL || store_candidate_touch(act->w, act->group.g, candidate, lw->now, e));
}

bool act_measure(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct measuring x = { 0 };
	struct inviting act = { .w = w, .kind = KIND_MEASUREMENT, .put = put, .lock = lock, .arg = &x };
	bool rc = group_find(w, group, &act.group, e) && group_may_change(&act.group, e) && measurement_parse(j, &x.v, e) &&
		json_write(doc, &act.doc, e);

	if (rc && digest_compare(&x.v.genesis, &act.group.genesis) != 0)
		rc = err_set(e, "wrong_context", "this is a measurement for another group than %s", act.group.name);
	act.digest = x.v.digest;
	rc = rc && inviting_member(w, act.group.g, j, &x.member, &x.key, e);
	if (rc && id16_compare(&x.member, &x.v.member) != 0)
		rc = err_set(e, "wrong_key", "the key that signed this is another member's");
	rc = rc && inviting_run(&act, "measurement", out, e);
	if (rc && !act.before)
		work_post(w->a->work, WORK_DRAW, act.group.g, 0);
	inviting_free(&act);
	return rc;
}
