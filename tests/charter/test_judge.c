/* SPDX-License-Identifier: ISC
 * charter_decide against a second procedure that knows no shortcut: it tries everything that may still come. TEST_SEED and TEST_ROUNDS
 * repeat or lengthen a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/judge.h"
#include "tests/charter/trees.h"

enum { ELECTORS_MAX = 5, OPERATORS_MAX = 2, NODES_MAX = 40, SILENT = 3 };

static uint64_t seed = 20260704;

static uint32_t roll(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

/* A small world: who says what (enum choice, or SILENT), and the tree. Elector `subject` does not vote. */
struct world {
	struct charter charter;
	uint32_t n, operators, subject; /* subject == n: nobody */
	int votes[ELECTORS_MAX], words[OPERATORS_MAX];
	bool closed, change, other; /* other: what the leaves that nobody decides here would say */
	enum question question;
	bool listed;
	struct requirement nodes[NODES_MAX];
	struct id16 of[NODES_MAX][ELECTORS_MAX];
	struct digest key;
	size_t used;
	struct facts f;
	struct fact_vote fact_votes[ELECTORS_MAX];
	struct fact_approval fact_words[OPERATORS_MAX];
};

static void random_votes(struct world *w, struct requirement *r)
{
	*r = roll(2) ? count(1 + roll(4), roll(3)) : fraction(1 + roll(3), 3 + roll(2), roll(3), roll(2) ? VOTES_CAST : VOTES_OF_MEMBERS);
	r->votes.veto = roll(3) ? 0 : 1 + roll(2);
	if (roll(3) != 0)
		return;
	r->votes.of = w->of[r - w->nodes];
	for (uint32_t i = 0; i < w->n; i++)
		if (roll(2))
			r->votes.of[r->votes.of_n++] = member_of(i);
}

static void random_leaf(struct world *w, struct requirement *r)
{
	switch (roll(8)) {
	case 0:
		*r = list(&w->key, 1);
		break;
	case 1:
		*r = (struct requirement){ .type = REQ_WORK };
		break;
	case 2:
	case 3:
		*r = authority(1 + roll(2));
		break;
	default:
		random_votes(w, r);
	}
}

static void random_tree(struct world *w, struct requirement *r, int depth)
{
	uint32_t n = 1 + roll(3);

	if (depth == 0 || roll(3) == 0 || w->used + n > NODES_MAX) {
		random_leaf(w, r);
		return;
	}
	*r = inner(REQ_ALL + roll(3), 1 + roll(n), &w->nodes[w->used], n);
	w->used += n;
	for (uint32_t i = 0; i < n; i++)
		random_tree(w, &r->child[i], depth - 1);
}

static void random_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->n = roll(ELECTORS_MAX + 1);
	w->operators = roll(OPERATORS_MAX + 1);
	w->charter.authority.operators_n = w->operators;
	w->closed = roll(3) == 0;
	w->change = roll(4) == 0;
	w->question = roll(3);
	w->subject = w->question == Q_EXPEL && w->n > 0 ? roll(w->n) : w->n;
	w->listed = roll(2);
	w->key = key_of(1);
	for (uint32_t i = 0; i < w->n; i++)
		w->votes[i] = roll(2) == 0 || i == w->subject ? SILENT : (int)roll(3);
	for (uint32_t i = 0; i < w->operators; i++) {
		w->charter.authority.operators[i].thumb = key_of(100 + i);
		w->words[i] = roll(2) == 0 ? SILENT : (int)roll(2);
	}
	w->used = 1;
	random_tree(w, &w->nodes[0], 3);
}

static const struct facts *facts_of(struct world *w)
{
	w->f = (struct facts){ .question = w->question, .electorate = w->n, .votes = w->fact_votes, .approvals = w->fact_words };
	w->f.closed = w->closed;
	w->f.may_change = w->change;
	w->f.applicant = key_of(w->listed ? 1 : 2);
	w->f.subject_is_elector = w->subject < w->n;
	w->f.subject = member_of(w->subject);
	for (uint32_t i = 0; i < w->n; i++)
		if (w->votes[i] != SILENT)
			w->fact_votes[w->f.votes_n++] = (struct fact_vote){ member_of(i), (enum choice)w->votes[i] };
	for (uint32_t i = 0; i < w->operators; i++)
		if (w->words[i] != SILENT)
			w->fact_words[w->f.approvals_n++] = (struct fact_approval){ key_of(100 + i), w->words[i] == CHOICE_YES };
	return &w->f;
}

static enum verdict decided(struct world *w)
{
	enum verdict v;

	assert_true(charter_decide(&w->charter, &w->nodes[0], facts_of(w), &v, NULL, NULL));
	return v;
}

/* ---- the second procedure: is the tree met by exactly what was said? */

static bool stands_in(const struct requirement *r, uint32_t member)
{
	struct id16 id = member_of(member);
	bool found = r->votes.of == NULL;

	for (uint32_t i = 0; i < r->votes.of_n; i++)
		found = found || memcmp(&r->votes.of[i], &id, sizeof(id)) == 0;
	return found;
}

static bool met_votes(const struct world *w, const struct requirement *r)
{
	uint32_t all = 0, yes = 0, no = 0, base;

	for (uint32_t i = 0; i < w->n; i++) {
		if (i == w->subject || !stands_in(r, i))
			continue;
		all++;
		yes += w->votes[i] == CHOICE_YES;
		no += w->votes[i] == CHOICE_NO;
	}
	base = r->votes.base == VOTES_CAST ? yes + no : all;
	if (yes == 0 || (r->votes.veto > 0 && no >= r->votes.veto))
		return false;
	if (r->votes.count > 0)
		return yes >= r->votes.count;
	return yes * r->votes.q >= r->votes.p * base && yes >= r->votes.minimum;
}

static bool met(const struct world *w, const struct requirement *r)
{
	uint32_t got = 0;

	if (r->type == REQ_VOTES)
		return met_votes(w, r);
	if (r->type == REQ_LIST)
		return w->listed && w->question == Q_ADMIT;
	if (r->type == REQ_WORK)
		return w->other;
	if (r->type == REQ_AUTHORITY) {
		for (uint32_t i = 0; i < w->operators; i++)
			got += w->words[i] == CHOICE_YES;
		return got >= r->k;
	}
	for (uint32_t i = 0; i < r->n; i++)
		got += met(w, &r->child[i]);
	return r->type == REQ_ALL ? got == r->n : r->type == REQ_ANY ? got > 0 : got >= r->k;
}

/* Tries every way in which the electors from i on may still speak. */
static void try_votes(struct world *w, uint32_t i, bool *some, bool *every)
{
	int said;

	if (i == w->n) {
		bool m = met(w, &w->nodes[0]);

		*some = *some || m;
		*every = *every && m;
		return;
	}
	if (i == w->subject || (w->votes[i] != SILENT && !w->change)) {
		try_votes(w, i + 1, some, every);
		return;
	}
	said = w->votes[i];
	for (w->votes[i] = CHOICE_YES; w->votes[i] <= SILENT; w->votes[i]++)
		try_votes(w, i + 1, some, every);
	w->votes[i] = said;
}

static void try_words(struct world *w, uint32_t i, bool *some, bool *every)
{
	if (i == w->operators) {
		for (int other = 0; other < 2; other++) {
			w->other = other;
			try_votes(w, 0, some, every);
		}
		w->other = false;
		return;
	}
	if (w->words[i] != SILENT) {
		try_words(w, i + 1, some, every);
		return;
	}
	for (w->words[i] = CHOICE_YES; w->words[i] <= CHOICE_NO; w->words[i]++)
		try_words(w, i + 1, some, every);
	w->words[i] = SILENT;
	try_votes(w, 0, some, every);
}

static enum verdict tried(struct world *w)
{
	bool some = false, every = true;

	if (w->closed)
		return met(w, &w->nodes[0]) ? VERDICT_YES : VERDICT_NO;
	try_words(w, 0, &some, &every);
	return every ? VERDICT_YES : some ? VERDICT_NOT_YET : VERDICT_NO;
}

static long rounds(void)
{
	const char *s = getenv("TEST_ROUNDS");

	return s != NULL ? strtol(s, NULL, 10) : 6000;
}

static void both_procedures_agree(void **state)
{
	long seen[3] = { 0 };
	struct world w;

	(void)state;
	for (long i = 0; i < rounds(); i++) {
		uint64_t from = seed;
		enum verdict first, second;

		random_world(&w);
		first = decided(&w);
		second = tried(&w);
		if (first != second)
			print_error("TEST_SEED=%llu: decided %s, tried %s\n", (unsigned long long)from, verdict_name(first),
				verdict_name(second));
		assert_int_equal(first, second);
		seen[first]++;
	}
	for (int v = 0; v < 3; v++)
		assert_true(seen[v] * 20 > rounds());
}

/* The smallest number of acts that is said to be missing is the smallest that helps: for one votes leaf, minds unchanged. */
static void what_is_missing_is_enough_and_not_more(void **state)
{
	struct decision_trace trace;
	struct world w;
	enum verdict v;

	(void)state;
	for (long i = 0; i < rounds(); i++) {
		random_world(&w);
		w.change = false;
		random_votes(&w, &w.nodes[0]);
		assert_true(charter_decide(&w.charter, &w.nodes[0], facts_of(&w), &v, &trace, NULL));
		for (uint32_t more = 0, j = 0; j < w.n && trace.nodes[0].missing > 0; j++) {
			if (j == w.subject || w.votes[j] != SILENT || !stands_in(&w.nodes[0], j))
				continue;
			assert_true(met(&w, &w.nodes[0]) == (more >= trace.nodes[0].missing));
			w.votes[j] = CHOICE_YES;
			more++;
			assert_true(met(&w, &w.nodes[0]) == (more >= trace.nodes[0].missing));
		}
		assert_true(trace.nodes[0].missing == 0 || met(&w, &w.nodes[0]));
		decision_trace_free(&trace);
	}
}

static void the_order_of_votes_does_not_matter(void **state)
{
	struct world w;

	(void)state;
	for (long i = 0; i < rounds(); i++) {
		enum verdict before, after;

		random_world(&w);
		before = decided(&w);
		for (size_t k = w.f.votes_n; k > 1; k--) {
			size_t other = roll((uint32_t)k);
			struct fact_vote last = w.fact_votes[k - 1];

			w.fact_votes[k - 1] = w.fact_votes[other];
			w.fact_votes[other] = last;
		}
		assert_true(charter_decide(&w.charter, &w.nodes[0], &w.f, &after, NULL, NULL));
		assert_int_equal(before, after);
	}
}

/* NO < NOT YET < YES. */
static int rank(enum verdict v)
{
	return v == VERDICT_NO ? 0 : v == VERDICT_NOT_YET ? 1 : 2;
}

static void a_yes_more_never_does_harm(void **state)
{
	struct world w;

	(void)state;
	for (long i = 0; i < rounds(); i++) {
		enum verdict before;

		random_world(&w);
		before = decided(&w);
		for (uint32_t k = 0; k < w.n; k++)
			if (k != w.subject && w.votes[k] == SILENT) {
				w.votes[k] = CHOICE_YES;
				assert_true(rank(decided(&w)) >= rank(before));
				w.votes[k] = CHOICE_NO;
				assert_true(rank(decided(&w)) <= rank(before));
				w.votes[k] = SILENT;
			}
	}
}

/* What was certain stays certain, whatever comes, and the close confirms it. */
static void a_certain_verdict_stays(void **state)
{
	struct world w;

	(void)state;
	for (long i = 0; i < rounds(); i++) {
		enum verdict before;

		random_world(&w);
		w.closed = false;
		before = decided(&w);
		for (uint32_t k = 0; k < w.n; k++)
			if (k != w.subject && (w.votes[k] == SILENT || w.change))
				w.votes[k] = (int)roll(4);
		w.closed = roll(2);
		if (before != VERDICT_NOT_YET)
			assert_int_equal(decided(&w), before);
		w.closed = true;
		assert_int_not_equal(decided(&w), VERDICT_NOT_YET);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_procedures_agree),
		cmocka_unit_test(what_is_missing_is_enough_and_not_more),
		cmocka_unit_test(the_order_of_votes_does_not_matter),
		cmocka_unit_test(a_yes_more_never_does_harm),
		cmocka_unit_test(a_certain_verdict_stays),
	};

	if (getenv("TEST_SEED") != NULL)
		seed = strtoull(getenv("TEST_SEED"), NULL, 10);
	print_message("TEST_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
