/* SPDX-License-Identifier: ISC */
#include "authority/suspend.h"

#include <stdlib.h>

#include "authority/acts.h"
#include "authority/store_suspension.h"
#include "authority/work.h"
#include "base/time.h"
#include "peer/ledger.h"

static bool runs(const struct suspension_row *s, int64_t now)
{
	return !s->ended && now < s->until;
}

bool suspend_refuses(const struct log_writer *lw, const struct id16 *member, const char *what, struct err *e)
{
	struct suspension_row last;
	char until[TIME_TEXT];
	bool found;

	if (!store_suspension_last(lw->w, lw->group.g, member, &found, &last, e))
		return false;
	if (!found || !runs(&last, lw->now))
		return true;
	time_text(last.until, until);
	return err_set(e, "suspended", "this member is suspended until %s, and cannot %s", until, what);
}

/* ---- beginning */

static bool begin(struct log_writer *lw, const struct id16 *member, const struct digest *object, struct err *e)
{
	struct entry en = { .event = EVENT_SUSPENDED,
		.object = *object,
		.member = *member,
		.cause = CAUSE_HOLD,
		.until = lw->now + charter_suspension(lw->charter) };
	struct suspension_row row = { .member = *member, .object = *object, .since = lw->now, .until = en.until };

	if (!log_append(lw, &en, e))
		return false;
	row.index = en.index;
	return store_suspension_insert(lw->w, lw->group.g, &row, e);
}

bool suspend_by_word(struct log_writer *lw, const struct id16 *member, const struct digest *revocation, struct err *e)
{
	const int64_t rest = 2 * charter_suspension(lw->charter);
	struct suspension_row last;
	char from[TIME_TEXT];
	int64_t used;
	bool found;

	if (!suspend_refuses(lw, member, "be suspended again before that", e) ||
		!store_suspension_last(lw->w, lw->group.g, member, &found, &last, e) ||
		!store_suspension_by(lw->w, lw->group.g, member, revocation, &used, e))
		return false;
	if (used > 0)
		return err_set(e, "replayed", "this revocation has suspended the member before");
	if (found && lw->now < last.over + rest) {
		time_text(last.over + rest, from);
		return err_set(e, "suspended_lately",
			"this member was suspended of late, and the group did not expel it: it can be suspended again at %s", from);
	}
	return begin(lw, member, revocation, e);
}

bool suspend_cascade(struct log_writer *lw, const struct id16 *expelled, const struct digest *object, struct err *e)
{
	struct id16 *who = NULL;
	size_t n = 0;
	bool rc;

	if (lw->charter->vouching.cascade != CASCADE_SUSPEND)
		return true;
	rc = store_suspension_vouched(lw->w, lw->group.g, expelled, lw->now, SUSPENDED_MAX, &who, &n, e);
	for (size_t i = 0; rc && i < n; i++)
		rc = begin(lw, &who[i], object, e);
	free(who);
	return rc;
}

/* ---- ending */

static bool end(struct log_writer *lw, const struct suspension_row *s, enum event event, const struct digest *object, struct err *e)
{
	struct entry en = { .event = event, .object = *object, .member = s->member, .cause = CAUSE_HOLD };

	return log_append(lw, &en, e) &&
		store_suspension_end(lw->w, lw->group.g, s->index, en.index, event == EVENT_RESTORED ? lw->now : s->until, e);
}

bool suspend_restore(struct log_writer *lw, const struct id16 *member, uint64_t proposal, const struct digest *decision, struct err *e)
{
	struct suspension_row last;
	bool found;

	if (!store_suspension_last(lw->w, lw->group.g, member, &found, &last, e))
		return false;
	return !found || !runs(&last, lw->now) || last.index >= proposal || end(lw, &last, EVENT_RESTORED, decision, e);
}

struct lapsing {
	struct worker *w;
	int32_t g;
	size_t n;
};

static bool lapse_all(struct lapsing *act, struct log_writer *lw, struct err *e)
{
	struct suspension_row *s = NULL;
	bool rc = store_suspension_over(act->w, act->g, lw->now, &s, &act->n, e);

	for (size_t i = 0; rc && i < act->n; i++)
		rc = end(lw, &s[i], EVENT_LAPSED, &s[i].object, e);
	free(s);
	return rc && (act->n == 0 || log_finish(lw, e));
}

static bool lapse(struct db *db, void *arg, struct err *e)
{
	struct lapsing *act = arg;
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!log_open(act->w, act->g, &lw, e))
		return false;
	rc = lapse_all(act, lw, e);
	log_close(lw);
	return rc;
}

bool suspend_lapse(struct worker *w, int32_t g, struct err *e)
{
	struct lapsing act = { .w = w, .g = g };

	if (!db_transaction(w->db, lapse, &act, e))
		return false;
	if (act.n > 0)
		work_post(w->a->work, WORK_LISTS, g, 0);
	return true;
}
