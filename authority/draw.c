/* SPDX-License-Identifier: ISC
 * A draw, where one is due: the next seed chooses among those who are eligible, and they are invited at once. */
#include "voting/draw.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/inviting.h"
#include "authority/objects.h"
#include "authority/seeds.h"
#include "authority/store_invitation.h"
#include "authority/work.h"
#include "voting/tally.h"

struct drawing {
	struct worker *w;
	int32_t g;
	bool drawn, seeds;
};

static bool is_due(struct worker *w, int32_t g, const struct charter *c, int64_t now, bool *due, struct err *e)
{
	const struct requirement *rule = charter_invitation_rule(c);
	struct eligible_load *loads = NULL;
	int64_t last;
	size_t n;
	bool ok;

	*due = false;
	if (rule == NULL || rule->invitation.draw == 0)
		return true;
	if (!store_draw_last(w, g, &last, e))
		return false;
	if (last > 0 && now < last + c->inviting.every)
		return true;
	ok = store_measure_loads(w, g, now - c->inviting.window, &loads, &n, e);
	if (ok)
		*due = eligible_loaded(c, loads, n);
	free(loads);
	return ok;
}

static bool invite_all(struct log_writer *lw, const struct draw *d, struct err *e)
{
	struct entry en = {
		.event = EVENT_INVITED, .object = d->digest, .until = lw->now + charter_invitation_rule(lw->charter)->invitation.life
	};
	struct invitation_row row = { .object = d->digest, .signer = lw->w->a->notary_thumb, .until = en.until };
	struct stored_candidate c;
	bool found;

	for (size_t i = 0; i < d->drawn_n; i++) {
		if (!store_candidate_find(lw->w, lw->group.g, &d->drawn[i], &found, &c, e))
			return false;
		en.candidate = row.candidate = c.digest;
		en.key = c.key;
		if (!log_append(lw, &en, e))
			return false;
		row.index = en.index;
		if (!store_invitation_insert(lw->w, lw->group.g, &row, e))
			return false;
	}
	return true;
}

static bool log_draw(struct log_writer *lw, struct draw *d, struct err *e)
{
	struct entry en = { .event = EVENT_DRAWN };
	struct buf doc = { 0 };
	bool rc = notary_sign(lw->w, KIND_DRAW, draw_print(d), &doc, &d->digest, e) &&
		object_keep(lw->w, lw->group.g, &d->digest, KIND_DRAW, buf_cstr(&doc), NULL, e);

	en.object = d->digest;
	rc = rc && log_append(lw, &en, e) && store_draw_insert(lw->w, lw->group.g, &d->digest, en.index, lw->now, d->eligible, e);
	buf_free(&doc);
	return rc;
}

static bool draw_among(struct log_writer *lw, struct digest *eligible, size_t n, struct err *e)
{
	struct draw d = { .genesis = lw->group.genesis, .charter = lw->charter->object.digest, .eligible = (uint32_t)n, .iat = lw->now };
	struct seed seed;
	bool rc;

	if (!seeds_take(lw, &d.number, &seed, e))
		return false;
	memcpy(d.seed, seed.seed, sizeof(d.seed));
	bytes_wipe(seed.seed, sizeof(seed.seed));
	d.drawn_n = eligible_draw(&d.genesis, d.seed, eligible, n, charter_invitation_rule(lw->charter)->invitation.draw, d.drawn);
	rc = digests_root(eligible, n, &d.root, e) && log_draw(lw, &d, e) && invite_all(lw, &d, e) && log_finish(lw, e);
	return rc;
}

static bool draw(struct db *db, void *arg, struct err *e)
{
	struct drawing *act = arg;
	struct digest *eligible = NULL;
	struct log_writer *lw;
	size_t n = 0;
	bool due, rc;

	(void)db;
	act->drawn = act->seeds = false;
	if (!log_open(act->w, act->g, &lw, e))
		return false;
	rc = is_due(act->w, act->g, lw->charter, lw->now, &due, e) && (!due || inviting_eligible(lw, NULL, &eligible, &n, e));
	if (rc && due && n > 0) {
		rc = draw_among(lw, eligible, n, e);
		act->drawn = rc;
		act->seeds = rc && seeds_due(lw);
	}
	free(eligible);
	log_close(lw);
	return rc;
}

bool act_draw(struct worker *w, int32_t g, struct err *e)
{
	struct drawing act = { .w = w, .g = g };
	struct err why = { 0 };
	const struct charter *c;
	uint32_t version;
	int64_t now;
	bool due;

	/* Looked at without the lock first: mostly nothing is due. */
	if (!db_now(w->db, &now, e) || !charters_in_force(w, g, now, &version, e) || !charters_by_version(w, g, version, &c, e) ||
		!is_due(w, g, c, now, &due, e))
		return false;
	if (due && !db_transaction(w->db, draw, &act, &why)) {
		if (err_is(&why, "no_seed"))
			work_post(w->a->work, WORK_SEEDS, g, 0);
		return err_set(e, why.name, "%s", why.text);
	}
	if (act.seeds)
		work_post(w->a->work, WORK_SEEDS, g, 0);
	return true;
}
