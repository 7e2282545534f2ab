/* SPDX-License-Identifier: ISC
 * Step 4 of an admission, and of every other question: count again, and decide when nothing can change the outcome any more. */
#include <stdlib.h>
#include <string.h>

#include "authority/acts.h"
#include "authority/amend.h"
#include "authority/frame.h"
#include "authority/gathered.h"
#include "authority/outcome.h"
#include "authority/room.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_sponsor.h"
#include "authority/work.h"

/* What else stands in the frame: the entry, the decision, the names of the request. */
enum { EVIDENCE_MAX = FRAME_MAX - 64 * 1024 };
/* The log's bytes since an amendment was put. They go into its record, which whoever reads the charters gets with them, for good. */
enum { AMENDMENT_TERM_MAX = RECORD_MAX / 8 };

struct deciding {
	struct worker *w;
	int32_t g;
	uint64_t number;
	bool held;           /* the signer takes what it would log, see charter_held */
	bool decided, fresh; /* fresh: by us */
	enum question question;
	enum outcome outcome;
};

/* All that one examination gathers; owned. */
struct examination {
	struct stored_proposal proposal;
	struct stored_application application;
	int64_t stamp;
	struct gathered of;
};

/* ---- locks */

/* Applications, proposals, members: in this order, each by a statement of its own. *open false: there is nothing to decide. */
static bool lock(struct deciding *act, struct examination *x, bool *open, struct err *e)
{
	struct stored_proposal *p = &x->proposal;
	const struct id16 *subject = NULL;

	if (!store_proposal_load(act->w, act->g, act->number, STORE_READ, p, e))
		return false;
	act->question = p->question;
	if (!p->decided && p->question == Q_ADMIT && !store_application_load(act->w, act->g, &p->subject, STORE_UPDATE, &x->application, e))
		return false;
	if (!p->decided && !store_proposal_load(act->w, act->g, act->number, STORE_UPDATE, p, e))
		return false;
	*open = !p->decided;
	act->outcome = p->outcome;
	if (!*open)
		return true;
	if (question_of_member(p->question))
		subject = &p->p.member;
	return store_member_lock_voters(act->w, act->g, act->number, subject, subject == NULL ? STORE_SHARE : STORE_UPDATE, e);
}

/* ---- the outcome */

/* An amendment whose record nobody could read would take the charters away from everybody. */
static bool is_readable(struct log_writer *lw, const struct proposal *p, bool *readable, struct err *e)
{
	static const struct statement st = { "decide_term",
		"SELECT coalesce(sum(length(payload)), 0)::bigint FROM log WHERE g = $1 AND idx >= $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)p->electorate_size);
	if (!db_run(lw->w->db, &st, &a, &r, e))
		return false;
	*readable = res_int(r, 0, 0) <= AMENDMENT_TERM_MAX;
	PQclear(r);
	return true;
}

/* A renewal is for the key that asked for it, and a recovery for a member that had no other since. */
static bool has_another_key(const struct examination *x)
{
	const struct voter *subject = gathered_standing(&x->of, &x->proposal.p.member);

	return subject->keys_n != 1 || (x->proposal.question == Q_RENEW && subject->revoked_n > 0);
}

/* Is there nothing left to decide on? What stands in the log alone is asked behind its lock: lw is NULL before. */
static bool find_cause(struct deciding *act, const struct examination *x, struct log_writer *lw, enum void_cause *cause, struct err *e)
{
	const struct stored_proposal *p = &x->proposal;
	struct stored_key k;
	bool holds = true, readable = true;

	*cause = VOID_NONE;
	if (p->objected)
		*cause = VOID_OBJECTED;
	if (p->question == Q_ADMIT && x->application.state == APPLICATION_WITHDRAWN)
		*cause = VOID_WITHDRAWN;
	if (question_of_member(p->question) && gathered_standing(&x->of, &p->p.member)->gone)
		*cause = VOID_SUBJECT_GONE;
	if (*cause == VOID_NONE && (p->question == Q_RENEW || p->question == Q_RECOVER) && has_another_key(x))
		*cause = VOID_KEY_GONE;
	if (*cause != VOID_NONE || lw == NULL || p->question == Q_EXPEL || p->question == Q_RENEW)
		return true;
	if (p->question == Q_ADMIT || p->question == Q_RECOVER) {
		if (!store_key_find(act->w, act->g, &p->p.key, &holds, &k, e))
			return false;
		*cause = holds ? VOID_KEY_GONE : VOID_NONE;
		return true;
	}
	if (!charter_stands(lw, &p->subject, &holds, e) || !is_readable(lw, &p->p, &readable, e))
		return false;
	*cause = holds && readable && act->held ? VOID_NONE : VOID_SUBJECT_GONE;
	return true;
}

/* Early, where nothing that may come could change it; otherwise when the term is over. */
static bool find_verdict(struct examination *x, int64_t now, enum verdict *verdict, bool *expired, struct err *e)
{
	struct decision_trace trace = { 0 };

	*expired = false;
	evidence_at(&x->of.verified, evidence_instant(&x->proposal.p, now));
	x->of.verified.facts.closed = false;
	if (!charter_decide(x->of.charter, x->of.requirement, &x->of.verified.facts, verdict, NULL, e))
		return false;
	if (*verdict != VERDICT_NOT_YET || now < x->proposal.closes)
		return true;
	x->of.verified.facts.closed = true;
	if (!charter_decide(x->of.charter, x->of.requirement, &x->of.verified.facts, verdict, &trace, e))
		return false;
	*expired = trace.expired;
	decision_trace_free(&trace);
	return true;
}

static void fill(const struct examination *x, enum outcome outcome, enum void_cause cause, struct decision *d)
{
	const struct tally *t = &x->of.verified.tally;

	*d = (struct decision){ .outcome = outcome,
		.cause = cause,
		.votes_root = t->root,
		.yes = t->yes,
		.no = t->no,
		.abstain = t->abstain,
		.voided = t->voided,
		.evidence_root = x->of.verified.evidence_root };
}

/* A *yes* goes to the signer with its evidence, in one entry: one that it cannot take would stop the group for good. */
static bool fits_the_signer(const struct examination *x, struct err *e)
{
	size_t n = evidence_size(&x->of.evidence);

	return n <= EVIDENCE_MAX ||
		err_set(e, "too_large", "the votes on proposal %llu take %zu bytes; the signer takes %d",
			(unsigned long long)x->proposal.p.number, n, EVIDENCE_MAX);
}

/* Who would be one member too many, for the group or for a sponsor, is let go; who comes on a full day waits for the next. */
static bool find_room(const struct examination *x, struct log_writer *lw, enum void_cause *cause, int64_t *from, struct err *e)
{
	bool full, spent = false;

	if (!room_for_one(lw, x->of.charter, &full, from, e))
		return false;
	if (!full && *from == 0 && !store_sponsor_spent(lw, x->of.charter, &x->application.digest, &spent, e))
		return false;
	if (full || spent)
		*cause = full ? VOID_FULL : VOID_SPONSOR;
	return true;
}

static bool wait(struct deciding *act, const struct examination *x, int64_t from, struct err *e)
{
	return store_proposal_examined(act->w, act->g, act->number, x->stamp, e) &&
		store_proposal_waits(act->w, act->g, act->number, from, e);
}

static bool write_down(struct deciding *act, struct examination *x, struct log_writer *lw, struct err *e)
{
	struct outcome_of o = { .proposal = &x->proposal,
		.charter = x->of.charter,
		.application = x->proposal.question == Q_ADMIT ? &x->application : NULL,
		.tally = &x->of.verified.tally };
	enum outcome outcome = OUTCOME_VOID;
	enum verdict verdict;
	enum void_cause cause;
	int64_t from = 0;
	bool expired;

	if (!find_cause(act, x, lw, &cause, e) || !find_verdict(x, lw->now, &verdict, &expired, e))
		return false;
	if (cause == VOID_NONE && verdict == VERDICT_NOT_YET)
		return err_set(e, "database_retry", "the clock of the database went back");
	if (cause == VOID_NONE && verdict == VERDICT_YES && o.application != NULL && lw->now < lw->frozen_until)
		return wait(act, x, lw->frozen_until, e);
	if (cause == VOID_NONE && verdict == VERDICT_YES && o.application != NULL && !find_room(x, lw, &cause, &from, e))
		return false;
	if (from > 0)
		return wait(act, x, from, e);
	if (cause == VOID_NONE)
		outcome = verdict == VERDICT_YES ? OUTCOME_YES : expired ? OUTCOME_EXPIRED : OUTCOME_NO;
	if (outcome == OUTCOME_YES && !fits_the_signer(x, e))
		return false;
	fill(x, outcome, cause, &o.d);
	if (!outcome_write(lw, &o, e) || !gathered_keep(act->w, act->g, act->number, &x->of, e) || !log_finish(lw, e))
		return false;
	act->decided = act->fresh = true;
	act->outcome = outcome;
	return true;
}

/* The stamp comes first: what changes behind it is seen by the next examination. */
static bool examine(struct deciding *act, struct examination *x, struct err *e)
{
	struct log_writer *lw;
	enum void_cause cause;
	enum verdict verdict;
	bool expired, rc;
	int64_t now;

	if (!store_proposal_stamp(act->w, act->g, act->number, &x->stamp, e) || !gathered_load(act->w, act->g, &x->proposal, &x->of, e) ||
		!find_cause(act, x, NULL, &cause, e) || !db_now(act->w->db, &now, e) || !find_verdict(x, now, &verdict, &expired, e))
		return false;
	if (cause == VOID_NONE && verdict == VERDICT_NOT_YET)
		return store_proposal_examined(act->w, act->g, act->number, x->stamp, e);
	if (!log_open(act->w, act->g, &lw, e))
		return false;
	rc = write_down(act, x, lw, e);
	log_close(lw);
	return rc;
}

static bool decide(struct db *db, void *arg, struct err *e)
{
	struct deciding *act = arg;
	struct examination x = { 0 };
	bool open, rc;

	(void)db;
	act->decided = act->fresh = false;
	rc = lock(act, &x, &open, e);
	if (rc && open)
		rc = examine(act, &x, e);
	if (rc && !open)
		act->decided = true;
	gathered_free(&x.of);
	return rc;
}

bool act_decide(struct worker *w, int32_t g, uint64_t number, bool *decided, struct err *e)
{
	struct deciding act = { .w = w, .g = g, .number = number };

	*decided = false;
	if (!charter_held(w, g, number, &act.held, e) || !db_transaction(w->db, decide, &act, e))
		return false;
	*decided = act.decided;
	if (act.fresh && act.question == Q_EXPEL)
		work_post(w->a->work, WORK_LISTS, g, 0);
	if (!act.fresh || act.outcome != OUTCOME_YES)
		return true;
	work_post(w->a->work, WORK_PUBLISH, g, 0);
	if (act.question == Q_ADMIT)
		return true;
	work_post(w->a->work, WORK_LISTS, g, 0);
	if (act.question == Q_EXPEL)
		work_touch(w, g);
	return true;
}
