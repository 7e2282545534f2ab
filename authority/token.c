/* SPDX-License-Identifier: ISC
 * A provider's word: the token that somebody won there is a try, counted before the provider is asked. It is asked outside of any
 * transaction, since it may take its time, and its token is spent with what it solves. */
#include <stdatomic.h>

#include "authority/external.h"
#include "authority/redeem.h"

struct telling {
	struct worker *w;
	struct brought b;
	struct puzzle_try t;
	struct external_word word;
};

static bool count(struct db *db, void *arg, struct err *e)
{
	struct telling *act = arg;

	(void)db;
	act->t = (struct puzzle_try){ .g = act->b.group.g, .terms = &act->b.terms };
	return store_puzzle_try(act->w, &act->t, 1, e);
}

static bool believe(struct db *db, void *arg, struct err *e)
{
	struct telling *act = arg;
	bool first;

	(void)db;
	if (!store_puzzle_token(act->w, &act->word.token, act->b.terms.until, &first, e))
		return false;
	if (!first)
		return err_set(e, "challenge_spent", "this token of the provider's was used before: ask it for another one");
	return store_puzzle_solve(act->w, &act->t, 1, e);
}

/* Whoever waits for a provider keeps a worker from others: not all may wait. */
static bool ask(struct telling *act, const char *token, struct err *e)
{
	const struct puzzles *p = act->w->a->puzzles;
	bool rc;

	if (atomic_fetch_add(p->outside, 1) >= p->outside_max)
		rc = err_set(e, "busy", "many wait for the provider's word: try again in a moment");
	else
		rc = external_verify(p->provider, token, &act->b.terms.key, &act->word, e);
	atomic_fetch_sub(p->outside, 1);
	return rc;
}

bool act_token(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, const char *token,
	struct answer *out, struct err *e)
{
	struct telling act = { .w = w };

	if (!ticket_brought(w, group, id, terms, origin, &act.b, e))
		return false;
	if (act.b.terms.kind != PUZZLE_EXTERNAL || !external_token(w->a->puzzles->provider, token, &act.word.token, e))
		return err_ok(e) ? err_set(e, "not_found", "no provider's word is asked for here") : false;
	if (!provider_is(w->a->puzzles->provider, act.b.terms.label, e) || !db_transaction(w->db, count, &act, e))
		return false;
	if (!act.t.counted && !act.t.solved)
		return redeem_not_counted(&act.t, e);
	if (act.t.counted && (!ask(&act, token, e) || !db_transaction(w->db, believe, &act, e)))
		return false;
	return redeem_answer(w, &act.b, out, e);
}
