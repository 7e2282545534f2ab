/* SPDX-License-Identifier: ISC
 * Step 3 of an admission: votes, all that wait in one transaction. */
#include <stdlib.h>
#include <string.h>

#include "authority/answer.h"
#include "authority/in_force.h"
#include "authority/objects.h"
#include "authority/vote_check.h"
#include "authority/work.h"

enum { CHANGES_MAX = 16 };

/* Votes in the order of their locks: by group, proposal, voter; one voter's in the order of their arrival. */
struct batch {
	struct worker *w;
	struct checked_vote *v;
	struct vote_row *rows;
	struct vote_stored *stored;
	size_t n;
};

static int compare(const void *a, const void *b)
{
	const struct checked_vote *x = a, *y = b;
	int member = id16_compare(&x->vote.member, &y->vote.member);

	if (x->g != y->g)
		return x->g < y->g ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (member != 0)
		return member;
	return (x->order > y->order) - (x->order < y->order);
}

/* ---- in the transaction */

static bool refuse(struct checked_vote *v, enum vote_verdict verdict)
{
	static const struct {
		const char *name, *text;
	} why[] = {
		[VOTE_OPEN] = { "equivocation", "this member voted otherwise before; both votes are kept, the first one counts" },
		[VOTE_CLOSED] = { "closed", "the proposal is decided, or past its term" },
		[VOTE_NO_MEMBER] = { "not_a_member", "the group has no such member" },
		[VOTE_EXPELLED] = { "expelled", "the voter was expelled" },
		[VOTE_LEFT] = { "not_a_member", "the voter left the group" },
		[VOTE_NO_ELECTOR] = { "not_in_electorate", "the voter was no member when the proposal opened" },
		[VOTE_KEY_DEAD] = { "key_revoked", "the key that signed this vote was revoked" },
		[VOTE_PROBATION] = { "on_probation", "the voter was on probation when the proposal opened, and has no vote on it" },
		[VOTE_SUSPENDED] = { "suspended", "the voter was suspended when the proposal opened, and has no vote on it" },
		[VOTE_KEY_OLD] = { "wrong_key", "the voter has another key by now; vote with that one" },
	};

	return err_set(&v->verdict, why[verdict].name, "%s", why[verdict].text);
}

/* Replaced votes are evidence too: one voter must not be able to make it so large that no signer or auditor can take it. */
static bool change(struct batch *b, size_t i, const struct vote_standing *s, int64_t now, struct err *e)
{
	struct checked_vote *v = &b->v[i];
	uint64_t n;

	if (!store_vote_changes(b->w, &b->rows[i], &n, e))
		return false;
	if (n >= CHANGES_MAX) {
		err_set(&v->verdict, "too_many", "this member has changed its mind %d times on this proposal, and may not do so again",
			CHANGES_MAX);
		return true;
	}
	v->fresh = true;
	return store_vote_replace(b->w, &b->rows[i], &s->digest, now, e);
}

/* Another choice than the one that stands. */
static bool settle_other(struct batch *b, size_t i, const struct vote_standing *s, int64_t now, struct err *e)
{
	struct checked_vote *v = &b->v[i];

	if (v->change && v->vote.has_replaces && digest_compare(&v->vote.replaces, &s->digest) == 0)
		return change(b, i, s, now, e);
	refuse(v, VOTE_OPEN);
	return object_contradicts(
		b->w, v->g, &v->vote.proposal, slice_of(v->vote.member.b, sizeof(v->vote.member.b)), &v->vote.digest, buf_cstr(&v->doc), e);
}

/* A vote that was not put in: it came before, or may not come, or meets another one of its member. */
static bool settle(struct batch *b, size_t i, int64_t now, struct err *e)
{
	struct checked_vote *v = &b->v[i];
	const enum vote_verdict verdict = b->stored[i].verdict;
	struct vote_standing s;
	bool rc = store_vote_find(b->w, &b->rows[i], &s, e);

	v->fresh = false;
	if (rc && (s.same || (verdict == VOTE_OPEN && s.other && s.choice == v->vote.choice))) {
		buf_free(&v->receipt);
		v->receipt = s.receipt;
		v->stored = s.digest;
		return true;
	}
	if (rc && verdict != VOTE_OPEN)
		refuse(v, verdict);
	else if (rc && !s.other)
		rc = err_set(e, "database_retry", "a vote that stood in the way is gone");
	else if (rc)
		rc = settle_other(b, i, &s, now, e);
	buf_free(&s.receipt);
	return rc;
}

static bool sign_receipts(struct batch *b, int64_t now, struct err *e)
{
	for (size_t i = 0; i < b->n; i++) {
		struct checked_vote *v = &b->v[i];

		if ((i == 0 || v->g != b->v[i - 1].g) && !in_force_at(b->w, v->g, now, NULL, e))
			return false;
		buf_free(&v->receipt);
		err_clear(&v->verdict);
		v->fresh = true;
		v->stored = v->vote.digest;
		if (!notary_receipt(b->w, &v->genesis, &v->vote.digest, now, v->term, &v->receipt, e))
			return false;
		b->rows[i] = (struct vote_row){ .g = v->g,
			.number = v->number,
			.vote = &v->vote,
			.key = &v->key,
			.doc = (const char *)v->doc.p,
			.receipt = buf_cstr(&v->receipt),
			.reason = v->in->reason,
			.probation = v->probation };
		if (b->rows[i].receipt == NULL)
			return err_memory(e);
	}
	return true;
}

static bool store(struct db *db, void *arg, struct err *e)
{
	struct batch *b = arg;
	int64_t now;

	for (size_t i = 0; i < b->n; i++)
		b->rows[i] = (struct vote_row){ .g = b->v[i].g, .number = b->v[i].number, .vote = &b->v[i].vote };
	if (!store_vote_lock(b->w, b->rows, b->n, e) || !db_now(db, &now, e) || !sign_receipts(b, now, e) ||
		!store_vote_insert(b->w, b->rows, b->n, now, b->stored, e))
		return false;
	for (size_t i = 0; i < b->n; i++)
		if (!b->stored[i].stored && !settle(b, i, now, e))
			return false;
	return true;
}

/* ---- around it */

static void answer(struct checked_vote *v)
{
	if (!err_ok(&v->verdict))
		v->in->e = v->verdict;
	else
		answer_object(&v->in->answer, "vote", &v->stored, v->fresh, &v->receipt, &v->in->e);
}

static bool is_passing(const struct err *e)
{
	return err_is(e, "database_unavailable") || err_is(e, "database_retry") || err_is(e, "no_memory");
}

/* What is wrong with one vote is no other one's loss: a batch that fails is halved until the culprit stands alone. */
static void store_all(const struct batch *whole, size_t first, size_t n)
{
	struct batch b = { .w = whole->w, .v = whole->v + first, .rows = whole->rows + first, .stored = whole->stored + first, .n = n };
	struct err e = { 0 };

	if (n == 0)
		return;
	if (db_transaction(b.w->db, store, &b, &e)) {
		for (size_t i = 0; i < n; i++)
			answer(&b.v[i]);
		return;
	}
	if (n > 1 && !is_passing(&e)) {
		store_all(whole, first, n / 2);
		store_all(whole, first + n / 2, n - n / 2);
		return;
	}
	for (size_t i = 0; i < n; i++)
		b.v[i].in->e = e;
}

static void post_decisions(const struct batch *b)
{
	const struct checked_vote *last = NULL;

	for (size_t i = 0; i < b->n; i++) {
		const struct checked_vote *v = &b->v[i];

		if (!err_ok(&v->in->e) || !v->fresh || (last != NULL && last->g == v->g && last->number == v->number))
			continue;
		work_post(b->w->a->work, WORK_DECIDE, v->g, v->number);
		last = v;
	}
}

void act_vote(struct worker *w, struct vote_in *votes, size_t n)
{
	struct batch b = {
		.w = w, .v = calloc(n + 1, sizeof(*b.v)), .rows = calloc(n + 1, sizeof(*b.rows)), .stored = calloc(n + 1, sizeof(*b.stored))
	};

	if (b.v == NULL || b.rows == NULL || b.stored == NULL) {
		for (size_t i = 0; i < n; i++)
			err_memory(&votes[i].e);
	} else {
		b.n = vote_check(w, votes, n, b.v);
		if (b.n > 1)
			qsort(b.v, b.n, sizeof(*b.v), compare);
		store_all(&b, 0, b.n);
		post_decisions(&b);
	}
	for (size_t i = 0; i < b.n; i++)
		checked_vote_free(&b.v[i]);
	free(b.v);
	free(b.rows);
	free(b.stored);
}
