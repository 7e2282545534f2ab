/* SPDX-License-Identifier: ISC
 * A member vouches for an applicant, or for another member's new key: logged at once, with what the log makes of it. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/human.h"
#include "authority/store_application.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_proposal.h"
#include "authority/store_return.h"
#include "authority/store_sponsor.h"
#include "authority/store_vouch.h"
#include "authority/suspend.h"
#include "authority/work.h"

/* A decision takes each vouch that stands into its evidence. The rest of the room there is for words and challenges. */
enum { VOUCHES_MAX = EVIDENCE_OBJECTS_MAX / 16 };

struct vouching {
	struct worker *w;
	struct group group;
	struct vouch vouch;
	struct digest key;
	const struct charter *charter; /* of the proposal, as the next */
	const struct requirement *rule;
	uint64_t number;
	bool applicant;                 /* else a member's recovery */
	const struct free_text *reason; /* borrowed, or NULL */
	struct buf doc, receipt;
	bool fresh;
};

/* ---- before the transaction */

/* A vouch names the charter of its applicant's proposal, so it waits for one. A recovery has its own from the beginning. */
static bool find_number(struct vouching *act, struct err *e)
{
	const struct digest *subject = &act->vouch.application;
	struct stored_application a;

	if (!store_proposal_about(act->w, act->group.g, subject, &act->number, e))
		return false;
	if (act->number > 0)
		return true;
	return store_application_load(act->w, act->group.g, subject, STORE_READ, &a, e) && act_open(act->w, act->group.g, subject, e) &&
		store_proposal_about(act->w, act->group.g, subject, &act->number, e);
}

static bool find_proposal(struct vouching *act, struct stored_proposal *p, struct err *e)
{
	if (!find_number(act, e))
		return false;
	if (act->number == 0)
		return err_set(e, "not_open", "the application was not put to the group");
	if (!store_proposal_load(act->w, act->group.g, act->number, STORE_READ, p, e))
		return false;
	act->applicant = p->question == Q_ADMIT;
	return charters_by_version(act->w, act->group.g, p->version, &act->charter, e);
}

static bool by_member(struct vouching *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	bool found;

	if (j->n != 1)
		return err_set(e, "bad_jws", "a vouch has one signature, by its member's key");
	act->key = j->sigs[0].kid;
	if (!store_key_find(act->w, act->group.g, &act->key, &found, &k, e))
		return false;
	if (!found)
		return err_set(e, "not_a_member", "the key that signed this vouch is no member's");
	if (id16_compare(&k.member, &act->vouch.member) != 0)
		return err_set(e, "wrong_key", "the key that signed this vouch is another member's");
	return jws_verify(act->w->crypto, j, 0, &k.pub, e);
}

static bool asked_for(struct vouching *act, const struct stored_proposal *p, struct err *e)
{
	const struct challenge_claim claim = { p->subject, act->key };

	if (!vouch_fits(&act->vouch, &p->p, e))
		return false;
	act->rule = charter_vouches_on(act->charter, p->question);
	if (act->rule == NULL)
		return err_set(e, "not_allowed", "the charter asks for no vouches here");
	if (act->rule->vouches.reason && !act->vouch.has_reason)
		return err_set(e, "reason_missing", "the charter asks those who vouch for a reason: vouch again, with one");
	return human_stands(act->w, act->group.g, act->charter, act->charter->vouching.human, &claim, act->vouch.iat, e);
}

static bool check(struct vouching *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	struct stored_proposal p;

	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) || !vouch_parse(j, &act->vouch, e))
		return false;
	if (digest_compare(&act->vouch.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this vouch is for another group than %s", act->group.name);
	return find_proposal(act, &p, e) && by_member(act, j, e) && asked_for(act, &p, e) &&
		free_text_fits(act->reason, act->vouch.has_reason, &act->vouch.reason, e) && json_write(doc, &act->doc, e);
}

/* ---- in it */

/* Applications, proposals, members: in this order. What may have changed is looked at behind the locks. */
static bool may_vouch(struct vouching *act, struct stored_proposal *p, struct stored_member *m, struct err *e)
{
	struct stored_application a;

	if ((act->applicant && !store_application_load(act->w, act->group.g, &act->vouch.application, STORE_SHARE, &a, e)) ||
		!store_proposal_load(act->w, act->group.g, act->number, STORE_SHARE, p, e) ||
		!store_member_load(act->w, act->group.g, &act->vouch.member, STORE_SHARE, m, e) || !store_member_may_act(m, e))
		return false;
	if (m->joined >= p->p.electorate_size)
		return err_set(e, "not_in_electorate", "the voucher was no member when the proposal opened");
	return digest_compare(&m->key, &act->key) == 0 ||
		err_set(e, "wrong_key", "the voucher has another key by now; vouch with that one");
}

static bool is_open(const struct vouching *act, const struct stored_proposal *p, int64_t now, struct err *e)
{
	return (!p->decided && now < p->closes) ||
		err_set(e, "not_open", "proposal %llu is decided, or past its term", (unsigned long long)act->number);
}

/* What the log will say of it. */
static bool weigh(struct vouching *act, struct log_writer *lw, const struct stored_member *m, struct vouch_row *row, struct err *e)
{
	static const struct statement st = { "vouch_joined", "SELECT time FROM log WHERE g = $1 AND idx = $2" };
	const struct requirement *rule = act->rule;
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, act->group.g);
	arg_int8(&a, (int64_t)m->joined);
	if (!db_run(act->w->db, &st, &a, &r, e))
		return false;
	row->time = lw->now;
	row->age = lw->now - res_int(r, 0, 0);
	PQclear(r);
	if (!store_vouch_live(act->w, act->group.g, &m->member, rule->vouches.window, rule->vouches.expiry, lw->now, &row->live, e))
		return false;
	row->live++;
	return true;
}

static bool enough(struct vouching *act, const struct stored_member *m, const struct vouch_row *row, struct err *e)
{
	const struct requirement *rule = act->rule;
	const bool founder = digest_compare(&m->decision, &act->group.genesis) == 0;
	uint64_t n;

	if (row->age < rule->vouches.age || (!founder && row->age < act->charter->vouching.probation))
		return err_set(e, "vouch_too_young",
			"the voucher has been a member for %lld seconds, which is not as long as the charter asks", (long long)row->age);
	if (rule->vouches.budget > 0 && row->live > rule->vouches.budget)
		return err_set(
			e, "budget_spent", "the voucher has %u vouches running already, as many as it may have", (unsigned)(row->live - 1));
	if (!store_vouch_count(act->w, act->group.g, &act->vouch.application, &n, e))
		return false;
	return n < VOUCHES_MAX || err_set(e, "over_limit", "the applicant has %d vouches, and no more are taken", VOUCHES_MAX);
}

/* Somebody whom it vouched in was expelled, or it has brought in as many as it may. The log refuses the first, a decision the second. */
static bool trusted(struct vouching *act, struct log_writer *lw, struct err *e)
{
	const struct charter *c = act->charter;
	int64_t blamed;
	uint64_t n;

	if (c->vouching.penalty > 0 && !store_blamed(act->w, act->group.g, &act->vouch.member, &blamed, e))
		return false;
	if (c->vouching.penalty > 0 && blamed > 0 && lw->now < blamed + c->vouching.penalty)
		return err_set(e, "penalised",
			"a member whom the voucher had vouched for was expelled %lld seconds ago: it may vouch again in %lld seconds",
			(long long)(lw->now - blamed), (long long)(blamed + c->vouching.penalty - lw->now));
	if (!act->applicant || c->membership.sponsor.per == 0)
		return true;
	if (!store_sponsor_count(act->w, act->group.g, &act->vouch.member, lw->now - c->membership.sponsor.window, &n, e))
		return false;
	return n < c->membership.sponsor.per ||
		err_set(e, "sponsor_spent", "the voucher answers for %llu who joined lately, as many as it may", (unsigned long long)n);
}

/* The same vouch gets the receipt that it got. */
static bool came_before(struct vouching *act, bool *before, struct err *e)
{
	struct digest digest;

	buf_free(&act->receipt);
	if (!store_vouch_find(act->w, act->group.g, &act->vouch.application, &act->vouch.member, before, &digest, &act->receipt, e))
		return false;
	return !*before || digest_compare(&digest, &act->vouch.digest) == 0 ||
		err_set(e, "replayed", "this member has vouched for this applicant already");
}

static bool put(struct vouching *act, struct log_writer *lw, const struct stored_proposal *p, const struct stored_member *m, struct err *e)
{
	struct entry en = {
		.event = EVENT_VOUCHED, .object = act->vouch.digest, .member = act->vouch.member, .application = act->vouch.application
	};
	struct vouch_row row = { .vouch = &act->vouch, .key = &act->key, .reason = act->reason };

	if (!suspend_refuses(lw, &m->member, "vouch", e) || !trusted(act, lw, e) || !is_open(act, p, lw->now, e) ||
		!vouch_in_time(&act->vouch, p->p.opened, lw->now, e) || !weigh(act, lw, m, &row, e) || !enough(act, m, &row, e))
		return false;
	en.age = row.age;
	en.live = row.live;
	if (!notary_receipt(act->w, &act->group.genesis, &act->vouch.digest, lw->now, act->charter->voting.term, &act->receipt, e) ||
		!log_append(lw, &en, e))
		return false;
	row.index = en.index;
	row.doc = buf_cstr(&act->doc);
	row.receipt = buf_cstr(&act->receipt);
	if (row.doc == NULL || row.receipt == NULL)
		return err_memory(e);
	if (!store_vouch_insert(act->w, act->group.g, &row, e))
		return false;
	act->fresh = true;
	return log_finish(lw, e);
}

static bool vouch(struct db *db, void *arg, struct err *e)
{
	struct vouching *act = arg;
	struct stored_proposal p;
	struct stored_member m;
	struct log_writer *lw;
	bool before, rc;

	(void)db;
	act->fresh = false;
	if (!came_before(act, &before, e))
		return false;
	if (before)
		return true;
	if (!may_vouch(act, &p, &m, e) || !log_open(act->w, act->group.g, &lw, e))
		return false;
	/* Again, behind the lock: two of them may have come at once. */
	rc = came_before(act, &before, e) && (before || put(act, lw, &p, &m, e));
	log_close(lw);
	return rc;
}

bool act_vouch(struct worker *w, const char *group, const struct jws *j, const json_t *doc, const struct free_text *reason,
	struct answer *out, struct err *e)
{
	struct vouching act = { .w = w, .reason = reason };
	bool rc = check(&act, group, j, doc, e) && db_transaction(w->db, vouch, &act, e) &&
		answer_object(out, "vouch", &act.vouch.digest, act.fresh, &act.receipt, e);

	if (rc && act.fresh)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
