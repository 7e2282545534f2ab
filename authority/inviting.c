/* SPDX-License-Identifier: ISC */
#include "authority/inviting.h"

#include <stdlib.h>

#include "authority/answer.h"
#include "authority/objects.h"
#include "authority/store_key.h"
#include "authority/suspend.h"

/* ---- one act */

static bool came_before(struct inviting *act, struct err *e)
{
	buf_free(&act->receipt);
	return object_find(act->w, act->group.g, &act->digest, &act->before, NULL, &act->receipt, e);
}

static bool run(struct db *db, void *arg, struct err *e)
{
	struct inviting *act = arg;
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!came_before(act, e))
		return false;
	if (act->before)
		return true;
	if ((act->lock != NULL && !act->lock(act, e)) || !log_open(act->w, act->group.g, &lw, e))
		return false;
	/* Again, behind the lock: two of them may have come at once. */
	rc = came_before(act, e) && (act->before || (act->put(act, lw, e) && log_finish(lw, e)));
	log_close(lw);
	return rc;
}

bool inviting_run(struct inviting *act, const char *name, struct answer *out, struct err *e)
{
	return db_transaction(act->w->db, run, act, e) && answer_object(out, name, &act->digest, !act->before, &act->receipt, e);
}

void inviting_free(struct inviting *act)
{
	buf_free(&act->doc);
	buf_free(&act->receipt);
}

bool inviting_in_force(const struct log_writer *lw, const struct digest *charter, struct err *e)
{
	return digest_compare(&lw->charter->object.digest, charter) == 0 ||
		err_set(e, "charter_not_in_force", "this names another charter; version %u is in force", (unsigned)lw->version);
}

bool inviting_log(struct inviting *act, struct log_writer *lw, struct entry *en, struct err *e)
{
	en->object = act->digest;
	return notary_receipt(act->w, &act->group.genesis, &act->digest, lw->now, lw->charter->voting.term, &act->receipt, e) &&
		object_keep(act->w, act->group.g, &act->digest, act->kind, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) &&
		log_append(lw, en, e);
}

/* ---- members */

bool inviting_member(struct worker *w, int32_t g, const struct jws *j, struct id16 *member, struct digest *key, struct err *e)
{
	struct stored_key k;
	bool found;

	if (j->n != 1)
		return err_set(e, "bad_jws", "this has one signature, by its member's key");
	*key = j->sigs[0].kid;
	if (!store_key_find(w, g, key, &found, &k, e))
		return false;
	if (!found)
		return err_set(e, "not_a_member", "the key that signed this is no member's");
	*member = k.member;
	return jws_verify(w->crypto, j, 0, &k.pub, e);
}

static bool joined_at(struct log_writer *lw, uint64_t index, int64_t *time, struct err *e)
{
	static const struct statement st = { "inviting_joined", "SELECT time FROM log WHERE g = $1 AND idx = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)index);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	*time = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool inviting_full(struct log_writer *lw, const struct stored_member *m, const struct digest *key, const char *what, struct err *e)
{
	const struct charter *c = lw->charter;
	const int64_t probation = c->voting.probation > c->vouching.probation ? c->voting.probation : c->vouching.probation;
	const bool founder = digest_compare(&m->decision, &lw->group.genesis) == 0;
	int64_t joined;

	if (!store_member_may_act(m, e) || !suspend_refuses(lw, &m->member, what, e) || !joined_at(lw, m->joined, &joined, e))
		return false;
	if (digest_compare(&m->key, key) != 0)
		return err_set(e, "wrong_key", "the member has another key by now; sign with that one");
	return founder || probation == 0 || joined + probation <= lw->now ||
		err_set(e, "on_probation", "a member on probation can not %s", what);
}

/* ---- who is eligible */

bool inviting_eligible(struct log_writer *lw, const struct digest *only, struct digest **out, size_t *n, struct err *e)
{
	const struct charter *c = lw->charter;
	struct eligible_measure *m = NULL;
	size_t could, m_n = 0, kept = 0;

	*n = 0;
	if (!store_candidate_free(lw->w, lw->group.g, lw->now - charter_candidacy_life(c), lw->now, out, &could, e)) {
		free(*out);
		*out = NULL;
		return false;
	}
	for (size_t i = 0; i < could; i++)
		if (only == NULL || digest_compare(&(*out)[i], only) == 0)
			(*out)[kept++] = (*out)[i];
	if (!store_measure_candidates(lw->w, lw->group.g, lw->now - c->inviting.window, &m, &m_n, e)) {
		free(m);
		free(*out);
		*out = NULL;
		return false;
	}
	*n = eligible_keep(c, *out, kept, m, m_n);
	free(m);
	return true;
}

/* ---- applications */

bool inviting_use(struct log_writer *lw, const struct digest *key, bool *invited, struct digest *candidacy, struct err *e)
{
	struct stored_candidate c;

	*invited = false;
	if (charter_invitation_rule(lw->charter) == NULL)
		return true;
	if (!store_candidate_by_key(lw->w, lw->group.g, key, invited, &c, e))
		return false;
	*invited = *invited && lw->now < c.until;
	*candidacy = c.digest;
	return *invited || !charter_invitation_needed(lw->charter) ||
		err_set(e, "not_invited", "this group takes those alone whom it invited: become a candidate first (gmc candidate)");
}
