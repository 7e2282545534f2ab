/* SPDX-License-Identifier: ISC
 * Deciding a record again. */
#include <stdlib.h>
#include <string.h>

#include "peer/issuance.h"
#include "peer/record_state.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

static bool mixed(struct record *r, const char *why)
{
	return err_set(r->e, "record_mixed", "%s", why);
}

/* ---- the proposal, and what it is about */

const struct charter *record_charter_by(const struct record *r, const struct digest *charter)
{
	for (size_t i = 0; i < r->links_n; i++)
		if (same(&r->links[i].signed_charter.charter->object.digest, charter))
			return r->links[i].signed_charter.charter;
	return NULL;
}

static bool about_application(struct record *r)
{
	const struct proposal *p = &r->proposal;
	struct application *a = &r->application;
	struct id16 member, node;

	if (!r->has_application)
		return err_set(r->e, "bad_record", "the proposal is about an application, and the record has none");
	if (!application_verify(r->c, &r->application_jws, a, r->e))
		return false;
	if (!same(&a->digest, &p->subject) || !same(&a->genesis, &r->genesis) || record_charter_by(r, &a->charter) == NULL)
		return mixed(r, "the application is not the one that the proposal is about");
	if (!same(&a->thumb, &p->key))
		return err_set(r->e, "wrong_key", "the proposal names another key than its application");
	if (a->log_size > p->electorate_size)
		return err_set(r->e, "log_order", "the applicant saw a longer log than there was");
	/* That it came back is in the log before the record; that the charter asks for that is here. */
	if (p->again && !r->charter->readmission.present)
		return err_set(r->e, "again_differs", "the applicant is one who comes back, and the charter has no rule for that");
	/* The charter that the application was made under says whether a seeder has a share in it. */
	if (p->has_seeder != record_charter_by(r, &a->charter)->membership.has_seeder)
		return err_set(r->e, "seed_differs", "the proposal has a seeder's seed and its charter no seeder, or the other way round");
	proposal_places(p, r->charter->membership.nodes_by_key, &member, &node);
	if (id16_compare(&member, &p->member) != 0 || id16_compare(&node, &p->node) != 0)
		return err_set(r->e, "seed_differs", "the proposal names a member or node that does not follow from its seed and key");
	return true;
}

/* Approvals of a draft that became no charter are bound by nothing, and so are none of the record's. */
static bool about_draft(struct record *r)
{
	const struct charter *next;

	if (!r->has_draft)
		return err_set(r->e, "bad_record", "the proposal is about a draft, and the record has none");
	next = r->draft.charter;
	if (!same(&next->object.digest, &r->proposal.subject) || !same(&next->object.genesis, &r->genesis))
		return mixed(r, "the draft is not the one that the proposal is about");
	if (r->decision.outcome == OUTCOME_YES)
		return chain_approved(r->c, &r->draft, r->charter, r->e) &&
			(r->draft.recovery == r->proposal.again ||
				err_set(r->e, "again_differs", "the vote was not put by those who approved the draft"));
	if (json_array_size(r->draft.approvals) > 0)
		return err_set(
			r->e, "approvals_differ", "the draft became no charter, so nothing binds its approvals: the record has none");
	return true;
}

static bool about(struct record *r)
{
	switch (r->proposal.question) {
	case Q_ADMIT:
		return about_application(r);
	case Q_EXPEL:
		return record_about_motion(r);
	case Q_AMEND:
		return about_draft(r);
	case Q_RENEW:
		return record_about_renewal(r);
	case Q_RECOVER:
		return record_about_recovery(r);
	}
	return false;
}

/* The last charter of the record is the one in force for the proposal, and so its own. */
static bool charter_in_force(struct record *r)
{
	const struct charter *c = r->charter;
	const struct entry *at = &r->lines[0].entry;

	if (same(&r->proposal.charter, &c->object.digest) && (c->version == 1 || c->effective <= at->time))
		return true;
	return err_set(
		r->e, "charter_not_in_force", "the proposal was not put under charter %u, or that was not in force", (unsigned)c->version);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Who stands near the applicant is the proposal's word here, as n is: the record does not show all nodes. */
static bool ring_fits(struct record *r)
{
	const struct proposal *p = &r->proposal;
	size_t with_vote = p->electorate_n - p->electorate_without;
	uint32_t nearest = 0, opposite = 0;
	bool asked = p->question == Q_ADMIT && charter_ring(r->charter, &nearest, &opposite);

	if (p->electorate_without > 0 && r->charter->voting.probation == 0)
		return err_set(r->e, "electorate_differs", "the proposal counts electors without a vote, and the charter has no probation");
	if (p->has_ring != asked)
		return err_set(r->e, "ring_differs", "the proposal names neighbours that the charter does not ask for, or none");
	if (!asked)
		return true;
	/* Who is suspended is asked no more than who is on probation, but counts: how many that are, only the log tells. */
	if (record_suspends(r) && p->nearest_n <= nearest && p->opposite_n <= opposite && p->nearest_n <= with_vote &&
		p->opposite_n <= with_vote)
		return true;
	if (p->nearest_n != smaller(nearest, with_vote) || p->opposite_n != smaller(opposite, with_vote))
		return err_set(r->e, "ring_differs", "the proposal names more or fewer neighbours than the charter asks for");
	return true;
}

bool record_believe_proposal(struct record *r)
{
	const struct proposal *p = &r->proposal;
	const struct entry *at = &r->lines[0].entry;

	if (!same(&p->genesis, &r->genesis))
		return mixed(r, "the proposal is another group's");
	if (!charter_in_force(r))
		return false;
	if (p->opened != at->time || p->electorate_size != at->index || p->term != r->charter->voting.term)
		return err_set(r->e, "entry_differs", "the proposal does not open with its entry, or for another term than the charter's");
	return record_notary(r, &r->proposal_jws, at->index, at->time, "proposal") && ring_fits(r) && about(r);
}

/* ---- the decision */

/* That a subject was gone is in the log; other causes are the notary's word. */
static bool void_fits(struct record *r)
{
	const struct record_line *end = record_decided(r);

	if (r->decision.cause != VOID_SUBJECT_GONE || !question_of_member(r->proposal.question))
		return true;
	for (const struct record_line *l = &r->lines[1]; l < end; l++)
		if ((l->entry.event == EVENT_LEFT || l->entry.event == EVENT_EXPELLED) &&
			id16_compare(&l->entry.member, &r->proposal.member) == 0)
			return true;
	return err_set(r->e, "outcome_differs", "the decision says that the member was gone, the log does not");
}

bool record_believe_decision(struct record *r)
{
	const struct decision *d = &r->decision;
	const struct entry *at = &record_decided(r)->entry;

	if (d->decided != at->time || d->log_size != at->index)
		return err_set(r->e, "entry_differs", "the decision was not made with its entry");
	return record_notary(r, &r->decision_jws, at->index, at->time, "decision") && record_believe_votes(r) &&
		evidence_decide(r->charter, &r->proposal, &r->verified, d, r->e) && void_fits(r) &&
		record_notary(r, &r->head_jws, r->head.size, r->head.time, "head");
}

/* ---- what followed */

static bool differs(struct record *r, const struct entry *en)
{
	return err_set(r->e, "entry_differs", "entry %llu ('%s') does not follow from the decision", (unsigned long long)en->index,
		event_name(en->event));
}

/* Consequences stand right behind the decision, at its time. */
static bool follows(struct record *r, const struct record_line *l, enum event event, const struct digest *object)
{
	return (l->entry.event == event && same(&l->entry.object, object) && l->entry.time == r->decision.decided) || differs(r, &l->entry);
}

static bool joined(struct record *r, const struct record_line *l)
{
	const struct proposal *p = &r->proposal;
	const struct entry *en = &l->entry;

	if (!follows(r, l, EVENT_JOINED, &r->decision.digest))
		return false;
	if (id16_compare(&en->member, &p->member) != 0 || id16_compare(&en->node, &p->node) != 0 || !same(&en->key, &p->key))
		return differs(r, en);
	return true;
}

/* The CA certificate is the one that the charters give its key: from the entry of the first that names it, until that one's `until`. */
static bool issuer_of(struct record *r, int64_t time, struct ca_cert *ca, struct issuer *out)
{
	const struct charter_issuer *by = issuance_issuer(r->charter, time), *first = NULL;
	const struct record_link *l = r->links;

	if (cert_parse_ca(buf_slice(&r->authority), ca) != CERT_OK)
		return err_set(r->e, "bad_authority", "the authority's certificate is none of a group");
	if (by == NULL || !same(&by->spki, &ca->spki) || by->alg != ca->key.alg || !same(&ca->genesis, &r->genesis))
		return err_set(r->e, "issuer_unknown", "the authority's certificate is not of the issuing key that the charter names");
	while ((first = charter_issuer(l->signed_charter.charter, &ca->spki)) == NULL)
		l++;
	*out = (struct issuer){ .key = ca->key, .not_before = l->line.entry.time - PROFILE_BACKDATE, .not_after = first->until };
	if (ca->not_before != out->not_before || ca->not_after != out->not_after)
		return err_set(r->e, "bad_authority", "the authority's certificate has another window than the charters give it");
	return cert_verify_ca(r->c, ca, r->e);
}

/* Every field of the certificate follows from what was believed so far. */
static bool intended(struct record *r, const struct entry *en, const struct issuer *by, struct gmc_fields *f, char name[static 65])
{
	const bool admits = r->proposal.question == Q_ADMIT;
	struct issuance i = { .origin = admits ? ORIGIN_ADMISSION
			: r->has_renewal       ? ORIGIN_RENEWAL
					       : ORIGIN_RECOVERY,
		.cause = en->object,
		.decision = r->decision.digest,
		.member = r->proposal.member,
		.node = r->proposal.node,
		.name = r->application.name,
		.key = admits ? r->application.key : r->asked,
		.time = en->time };

	if (!admits && !record_repeats(r, record_moved(r), &i, name))
		return false;
	if (i.key.alg == SIG_P256 ? !r->charter->membership.p256 : !r->charter->membership.ed25519)
		return err_set(r->e, "not_allowed", "the charter takes no keys of this kind");
	issuance_fields(r->charter, by, &i, f);
	if (id16_compare(&en->member, &i.member) != 0 || !same(&en->key, &r->proposal.key) || en->until != f->not_after)
		return differs(r, en);
	if (id16_compare(&en->serial, &f->serial) != 0)
		return err_set(r->e, "serial_differs", "the certificate's serial does not follow from its decision");
	return true;
}

static bool logged_tbs(struct record *r, const struct entry *en, const struct buf *tbs)
{
	struct digest d;

	profile_tbs_digest(buf_slice(tbs), &d);
	return same(&d, &en->tbs) || err_set(r->e, "tbs_differs", "the log intends another certificate than the decision gives");
}

static bool certificate(struct record *r, const struct ca_cert *ca, const struct buf *tbs)
{
	struct gmc_cert cert;

	if (cert_parse_gmc(buf_slice(&r->gmc), &cert) != CERT_OK || !slice_equal(cert.tbs, buf_slice(tbs)))
		return err_set(r->e, "gmc_differs", "the certificate is not the one that the log intends");
	return cert_verify(r->c, &cert, ca, r->e);
}

/* Nobody signs a certificate for a member that is gone, for a revoked key, or of a revoked serial (docs/signer.md). */
static bool ends(const struct entry *end, const struct entry *issued)
{
	if (id16_compare(&end->member, &issued->member) != 0)
		return false;
	if (end->event == EVENT_LEFT || end->event == EVENT_EXPELLED)
		return true;
	if (end->event == EVENT_REKEYED)
		return same(&end->old_key, &issued->key);
	if (end->event != EVENT_REVOKED)
		return false;
	return end->has_key ? same(&end->key, &issued->key) : id16_compare(&end->serial, &issued->serial) == 0;
}

static bool ended(struct record *r, const struct entry *issued)
{
	const struct entry *end = &r->ended.entry;

	if (end->time < issued->time)
		return err_set(r->e, "log_order", "the membership ended before there was one");
	return ends(end, issued) ||
		err_set(r->e, "entry_differs", "entry %llu ('%s') is no reason why there is no certificate", (unsigned long long)end->index,
			event_name(end->event));
}

static bool issued(struct record *r, const struct record_line *l)
{
	const struct digest *cause = r->proposal.question == Q_RENEW ? &r->proposal.subject : &r->decision.digest;
	struct buf tbs = { 0 };
	char name[65];
	struct gmc_fields f;
	struct ca_cert ca;
	struct issuer by;
	bool rc;

	if (!r->has_gmc && !r->has_ended)
		return err_set(r->e, "gmc_missing", "the record has no certificate; if it is not published yet, ask for the record again");
	if (!follows(r, l, EVENT_ISSUED, cause) || !issuer_of(r, l->entry.time, &ca, &by) || !intended(r, &l->entry, &by, &f, name))
		return false;
	/* Without the certificate nothing here tells what it would have repeated. */
	if (r->has_ended && r->proposal.question != Q_ADMIT)
		return ended(r, &l->entry);
	rc = profile_gmc(&f, &tbs) ? logged_tbs(r, &l->entry, &tbs) && (r->has_ended ? ended(r, &l->entry) : certificate(r, &ca, &tbs))
				   : err_memory(r->e);
	buf_free(&tbs);
	return rc;
}

static bool expelled(struct record *r, const struct record_line *l)
{
	if (!follows(r, l, EVENT_EXPELLED, &r->decision.digest))
		return false;
	if (id16_compare(&l->entry.member, &r->proposal.member) != 0)
		return differs(r, &l->entry);
	return record_suspended(r, l + 1);
}

static bool amended(struct record *r, const struct record_line *l)
{
	const struct entry *en = &l->entry;

	if (!follows(r, l, EVENT_CHARTER, &r->proposal.subject))
		return false;
	if (en->version != r->draft.charter->version || !en->has_decision || !same(&en->decision, &r->decision.digest))
		return differs(r, en);
	if (!chain_announced(&r->draft, r->charter, en->time))
		return err_set(r->e, "notice_short", "charter %u was logged later than its predecessor asks for", (unsigned)en->version);
	return same(&en->approvals, &r->draft.approvals_root) ||
		err_set(r->e, "approvals_differ", "the charter was logged with other approvals");
}

bool record_believe_outcome(struct record *r)
{
	const struct record_line *next = record_decided(r) + 1;
	bool yes = r->decision.outcome == OUTCOME_YES;

	if ((r->has_gmc || r->has_ended) && (!yes || r->proposal.question == Q_EXPEL || r->proposal.question == Q_AMEND))
		return err_set(r->e, "unknown_member", "nobody was to get one, and yet there is a certificate, or a reason for none");
	if (!yes)
		return record_restored(r, next);
	switch (r->proposal.question) {
	case Q_ADMIT:
		return joined(r, next) && issued(r, next + 1);
	case Q_EXPEL:
		return expelled(r, next);
	case Q_AMEND:
		return amended(r, next);
	case Q_RENEW:
		return issued(r, &r->lines[r->lines_n - 1]);
	case Q_RECOVER:
		return record_rekeyed(r, next) && issued(r, &r->lines[r->lines_n - 1]);
	}
	return false;
}
