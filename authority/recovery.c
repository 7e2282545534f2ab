/* SPDX-License-Identifier: ISC
 * A member that lost its key asks for another one; the group decides. */
#include "authority/recovery.h"

#include <string.h>

#include "authority/answer.h"
#include "authority/intend.h"
#include "authority/objects.h"
#include "authority/put.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_revocation.h"
#include "authority/suspend.h"
#include "authority/work.h"
#include "peer/application.h"
#include "peer/recovery.h"

/* A recovery dated further away than this is an old one, or by a clock that is wrong. */
enum { RECOVERY_AGE = 86400 };

struct recovering {
	struct worker *w;
	struct group group;
	struct recovery r;
	struct buf doc, receipt;
	uint64_t number;
	bool fresh;
};

static bool in_force(const struct log_writer *lw, const struct recovery *r, struct err *e)
{
	if (digest_compare(&lw->charter->object.digest, &r->charter) != 0)
		return err_set(e, "charter_not_in_force", "the recovery names another charter than version %u, which is in force",
			(unsigned)lw->version);
	if (r->iat < lw->now - RECOVERY_AGE || r->iat > lw->now + RECOVERY_AGE)
		return err_set(e, "wrong_time", "the recovery is dated more than a day away from now");
	return lw->charter->recovery.member != NULL ||
		err_set(e, "not_allowed", "under this charter no member's key is replaced by the group");
}

static bool key_stands(struct log_writer *lw, const struct recovery *r, struct err *e)
{
	bool used;

	if (r->key.alg == SIG_ED25519 ? !lw->charter->membership.ed25519 : !lw->charter->membership.p256)
		return err_set(e, "foreign_key", "the charter does not let members have %s keys", sig_alg_name(r->key.alg));
	if (!store_key_free(lw->w, lw->group.g, &r->thumb, e) || !store_application_uses(lw->w, lw->group.g, &r->thumb, &used, e))
		return false;
	if (used)
		return err_set(e, "key_in_use", "an application with this key is under way");
	return store_key_room(lw->w, lw->group.g, &r->member, e);
}

static bool put(struct recovering *act, struct log_writer *lw, struct err *e)
{
	struct proposal p = { .question = Q_RECOVER, .subject = act->r.digest, .member = act->r.member, .key = act->r.thumb };
	const int32_t g = act->group.g;

	if (!suspend_refuses(lw, &act->r.member, "have its key replaced", e) || !in_force(lw, &act->r, e) || !key_stands(lw, &act->r, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->r.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, g, &act->r.digest, KIND_RECOVERY, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) ||
		!proposal_put(lw, &p, e))
		return false;
	act->number = p.number;
	act->fresh = true;
	return log_finish(lw, e);
}

static bool recover(struct db *db, void *arg, struct err *e)
{
	struct recovering *act = arg;
	struct stored_member m;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_member_load(act->w, act->group.g, &act->r.member, STORE_SHARE, &m, e))
		return false;
	if (m.ended)
		return err_set(e, "not_a_member", "whose key this would replace is no member any more");
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = object_find(act->w, act->group.g, &act->r.digest, &found, NULL, &act->receipt, e);
	if (rc)
		rc = found ? store_proposal_about(act->w, act->group.g, &act->r.digest, &act->number, e) : put(act, lw, e);
	log_close(lw);
	return rc;
}

static bool check(struct recovering *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) ||
		!recovery_verify(act->w->crypto, j, &act->r, e))
		return false;
	if (digest_compare(&act->r.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this recovery is for another group than %s", act->group.name);
	return json_write(doc, &act->doc, e);
}

bool act_recover(struct worker *w, const char *group, const struct jws *recovery, const json_t *doc, struct answer *out, struct err *e)
{
	struct recovering act = { .w = w };
	bool rc = check(&act, group, recovery, doc, e) && db_transaction(w->db, recover, &act, e);
	char id[24], digest[DIGEST_TEXT];

	if (rc) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)act.number);
		digest_text(&act.r.digest, digest);
		rc = answer_receipt(out, id, act.fresh, &act.receipt, e, "\"recovery\":\"%s\",\"proposal\":%s,", digest, id);
	}
	if (rc && act.fresh) {
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
		work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
	}
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}

/* ---- what a *yes* brings */

static bool load_recovery(struct log_writer *lw, const struct digest *digest, struct recovery *out, struct err *e)
{
	struct buf doc = { 0 };
	struct jws j;
	bool found,
		rc = object_find(lw->w, lw->group.g, digest, &found, &doc, NULL, e) &&
		(found || err_set(e, "database_error", "the subject of a proposal is not in the store")) &&
		jws_parse(buf_slice(&doc), OBJECT_MAX * 2, &j, e);

	buf_free(&doc);
	if (!rc)
		return false;
	rc = recovery_verify(lw->w->crypto, &j, out, e);
	jws_free(&j);
	return rc;
}

/* A key that was revoked before stays revoked as it was. */
static bool end_key(struct log_writer *lw, const struct stored_member *m, const struct digest *decision, uint64_t index, struct err *e)
{
	const struct revocation_row row = {
		.object = *decision, .member = m->member, .key = &m->key, .cause = CAUSE_SUPERSEDED, .since = lw->now, .index = index
	};
	const int32_t g = lw->group.g;

	return store_key_replace(lw->w, g, &m->key, index, e) &&
		(m->dead || (store_key_kill(lw->w, g, &m->key, index, e) && store_revocation_insert(lw->w, g, &row, e)));
}

bool recovery_granted(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	const struct proposal *p = &o->proposal->p;
	struct entry en = { .event = EVENT_REKEYED, .object = o->d.digest, .member = p->member, .key = p->key };
	struct stored_member m;
	struct recovery r;
	struct issuance i = { .origin = ORIGIN_RECOVERY, .cause = o->d.digest, .member = p->member, .name = m.name };

	if (!store_member_load(lw->w, lw->group.g, &p->member, STORE_READ, &m, e) || !load_recovery(lw, &p->subject, &r, e))
		return false;
	en.old_key = m.key;
	i.decision = m.decision;
	i.node = m.node;
	i.key = r.key;
	return log_append(lw, &en, e) && end_key(lw, &m, &o->d.digest, en.index, e) &&
		store_key_insert(lw->w, lw->group.g, &r.thumb, &p->member, &r.key, en.index, e) &&
		intend(lw, o->charter, &i, o->proposal->number, e);
}

/* ---- the key is not lost */

struct objecting {
	struct worker *w;
	struct group group;
	struct withdrawal x;
	struct digest key;
	struct buf doc, receipt;
	uint64_t number;
	bool fresh;
};

static bool object(struct db *db, void *arg, struct err *e)
{
	struct objecting *act = arg;
	const int32_t g = act->group.g;
	struct stored_proposal p;
	struct stored_member m;
	bool found;
	int64_t now;

	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_proposal_load(act->w, g, act->number, STORE_UPDATE, &p, e) ||
		!object_find(act->w, g, &act->x.digest, &found, NULL, &act->receipt, e))
		return false;
	if (found)
		return true;
	if (p.decided)
		return err_set(e, "closed", "proposal %llu is decided already", (unsigned long long)act->number);
	if (!store_member_load(act->w, g, &p.p.member, STORE_SHARE, &m, e) || !store_member_may_act(&m, e))
		return false;
	if (digest_compare(&m.key, &act->key) != 0)
		return err_set(e, "not_allowed", "only the key that is said to be lost can object, and it has not signed this");
	act->fresh = true;
	return db_now(db, &now, e) && notary_receipt(act->w, &act->group.genesis, &act->x.digest, now, p.p.term, &act->receipt, e) &&
		object_keep(act->w, g, &act->x.digest, KIND_WITHDRAWAL, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) &&
		store_proposal_object(act->w, g, act->number, e);
}

static bool by_member(struct objecting *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	bool found;

	if (j->n != 1)
		return err_set(e, "bad_jws", "an objection has one signature, by the member's present key");
	act->key = j->sigs[0].kid;
	if (!store_key_find(act->w, act->group.g, &act->key, &found, &k, e))
		return false;
	return found ? jws_verify(act->w->crypto, j, 0, &k.pub, e)
		     : err_set(e, "not_allowed", "the key that signed this objection is no member's");
}

static bool is_recovery(struct objecting *act, const struct digest *recovery, bool *found, struct err *e)
{
	struct stored_proposal p;

	*found = false;
	if (!store_proposal_about(act->w, act->group.g, recovery, &act->number, e))
		return false;
	if (act->number == 0)
		return true;
	if (!store_proposal_load(act->w, act->group.g, act->number, STORE_READ, &p, e))
		return false;
	*found = p.question == Q_RECOVER;
	return true;
}

bool recovery_object(struct worker *w, const char *group, const struct digest *recovery, const struct jws *withdrawal, const json_t *doc,
	bool *found, struct answer *out, struct err *e)
{
	struct objecting act = { .w = w };
	bool rc;

	*found = false;
	if (!group_find(w, group, &act.group, e) || !group_may_change(&act.group, e) || !is_recovery(&act, recovery, found, e))
		return false;
	if (!*found)
		return true;
	rc = withdrawal_parse(withdrawal, &act.x, e) &&
		((digest_compare(&act.x.genesis, &act.group.genesis) == 0 && digest_compare(&act.x.application, recovery) == 0) ||
			err_set(e, "wrong_context", "this objects to another recovery")) &&
		by_member(&act, withdrawal, e) && json_write(doc, &act.doc, e) && db_transaction(w->db, object, &act, e) &&
		answer_object(out, "withdrawal", &act.x.digest, act.fresh, &act.receipt, e);
	if (rc)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
