/* SPDX-License-Identifier: ISC
 * Applications and proposals as the log brings them. */
#include "peer/ledger_state.h"

#include <string.h>

static bool accept_application(struct step *s, const struct jws *j)
{
	struct ledger *l = s->l;
	struct ledger_application *la;
	struct application a;
	struct digest root;
	uint32_t seeder;
	uint32_t invitation;

	if (!ledger_not_frozen(s, "an application") || !application_verify(s->c, j, &a, s->e))
		return false;
	if (!step_context(s, &a.genesis, &a.charter))
		return false;
	if (!ledger_root(l, a.log_size, &root) || digest_compare(&root, &a.log_root) != 0)
		return err_set(s->e, "forked", "the applicant saw a log head that this log never had");
	if (map_find(&l->by_application, &a.digest) != NONE)
		return err_set(s->e, "replayed", "this application is in the log already");
	if (!charter_takes_name(s->charter, a.name))
		return err_set(s->e, "name_unfit", "entry %llu: the applicant's name cannot stand in a certificate of RELOAD",
			(unsigned long long)s->entry.index);
	if (!step_waited(s, &a.thumb, a.name) || !step_invitation(s, &a.thumb, &invitation))
		return false;
	if (!ledger_seeder_take(s, &a, &seeder))
		return false;
	la = ARRAY_ADD(l->applications);
	if (la == NULL || !map_put(&l->by_application, &a.digest, l->applications.n - 1))
		return err_memory(s->e);
	la->digest = a.digest;
	la->thumb = a.thumb;
	la->key = a.key;
	la->index = s->entry.index;
	la->seed = ledger_seed_take(l);
	la->seeder = seeder;
	la->log_size = a.log_size;
	la->proposal = la->vouch = NONE;
	la->invitation = invitation;
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

/* The seeds are those whose commitments the applicant could see, and member and node follow from them. */
static bool drawn(struct step *s, const struct proposal *p, const struct ledger_application *a)
{
	struct id16 member, node;

	if (p->seed_number != a->seed)
		return err_set(s->e, "seed_differs", "proposal %llu uses seed %llu, its application took seed %u",
			(unsigned long long)p->number, (unsigned long long)p->seed_number, (unsigned)a->seed);
	if (!ledger_seed_opens(s, p->seed_number, p->seed, a->log_size) || !ledger_seeder_opens(s, p, a->seeder))
		return false;
	proposal_places(p, s->charter->membership.nodes_by_key, &member, &node);
	if (id16_compare(&member, &p->member) != 0 || id16_compare(&node, &p->node) != 0)
		return err_set(s->e, "seed_differs", "proposal %llu names a member or node that does not follow from seed and key",
			(unsigned long long)p->number);
	return true;
}

/* The stricter rule is for those who come back, and for nobody else. */
static bool again_fits(struct step *s, const struct proposal *p, const struct ledger_application *a)
{
	int64_t since;
	bool returns = ledger_returns(s->l, s->charter, &a->thumb, a->name, &since);

	return p->again == returns ||
		err_set(s->e, "again_differs", "proposal %llu is %sfor one who comes back; by the log its applicant is %s",
			(unsigned long long)p->number, p->again ? "" : "not ", returns ? "one" : "none");
}

static bool about_application(struct step *s, const struct proposal *p)
{
	uint32_t at = map_find(&s->l->by_application, &p->subject);

	if (!ledger_not_frozen(s, "an application is put"))
		return false;
	if (at == NONE)
		return err_set(
			s->e, "log_unknown", "proposal %llu is about an application that is not in the log", (unsigned long long)p->number);
	if (s->l->applications.v[at].proposal != NONE)
		return err_set(s->e, "already_decided", "there is a proposal about this application already");
	if (digest_compare(&s->l->applications.v[at].thumb, &p->key) != 0)
		return err_set(s->e, "wrong_key", "proposal %llu names another key than its application", (unsigned long long)p->number);
	if (map_find(&s->l->by_key, &p->key) != NONE)
		return err_set(s->e, "key_in_use", "the applicant's key is, or was, a member's");
	return again_fits(s, p, &s->l->applications.v[at]) && drawn(s, p, &s->l->applications.v[at]);
}

static bool about(struct step *s, struct proposal *p, struct ledger_request *request)
{
	if (p->question == Q_ADMIT)
		return about_application(s, p);
	if (charter_requirement(s->charter, p->question, p->again) == NULL)
		return err_set(s->e, "not_allowed", "the charter has no vote on '%s'", question_name(p->question));
	if (p->question == Q_AMEND && s->charter != ledger_newest(s->l))
		return err_set(s->e, "charter_not_in_force",
			"proposal %llu is to amend a charter that is not in force yet: its own rule for that is not the group's",
			(unsigned long long)p->number);
	if (p->question == Q_EXPEL)
		return ledger_about_motion(s, p);
	return p->question == Q_AMEND || ledger_about_request(s, p, request);
}

/* A member has no vote on what is about itself anyhow: it is not one of those without. */
static bool subject_voteless(const struct step *s, const struct proposal *p)
{
	uint32_t m = question_of_member(p->question) ? ledger_member_find(s->l, &p->member) : NONE;

	return ledger_member_elector(s->l, m, s->entry.index) &&
		ledger_member_voteless(s->l, m, s->entry.time, s->charter->voting.probation);
}

static bool electorate_fits(struct step *s, const struct proposal *p)
{
	struct digest root;
	size_t n, without;

	ledger_electorate_root(s->l, s->entry.index, s->entry.time, &n, &without, &root);
	without -= subject_voteless(s, p);
	if (p->electorate_size == s->entry.index && p->electorate_n == n && p->electorate_without == without &&
		digest_compare(&root, &p->electorate_root) == 0)
		return true;
	return err_set(s->e, "electorate_differs",
		"proposal %llu counts %u electors, %u of them without a vote, from log size %llu; the log has %zu and %zu at its entry %llu",
		(unsigned long long)p->number, p->electorate_n, p->electorate_without, (unsigned long long)p->electorate_size, n, without,
		(unsigned long long)s->entry.index);
}

static bool same_members(const struct id16 *a, size_t n, const struct id16 *b, size_t m)
{
	return n == m && memcmp(a, b, n * sizeof(*a)) == 0;
}

static bool ring_fits(struct step *s, const struct proposal *p)
{
	struct proposal drawn = { .question = p->question,
		.node = p->node,
		.opened = p->opened,
		.electorate_size = p->electorate_size,
		.electorate_n = p->electorate_n };

	if (!ledger_ring(s->l, s->charter, &drawn, s->e))
		return false;
	if (p->has_ring == drawn.has_ring && same_members(p->nearest, p->nearest_n, drawn.nearest, drawn.nearest_n) &&
		same_members(p->opposite, p->opposite_n, drawn.opposite, drawn.opposite_n))
		return true;
	return err_set(s->e, "ring_differs", "proposal %llu asks other neighbours than those that the charter and the log give",
		(unsigned long long)p->number);
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

static bool add_proposal(struct step *s, const struct proposal *p)
{
	struct ledger_proposal *lp = ARRAY_ADD(s->l->proposals);

	if (lp == NULL || !map_put(&s->l->by_proposal, &p->digest, s->l->proposals.n - 1))
		return err_memory(s->e);
	lp->p.digest = p->digest;
	lp->p.charter = p->charter;
	lp->p.subject = p->subject;
	lp->p.key = p->key;
	lp->p.number = p->number;
	lp->p.question = p->question;
	lp->p.again = p->again;
	lp->p.member = p->member;
	lp->p.node = p->node;
	lp->p.n = p->electorate_n;
	lp->p.without = p->electorate_without;
	lp->p.opened = p->opened;
	lp->p.closes = proposal_closes(p);
	lp->index = s->entry.index;
	lp->seen = s->now;
	return p->question != Q_EXPEL || map_put(&s->l->by_motion, &p->subject, s->l->proposals.n - 1) || err_memory(s->e);
}

static bool accept_proposal(struct step *s, const struct jws *j)
{
	struct ledger_request request = { 0 };
	struct proposal p;

	if (!proposal_parse(j, &p, s->e) || !step_notary(s, j) || !in_chain(s, &p) || !about(s, &p, &request) || !electorate_fits(s, &p) ||
		!ring_fits(s, &p))
		return false;
	if ((p.question == Q_RENEW || p.question == Q_RECOVER) && !ledger_request_add(s, &p, &request))
		return false;
	if (p.question == Q_ADMIT) {
		uint32_t at = map_find(&s->l->by_application, &p.subject);

		if (!ledger_keep(s->l, CHANGED_APPLICATION, at))
			return err_memory(s->e);
		s->l->applications.v[at].proposal = s->l->proposals.n;
	}
	return add_proposal(s, &p);
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
