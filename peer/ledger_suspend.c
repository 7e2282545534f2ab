/* SPDX-License-Identifier: ISC
 * Suspensions as the log brings them: by an operator's or administrator's word in an emergency, or because a voucher was expelled. They end
 * by themselves; the group ends one earlier by deciding that the member stays, and makes it final by expelling. */
#include "peer/ledger_state.h"
#include "peer/request.h"

static const struct ledger_suspension *newest(const struct ledger *l, uint32_t m)
{
	return l->members.v[m].suspension == NONE ? NULL : &l->suspensions.v[l->members.v[m].suspension];
}

bool ledger_member_suspended(const struct ledger *l, uint32_t m, uint64_t index, int64_t time)
{
	const struct ledger_suspension *s = newest(l, m);

	while (s != NULL && s->index >= index)
		s = s->older == NONE ? NULL : &l->suspensions.v[s->older];
	return s != NULL && time < s->until && s->ended >= index;
}

bool step_not_suspended(struct step *s, uint32_t m, const char *what)
{
	return !ledger_member_suspended(s->l, m, NEVER, s->entry.time) ||
		err_set(s->e, "suspended", "entry %llu: a suspended member cannot %s", (unsigned long long)s->entry.index, what);
}

/* ---- beginning */

/* Neither by a word that was used before, nor soon after the last one ended: operators would make it last for ever. */
static bool is_first(struct step *s, uint32_t m, int64_t length)
{
	const struct ledger *l = s->l;
	const struct ledger_suspension *last = newest(l, m);

	for (uint32_t i = l->members.v[m].suspension; i != NONE; i = l->suspensions.v[i].older)
		if (digest_compare(&l->suspensions.v[i].object, &s->entry.object) == 0)
			return err_set(s->e, "replayed", "entry %llu suspends by a revocation that was used before",
				(unsigned long long)s->entry.index);
	return last == NULL || s->entry.time >= last->over + 2 * length ||
		err_set(s->e, "suspended_lately",
			"entry %llu suspends a member again whose last suspension ended less than %lld seconds ago",
			(unsigned long long)s->entry.index, (long long)(2 * length));
}

static bool by_word(struct step *s, uint32_t m)
{
	struct revocation r;
	bool own;

	if (s->charter->membership.removal != REMOVAL_EMERGENCY)
		return err_set(s->e, "not_allowed", "entry %llu: under this charter nobody suspends a member by a word of his own",
			(unsigned long long)s->entry.index);
	if (!step_revocation(s, m, &r, &own))
		return false;
	if (r.target != REVOKE_MEMBER || id16_compare(&r.member, &s->entry.member) != 0)
		return err_set(s->e, "log_unknown", "entry %llu suspends somebody else than its revocation names",
			(unsigned long long)s->entry.index);
	if (own)
		return err_set(
			s->e, "not_allowed", "entry %llu: who revokes the own membership leaves", (unsigned long long)s->entry.index);
	return is_first(s, m, charter_suspension(s->charter));
}

static bool add_suspension(struct step *s, uint32_t m)
{
	struct ledger *l = s->l;
	struct ledger_suspension *ls;

	if (!ledger_keep(l, CHANGED_MEMBER, m))
		return err_memory(s->e);
	ls = ARRAY_ADD(l->suspensions);
	if (ls == NULL)
		return err_memory(s->e);
	*ls = (struct ledger_suspension){ .member = m,
		.older = l->members.v[m].suspension,
		.index = s->entry.index,
		.ended = NEVER,
		.from = s->entry.time,
		.until = s->entry.until,
		.over = s->entry.until,
		.object = s->entry.object };
	l->members.v[m].suspension = l->suspensions.n - 1;
	return true;
}

/* Who was admitted on this application; NONE: nobody was, or it is a recovery. */
static uint32_t admitted(const struct ledger *l, const struct digest *application)
{
	uint32_t at = map_find(&l->by_application, application), p = at == NONE ? NONE : l->applications.v[at].proposal;
	const struct ledger_proposal *lp = p == NONE ? NULL : &l->proposals.v[p];

	return lp == NULL || !lp->decided || lp->d.outcome != OUTCOME_YES ? NONE : ledger_member_find(l, &lp->p.member);
}

/* In the order of joining: the next one behind `after` (NONE: the first) that this member vouched in, and that is to be suspended. */
static uint32_t next_vouched(const struct step *s, uint32_t by, uint32_t after)
{
	const struct ledger *l = s->l;
	uint32_t best = NONE;

	for (uint32_t v = l->members.v[by].vouch; v != NONE; v = l->vouches.v[v].older) {
		uint32_t m = admitted(l, &l->vouches.v[v].application);

		if (m != NONE && (after == NONE || m > after) && m < best && ledger_member_active(l, m) &&
			!ledger_member_suspended(l, m, NEVER, s->entry.time))
			best = m;
	}
	return best;
}

static void expect_next(struct step *s, uint32_t by, uint32_t after)
{
	uint32_t m = NONE;

	if (s->entry.index - s->l->members.v[by].ended < SUSPENDED_MAX)
		m = next_vouched(s, by, after);
	if (m == NONE)
		return;
	step_expect(s, EVENT_SUSPENDED, &s->entry.object);
	s->l->expect.member = m;
	s->l->expect.by = by;
}

void step_cascade(struct step *s, uint32_t expelled)
{
	if (s->charter->vouching.cascade == CASCADE_SUSPEND)
		expect_next(s, expelled, NONE);
}

bool ledger_on_suspended(struct step *s)
{
	const struct ledger_expect next = s->l->expect;
	uint32_t m = ledger_member_find(s->l, &s->entry.member);

	if (!ledger_member_active(s->l, m))
		return err_set(s->e, "not_a_member", "entry %llu suspends nobody in the group", (unsigned long long)s->entry.index);
	if (s->expected && m != next.member)
		return err_set(s->e, "log_order", "entry %llu suspends another member than the one whose turn it is",
			(unsigned long long)s->entry.index);
	if (s->entry.cause != CAUSE_HOLD || s->entry.until != s->entry.time + charter_suspension(s->charter))
		return err_set(s->e, "suspension_differs", "entry %llu suspends for another cause, or another time, than the charter gives",
			(unsigned long long)s->entry.index);
	if (!step_not_suspended(s, m, "be suspended again before that has ended"))
		return false;
	if ((!s->expected && !by_word(s, m)) || !add_suspension(s, m))
		return false;
	if (s->expected)
		expect_next(s, next.by, m);
	return true;
}

/* ---- ending */

void step_restore(struct step *s, const struct ledger_proposal *lp, const struct digest *decision)
{
	uint32_t m = lp->p.question == Q_EXPEL ? ledger_member_find(s->l, &lp->p.member) : NONE;

	if (lp->d.outcome != OUTCOME_NO && lp->d.outcome != OUTCOME_EXPIRED)
		return;
	if (!ledger_member_active(s->l, m) || !ledger_member_suspended(s->l, m, NEVER, s->entry.time) ||
		newest(s->l, m)->index >= lp->index)
		return;
	step_expect(s, EVENT_RESTORED, decision);
	s->l->expect.member = m;
}

static bool end(struct step *s, uint32_t m, int64_t over)
{
	uint32_t at = s->l->members.v[m].suspension;

	if (!ledger_keep(s->l, CHANGED_SUSPENSION, at))
		return err_memory(s->e);
	s->l->suspensions.v[at].ended = s->entry.index;
	s->l->suspensions.v[at].over = over;
	return true;
}

bool ledger_on_restored(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);

	if (!s->expected)
		return err_set(s->e, "log_order", "entry %llu restores a member, and no decision that it stays stands before it",
			(unsigned long long)s->entry.index);
	if (m != s->l->expect.member || s->entry.cause != CAUSE_HOLD)
		return err_set(s->e, "suspension_differs", "entry %llu restores another member than its decision, or for another cause",
			(unsigned long long)s->entry.index);
	return end(s, m, s->entry.time);
}

bool ledger_on_lapsed(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	const struct ledger_suspension *last = ledger_member_active(s->l, m) ? newest(s->l, m) : NULL;

	if (last == NULL || last->ended != NEVER)
		return err_set(s->e, "log_order", "entry %llu ends a suspension that there is not", (unsigned long long)s->entry.index);
	if (s->entry.time < last->until)
		return err_set(s->e, "log_time", "entry %llu ends a suspension before its time", (unsigned long long)s->entry.index);
	if (digest_compare(&last->object, &s->entry.object) != 0 || s->entry.cause != CAUSE_HOLD)
		return err_set(s->e, "suspension_differs", "entry %llu ends a suspension by another object than it began with",
			(unsigned long long)s->entry.index);
	return end(s, m, last->until);
}
