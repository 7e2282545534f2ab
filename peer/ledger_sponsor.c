/* SPDX-License-Identifier: ISC
 * What vouchers answer for: the members whom they brought in, and those whom the group had to expel. */
#include "peer/ledger_state.h"

/* Every vouch for the application by which m came in, void or not. Founders have none. */
static uint32_t vouches_for(const struct ledger *l, uint32_t m)
{
	uint32_t at = map_find(&l->by_decision, &l->members.v[m].decision);

	at = at == NONE ? NONE : map_find(&l->by_application, &l->proposals.v[at].p.subject);
	return at == NONE ? NONE : l->applications.v[at].vouch;
}

bool step_blame(struct step *s, uint32_t m)
{
	struct ledger *l = s->l;

	for (uint32_t i = vouches_for(l, m); i != NONE; i = l->vouches.v[i].before) {
		if (!ledger_keep(l, CHANGED_MEMBER, l->vouches.v[i].member))
			return err_memory(s->e);
		l->members.v[l->vouches.v[i].member].blamed = s->entry.time;
	}
	return true;
}

bool step_not_penalised(struct step *s, const struct charter *c, uint32_t m)
{
	int64_t blamed = s->l->members.v[m].blamed;

	return blamed == 0 || s->entry.time >= blamed + c->vouching.penalty ||
		err_set(s->e, "penalised", "entry %llu: a member whom the voucher had vouched for was expelled %lld seconds ago",
			(unsigned long long)s->entry.index, (long long)(s->entry.time - blamed));
}

static bool add_sponsor(struct step *s, uint32_t voucher, uint32_t m)
{
	struct ledger *l = s->l;
	struct ledger_sponsor *sp = ARRAY_ADD(l->sponsors);

	if (sp == NULL)
		return err_memory(s->e);
	*sp = (struct ledger_sponsor){ voucher, l->members.v[m].sponsors };
	l->members.v[m].sponsors = l->sponsors.n - 1;
	return true;
}

/* Those whose vouches stand at the decision, which is now. */
static bool add_sponsors(struct step *s, const struct digest *application, uint32_t m)
{
	struct ledger *l = s->l;

	for (uint32_t i = l->applications.v[map_find(&l->by_application, application)].vouch; i != NONE; i = l->vouches.v[i].before) {
		const struct ledger_vouch *lv = &l->vouches.v[i];

		if (ledger_member_active(l, lv->member) && l->keys.v[map_find(&l->by_key, &lv->key)].dead == NEVER &&
			!add_sponsor(s, lv->member, m))
			return false;
	}
	return true;
}

/* More than it may within the window, this one included? Charges are older from one to the next. */
static bool spent(const struct step *s, const struct charter *c, uint32_t m)
{
	const struct ledger *l = s->l;
	uint32_t n = 0;

	for (uint32_t i = l->members.v[m].charge; i != NONE && l->charges.v[i].time > s->entry.time - c->membership.sponsor.window;
		i = l->charges.v[i].older)
		if (++n > c->membership.sponsor.per)
			return true;
	return false;
}

/* Charges the sponsors of m, each once, whatever ways lead to it. `first`: the first charge of this entry. */
static bool charge_above(struct step *s, const struct charter *c, uint32_t m, uint32_t first)
{
	struct ledger *l = s->l;

	for (uint32_t i = l->members.v[m].sponsors; i != NONE; i = l->sponsors.v[i].older) {
		uint32_t who = l->sponsors.v[i].member, last = l->members.v[who].charge;
		struct ledger_charge *ch;

		if (last != NONE && last >= first)
			continue;
		if (!ledger_keep(l, CHANGED_MEMBER, who))
			return err_memory(s->e);
		ch = ARRAY_ADD(l->charges);
		if (ch == NULL)
			return err_memory(s->e);
		*ch = (struct ledger_charge){ who, last, s->entry.time };
		l->members.v[who].charge = l->charges.n - 1;
		if (spent(s, c, who))
			return err_set(s->e, "sponsor_spent", "entry %llu: a member who answers for this one has brought in %u already",
				(unsigned long long)s->entry.index, c->membership.sponsor.per);
	}
	return true;
}

/* Level by level, so that each is charged at its nearest. */
bool step_sponsor(struct step *s, const struct charter *c, const struct digest *application, uint32_t m)
{
	struct ledger *l = s->l;
	uint32_t first = l->charges.n, from = first, until;

	if (!add_sponsors(s, application, m))
		return false;
	if (c->membership.sponsor.per == 0)
		return true;
	if (!charge_above(s, c, m, first))
		return false;
	for (uint32_t depth = 1; depth < c->membership.sponsor.depth; depth++, from = until) {
		until = l->charges.n;
		for (uint32_t i = from; i < until; i++)
			if (!charge_above(s, c, l->charges.v[i].member, first))
				return false;
	}
	return true;
}
