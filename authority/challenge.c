/* SPDX-License-Identifier: ISC
 * A challenge that somebody met is kept, for what it was met for: an application or a member's request, or a vote or vouch to come. */
#include "authority/acts.h"
#include "authority/answer.h"
#include "authority/challenge.h"
#include "authority/store_challenge.h"
#include "authority/work.h"

struct meeting {
	struct worker *w;
	struct group group;
	struct challenge challenge;
	struct digest notary;
	struct purpose purpose;
	bool about_proposal;
	struct buf doc, receipt;
	bool fresh;
};

/* ---- what it is for */

static bool find_purpose(struct meeting *act, struct err *e)
{
	struct purpose *p = &act->purpose;

	if (!purpose_find(act->w, &act->group, &act->challenge.subject, &act->challenge.key, p, e))
		return false;
	if (p->vote != act->about_proposal)
		return err_set(e, "not_found", "the group has no such %s", act->about_proposal ? "proposal" : "application");
	if (digest_compare(&act->challenge.charter, &p->charter->object.digest) != 0)
		return err_set(e, "wrong_context", "the challenge was met under another charter");
	return purpose_asks(p, act->challenge.type, e);
}

static bool by_notary(struct meeting *act, const struct jws *j, struct err *e)
{
	const struct charter_key *by = j->n == 1 ? charter_notary(act->purpose.charter, &j->sigs[0].kid, act->challenge.iat) : NULL;

	if (by == NULL)
		return err_set(e, "not_by_notary", "no notary that the charter names for its time signed this challenge, alone");
	act->notary = by->thumb;
	return jws_verify(act->w->crypto, j, 0, &by->key, e);
}

static bool check(struct meeting *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) || !challenge_parse(j, &act->challenge, e))
		return false;
	if (digest_compare(&act->challenge.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this challenge is of another group than %s", act->group.name);
	return find_purpose(act, e) && by_notary(act, j, e) && challenge_proves(&act->challenge, e) && json_write(doc, &act->doc, e);
}

/* ---- keeping it */

static bool is_good(const struct challenge *c, int64_t now, struct err *e)
{
	return (c->iat <= now + CHALLENGE_SLACK && c->until > now - CHALLENGE_SLACK) ||
		err_set(e, "challenge_late", "the challenge is not good now: it was met later, or has run out");
}

static bool insert(
	struct worker *w, const struct group *group, const struct purpose *p, const struct challenge_row *row, bool *fresh, struct err *e)
{
	const int64_t most = p->vote ? CHALLENGES_ON_PROPOSAL_MAX : CHALLENGES_ON_APPLICATION_MAX;
	bool full;

	if (row->doc == NULL || row->receipt == NULL)
		return err_memory(e);
	if (!store_challenge_insert(w, group->g, row, most, fresh, &full, e) || *fresh)
		return *fresh;
	if (full)
		return err_set(e, "over_limit", "of one key's challenges on one subject %d are kept, of everybody's %lld, and no more",
			CHALLENGES_OF_KEY_MAX, (long long)most);
	return err_set(e, "database_retry", "one challenge came twice at the same moment");
}

bool challenge_keep(struct worker *w, const struct group *group, const struct purpose *p, const struct challenge *c,
	const struct digest *notary, struct buf *doc, struct buf *receipt, bool *fresh, struct err *e)
{
	struct challenge_row row = { .challenge = c, .notary = notary, .doc = buf_cstr(doc) };
	bool found;

	*fresh = false;
	buf_free(receipt);
	if (!store_challenge_find(w, group->g, &c->digest, &found, receipt, e))
		return false;
	if (found)
		return true;
	if (!db_now(w->db, &row.stored, e) || !purpose_open(w, group, p, &c->subject, row.stored, e) || !is_good(c, row.stored, e) ||
		!notary_receipt(w, &group->genesis, &c->digest, row.stored, p->charter->voting.term, receipt, e))
		return false;
	row.receipt = buf_cstr(receipt);
	return insert(w, group, p, &row, fresh, e);
}

static bool keep(struct db *db, void *arg, struct err *e)
{
	struct meeting *act = arg;

	(void)db;
	return challenge_keep(act->w, &act->group, &act->purpose, &act->challenge, &act->notary, &act->doc, &act->receipt, &act->fresh, e);
}

bool act_challenge(
	struct worker *w, const char *group, bool about_proposal, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct meeting act = { .w = w, .about_proposal = about_proposal };
	bool rc = check(&act, group, j, doc, e) && db_transaction(w->db, keep, &act, e) &&
		answer_object(out, "challenge", &act.challenge.digest, act.fresh, &act.receipt, e);

	if (rc && act.fresh && act.purpose.applicants && act.purpose.number > 0)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.purpose.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
