/* SPDX-License-Identifier: ISC
 * A challenge that somebody met is kept, for what it was met for: an application or a member's request, or a vote or vouch to come. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/human.h"
#include "authority/in_force.h"
#include "authority/store_application.h"
#include "authority/store_key.h"
#include "authority/store_proposal.h"
#include "authority/work.h"

struct meeting {
	struct worker *w;
	struct group group;
	struct challenge challenge;
	struct digest notary;
	const struct charter *charter;
	bool about_proposal;
	bool applicants; /* it was the applicant's, or the renewing member's, or the new key's */
	enum question question;
	bool again;      /* as charter_requirement has it */
	uint64_t number; /* of the proposal; 0: the application has none yet */
	struct buf doc, receipt;
	bool fresh;
};

/* ---- what it is for */

/* The charter that counts: the proposal's, or, for an application that was not put yet, the one in force. */
static bool find_charter(struct meeting *act, struct err *e)
{
	struct stored_proposal p;
	int64_t now;

	if (act->number == 0)
		return db_now(act->w->db, &now, e) && in_force_at(act->w, act->group.g, now, &act->charter, e);
	return store_proposal_load(act->w, act->group.g, act->number, STORE_READ, &p, e) &&
		charters_by_version(act->w, act->group.g, p.version, &act->charter, e);
}

/* A renewal or recovery is put to the group as soon as it comes. */
static bool find_request(struct meeting *act, bool *found, struct err *e)
{
	struct stored_proposal p;

	*found = false;
	if (!store_proposal_about(act->w, act->group.g, &act->challenge.subject, &act->number, e))
		return false;
	if (act->number == 0)
		return true;
	if (!store_proposal_load(act->w, act->group.g, act->number, STORE_READ, &p, e))
		return false;
	*found = p.question == Q_RENEW || p.question == Q_RECOVER;
	if (!*found)
		return true;
	act->applicants = digest_compare(&p.p.key, &act->challenge.key) == 0;
	act->question = p.question;
	act->again = p.p.again;
	return true;
}

static bool find_subject(struct meeting *act, struct stored_application *a, struct err *e)
{
	const struct digest *subject = &act->challenge.subject;
	bool found;

	if (act->about_proposal)
		return store_proposal_by_digest(act->w, act->group.g, subject, &act->number, e) &&
			(act->number > 0 || err_set(e, "not_found", "the group has no such proposal"));
	if (!find_request(act, &found, e))
		return false;
	if (found)
		return true;
	if (!store_application_load(act->w, act->group.g, subject, STORE_READ, a, e))
		return false;
	act->applicants = digest_compare(&a->key, &act->challenge.key) == 0;
	act->question = Q_ADMIT;
	act->again = true; /* whether it returns is not known before it is put */
	return true;
}

/* Whose key it is, and that the charter asks such a one for it. */
static bool asked_for(struct meeting *act, struct err *e)
{
	const struct charter *c = act->charter;
	const struct requirement *human = act->about_proposal ? c->voting.human : c->vouching.human;
	struct stored_key k;
	bool found;

	if (digest_compare(&act->challenge.charter, &c->object.digest) != 0)
		return err_set(e, "wrong_context", "the challenge was met under another charter");
	if (act->applicants)
		return human_asks_applicant(c, act->question, act->again, act->challenge.type) ||
			err_set(e, "not_allowed", "the charter asks for no such challenge here");
	if (human == NULL)
		return err_set(e, "not_allowed", "the charter asks nobody for a challenge here whose key this one's is");
	if (!store_key_find(act->w, act->group.g, &act->challenge.key, &found, &k, e))
		return false;
	return found || err_set(e, "not_a_member", "the challenge was met by nobody who is a member");
}

static bool by_notary(struct meeting *act, const struct jws *j, struct err *e)
{
	const struct charter_key *by = j->n == 1 ? charter_notary(act->charter, &j->sigs[0].kid, act->challenge.iat) : NULL;

	if (by == NULL)
		return err_set(e, "not_by_notary", "no notary that the charter names for its time signed this challenge, alone");
	act->notary = by->thumb;
	return jws_verify(act->w->crypto, j, 0, &by->key, e);
}

static bool check(struct meeting *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	struct stored_application a;

	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) || !challenge_parse(j, &act->challenge, e))
		return false;
	if (digest_compare(&act->challenge.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this challenge is of another group than %s", act->group.name);
	return find_subject(act, &a, e) && find_charter(act, e) && asked_for(act, e) && by_notary(act, j, e) &&
		json_write(doc, &act->doc, e);
}

/* ---- keeping it */

static bool is_open(struct meeting *act, int64_t now, struct err *e)
{
	const struct challenge *c = &act->challenge;
	struct stored_application a;
	struct stored_proposal p;

	if (act->number > 0) {
		if (!store_proposal_load(act->w, act->group.g, act->number, STORE_SHARE, &p, e))
			return false;
		if (p.decided || now >= p.closes)
			return err_set(e, "closed", "proposal %llu is decided, or past its term", (unsigned long long)act->number);
	} else {
		if (!store_application_load(act->w, act->group.g, &c->subject, STORE_SHARE, &a, e))
			return false;
		if (a.state >= APPLICATION_REFUSED)
			return err_set(e, "closed", "the application has ended");
	}
	return (c->iat <= now + CHALLENGE_SLACK && c->until > now - CHALLENGE_SLACK) ||
		err_set(e, "challenge_late", "the challenge is not good now: it was met later, or has run out");
}

static bool keep(struct db *db, void *arg, struct err *e)
{
	struct meeting *act = arg;
	const int64_t most = act->about_proposal ? CHALLENGES_ON_PROPOSAL_MAX : CHALLENGES_ON_APPLICATION_MAX;
	struct challenge_row row = { .challenge = &act->challenge, .notary = &act->notary };
	bool found, full;

	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_challenge_find(act->w, act->group.g, &act->challenge.digest, &found, &act->receipt, e))
		return false;
	if (found)
		return true;
	if (!db_now(db, &row.stored, e) || !is_open(act, row.stored, e) ||
		!notary_receipt(
			act->w, &act->group.genesis, &act->challenge.digest, row.stored, act->charter->voting.term, &act->receipt, e))
		return false;
	row.doc = buf_cstr(&act->doc);
	row.receipt = buf_cstr(&act->receipt);
	if (row.doc == NULL || row.receipt == NULL)
		return err_memory(e);
	if (!store_challenge_insert(act->w, act->group.g, &row, most, &act->fresh, &full, e))
		return false;
	if (act->fresh)
		return true;
	if (full)
		return err_set(e, "over_limit", "of one key's challenges on one subject %d are kept, of everybody's %lld, and no more",
			CHALLENGES_OF_KEY_MAX, (long long)most);
	return err_set(e, "database_retry", "one challenge came twice at the same moment");
}

bool act_challenge(
	struct worker *w, const char *group, bool about_proposal, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct meeting act = { .w = w, .about_proposal = about_proposal };
	bool rc = check(&act, group, j, doc, e) && db_transaction(w->db, keep, &act, e) &&
		answer_object(out, "challenge", &act.challenge.digest, act.fresh, &act.receipt, e);

	if (rc && act.fresh && act.applicants && act.number > 0)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
