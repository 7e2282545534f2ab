/* SPDX-License-Identifier: ISC */
#include "authority/outcome.h"

#include <string.h>

#include "authority/amend.h"
#include "authority/intend.h"
#include "authority/recovery.h"
#include "authority/renewal.h"
#include "authority/store_decision.h"
#include "authority/store_member.h"
#include "authority/store_revocation.h"
#include "authority/store_sponsor.h"
#include "authority/suspend.h"

static bool write_decision(struct log_writer *lw, struct outcome_of *o, struct err *e)
{
	const struct stored_proposal *p = o->proposal;
	struct entry en = { .event = EVENT_DECISION };
	struct decision *d = &o->d;
	struct buf doc = { 0 };
	bool rc;

	d->genesis = lw->group.genesis;
	d->charter = p->p.charter;
	d->proposal = p->digest;
	d->decided = lw->now;
	d->log_size = lw->group.log_size;
	log_root(lw, &d->log_root);
	rc = notary_sign(lw->w, KIND_DECISION, decision_print(d), &doc, &d->digest, e) && (buf_cstr(&doc) != NULL || err_memory(e));
	en.object = d->digest;
	rc = rc && log_append(lw, &en, e) && store_decision_insert(lw->w, lw->group.g, p->number, d, buf_cstr(&doc), e) &&
		store_decision_ballots(lw->w, lw->group.g, p->number, o->tally, e) &&
		store_proposal_decided(lw->w, lw->group.g, p->number, d->outcome, e);
	buf_free(&doc);
	return rc;
}

/* ---- what a *yes* brings */

static bool admit(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	const struct proposal *p = &o->proposal->p;
	struct entry en = { .event = EVENT_JOINED, .object = o->d.digest, .member = p->member, .key = p->key, .node = p->node };
	struct issuance i = { .origin = ORIGIN_ADMISSION,
		.cause = o->d.digest,
		.decision = o->d.digest,
		.member = p->member,
		.node = p->node,
		.name = o->application->name,
		.key = o->application->pub };
	struct stored_member m = {
		.member = p->member, .node = p->node, .decision = o->d.digest, .key = p->key, .pub = o->application->pub
	};

	memcpy(m.name, o->application->name, sizeof(m.name));
	m.version = o->charter->version;
	if (!log_append(lw, &en, e))
		return false;
	m.joined = en.index;
	return store_member_insert(lw->w, lw->group.g, &m, e) &&
		store_sponsor_charge(lw, o->charter, &o->application->digest, &m.member, m.joined, e) &&
		intend(lw, o->charter, &i, o->proposal->number, e);
}

static bool expel(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	struct entry en = { .event = EVENT_EXPELLED, .object = o->d.digest, .member = o->proposal->p.member, .cause = CAUSE_PRIVILEGE };
	struct revocation_row row = { .object = o->d.digest, .member = en.member, .cause = en.cause, .since = lw->now };

	if (!log_append(lw, &en, e))
		return false;
	row.index = en.index;
	return store_member_end(lw->w, lw->group.g, &en.member, EVENT_EXPELLED, en.cause, en.index, e) &&
		store_revocation_insert(lw->w, lw->group.g, &row, e) && suspend_cascade(lw, &en.member, &o->d.digest, e);
}

/* The group was asked, and did not ratify what operators did. */
static bool keep_member(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	const struct proposal *p = &o->proposal->p;

	if (o->d.outcome != OUTCOME_NO && o->d.outcome != OUTCOME_EXPIRED)
		return true;
	return suspend_restore(lw, &p->member, p->electorate_size, &o->d.digest, e);
}

static bool amend(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	return charter_log(lw, &o->proposal->subject, &o->d.digest, e);
}

static bool bring(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	static bool (*const by_question[])(struct log_writer *, const struct outcome_of *, struct err *) = {
		[Q_ADMIT] = admit,
		[Q_EXPEL] = expel,
		[Q_AMEND] = amend,
		[Q_RENEW] = renewal_granted,
		[Q_RECOVER] = recovery_granted,
	};

	return by_question[o->proposal->question](lw, o, e);
}

/* ---- what becomes of the subject */

/* Who withdrew stays withdrawn; another void admission is one whose key is taken, or for whom there is no room any more. */
static bool end_application(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	static const struct {
		enum application_state state;
		const char *why;
	} ends[] = {
		[OUTCOME_YES] = { APPLICATION_ISSUING, NULL },
		[OUTCOME_NO] = { APPLICATION_REFUSED, "the group said no" },
		[OUTCOME_EXPIRED] = { APPLICATION_EXPIRED, "the term ended before enough members had voted" },
		[OUTCOME_VOID] = { APPLICATION_REFUSED, "the key has become a member's" },
	};

	const char *why = ends[o->d.outcome].why;

	if (o->d.cause == VOID_FULL)
		why = "the group has as many members as it may";
	if (o->d.cause == VOID_SPONSOR)
		why = "a member who answers for this applicant has brought in as many as it may";

	if (o->application->state == APPLICATION_WITHDRAWN)
		return true;
	return store_application_set(lw->w, lw->group.g, &o->application->digest, ends[o->d.outcome].state, why, e);
}

bool outcome_write(struct log_writer *lw, struct outcome_of *o, struct err *e)
{
	const bool yes = o->d.outcome == OUTCOME_YES;

	if (!write_decision(lw, o, e) || (yes && !bring(lw, o, e)))
		return false;
	if (o->proposal->question == Q_ADMIT)
		return end_application(lw, o, e);
	if (o->proposal->question == Q_EXPEL)
		return keep_member(lw, o, e);
	if (o->proposal->question == Q_AMEND && !yes)
		return charter_drop(lw, &o->proposal->subject, e);
	return true;
}
