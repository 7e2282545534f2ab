/* SPDX-License-Identifier: ISC
 * Administrators stop admissions for a while. */
#include "authority/freeze.h"
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/objects.h"
#include "authority/work.h"
#include "voting/freeze.h"

struct freezing {
	struct worker *w;
	struct group group;
	const struct jws *jws;
	struct freeze f;
	struct buf doc, receipt;
	bool fresh;
};

static bool put(struct freezing *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = EVENT_FROZEN, .object = act->f.digest, .until = act->f.until };

	if (!freeze_signed(act->w->crypto, act->jws, lw->charter, e) || !freeze_may_begin(&act->f, lw->now, lw->frozen_until, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->f.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, act->group.g, &act->f.digest, KIND_FREEZE, buf_cstr(&act->doc), buf_cstr(&act->receipt), e))
		return false;
	lw->frozen_until = act->f.until;
	act->fresh = true;
	return log_append(lw, &en, e) && log_finish(lw, e);
}

static bool freeze(struct db *db, void *arg, struct err *e)
{
	struct freezing *act = arg;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = object_find(act->w, act->group.g, &act->f.digest, &found, NULL, &act->receipt, e) && (found || put(act, lw, e));
	log_close(lw);
	return rc;
}

static bool check(struct freezing *act, const char *group, const json_t *doc, struct err *e)
{
	const struct charter *c;
	struct err other = { 0 };

	if (!group_find(act->w, group, &act->group, e) || !freeze_parse(act->jws, &act->f, e))
		return false;
	if (digest_compare(&act->f.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this freezes another group than %s", act->group.name);
	/* Any charter of the group will do: a freeze that was signed in advance must work on the day. */
	if (!charters_by_digest(act->w, act->group.g, &act->f.charter, &c, &other))
		return err_is(&other, "not_found") ? err_set(e, "wrong_context", "the freeze names a charter that this group does not have")
						   : err_set(e, other.name, "%s", other.text);
	return json_write(doc, &act->doc, e);
}

bool act_freeze(struct worker *w, const char *group, const struct jws *freezing, const json_t *doc, struct answer *out, struct err *e)
{
	struct freezing act = { .w = w, .jws = freezing };
	char id[DIGEST_TEXT];
	bool rc = check(&act, group, doc, e) && db_transaction(w->db, freeze, &act, e);

	digest_text(&act.f.digest, id);
	rc = rc &&
		answer_receipt(out, id, act.fresh, &act.receipt, e, "\"freeze\":\"%s\",\"frozen_until\":%lld,", id, (long long)act.f.until);
	if (rc && act.fresh)
		work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}

bool freeze_over(const struct log_writer *lw, struct err *e)
{
	return lw->now >= lw->frozen_until ||
		err_set(e, "frozen", "the administrators of %s have stopped admissions for %lld seconds more; try again then",
			lw->group.name, (long long)(lw->frozen_until - lw->now));
}
