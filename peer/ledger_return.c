/* SPDX-License-Identifier: ISC
 * Who comes back: applicants whom the group turned away or expelled before, by key and by name. */
#include "peer/ledger_state.h"

#include <string.h>

static void name_key(const char *name, struct digest *out)
{
	digest_of("name", slice_str(name), out);
}

static bool add(struct step *s, const struct digest *what)
{
	struct ledger *l = s->l;
	struct ledger_refused *r = ARRAY_ADD(l->refused);

	if (r == NULL)
		return err_memory(s->e);
	*r = (struct ledger_refused){ .what = *what, .older = map_find(&l->by_refused, what), .time = s->entry.time };
	return map_put(&l->by_refused, what, l->refused.n - 1) || err_memory(s->e);
}

bool step_refused(struct step *s, const struct ledger_proposal *lp, const struct decision *d)
{
	const struct ledger_application *a;
	struct digest name;

	if (lp->p.question != Q_ADMIT || d->outcome == OUTCOME_YES || (d->outcome == OUTCOME_VOID && d->cause == VOID_WITHDRAWN))
		return true;
	a = &s->l->applications.v[map_find(&s->l->by_application, &lp->p.subject)];
	name_key(a->name, &name);
	return add(s, &a->thumb) && add(s, &name);
}

bool step_expelled(struct step *s, uint32_t m)
{
	struct digest name;

	name_key(s->l->members.v[m].name, &name);
	return add(s, &name);
}

void ledger_refused_forget(struct ledger *l)
{
	const struct ledger_refused *r = &l->refused.v[l->refused.n - 1];

	map_remove(&l->by_refused, &r->what);
	if (r->older != NONE)
		(void)map_put(&l->by_refused, &r->what, r->older); /* there is room: one was just taken out */
}

bool ledger_returns(const struct ledger *l, const struct charter *c, const struct digest *thumb, const char *name, int64_t *since)
{
	uint32_t by_key = map_find(&l->by_refused, thumb), by_name = NONE;
	struct digest key;

	*since = 0;
	if (!c->readmission.present)
		return false;
	if (c->membership.names == NAMES_NAME) {
		name_key(name, &key);
		by_name = map_find(&l->by_refused, &key);
	}
	if (by_key != NONE)
		*since = l->refused.v[by_key].time;
	if (by_name != NONE && l->refused.v[by_name].time > *since)
		*since = l->refused.v[by_name].time;
	return by_key != NONE || by_name != NONE;
}

bool step_waited(struct step *s, const struct digest *thumb, const char *name)
{
	const int64_t wait = s->charter->readmission.wait;
	int64_t since;

	if (!ledger_returns(s->l, s->charter, thumb, name, &since) || s->entry.time >= since + wait)
		return true;
	return err_set(s->e, "too_soon", "entry %llu: the applicant was turned away or expelled %lld seconds ago, and %lld have to pass",
		(unsigned long long)s->entry.index, (long long)(s->entry.time - since), (long long)wait);
}
