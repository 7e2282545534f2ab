/* SPDX-License-Identifier: ISC
 * What happens in a world: applications, proposals, votes, decisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/worlds.h"

static const uint8_t nonce[16] = { 4, 2 };

static void keep(json_t **place, const struct jws *j)
{
	json_decref(*place);
	*place = envelope_json(j);
}

void world_apply(struct world *w)
{
	struct application a = { .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.name = "Ned",
		.log_size = w->log_n,
		.log_root = world_root(w, w->log_n),
		.iat = w->now };
	struct buf csr = { 0 };
	struct jws j;
	struct err e = { 0 };

	assert_true(csr_make(w->c, w->applicant, a.name, &csr, NULL));
	memcpy(a.csr, csr.p, csr.n);
	a.csr_n = csr.n;
	buf_free(&csr);
	j = envelope(w->c, KIND_APPLICATION, application_print(&a, nonce), w->applicant);
	if (!application_verify(w->c, &j, &w->application, &e))
		fail_msg("%s: %s", e.name, e.text);
	keep(&w->application_json, &j);
	jws_free(&j);
	w->now++;
	world_log(w, (struct entry){ .event = EVENT_APPLICATION, .object = w->application.digest }, json_incref(w->application_json));
}

/* Is nobody's probation left? */
static bool votes_now(const struct world *w, size_t i)
{
	return i < CHARTERS_FOUNDERS || w->members[i].since + w->charter->voting.probation <= w->now;
}

static void make_electorate(struct world *w)
{
	electorate_free(&w->electorate);
	for (size_t i = 0; i < w->n; i++) {
		const struct world_member *m = &w->members[i];
		struct elector one = { .member = m->member, .key = m->thumb, .weight = votes_now(w, i) && !m->held ? 1 : 0 };

		one.held = m->held && votes_now(w, i);
		if (m->gone)
			continue;
		assert_true(electorate_add(&w->electorate, &one, NULL));
	}
	electorate_sort(&w->electorate);
}

static void make_ring(const struct world *w, struct proposal *p)
{
	struct ring_seat seats[WORLD_MEMBERS];
	uint32_t nearest, opposite;
	struct id16 other;
	size_t n = 0;

	p->has_ring = p->question == Q_ADMIT && charter_ring(w->charter, &nearest, &opposite);
	if (!p->has_ring)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (!w->members[i].gone && !w->members[i].held && votes_now(w, i))
			seats[n++] = (struct ring_seat){ w->members[i].member, w->members[i].node };
	ring_opposite(&p->node, &other);
	assert_true(ring_nearest(seats, n, &p->node, nearest, p->nearest, &p->nearest_n, NULL));
	assert_true(ring_nearest(seats, n, &other, opposite, p->opposite, &p->opposite_n, NULL));
}

/* The parts that all proposals share, around what a question has of its own. */
static void propose(struct world *w, struct proposal p)
{
	struct jws j;
	struct err e = { 0 };

	w->now++;
	make_electorate(w);
	make_ring(w, &p);
	p.genesis = w->genesis;
	p.charter = w->charter->object.digest;
	p.number = w->proposal.number + 1;
	p.previous = w->proposal.digest;
	p.electorate_size = w->log_n;
	p.electorate_n = (uint32_t)w->electorate.n;
	p.electorate_without = electorate_without(&w->electorate, question_of_member(p.question) ? &p.member : NULL);
	assert_true(electorate_root(&w->electorate, &p.electorate_root, NULL));
	p.opened = w->now;
	p.term = w->charter->voting.term;
	if (w->twist_proposal != NULL)
		w->twist_proposal(w, &p);
	j = envelope(w->c, KIND_PROPOSAL, proposal_print(&p), w->keys->notary);
	if (!proposal_parse(&j, &w->proposal, &e))
		fail_msg("%s: %s", e.name, e.text);
	keep(&w->proposal_json, &j);
	jws_free(&j);
	world_log(w, (struct entry){ .event = EVENT_PROPOSAL, .object = w->proposal.digest }, json_incref(w->proposal_json));
	if (p.question == Q_EXPEL)
		w->log[w->log_n - 1].evidence = json_pack("{s:O,s:O*}", "motion", w->motion_json, "complaints", w->complaints);
}

/* How many applications stand in the log before this one. */
static uint64_t number_of(const struct world *w, const struct digest *application)
{
	uint64_t n = 0;

	for (size_t i = 0; i < w->log_n && digest_compare(&w->log[i].entry.object, application) != 0; i++)
		n += w->log[i].entry.event == EVENT_APPLICATION ? 1 : 0;
	return n;
}

void world_propose_admission(struct world *w)
{
	struct proposal p = { .question = Q_ADMIT, .subject = w->application.digest, .key = w->application.thumb };

	p.seed_number = number_of(w, &p.subject);
	assert_true(p.seed_number < WORLD_SEEDS);
	memcpy(p.seed, w->seeds[p.seed_number], sizeof(p.seed));
	proposal_member(&w->genesis, &p.subject, p.seed, &p.member);
	if (w->charter->membership.nodes_by_key)
		proposal_key_node(&w->genesis, &p.key, &p.node);
	else
		proposal_node(&w->genesis, &p.subject, p.seed, &p.node);
	propose(w, p);
}

size_t world_mover(size_t subject, size_t i)
{
	return i < subject ? i : i + 1;
}

void world_propose_expulsion(struct world *w, size_t i)
{
	struct motion m = { .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.question = Q_EXPEL,
		.member = w->members[i].member,
		.iat = w->now };
	const struct sig_key *keys[WORLD_MEMBERS];
	size_t movers = w->movers == 0 ? 1 : w->movers;
	struct err e = { 0 };
	struct jws j;

	for (size_t k = 0; k < movers; k++)
		keys[k] = w->members[world_mover(i, k)].key;
	for (; m.complaints_n < json_array_size(w->complaints); m.complaints_n++)
		m.complaints[m.complaints_n] = world_complaint_digest(json_array_get(w->complaints, m.complaints_n));
	if (w->twist_motion != NULL)
		w->twist_motion(w, &m);
	j = envelope_by(w->c, KIND_MOTION, motion_print(&m), keys, movers);
	if (!motion_parse(&j, &m, &e))
		fail_msg("%s: %s", e.name, e.text);
	keep(&w->motion_json, &j);
	jws_free(&j);
	propose(w, (struct proposal){ .question = Q_EXPEL, .subject = m.digest, .member = m.member });
}

void world_propose_request(struct world *w, const struct proposal *p, const char *name, json_t *request)
{
	propose(w, *p);
	w->log[w->log_n - 1].evidence = json_pack("{s:o}", name, request);
}

void world_propose_amendment(struct world *w, const struct digest *charter)
{
	propose(w, (struct proposal){ .question = Q_AMEND, .subject = *charter });
}

struct signed_charter *world_draft(struct world *w, void (*change)(json_t *charter))
{
	const struct charter *newest = w->later_n == 0 ? w->signed_charter.charter : w->later[w->later_n - 1].charter;
	struct signed_charter *draft = &w->later[w->later_n];
	struct digest root = world_root(w, w->log_n);
	json_t *doc = charters_next(w->keys, newest);
	struct err e = { 0 };

	assert_true(w->later_n < WORLD_VERSIONS);
	assert_true(object_set_tree(doc, "log", w->log_n, &root));
	if (change != NULL)
		change(doc);
	*draft = charters_signed(w->keys, doc, 2);
	w->later_n++;
	if (!chain_approved(w->c, draft, newest, &e))
		fail_msg("%s: %s", e.name, e.text);
	return draft;
}

void world_amend(struct world *w, json_t *record, const struct digest *decision)
{
	struct signed_charter *draft = &w->later[w->later_n - 1];
	struct entry en = { .event = EVENT_CHARTER,
		.object = draft->charter->object.digest,
		.version = draft->charter->version,
		.approvals = draft->approvals_root,
		.has_decision = decision != NULL };

	if (decision != NULL)
		en.decision = *decision;
	draft->record = record;
	w->later_at[w->later_n - 1] = world_log(w, en, signed_charter_whole(draft));
	w->charter = draft->charter;
}

struct vote world_vote(const struct world *w, size_t i, enum choice choice)
{
	return (struct vote){ .genesis = w->genesis,
		.charter = w->proposal.charter,
		.proposal = w->proposal.digest,
		.choice = choice,
		.member = w->members[i].member,
		.iat = w->proposal.opened + 1 };
}

struct evidence_vote world_sign_vote(const struct world *w, const struct vote *v, const struct sig_key *k)
{
	return (struct evidence_vote){ .jws = envelope(w->c, KIND_VOTE, vote_print(v), k), .key = *sig_key_pub(k), .status = VOTE_COUNTED };
}

struct evidence_vote world_cast(const struct world *w, size_t i, enum choice choice)
{
	struct vote v = world_vote(w, i, choice);

	return world_sign_vote(w, &v, w->members[i].key);
}

struct operator_word world_word(const struct world *w, bool approve)
{
	return (struct operator_word){ .genesis = w->genesis,
		.charter = w->proposal.charter,
		.subject = w->proposal.subject,
		.approve = approve,
		.iat = w->proposal.opened + 1 };
}

struct evidence_object world_sign_word(const struct world *w, const struct operator_word *word, const struct sig_key *k)
{
	return (struct evidence_object){ .jws = envelope(w->c, KIND_OPERATOR, operator_print(word), k), .key = *sig_key_pub(k) };
}

struct evidence_object world_say(const struct world *w, size_t i, bool approve)
{
	struct operator_word word = world_word(w, approve);

	return world_sign_word(w, &word, w->keys->operators[i]);
}

bool world_lookup(void *arg, const struct id16 *member, struct voter *out)
{
	const struct world *w = arg;

	for (size_t i = 0; i < w->n; i++) {
		if (id16_compare(&w->members[i].member, member) != 0)
			continue;
		*out = w->members[i].standing;
		return true;
	}
	return false;
}

bool world_vouched(void *arg, const struct digest *vouch, struct vouched *out)
{
	const struct world *w = arg;

	for (size_t i = w->proposal.electorate_size; i < w->log_n; i++) {
		const struct entry *en = &w->log[i].entry;

		if (en->event != EVENT_VOUCHED || digest_compare(&en->object, vouch) != 0)
			continue;
		*out = (struct vouched){ en->member, en->application, en->time, en->age, en->live };
		return true;
	}
	return false;
}

struct evidence_view world_view(struct world *w)
{
	return (struct evidence_view){ world_lookup, world_vouched, w };
}

struct decision world_decision(const struct world *w, const struct verified *v, enum outcome outcome)
{
	return (struct decision){ .genesis = w->genesis,
		.charter = w->proposal.charter,
		.proposal = w->proposal.digest,
		.outcome = outcome,
		.cause = outcome == OUTCOME_VOID ? VOID_WITHDRAWN : VOID_NONE,
		.votes_root = v->tally.root,
		.yes = v->tally.yes,
		.no = v->tally.no,
		.abstain = v->tally.abstain,
		.voided = v->tally.voided,
		.evidence_root = v->evidence_root,
		.decided = w->now + 1,
		.log_size = w->log_n,
		.log_root = world_root(w, w->log_n) };
}

static void expel(struct world *w, const struct id16 *member)
{
	struct entry gone = { .event = EVENT_EXPELLED, .object = w->decision.digest, .member = *member, .cause = CAUSE_PRIVILEGE };

	for (size_t i = 0; i < w->n; i++)
		if (id16_compare(&w->members[i].member, member) == 0)
			w->members[i].gone = true;
	world_log(w, gone, NULL);
}

static void log_consequence(struct world *w)
{
	struct world_member *m = &w->members[w->n];

	if (w->proposal.question == Q_EXPEL)
		expel(w, &w->proposal.member);
	if (w->proposal.question != Q_ADMIT)
		return;
	assert_true(w->n < WORLD_MEMBERS);
	m->key = w->applicant;
	m->thumb = w->application.thumb;
	m->member = w->proposal.member;
	m->node = w->proposal.node;
	w->n++;
	world_log_member(w, w->n - 1, &w->decision.digest);
}

void world_decide(struct world *w, const struct decision *d)
{
	struct jws j = envelope(w->c, KIND_DECISION, decision_print(d), w->keys->notary);
	struct err e = { 0 };

	if (!decision_parse(&j, &w->decision, &e))
		fail_msg("%s: %s", e.name, e.text);
	keep(&w->decision_json, &j);
	jws_free(&j);
	w->now = d->decided;
	world_log(w, (struct entry){ .event = EVENT_DECISION, .object = w->decision.digest }, json_incref(w->decision_json));
	if (d->outcome == OUTCOME_YES)
		log_consequence(w);
}
