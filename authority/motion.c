/* SPDX-License-Identifier: ISC
 * A member moves to expel another one: the proposal opens at once. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/objects.h"
#include "authority/put.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_proposal.h"
#include "authority/suspend.h"
#include "authority/work.h"
#include "voting/motion.h"

struct moving {
	struct worker *w;
	struct group group;
	struct motion motion;
	struct digest key;
	struct id16 mover;
	struct buf doc, receipt;
	const struct free_text *reason; /* borrowed, or NULL */
	uint64_t number;
	bool fresh;
};

static bool in_force(const struct log_writer *lw, const struct motion *m, struct err *e)
{
	if (digest_compare(&lw->charter->object.digest, &m->charter) != 0)
		return err_set(e, "charter_not_in_force", "the motion names another charter than version %u, which is in force",
			(unsigned)lw->version);
	if (charter_requirement(lw->charter, Q_EXPEL, false) == NULL)
		return err_set(e, "not_allowed", "under this charter nobody is expelled by vote");
	return true;
}

/* Both stand, and the mover's key is its present one. */
static bool parties(struct moving *act, struct err *e)
{
	const struct id16 *first = &act->mover, *second = &act->motion.member, *swap = first;
	struct stored_member mover, subject;

	if (id16_compare(first, second) > 0) {
		first = second;
		second = swap;
	}
	if (!store_member_load(act->w, act->group.g, first, STORE_SHARE, &subject, e) ||
		!store_member_load(act->w, act->group.g, second, STORE_SHARE, &mover, e) ||
		!store_member_load(act->w, act->group.g, &act->mover, STORE_READ, &mover, e) || !store_member_may_act(&mover, e) ||
		!store_member_load(act->w, act->group.g, &act->motion.member, STORE_READ, &subject, e))
		return false;
	if (digest_compare(&mover.key, &act->key) != 0)
		return err_set(e, "wrong_key", "the mover has another key by now");
	return !subject.ended || err_set(e, "not_found", "whom this would expel is no member any more");
}

static bool put(struct moving *act, struct log_writer *lw, struct err *e)
{
	struct proposal p = { .question = Q_EXPEL, .subject = act->motion.digest, .member = act->motion.member };

	if (!suspend_refuses(lw, &act->mover, "move", e) || !in_force(lw, &act->motion, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->motion.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, act->group.g, &act->motion.digest, KIND_MOTION, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) ||
		!object_keep_reason(act->w, act->group.g, &act->motion.digest, act->reason, e) || !proposal_put(lw, &p, e))
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

static bool check(
	struct moving *act, const char *group, const struct jws *j, const json_t *doc, const struct free_text *reason, struct err *e)
{
	struct stored_key k;
	bool found;

	if (!group_find(act->w, group, &act->group, e) || !motion_parse(j, &act->motion, e))
		return false;
	if (digest_compare(&act->motion.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this motion is for another group than %s", act->group.name);
	if (act->motion.question != Q_EXPEL)
		return err_set(e, "not_allowed", "an amendment is put to the vote when its charter has its approvals: send the charter");
	if (j->n != 1)
		return err_set(e, "bad_jws", "a motion has one signature, by the mover's key");
	act->key = j->sigs[0].kid;
	if (!store_key_find(act->w, act->group.g, &act->key, &found, &k, e))
		return false;
	if (!found)
		return err_set(e, "not_a_member", "the key that signed this is no member's");
	act->mover = k.member;
	if (id16_compare(&act->mover, &act->motion.member) == 0)
		return err_set(e, "not_allowed", "nobody moves its own expulsion; to leave, revoke your membership");
	return jws_verify(act->w->crypto, j, 0, &k.pub, e) && free_text_fits(reason, act->motion.has_reason, &act->motion.reason, e) &&
		json_write(doc, &act->doc, e);
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
