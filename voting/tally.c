/* SPDX-License-Identifier: ISC */
#include "voting/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/merkle.h"

bool tally_add(struct tally *t, const struct ballot *b, struct err *e)
{
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 16 : 2 * t->cap;
		struct ballot *grown = reallocarray(t->b, cap, sizeof(*grown));

		if (grown == NULL)
			return err_memory(e);
		t->b = grown;
		t->cap = cap;
	}
	t->b[t->n++] = *b;
	return true;
}

void tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	free(t->b);
	memset(t, 0, sizeof(*t));
}

static int vote_order(const void *a, const void *b)
{
	const struct ballot *x = a, *y = b;

	return digest_compare(&x->vote, &y->vote);
}

static int ballot_order(const void *a, const void *b)
{
	const struct ballot *x = a, *y = b;
	int member = id16_compare(&x->member, &y->member);

	if (x->status != y->status)
		return x->status < y->status ? -1 : 1;
	return member != 0 ? member : vote_order(a, b);
}

static bool no_vote_twice(struct tally *t, struct err *e)
{
	if (t->n > 1)
		qsort(t->b, t->n, sizeof(*t->b), vote_order);
	for (size_t i = 1; i < t->n; i++)
		if (vote_order(&t->b[i - 1], &t->b[i]) == 0)
			return err_set(e, "vote_repeated", "one vote stands in the tally twice");
	return true;
}

/* The sorted tally has the counted votes first. */
static bool no_member_twice(const struct tally *t, struct err *e)
{
	for (size_t i = 1; i < t->n && t->b[i].status == VOTE_COUNTED; i++)
		if (id16_compare(&t->b[i - 1].member, &t->b[i].member) == 0)
			return err_set(e, "vote_double", "two votes of one member are counted");
	return true;
}

static void count(struct tally *t)
{
	t->yes = t->no = t->abstain = t->voided = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct ballot *b = &t->b[i];

		t->voided += b->status == VOTE_MEMBER_GONE || b->status == VOTE_KEY_REVOKED;
		if (b->status != VOTE_COUNTED)
			continue;
		t->yes += b->choice == CHOICE_YES;
		t->no += b->choice == CHOICE_NO;
		t->abstain += b->choice == CHOICE_ABSTAIN;
	}
}

/* Leaf: status (1) ‖ member (16) ‖ vote (32). */
static void ballot_leaf(const struct ballot *b, struct digest *out)
{
	uint8_t data[BALLOT_BYTES];

	data[0] = (uint8_t)b->status;
	memcpy(data + 1, b->member.b, sizeof(b->member.b));
	memcpy(data + 17, b->vote.b, sizeof(b->vote.b));
	merkle_leaf(slice_of(data, sizeof(data)), out);
}

bool tally_close(struct tally *t, struct err *e)
{
	struct digest *leaves;

	if (!no_vote_twice(t, e))
		return false;
	if (t->n > 1)
		qsort(t->b, t->n, sizeof(*t->b), ballot_order);
	if (!no_member_twice(t, e))
		return false;
	leaves = calloc(t->n + 1, sizeof(*leaves));
	if (leaves == NULL)
		return err_memory(e);
	for (size_t i = 0; i < t->n; i++)
		ballot_leaf(&t->b[i], &leaves[i]);
	merkle_root(leaves, t->n, &t->root);
	free(leaves);
	count(t);
	return true;
}

bool tally_facts(const struct tally *t, const struct id16 *subject, struct fact_vote **out, size_t *n, struct err *e)
{
	struct fact_vote *votes = calloc(t->n + 1, sizeof(*votes));
	size_t used = 0;

	if (votes == NULL)
		return err_memory(e);
	for (size_t i = 0; i < t->n; i++) {
		const struct ballot *b = &t->b[i];

		if (b->status == VOTE_COUNTED && (subject == NULL || id16_compare(&b->member, subject) != 0))
			votes[used++] = (struct fact_vote){ b->member, b->choice };
	}
	*out = votes;
	*n = used;
	return true;
}

bool tally_matches(const struct tally *t, const struct decision *d, struct err *e)
{
	if (digest_compare(&t->root, &d->votes_root) != 0)
		return err_set(e, "votes_differ", "the votes are not those that the decision commits to");
	if (t->yes != d->yes || t->no != d->no || t->abstain != d->abstain || t->voided != d->voided)
		return err_set(e, "votes_differ",
			"the decision counts the votes as %u yes, %u no, %u abstain, %u void; they are %u, %u, %u, %u", (unsigned)d->yes,
			(unsigned)d->no, (unsigned)d->abstain, (unsigned)d->voided, (unsigned)t->yes, (unsigned)t->no, (unsigned)t->abstain,
			(unsigned)t->voided);
	return true;
}

static int digest_order(const void *a, const void *b)
{
	return digest_compare(a, b);
}

bool digests_root(struct digest *d, size_t n, struct digest *out, struct err *e)
{
	struct digest *leaves = calloc(n + 1, sizeof(*leaves));

	if (leaves == NULL)
		return err_memory(e);
	if (n > 1)
		qsort(d, n, sizeof(*d), digest_order);
	for (size_t i = 0; i < n; i++)
		merkle_leaf(slice_of(d[i].b, sizeof(d[i].b)), &leaves[i]);
	merkle_root(leaves, n, out);
	free(leaves);
	return true;
}
