/* SPDX-License-Identifier: ISC
 * What follows an expulsion in its record beside *expelled*: whom the expelled vouched in is suspended; who stays after all is restored.
 * Who they must be is in the log, and an audit of the log knows; here nobody can be added, and no time altered. */
#include "peer/ledger.h"
#include "peer/record_state.h"

static bool differs(struct record *r, const struct entry *en)
{
	return err_set(r->e, "entry_differs", "entry %llu ('%s') does not follow from the decision", (unsigned long long)en->index,
		event_name(en->event));
}

static bool held(struct record *r, const struct entry *en, enum event event)
{
	return (en->event == event && en->cause == CAUSE_HOLD && en->time == r->decision.decided) || differs(r, en);
}

/* Which charter is in force here, and so whether anybody is and until when, the record need not know. */
bool record_suspended(struct record *r, const struct record_line *l)
{
	const struct record_line *end = &r->lines[r->lines_n], *first = l;

	for (; l < end; l++) {
		if (!held(r, &l->entry, EVENT_SUSPENDED))
			return false;
		if (l->entry.until <= l->entry.time || l - first >= SUSPENDED_MAX ||
			id16_compare(&l->entry.member, &r->proposal.member) == 0)
			return differs(r, &l->entry);
		for (const struct record_line *other = first; other < l; other++)
			if (id16_compare(&other->entry.member, &l->entry.member) == 0)
				return differs(r, &l->entry);
	}
	return true;
}

bool record_restored(struct record *r, const struct record_line *l)
{
	const enum outcome o = r->decision.outcome;
	const size_t n = record_held(r);

	if (n == 0)
		return true;
	if (n > 1 || (o != OUTCOME_NO && o != OUTCOME_EXPIRED) || id16_compare(&l->entry.member, &r->proposal.member) != 0)
		return differs(r, &l->entry);
	return record_suspends(r) ? held(r, &l->entry, EVENT_RESTORED) : differs(r, &l->entry);
}
