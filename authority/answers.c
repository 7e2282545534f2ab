/* SPDX-License-Identifier: ISC
 * Answers to challenges: all that wait in one transaction. A try is counted before it is looked at, and the count is committed before
 * anybody is told. */
#include <stdlib.h>
#include <string.h>

#include "authority/altcha.h"
#include "authority/redeem.h"
#include "authority/work_pool.h"

/* Of one puzzle so many answers may be worth a look; the next ones fare as the last of these. */
enum { LOOKS = PUZZLE_TRIES + 1 };

struct attempt {
	struct answer_in *in;
	struct brought b;
	char given[PUZZLE_ANSWER], wanted[PUZZLE_ANSWER];
	struct work_done work;
	bool proves; /* the work does */
	struct puzzle_try t;
	bool done, solved;
	size_t order; /* of arrival */
};

/* In the order of their locks: by group and puzzle; those of one puzzle as they came. */
struct batch {
	struct worker *w;
	struct attempt *v;
	size_t n;
	struct moment m;
};

static int compare(const void *a, const void *b)
{
	const struct attempt *x = a, *y = b;
	int id = id16_compare(&x->b.terms.id, &y->b.terms.id);

	if (x->b.group.g != y->b.group.g)
		return x->b.group.g < y->b.group.g ? -1 : 1;
	return id != 0 ? id : (x->order > y->order) - (x->order < y->order);
}

static bool same_puzzle(const struct attempt *x, const struct attempt *y)
{
	return x->b.group.g == y->b.group.g && id16_compare(&x->b.terms.id, &y->b.terms.id) == 0;
}

/* ---- before the store is asked */

static bool read_work(struct attempt *a, struct err *e)
{
	const struct altcha_keys keys = { .signature = a->b.secret->altcha_signature, .key = a->b.secret->altcha_key };
	struct altcha_solution s;
	struct err why = { 0 };

	if (!altcha_read(slice_str(a->in->text), &s, e))
		return false;
	a->proves = altcha_verify(&s, &keys, a->in->terms, &a->work, &why);
	return a->proves || err_is(&why, "answer_wrong") || err_set(e, why.name, "%s", why.text);
}

static bool read_answer(struct attempt *a, struct err *e)
{
	const struct puzzle_row *row = puzzle_row(a->b.terms.kind);

	if (a->b.terms.kind == PUZZLE_WORK)
		return read_work(a, e);
	if (row->fold == NULL)
		return err_set(e, "not_found", "this is no challenge that an answer is for");
	if (!row->fold(a->in->text, a->given))
		return err_set(e, "bad_value", "no answer to this challenge looks like that; it cost no try");
	puzzle_answer(a->b.secret, &a->b.terms, a->wanted);
	return true;
}

static bool check(struct batch *b, struct answer_in *in, size_t order)
{
	struct attempt *a = &b->v[b->n];

	*a = (struct attempt){ .in = in, .order = order };
	if (!ticket_brought_at(b->w, &b->m, in->group, &in->id, in->terms, in->origin, &a->b, &in->e) || a->b.terms.kind == PUZZLE_TICKET)
		return !err_ok(&in->e) ? false : err_set(&in->e, "not_found", "these are the terms of a ticket, not of a challenge");
	if (!read_answer(a, &in->e))
		return false;
	b->n++;
	return true;
}

/* ---- in the transaction */

static bool is_right(const struct attempt *a)
{
	return a->b.terms.kind == PUZZLE_WORK ? a->proves : bytes_equal_ct(a->given, a->wanted, sizeof(a->given));
}

static void settle(struct attempt *a)
{
	const struct puzzle_try *t = &a->t;
	struct err *e = &a->in->e;
	const bool right = (t->counted || t->solved) && is_right(a);

	a->done = true;
	a->solved = right;
	err_clear(e);
	if (right)
		return;
	if (t->counted)
		err_set(e, "answer_wrong", "that is not the answer; %d tries are left", PUZZLE_TRIES - t->tries);
	else
		redeem_not_counted(t, e);
}

/* One attempt on each puzzle: of those that are not settled the first. tries and which have room for all. */
static bool look(struct batch *b, struct puzzle_try *tries, size_t *which, struct err *e)
{
	size_t n = 0, right = 0;

	for (size_t i = 0; i < b->n; i++)
		if (!b->v[i].done && (n == 0 || !same_puzzle(&b->v[which[n - 1]], &b->v[i]))) {
			tries[n] = (struct puzzle_try){ .g = b->v[i].b.group.g, .terms = &b->v[i].b.terms };
			which[n++] = i;
		}
	if (n == 0)
		return true;
	if (!store_puzzle_try(b->w, tries, n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct attempt *a = &b->v[which[i]];

		a->t = tries[i];
		settle(a);
		if (!a->solved || !a->t.counted)
			continue;
		tries[right] = a->t;
		tries[right++].work = a->b.terms.kind == PUZZLE_WORK ? &a->work : NULL;
	}
	return store_puzzle_solve(b->w, tries, right, e);
}

/* More answers to one puzzle than it has tries fare as the last that was looked at, which found none left. */
static void settle_rest(struct batch *b)
{
	for (size_t i = 1; i < b->n; i++)
		if (!b->v[i].done) {
			b->v[i].t = b->v[i - 1].t;
			settle(&b->v[i]);
		}
}

static bool answer(struct db *db, void *arg, struct err *e)
{
	struct batch *b = arg;
	struct puzzle_try *tries = calloc(b->n, sizeof(*tries));
	size_t *which = calloc(b->n, sizeof(*which));
	bool rc = (tries != NULL && which != NULL) || err_memory(e);

	(void)db;
	for (size_t i = 0; i < b->n; i++)
		b->v[i].done = b->v[i].solved = false;
	for (int i = 0; rc && i < LOOKS; i++)
		rc = look(b, tries, which, e);
	if (rc)
		settle_rest(b);
	free(tries);
	free(which);
	return rc;
}

static void follow(struct worker *w, struct attempt *a)
{
	struct err e = { 0 };

	if (a->solved && a->t.counted && a->b.terms.kind == PUZZLE_WORK)
		work_pool_done(w->a->puzzles->pool);
	if (a->solved && !redeem_answer(w, &a->b, &a->in->answer, &e))
		a->in->e = e;
}

void act_answer(struct worker *w, struct answer_in *in, size_t n)
{
	struct batch b = { .w = w, .v = calloc(n + 1, sizeof(*b.v)) };
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		err_clear(&in[i].e);
		if (b.v == NULL ? !err_memory(&in[i].e) : !check(&b, &in[i], i))
			continue;
	}
	if (b.n > 0)
		qsort(b.v, b.n, sizeof(*b.v), compare);
	if (b.n > 0 && !db_transaction(w->db, answer, &b, &e))
		for (size_t i = 0; i < b.n; i++) {
			b.v[i].solved = false;
			b.v[i].in->e = e;
		}
	for (size_t i = 0; i < b.n; i++)
		follow(w, &b.v[i]);
	bytes_wipe(b.v, b.v != NULL ? (n + 1) * sizeof(*b.v) : 0);
	free(b.v);
}
