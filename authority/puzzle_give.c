/* SPDX-License-Identifier: ISC
 * Giving out what a puzzle shows, or says: each picture and clip once, so that nobody gathers many renderings of one answer. */
#include "authority/altcha.h"
#include "authority/answer.h"
#include "authority/store_puzzle.h"
#include "authority/ticket.h"
#include "authority/work_pool.h"

enum { TAKES = 3 };

struct giving {
	struct worker *w;
	struct brought b;
	unsigned part;
	struct buf *out;
};

/* In the transaction: what cannot be drawn was not given out. */
static bool give(struct db *db, void *arg, struct err *e)
{
	struct giving *g = arg;
	bool first;

	(void)db;
	g->out->n = 0;
	if (!store_puzzle_show(g->w, g->b.group.g, &g->b.terms, g->part, &first, e))
		return false;
	if (!first)
		return err_set(e, "image_shown", "this part of the challenge was given out before: ask for another challenge");
	return puzzle_show(g->w, g->b.secret, &g->b.terms, g->part, g->out, e);
}

bool act_give(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, bool sound, unsigned part,
	struct buf *out, struct err *e)
{
	struct giving g = { .w = w, .part = part, .out = out };
	const struct puzzle_row *row;

	if (!ticket_brought(w, group, id, terms, origin, &g.b, e))
		return false;
	row = puzzle_row(g.b.terms.kind);
	if (row->medium != (sound ? PUZZLE_SOUND : PUZZLE_IMAGE) || part >= row->parts)
		return err_set(e, "not_found", "this challenge has no such part");
	return db_transaction(w->db, give, &g, e);
}

/* Who reloads a page gets other work, though not again and again: others want some too. */
static bool may_take(struct worker *w, const struct brought *b, struct err *e)
{
	bool first = false;

	for (unsigned part = 0; part < TAKES && !first; part++)
		if (!store_puzzle_show(w, b->group.g, &b->terms, part, &first, e))
			return false;
	return first || err_set(e, "image_shown", "work was given out for this challenge %d times: ask for another one", TAKES);
}

bool act_give_work(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, struct answer *out,
	struct err *e)
{
	struct altcha_keys keys;
	struct work_done secret;
	json_t *doc = NULL;
	struct brought b;
	bool rc;

	if (!ticket_brought(w, group, id, terms, origin, &b, e))
		return false;
	if (b.terms.kind != PUZZLE_WORK)
		return err_set(e, "not_found", "this challenge is no work");
	if (!work_pool_take(w->a->puzzles->pool, b.terms.effort, &secret, e))
		return false;
	if (!may_take(w, &b, e)) {
		work_pool_return(w->a->puzzles->pool, b.terms.effort, &secret);
		return false;
	}
	keys = (struct altcha_keys){ .signature = b.secret->altcha_signature, .key = b.secret->altcha_key };
	rc = altcha_print(&secret, terms, b.terms.until, &keys, &doc, e) && answer_set(out, doc, "", true, e);
	bytes_wipe(&secret, sizeof(secret));
	return rc;
}
