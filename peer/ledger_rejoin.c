/* SPDX-License-Identifier: ISC
 * Members that take another place, once an epoch. */
#include "peer/ledger_state.h"
#include "voting/epoch.h"
#include "voting/rejoin.h"

const struct id16 *ledger_member_node(const struct ledger *l, uint32_t m, uint64_t index)
{
	const struct id16 *node = &l->members.v[m].node;

	for (uint32_t i = l->members.v[m].move; i != NONE && l->moves.v[i].index >= index; i = l->moves.v[i].older)
		node = &l->moves.v[i].before;
	return node;
}

bool ledger_rejoin_due(const struct step *s, uint32_t m, const struct charter *c)
{
	const struct ledger_member *lm = &s->l->members.v[m];

	return s->entry.time >= epoch_end(c, &s->l->genesis, &lm->member, lm->placed);
}

/* Its cause is what the certificate behind it is issued for: the one that must follow anyhow, or a renewal. */
static bool fits(struct step *s, const struct rejoin *r, uint32_t m)
{
	const struct ledger_expect *next = &s->l->expect;
	struct id16 node;

	if (s->expected && digest_compare(&next->object, &r->cause) != 0)
		return err_set(s->e, "log_order", "entry %llu moves a member for another cause than that of the certificate to follow",
			(unsigned long long)s->entry.index);
	if (!ledger_rejoin_due(s, m, ledger_charter_for(s, &r->cause)))
		return err_set(
			s->e, "rejoin_early", "entry %llu moves a member whose epoch has not ended", (unsigned long long)s->entry.index);
	rejoin_node(&s->l->genesis, &r->cause, r->seed, &node);
	if (id16_compare(&r->member, &s->entry.member) != 0 || id16_compare(&r->node, &s->entry.node) != 0)
		return err_set(
			s->e, "log_unknown", "entry %llu names another member or node than its object", (unsigned long long)s->entry.index);
	if (r->number != s->l->seeds_used || id16_compare(&r->node, &node) != 0)
		return err_set(s->e, "seed_differs", "entry %llu names a node that does not follow from the next seed",
			(unsigned long long)s->entry.index);
	return ledger_seed_opens(s, r->number, r->seed, s->entry.index);
}

static bool move(struct step *s, uint32_t m)
{
	struct ledger *l = s->l;
	struct ledger_move *mv;

	if (!ledger_keep(l, CHANGED_MEMBER, m) || (mv = ARRAY_ADD(l->moves)) == NULL)
		return err_memory(s->e);
	mv->before = l->members.v[m].node;
	mv->index = s->entry.index;
	mv->older = l->members.v[m].move;
	l->members.v[m].node = s->entry.node;
	l->members.v[m].move = l->moves.n - 1;
	l->members.v[m].placed = s->entry.time;
	ledger_seed_take(l);
	return true;
}

/* What was expected before is expected still; after a renewal's own entry the certificate is, as one that nothing else asked for. */
static void expect_again(struct step *s, const struct digest *cause)
{
	if (!s->expected) {
		step_expect(s, EVENT_ISSUED, cause);
		s->l->expect.unasked = true;
	}
	s->l->expect.set = true;
	s->l->expect.moved = true;
}

bool ledger_on_rejoined(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	struct rejoin r;
	struct jws j;
	bool ok;

	if (!ledger_member_active(s->l, m))
		return err_set(s->e, "not_a_member", "entry %llu moves nobody in the group", (unsigned long long)s->entry.index);
	if (!step_jws(s, KIND_REJOIN, &j))
		return false;
	ok = rejoin_parse(&j, &r, s->e) && step_notary(s, &j) && step_context(s, &r.genesis, &r.charter) && fits(s, &r, m) && move(s, m);
	jws_free(&j);
	if (ok)
		expect_again(s, &r.cause);
	return ok;
}
