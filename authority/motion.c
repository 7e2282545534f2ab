/* SPDX-License-Identifier: ISC
 * Members move to expel another one: the proposal opens at once. */
#include <stdlib.h>

#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/objects.h"
#include "authority/put.h"
#include "authority/store_complaint.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_proposal.h"
#include "authority/suspend.h"
#include "authority/work.h"

struct mover {
	struct digest key;
	struct id16 member;
};
struct moving {
	struct worker *w;
	struct group group;
	struct motion motion;
	const struct jws *jws; /* borrowed */
	struct mover movers[JWS_SIGNATURES_MAX];
	size_t movers_n;
	struct stored_complaint complaints[MOTION_COMPLAINTS_MAX]; /* as many as the motion names */
	struct buf doc, receipt;
	const struct free_text *reason; /* borrowed, or NULL */
	uint64_t number;
	bool fresh;
};

static bool in_force(const struct log_writer *lw, const struct motion *m, const struct jws *j, struct err *e)
{
	if (digest_compare(&lw->charter->object.digest, &m->charter) != 0)
		return err_set(e, "charter_not_in_force", "the motion names another charter than version %u, which is in force",
			(unsigned)lw->version);
	if (charter_requirement(lw->charter, Q_EXPEL, false) == NULL)
		return err_set(e, "not_allowed", "under this charter nobody is expelled by vote");
	return motion_complete(m, j, lw->charter, e);
}

static int by_member(const void *a, const void *b)
{
	return id16_compare(a, b);
}

/* All of them in one ordered pass. */
static bool lock_parties(struct moving *act, struct err *e)
{
	struct id16 all[JWS_SIGNATURES_MAX + MOTION_COMPLAINTS_MAX + 1];
	struct stored_member m;
	size_t n = 0;

	all[n++] = act->motion.member;
	for (size_t i = 0; i < act->movers_n; i++)
		all[n++] = act->movers[i].member;
	for (size_t i = 0; i < act->motion.complaints_n; i++)
		all[n++] = act->complaints[i].by;
	qsort(all, n, sizeof(all[0]), by_member);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || by_member(&all[i - 1], &all[i]) != 0) &&
			!store_member_load(act->w, act->group.g, &all[i], STORE_SHARE, &m, e))
			return false;
	return true;
}

/* Whoever complains is a member still, with the key that signed it. */
static bool complaints_stand(struct moving *act, struct err *e)
{
	struct stored_member m;

	for (size_t i = 0; i < act->motion.complaints_n; i++) {
		const struct stored_complaint *x = &act->complaints[i];

		if (!store_member_load(act->w, act->group.g, &x->by, STORE_READ, &m, e))
			return false;
		if (!store_member_may_act(&m, NULL) || digest_compare(&m.key, &x->key) != 0)
			return err_set(
				e, "complaint_void", "whoever made complaint %zu is no member any more, or has another key by now", i + 1);
	}
	return true;
}

/* All stand, and the movers' keys are their present ones. */
static bool parties(struct moving *act, struct err *e)
{
	struct stored_member m;

	if (!lock_parties(act, e))
		return false;
	for (size_t i = 0; i < act->movers_n; i++) {
		if (!store_member_load(act->w, act->group.g, &act->movers[i].member, STORE_READ, &m, e) || !store_member_may_act(&m, e))
			return false;
		if (digest_compare(&m.key, &act->movers[i].key) != 0)
			return err_set(e, "wrong_key", "a mover has another key by now");
	}
	if (!store_member_load(act->w, act->group.g, &act->motion.member, STORE_READ, &m, e))
		return false;
	return m.ended ? err_set(e, "not_found", "whom this would expel is no member any more") : complaints_stand(act, e);
}

/* Of those who move and complain. */
static bool none_suspended(const struct moving *act, const struct log_writer *lw, struct err *e)
{
	for (size_t i = 0; i < act->movers_n; i++)
		if (!suspend_refuses(lw, &act->movers[i].member, "move", e))
			return false;
	for (size_t i = 0; i < act->motion.complaints_n; i++)
		if (!suspend_refuses(lw, &act->complaints[i].by, "complain", e))
			return false;
	return true;
}

static bool put(struct moving *act, struct log_writer *lw, struct err *e)
{
	struct proposal p = { .question = Q_EXPEL, .subject = act->motion.digest, .member = act->motion.member };

	if (!none_suspended(act, lw, e) || !in_force(lw, &act->motion, act->jws, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->motion.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, act->group.g, &act->motion.digest, KIND_MOTION, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) ||
		!object_keep_reason(act->w, act->group.g, &act->motion.digest, act->reason, e) ||
		!store_complaint_attach(act->w, act->group.g, &act->motion, e) || !proposal_put(lw, &p, e))
		return false;
	act->number = p.number;
	act->fresh = true;
	return log_finish(lw, e);
}

static bool move(struct db *db, void *arg, struct err *e)
{
	struct moving *act = arg;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!parties(act, e))
		return false;
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = object_find(act->w, act->group.g, &act->motion.digest, &found, NULL, &act->receipt, e);
	if (rc)
		rc = found ? store_proposal_about(act->w, act->group.g, &act->motion.digest, &act->number, e) : put(act, lw, e);
	log_close(lw);
	return rc;
}

static bool find_movers(struct moving *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	bool found;

	for (; act->movers_n < j->n; act->movers_n++) {
		const struct digest *kid = &j->sigs[act->movers_n].kid;

		if (!store_key_find(act->w, act->group.g, kid, &found, &k, e))
			return false;
		if (!found)
			return err_set(e, "not_a_member", "a key that signed this is no member's");
		act->movers[act->movers_n] = (struct mover){ *kid, k.member };
		if (id16_compare(&k.member, &act->motion.member) == 0)
			return err_set(e, "not_allowed", "nobody moves its own expulsion; to leave, revoke your membership");
		if (!jws_verify(act->w->crypto, j, act->movers_n, &k.pub, e))
			return false;
	}
	return true;
}

static bool find_complaints(struct moving *act, struct err *e)
{
	for (size_t i = 0; i < act->motion.complaints_n; i++) {
		if (!store_complaint_load(act->w, act->group.g, &act->motion.complaints[i], &act->complaints[i], e))
			return false;
		if (id16_compare(&act->complaints[i].member, &act->motion.member) != 0)
			return err_set(e, "wrong_context", "complaint %zu of the motion is about another member", i + 1);
	}
	return true;
}

static bool check(
	struct moving *act, const char *group, const struct jws *j, const json_t *doc, const struct free_text *reason, struct err *e)
{
	act->jws = j;
	if (!group_find(act->w, group, &act->group, e) || !motion_parse(j, &act->motion, e))
		return false;
	if (digest_compare(&act->motion.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this motion is for another group than %s", act->group.name);
	if (act->motion.question != Q_EXPEL)
		return err_set(e, "not_allowed", "an amendment is put to the vote when its charter has its approvals: send the charter");
	return find_movers(act, j, e) && find_complaints(act, e) &&
		free_text_fits(reason, act->motion.has_reason, &act->motion.reason, e) && json_write(doc, &act->doc, e);
}

bool act_move(struct worker *w, const char *group, const struct jws *motion, const json_t *doc, const struct free_text *reason,
	struct answer *out, struct err *e)
{
	struct moving act = { .w = w, .reason = reason };
	bool rc = check(&act, group, motion, doc, reason, e) && db_transaction(w->db, move, &act, e);
	char id[24];

	if (rc) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)act.number);
		rc = answer_receipt(out, id, act.fresh, &act.receipt, e, "\"proposal\":%s,", id);
	}
	if (rc && act.fresh) {
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
		work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
	}
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
