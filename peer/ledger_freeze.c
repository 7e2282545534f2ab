/* SPDX-License-Identifier: ISC
 * Freezes as the log brings them, and what waits for their end. */
#include "peer/ledger_state.h"
#include "voting/freeze.h"

static bool accept_freeze(struct step *s, const struct jws *j)
{
	struct freeze f;

	if (!freeze_parse(j, &f, s->e) || !step_context(s, &f.genesis, &f.charter))
		return false;
	if (f.until != s->entry.until)
		return err_set(s->e, "entry_differs", "entry %llu freezes until another time than its freeze says",
			(unsigned long long)s->entry.index);
	if (!freeze_signed(s->c, j, s->charter, s->e) || !freeze_may_begin(&f, s->entry.time, s->l->frozen_until, s->e))
		return false;
	s->l->frozen_until = f.until;
	return true;
}

bool ledger_on_frozen(struct step *s)
{
	struct jws j;
	bool ok;

	if (!step_jws(s, KIND_FREEZE, &j))
		return false;
	ok = accept_freeze(s, &j);
	jws_free(&j);
	return ok;
}

bool ledger_not_frozen(struct step *s, const char *what)
{
	return s->entry.time >= s->l->frozen_until ||
		err_set(s->e, "frozen", "entry %llu: %s while admissions are frozen", (unsigned long long)s->entry.index, what);
}
