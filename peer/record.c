/* SPDX-License-Identifier: ISC
 * Audits from their beginning to their end, and charters that follow one another by a vote. */
#include <stdlib.h>
#include <string.h>

#include "peer/record_state.h"
#include "voting/complaint.h"

/* ---- texts beside their digests */

/* A digest that some text may belong to. */
struct wanted {
	struct digest digest;
	const char *of;
	bool used;
};
struct wanting {
	struct wanted *w; /* owned */
	size_t n;
};

static void want(struct wanting *all, const char *of, bool has, const struct digest *d)
{
	if (has)
		all->w[all->n++] = (struct wanted){ *d, of, false };
}

/* One text, salt and all, may be given by several: it stands once for all reasons of that digest, and apart from a statement. */
static int by_digest(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	int c = digest_compare(&x->digest, &y->digest);

	return c != 0 ? c : strcmp(x->of, y->of);
}

/* Everything here was parsed before. */
static bool gather_wanted(const struct record *r, struct wanting *all)
{
	const struct evidence *ev = &r->evidence;
	struct complaint x;
	struct motion m;
	struct vouch u;
	struct vote v;

	all->w = calloc(ev->votes_n + ev->objects_n + r->complaints_n + 1, sizeof(*all->w));
	if (all->w == NULL)
		return err_memory(r->e);
	if (r->has_application)
		want(all, "statement", r->application.has_statement, &r->application.statement);
	if (r->has_motion && motion_parse(&r->motion_jws, &m, r->e))
		want(all, "reason", m.has_reason, &m.reason);
	for (size_t i = 0; i < r->complaints_n && complaint_parse(&r->complaints[i].jws, &x, r->e); i++) {
		complaint_free(&x);
		want(all, "reason", x.has_text, &x.text);
	}
	for (size_t i = 0; i < ev->votes_n && vote_parse(&ev->votes[i].jws, &v, r->e); i++) {
		vote_free(&v);
		want(all, "reason", v.has_reason, &v.reason);
	}
	for (size_t i = 0; i < ev->objects_n; i++)
		if (jws_is(&ev->objects[i].jws, KIND_VOUCH, NULL) && vouch_parse(&ev->objects[i].jws, &u, r->e))
			want(all, "reason", u.has_reason, &u.reason);
	if (all->n > 1)
		qsort(all->w, all->n, sizeof(*all->w), by_digest);
	return err_ok(r->e);
}

static bool belongs(const struct wanting *all, const struct record_text *t)
{
	struct wanted key = { .of = t->of }, *found = NULL;

	text_digest(t->salt, slice_str(t->text), &key.digest);
	if (all->n > 0)
		found = bsearch(&key, all->w, all->n, sizeof(key), by_digest);
	if (found == NULL || found->used)
		return false;
	found->used = true;
	return true;
}

bool record_believe_texts(struct record *r)
{
	struct wanting all = { 0 };
	bool rc = r->texts_n == 0 || gather_wanted(r, &all);

	for (size_t i = 0; i < r->texts_n && rc; i++)
		if (!belongs(&all, &r->texts[i]))
			rc = err_set(r->e, "text_differs",
				"text %zu is not what an applicant, a mover, a voter or a voucher wrote, or stands twice", i + 1);
	free(all.w);
	return rc;
}

/* ---- the whole */

static struct record *record_new(struct crypto *c, const struct trust *pin, struct err *e)
{
	struct record *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_memory(e);
		return NULL;
	}
	r->c = c;
	r->pin = pin;
	r->e = e;
	return r;
}

/* Places inside signed payloads are no places of the record, and what belongs to another group inside it does not make it another's. */
static bool unbelieved(struct err *e)
{
	e->pointer[0] = '\0';
	e->line = e->column = 0;
	if (err_is(e, "wrong_context"))
		strcpy(e->name, "record_mixed");
	return false;
}

static bool believe(struct record *r)
{
	if (record_believe_head(r) && record_believe_entries(r) && record_believe_charters(r) &&
		proposal_parse(&r->proposal_jws, &r->proposal, r->e) && decision_parse(&r->decision_jws, &r->decision, r->e) &&
		record_believe_lines(r) && record_believe_proposal(r) && record_believe_decision(r) && record_believe_outcome(r) &&
		record_believe_texts(r))
		return true;
	return unbelieved(r->e);
}

static bool tell(const struct record *r, struct audit *out)
{
	const struct decision *d = &r->decision;
	enum verdict verdict;

	memset(out, 0, sizeof(*out));
	if (!charter_decide(r->charter, charter_requirement(r->charter, r->proposal.question, r->proposal.again), &r->verified.facts,
		    &verdict, &out->trace, r->e))
		return false;
	out->outcome = d->outcome;
	out->question = r->proposal.question;
	out->genesis = r->genesis;
	out->proposal = r->proposal.digest;
	out->decision = d->digest;
	out->subject = r->proposal.subject;
	out->number = r->proposal.number;
	out->version = r->charter->version;
	out->n = r->proposal.electorate_n;
	out->without = r->proposal.electorate_without;
	out->approvals = (uint32_t)r->verified.approvals_n;
	out->vouches = (uint32_t)r->verified.vouches_n;
	out->challenges = (uint32_t)(r->evidence.objects_n - r->verified.approvals_n - r->verified.vouches_n);
	out->yes = d->yes;
	out->no = d->no;
	out->abstain = d->abstain;
	out->member = r->proposal.member;
	out->has_gmc = r->has_gmc;
	if (r->has_gmc)
		profile_serial(&d->digest, &out->serial);
	out->has_ending = r->has_ended;
	out->ending = r->ended.entry.event;
	out->ending_index = r->ended.entry.index;
	out->decided = d->decided;
	out->charter_digest = r->charter->object.digest;
	return true;
}

static bool show(const struct record *r, audit_seen *seen, void *arg)
{
	const struct audited a = { r->charter, r->has_application ? &r->application : NULL, &r->proposal, &r->decision, &r->evidence,
		&r->verified };

	return seen == NULL || seen(arg, &a, r->e);
}

static bool audit(
	struct crypto *c, const json_t *doc, const struct trust *pin, audit_seen *seen, void *arg, struct audit *out, struct err *e)
{
	struct record *r = record_new(c, pin, e);
	bool rc = false;

	if (r == NULL)
		return false;
	r->whole = true;
	if (!record_read(r, doc))
		goto out;
	if (pin != NULL && digest_compare(&pin->genesis, &r->genesis) != 0)
		err_set(e, "wrong_context", "this is a record of another group than the one that is pinned");
	else
		rc = believe(r) && show(r, seen, arg) && tell(r, out);
out:
	record_free(r);
	return rc;
}

bool record_audit_with(
	struct crypto *c, struct slice text, const struct trust *pin, audit_seen *seen, void *arg, struct audit *out, struct err *e)
{
	struct err own = { 0 };
	json_t *doc = json_read(text, RECORD_MAX, &own);
	bool rc = doc != NULL && audit(c, doc, pin, seen, arg, out, &own);

	json_decref(doc);
	if (!rc && own.pointer[0] != '\0' && !json_locate(text, own.pointer, &own.line, &own.column))
		own.line = own.column = 0;
	if (!rc && e != NULL && err_ok(e))
		*e = own;
	return rc;
}

bool record_audit(struct crypto *c, struct slice text, const struct trust *pin, struct audit *out, struct err *e)
{
	return record_audit_with(c, text, pin, NULL, NULL, out, e);
}

void audit_free(struct audit *a)
{
	if (a == NULL)
		return;
	decision_trace_free(&a->trace);
	memset(a, 0, sizeof(*a));
}

/* ---- charters that were voted on */

static bool amends(struct record *r, const json_t *doc, const struct charter *next)
{
	if (!record_read(r, doc))
		return unbelieved(r->e);
	if (digest_compare(&r->genesis, &next->object.genesis) != 0)
		return err_set(r->e, "record_mixed", "the record of the vote is another group's");
	if (!r->has_draft || digest_compare(&r->draft.charter->object.digest, &next->object.digest) != 0)
		return err_set(
			r->e, "votes_missing", "the record of the vote is about something else than charter %u", (unsigned)next->version);
	if (!believe(r))
		return false;
	if (r->decision.outcome != OUTCOME_YES)
		return err_set(r->e, "votes_missing", "the vote on charter %u did not pass: %s", (unsigned)next->version,
			outcome_name(r->decision.outcome));
	return true;
}

bool record_amendment(struct crypto *c, const json_t *doc, const struct charter *next, const struct charter *previous,
	const struct trust *pin, struct record_amendment *out, struct err *e)
{
	struct err own = { 0 };
	struct record *r = record_new(c, pin, &own);
	bool rc = false;

	if (r != NULL) {
		r->charter = previous;
		rc = amends(r, doc, next);
	}
	if (rc) {
		out->leaf = r->lines[r->lines_n - 1].leaf;
		out->approvals = r->draft.approvals_root;
		out->head = r->head;
	}
	record_free(r);
	if (rc)
		return true;
	err_prefix(&own, "the vote on charter %u: ", (unsigned)next->version);
	if (e != NULL && err_ok(e))
		*e = own;
	return false;
}

bool record_amends(struct crypto *c, const json_t *record, const struct charter *next, const struct charter *previous, struct err *e)
{
	struct record_amendment a;

	return record_amendment(c, record, next, previous, NULL, &a, e);
}

bool record_follows(struct crypto *c, struct signed_charter *next, const struct charter *previous, struct err *e)
{
	unsigned version = next->charter->version;
	struct record_amendment a;

	if (!chain_approved(c, next, previous, e))
		return false;
	if (!chain_needs_vote(next, previous))
		return next->record == NULL ||
			err_set(e, "record_unasked", "charter %u carries a vote that its predecessor does not ask for", version);
	if (next->record == NULL)
		return err_set(e, "votes_missing", "charter %u needs a passed vote of the group, and its record is missing", version);
	if (!record_amendment(c, next->record, next->charter, previous, NULL, &a, e))
		return false;
	return digest_compare(&a.approvals, &next->approvals_root) == 0 ||
		err_set(e, "approvals_differ", "charter %u was logged with other approvals", version);
}
