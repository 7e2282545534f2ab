/* SPDX-License-Identifier: ISC
 * A provider's word: the token that somebody won there. The provider is asked outside of any transaction, since it may take its time; then
 * one transaction counts the try, spends the token and solves the challenge. Where the provider says nothing, no try is used. */
#include <stdatomic.h>

#include "authority/external.h"
#include "authority/redeem.h"

struct telling {
	struct worker *w;
	struct brought b;
	struct puzzle_try t;
	struct external_word word;
	struct err verdict; /* empty: the provider believes it */
};

/* Before anybody is asked; whether a try is left is seen again when it is counted. */
static bool look(struct telling *act, struct err *e)
{
	act->t = (struct puzzle_try){ .g = act->b.group.g, .terms = &act->b.terms };
	return store_puzzle_look(act->w, &act->t, e) &&
		(act->t.solved || (!act->t.late && act->t.tries < PUZZLE_TRIES) || redeem_not_counted(&act->t, e));
}

/* Whoever waits for a provider keeps a worker from others: not all may wait. */
static bool ask(struct telling *act, const char *token, struct err *e)
{
	const struct puzzles *p = act->w->a->puzzles;
	bool rc;

	if (atomic_fetch_add(p->outside, 1) >= p->wait_max)
		rc = err_set(e, "busy", "many wait for the provider's word: try again in a moment");
	else
		rc = external_verify(p->provider, token, &act->b.terms.key, &act->word, e);
	atomic_fetch_sub(p->outside, 1);
	return rc;
}

static bool is_silence(const struct err *e)
{
	return err_is(e, "busy") || err_is(e, "provider_away") || err_is(e, "no_memory");
}

static bool believe(struct telling *act, struct err *e)
{
	bool first;

	if (!store_puzzle_token(act->w, &act->word.token, act->b.terms.until, &first, e))
		return false;
	if (!first) {
		err_set(&act->verdict, "challenge_spent", "this token of the provider's was used before: ask it for another one");
		return true;
	}
	return store_puzzle_solve(act->w, &act->t, 1, e);
}

/* In the transaction. A verdict against the token is kept aside, so that the count is committed. */
static bool settle(struct db *db, void *arg, struct err *e)
{
	struct telling *act = arg;

	(void)db;
	if (err_is(&act->verdict, "challenge_spent"))
		err_clear(&act->verdict);
	if (!store_puzzle_try(act->w, &act->t, 1, e) || act->t.solved)
		return err_ok(e);
	if (!act->t.counted)
		return redeem_not_counted(&act->t, e);
	return !err_ok(&act->verdict) || believe(act, e);
}

static bool try_token(struct telling *act, const char *token, struct err *e)
{
	if (!ask(act, token, &act->verdict) && is_silence(&act->verdict))
		return err_set(e, act->verdict.name, "%s", act->verdict.text);
	return db_transaction(act->w->db, settle, act, e) &&
		(act->t.solved || err_ok(&act->verdict) || err_set(e, act->verdict.name, "%s", act->verdict.text));
}

bool act_token(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, const char *token,
	struct answer *out, struct err *e)
{
	struct telling act = { .w = w };

	if (!ticket_brought(w, group, id, terms, origin, &act.b, e))
		return false;
	if (act.b.terms.kind != PUZZLE_EXTERNAL || !external_token(w->a->puzzles->provider, token, &act.word.token, e))
		return err_ok(e) ? err_set(e, "not_found", "no provider's word is asked for here") : false;
	if (!provider_is(w->a->puzzles->provider, act.b.terms.label, e) || !look(&act, e))
		return false;
	return (act.t.solved || try_token(&act, token, e)) && redeem_answer(w, &act.b, out, e);
}
