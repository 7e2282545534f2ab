/* SPDX-License-Identifier: ISC
 * Decisions as the log brings them, and what they rest on. */
#include "peer/ledger_state.h"

#include <string.h>

struct standing {
	const struct ledger *l;
	const struct ledger_proposal *lp;
	int64_t probation; /* by the proposal's charter */
};

/* What the log says of a voter between a proposal's entry and now. */
static bool look_up(void *arg, const struct id16 *member, struct voter *out)
{
	const struct standing *st = arg;
	uint32_t m = ledger_member_find(st->l, member);
	const struct ledger_member *lm = &st->l->members.v[m == NONE ? 0 : m];

	memset(out, 0, sizeof(*out));
	if (!ledger_member_elector(st->l, m, st->lp->index))
		return false;
	out->elector = true;
	out->voteless = ledger_member_voteless(st->l, m, st->lp->p.opened, st->probation);
	out->held = !out->voteless && ledger_member_suspended(st->l, m, st->lp->index, st->lp->p.opened);
	out->gone = lm->ended != NEVER;
	for (uint32_t k = lm->key; k != NONE && out->keys_n < 8; k = st->l->keys.v[k].older) {
		const struct ledger_key *key = &st->l->keys.v[k];

		out->keys[out->keys_n++] = key->thumb;
		if (key->dead != NEVER)
			out->revoked[out->revoked_n++] = key->thumb;
		if (key->from < st->lp->index)
			break;
	}
	return true;
}

static bool look_up_vouch(void *arg, const struct digest *vouch, struct vouched *out)
{
	const struct standing *st = arg;

	return ledger_vouch_find(st->l, vouch, out);
}

/* Early, where nothing that is still to come could undo it; otherwise only after a term that the follower has measured itself. */
static bool decided_again(
	struct step *s, const struct charter *c, const struct proposal *p, int64_t seen, const struct decision *d, struct verified *v)
{
	enum verdict early;

	if (!charter_decide(c, charter_requirement(c, p->question, p->again), &v->facts, &early, NULL, s->e))
		return false;
	if (early == VERDICT_NOT_YET && d->decided >= proposal_closes(p)) {
		v->facts.closed = true;
		if (s->now != 0 && s->now < seen + p->term)
			return err_set(s->e, "term_not_seen",
				"proposal %llu was seen %llds ago and its term is %llds; ask again when it has passed",
				(unsigned long long)p->number, (long long)(s->now - seen), (long long)p->term);
	}
	return evidence_decide(c, p, v, d, s->e);
}

/* All vouches that stand are looked at, whoever brings the evidence. */
static bool vouches_complete(struct step *s, const struct proposal *p, const struct verified *v)
{
	size_t n = charter_vouches_on(ledger_charter_by(s->l, &p->charter), p->question) != NULL
		? ledger_vouches_standing(s->l, &p->subject)
		: 0;

	return v->vouches_n == n ||
		err_set(s->e, "evidence_missing", "proposal %llu is decided with %zu vouches, and %zu stand in the log",
			(unsigned long long)p->number, v->vouches_n, n);
}

/* The invitation that counts is the one that the application used when it was logged. */
static bool invitation_used(struct step *s, const struct proposal *p, const struct verified *v)
{
	const struct ledger *l = s->l;
	uint32_t at = v->invited ? map_find(&l->by_application, &p->subject) : NONE;
	uint32_t i = at == NONE ? NONE : l->applications.v[at].invitation;

	return !v->invited ||
		(i != NONE && digest_compare(&l->invitations.v[i].object, &v->invited_by) == 0 &&
			digest_compare(&l->candidates.v[l->invitations.v[i].candidate].digest, &v->candidacy) == 0) ||
		err_set(s->e, "not_invited", "proposal %llu is decided by an invitation that its applicant did not have",
			(unsigned long long)p->number);
}

static bool verify(struct step *s, const struct ledger_proposal *lp, const struct evidence *ev, const struct decision *d)
{
	const struct charter *c = ledger_charter_by(s->l, &lp->p.charter);
	struct standing st = { s->l, lp, c->voting.probation };
	const struct evidence_view view = { look_up, look_up_vouch, &st };
	struct proposal p;
	struct verified v;
	bool ok;

	if (!ledger_proposal_whole(s->l, lp, &p, s->e) ||
		!evidence_verify(s->c, c, &p, ev, &view, evidence_instant(&p, d->decided), false, &v, s->e))
		return false;
	ok = vouches_complete(s, &p, &v) && invitation_used(s, &p, &v) && decided_again(s, c, &p, lp->seen, d, &v);
	verified_free(&v);
	return ok;
}

static bool evidence_holds(struct step *s, const struct ledger_proposal *lp, const struct decision *d)
{
	static const char *const members[] = { "votes", "evidence", "scheme", NULL };
	struct at at = at_root(s->evidence, s->e);
	struct evidence ev;
	bool ok;

	if (s->evidence == NULL)
		return err_set(s->e, "votes_missing", "a yes came without its evidence");
	if (!at_only(&at, members) || !evidence_read(&at, &ev))
		return false;
	ok = verify(s, lp, &ev, d);
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
static void consequence(struct step *s, const struct ledger_proposal *lp, const struct decision *d)
{
	static const struct {
		enum event event;
		bool subject; /* its object is what was proposed, not the decision */
	} NEXT[] = {
		[Q_ADMIT] = { EVENT_JOINED, false },
		[Q_EXPEL] = { EVENT_EXPELLED, false },
		[Q_AMEND] = { EVENT_CHARTER, true },
		[Q_RENEW] = { EVENT_ISSUED, true },
		[Q_RECOVER] = { EVENT_REKEYED, false },
	};

	if (d->outcome == OUTCOME_YES)
		step_expect(s, NEXT[lp->p.question].event, NEXT[lp->p.question].subject ? &lp->p.subject : &d->digest);
}

static bool take_decision(struct step *s, const struct decision *d)
{
	uint32_t at = map_find(&s->l->by_proposal, &d->proposal);
	struct ledger_proposal *lp;

	if (at == NONE)
		return err_set(s->e, "log_unknown", "a decision on a proposal that is not in the log");
	lp = &s->l->proposals.v[at];
	if (lp->p.question == Q_ADMIT && d->outcome == OUTCOME_YES && !ledger_not_frozen(s, "somebody is admitted"))
		return false;
	if (!decision_fits(s, lp, d) || (d->outcome == OUTCOME_YES && !evidence_holds(s, lp, d)))
		return false;
	if (!ledger_keep(s->l, CHANGED_PROPOSAL, at) || !map_put(&s->l->by_decision, &d->digest, at))
		return err_memory(s->e);
	lp->decided = true;
	lp->d = *d;
	lp->d.scheme = NULL; /* judged, and of no further use */
	if (!step_refused(s, lp, d))
		return false;
	consequence(s, lp, d);
	step_restore(s, lp, &d->digest);
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
