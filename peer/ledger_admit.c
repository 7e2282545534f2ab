/* SPDX-License-Identifier: ISC
 * Applications, proposals and decisions as the log brings them. */
#include "peer/evidence.h"
#include "peer/ledger_state.h"

#include <string.h>

static bool accept_application(struct step *s, const struct jws *j)
{
	struct ledger *l = s->l;
	struct ledger_application *la;
	struct application a;
	struct digest root;

	if (!application_verify(s->c, j, &a, s->e))
		return false;
	if (!step_context(s, &a.genesis, &a.charter))
		return false;
	if (!ledger_root(l, a.log_size, &root) || digest_compare(&root, &a.log_root) != 0)
		return err_set(s->e, "forked", "the applicant saw a log head that this log never had");
	if (map_find(&l->by_application, &a.digest) != NONE)
		return err_set(s->e, "replayed", "this application is in the log already");
	la = ARRAY_ADD(l->applications);
	if (la == NULL || !map_put(&l->by_application, &a.digest, l->applications.n - 1))
		return err_memory(s->e);
	la->digest = a.digest;
	la->thumb = a.thumb;
	la->key = a.key;
	la->index = s->entry.index;
	la->log_size = a.log_size;
	memcpy(la->name, a.name, sizeof(la->name));
	return true;
}

bool ledger_on_application(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_APPLICATION, &j))
		return false;
	ok = accept_application(s, &j);
	jws_free(&j);
	return ok;
}

/* The seed is the one whose commitment the applicant could see, and member and node follow from it. */
static bool drawn(struct step *s, const struct proposal *p, uint32_t number)
{
	const struct ledger *l = s->l;
	const struct ledger_application *a = &l->applications.v[number];
	struct digest commitment;
	struct id16 member, node;

	proposal_commitment(&l->genesis, p->seed_number, p->seed, &commitment);
	proposal_member(&l->genesis, &a->digest, p->seed, &member);
	proposal_node(&l->genesis, &a->digest, p->seed, &node);
	if (p->seed_number != number || number >= l->commitments.n || l->committed.v[number] >= a->log_size ||
		digest_compare(&commitment, &l->commitments.v[number]) != 0)
		return err_set(s->e, "seed_differs", "proposal %llu does not use the seed that was committed to for its application",
			(unsigned long long)p->number);
	if (id16_compare(&member, &p->member) != 0 || id16_compare(&node, &p->node) != 0)
		return err_set(s->e, "seed_differs", "proposal %llu names a member or node that does not follow from its seed",
			(unsigned long long)p->number);
	return true;
}

static bool about_application(struct step *s, const struct proposal *p)
{
	uint32_t at = map_find(&s->l->by_application, &p->subject);

	if (at == NONE)
		return err_set(
			s->e, "log_unknown", "proposal %llu is about an application that is not in the log", (unsigned long long)p->number);
	if (s->l->applications.v[at].proposed)
		return err_set(s->e, "already_decided", "there is a proposal about this application already");
	if (digest_compare(&s->l->applications.v[at].thumb, &p->key) != 0)
		return err_set(s->e, "wrong_key", "proposal %llu names another key than its application", (unsigned long long)p->number);
	if (map_find(&s->l->by_key, &p->key) != NONE)
		return err_set(s->e, "key_in_use", "the applicant's key is, or was, a member's");
	return drawn(s, p, at);
}

/* A motion is for one proposal, about the member that it names, by a member who could move it then. */
static bool motion_holds(struct step *s, const struct proposal *p, const struct jws *j, const struct motion *m)
{
	const struct ledger *l = s->l;
	uint32_t k = j->n == 1 ? map_find(&l->by_key, &j->sigs[0].kid) : NONE;

	if (digest_compare(&m->digest, &p->subject) != 0 || digest_compare(&m->genesis, &l->genesis) != 0 || m->question != Q_EXPEL ||
		id16_compare(&m->member, &p->member) != 0)
		return err_set(s->e, "wrong_context",
			"proposal %llu is about another motion, or another member, than the one that came with it",
			(unsigned long long)p->number);
	for (uint32_t i = 0; i < l->proposals.n; i++)
		if (digest_compare(&l->proposals.v[i].p.subject, &p->subject) == 0)
			return err_set(
				s->e, "replayed", "proposal %llu puts a motion again that was put before", (unsigned long long)p->number);
	if (k == NONE || l->keys.v[k].dead != NEVER || l->keys.v[k].replaced != NEVER || !ledger_member_active(l, l->keys.v[k].member))
		return err_set(s->e, "not_a_member", "proposal %llu was moved by nobody who may", (unsigned long long)p->number);
	return jws_verify(s->c, j, 0, &l->keys.v[k].pub, s->e);
}

static bool about_motion(struct step *s, const struct proposal *p)
{
	struct at at = at_root(s->evidence, s->e);
	struct motion m;
	struct jws j;
	bool ok;

	if (!ledger_member_active(s->l, ledger_member_find(s->l, &p->member)))
		return err_set(s->e, "not_a_member", "proposal %llu is about nobody in the group", (unsigned long long)p->number);
	if (s->evidence == NULL)
		return err_set(s->e, "log_unknown", "proposal %llu came without its motion", (unsigned long long)p->number);
	if (!at_jws(&at, "motion", &j))
		return false;
	ok = motion_parse(&j, &m, s->e) && motion_holds(s, p, &j, &m);
	jws_free(&j);
	return ok;
}

static bool about(struct step *s, const struct proposal *p)
{
	if (p->question == Q_ADMIT)
		return about_application(s, p);
	if (charter_requirement(s->charter, p->question) == NULL)
		return err_set(s->e, "not_allowed", "the charter has no vote on '%s'", question_name(p->question));
	if (p->question == Q_AMEND && s->charter != ledger_newest(s->l))
		return err_set(s->e, "charter_not_in_force",
			"proposal %llu is to amend a charter that is not in force yet: its own rule for that is not the group's",
			(unsigned long long)p->number);
	return p->question == Q_EXPEL ? about_motion(s, p) : true;
}

static bool electorate_fits(struct step *s, const struct proposal *p)
{
	struct digest root;
	size_t n;

	ledger_electorate_root(s->l, s->entry.index, &n, &root);
	if (p->electorate_size == s->entry.index && p->electorate_n == n && digest_compare(&root, &p->electorate_root) == 0)
		return true;
	return err_set(s->e, "electorate_differs", "proposal %llu counts %u electors from log size %llu; the log has %zu at its entry %llu",
		(unsigned long long)p->number, p->electorate_n, (unsigned long long)p->electorate_size, n,
		(unsigned long long)s->entry.index);
}

/* Number, predecessor, charter and times: one chain of proposals a group, each under the charter in force at its own entry. */
static bool in_chain(struct step *s, const struct proposal *p)
{
	const struct ledger *l = s->l;
	static const struct digest none;
	const struct digest *previous = l->proposals.n == 0 ? &none : &l->proposals.v[l->proposals.n - 1].p.digest;

	if (digest_compare(&p->genesis, &l->genesis) != 0)
		return err_set(s->e, "wrong_context", "proposal of another group");
	if (p->number != (uint64_t)l->proposals.n + 1 || digest_compare(&p->previous, previous) != 0)
		return err_set(s->e, "log_order", "proposal %llu does not follow the last one", (unsigned long long)p->number);
	if (digest_compare(&p->charter, &s->charter->object.digest) != 0)
		return err_set(s->e, "charter_not_in_force", "proposal %llu is put under a charter that is not in force at its entry",
			(unsigned long long)p->number);
	if (p->opened != s->entry.time || p->term != s->charter->voting.term)
		return err_set(s->e, "log_time", "proposal %llu does not open with its entry, or for another term than the charter's",
			(unsigned long long)p->number);
	return true;
}

static bool accept_proposal(struct step *s, const struct jws *j)
{
	struct ledger_proposal *lp;
	struct proposal p;

	if (!proposal_parse(j, &p, s->e) || !step_notary(s, j) || !in_chain(s, &p) || !about(s, &p) || !electorate_fits(s, &p))
		return false;
	if (p.question == Q_ADMIT) {
		uint32_t at = map_find(&s->l->by_application, &p.subject);

		if (!ledger_keep(s->l, CHANGED_APPLICATION, at))
			return err_memory(s->e);
		s->l->applications.v[at].proposed = true;
	}
	lp = ARRAY_ADD(s->l->proposals);
	if (lp == NULL || !map_put(&s->l->by_proposal, &p.digest, s->l->proposals.n - 1))
		return err_memory(s->e);
	lp->p = p;
	lp->index = s->entry.index;
	lp->seen = s->now;
	return true;
}

bool ledger_on_proposal(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_PROPOSAL, &j))
		return false;
	ok = accept_proposal(s, &j);
	jws_free(&j);
	return ok;
}

struct standing {
	const struct ledger *l;
	uint64_t opened; /* index of the proposal's entry */
};

/* What the log says of a voter between a proposal's entry and now. */
static bool look_up(void *arg, const struct id16 *member, struct voter *out)
{
	const struct standing *st = arg;
	uint32_t m = ledger_member_find(st->l, member);
	const struct ledger_member *lm = m == NONE ? NULL : &st->l->members.v[m];

	memset(out, 0, sizeof(*out));
	if (lm == NULL || lm->joined >= st->opened || lm->ended < st->opened)
		return false;
	out->elector = true;
	out->gone = lm->ended != NEVER;
	for (uint32_t k = lm->key; k != NONE && out->keys_n < 8; k = st->l->keys.v[k].older) {
		const struct ledger_key *key = &st->l->keys.v[k];

		out->keys[out->keys_n++] = key->thumb;
		if (key->dead != NEVER)
			out->revoked[out->revoked_n++] = key->thumb;
		if (key->from < st->opened)
			break;
	}
	return true;
}

/* Early, where nothing that is still to come could undo it; otherwise only after a term that the follower has measured itself. */
static bool decided_again(struct step *s, const struct ledger_proposal *lp, const struct decision *d, struct verified *v)
{
	const struct charter *c = ledger_charter_by(s->l, &lp->p.charter);
	enum verdict early;

	if (!charter_decide(c, charter_requirement(c, lp->p.question), &v->facts, &early, NULL, s->e))
		return false;
	if (early == VERDICT_NOT_YET && d->decided >= proposal_closes(&lp->p)) {
		v->facts.closed = true;
		if (s->now != 0 && s->now < lp->seen + lp->p.term)
			return err_set(s->e, "term_not_seen",
				"proposal %llu was seen %llds ago and its term is %llds; ask again when it has passed",
				(unsigned long long)lp->p.number, (long long)(s->now - lp->seen), (long long)lp->p.term);
	}
	return evidence_decide(c, &lp->p, v, d, s->e);
}

static bool evidence_holds(struct step *s, const struct ledger_proposal *lp, const struct decision *d)
{
	static const char *const members[] = { "votes", "evidence", "scheme", NULL };
	struct standing st = { s->l, lp->index };
	const struct evidence_view view = { .voter = look_up, .arg = &st };
	struct at at = at_root(s->evidence, s->e);
	struct evidence ev;
	struct verified v;
	bool ok;

	if (s->evidence == NULL)
		return err_set(s->e, "votes_missing", "a yes came without its evidence");
	if (!at_only(&at, members) || !evidence_read(&at, &ev))
		return false;
	ok = evidence_verify(s->c, ledger_charter_by(s->l, &lp->p.charter), &lp->p, &ev, &view, evidence_instant(&lp->p, d->decided), false,
		&v, s->e);
	if (ok) {
		ok = decided_again(s, lp, d, &v);
		verified_free(&v);
	}
	evidence_free(&ev);
	return ok;
}

static bool decision_fits(struct step *s, const struct ledger_proposal *lp, const struct decision *d)
{
	const struct charter *ch = ledger_charter_by(s->l, &lp->p.charter);
	struct digest root;

	ledger_root(s->l, s->l->frontier.size, &root);
	if (lp->decided)
		return err_set(s->e, "already_decided", "proposal %llu is decided already", (unsigned long long)lp->p.number);
	if (digest_compare(&d->genesis, &s->l->genesis) != 0 || digest_compare(&d->charter, &lp->p.charter) != 0)
		return err_set(s->e, "wrong_context", "the decision on proposal %llu names another group or charter",
			(unsigned long long)lp->p.number);
	if (d->decided != s->entry.time || d->decided < lp->p.opened)
		return err_set(s->e, "log_time", "the decision on proposal %llu was not made at its entry's time",
			(unsigned long long)lp->p.number);
	if (d->log_size != s->l->frontier.size || digest_compare(&d->log_root, &root) != 0)
		return err_set(
			s->e, "forked", "the decision on proposal %llu continues from another log", (unsigned long long)lp->p.number);
	return scheme_of(ch->voting.scheme)->part_verify("decision", d->scheme, s->e);
}

/* What a *yes* brings must follow at once. */
static void consequence(struct step *s, const struct proposal *p, const struct decision *d)
{
	static const enum event NEXT[] = { [Q_ADMIT] = EVENT_JOINED, [Q_EXPEL] = EVENT_EXPELLED, [Q_AMEND] = EVENT_CHARTER };

	if (d->outcome == OUTCOME_YES)
		step_expect(s, NEXT[p->question], p->question == Q_AMEND ? &p->subject : &d->digest);
}

static bool take_decision(struct step *s, const struct decision *d)
{
	uint32_t at = map_find(&s->l->by_proposal, &d->proposal);
	struct ledger_proposal *lp;

	if (at == NONE)
		return err_set(s->e, "log_unknown", "a decision on a proposal that is not in the log");
	lp = &s->l->proposals.v[at];
	if (!decision_fits(s, lp, d) || (d->outcome == OUTCOME_YES && !evidence_holds(s, lp, d)))
		return false;
	if (!ledger_keep(s->l, CHANGED_PROPOSAL, at) || !map_put(&s->l->by_decision, &d->digest, at))
		return err_memory(s->e);
	lp->decided = true;
	lp->d = *d;
	lp->d.scheme = NULL; /* judged, and of no further use */
	consequence(s, &lp->p, d);
	return true;
}

static bool accept_decision(struct step *s, const struct jws *j)
{
	struct decision d;
	bool ok;

	if (!decision_parse(j, &d, s->e))
		return false;
	ok = step_notary(s, j) && take_decision(s, &d);
	decision_free(&d);
	return ok;
}

bool ledger_on_decision(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_DECISION, &j))
		return false;
	ok = accept_decision(s, &j);
	jws_free(&j);
	return ok;
}
