/* SPDX-License-Identifier: ISC */
#include "tests/charter/naive.h"

#include <stdlib.h>
#include <string.h>

#include "tests/charter/dice.h"
#include "tests/charter/naive_future.h"

enum { LITERAL = 20000, SAMPLES = 12 };

/* What may still come one way or the other; its last position is what the applicant hopes for. */
struct dial {
	enum { VOTE, WORD_OF_OPERATOR, VOUCHES, CHALLENGE } what;
	size_t i;
	uint32_t positions;
};
struct dials {
	struct dial *d; /* owned */
	size_t n;
};

static void *grown(void *p, size_t n, size_t size)
{
	p = realloc(p, (n + 1) * size);
	if (p == NULL)
		abort();
	return p;
}

/* ---- who is there, and what may still come */

static void add_person(struct future *t, struct person p)
{
	for (size_t i = 0; !p.nameless && i < t->n; i++)
		if (!t->people[i].nameless && id16_compare(&t->people[i].id, &p.id) == 0)
			return;
	t->people = grown(t->people, t->n, sizeof(*t->people));
	t->people[t->n++] = p;
}

/* The subject of an expulsion does not vote. */
static void add_named(struct future *t, const struct naive_rule *r)
{
	const struct facts *f = &t->c->facts;

	for (size_t i = 0; i < r->votes.of_n; i++)
		if (!f->subject_is_elector || id16_compare(&r->votes.of[i], &f->subject) != 0)
			add_person(t, (struct person){ .id = r->votes.of[i] });
	for (size_t i = 0; i < r->parts_n; i++)
		add_named(t, &r->parts[i]);
}

/* Those who have voted, the neighbours, those who are named, and as many more as make up the electorate. The facts do not say who of the
 * named ones is an elector: as many as there is room for. */
static void add_people(struct future *t, const struct naive_rule *r)
{
	const struct facts *f = &t->c->facts;

	for (size_t i = 0; i < f->votes_n; i++) {
		enum choice c = f->votes[i].choice;

		add_person(t,
			(struct person){ .id = f->votes[i].member,
				.voted = true,
				.says = c == CHOICE_YES  ? YES
					: c == CHOICE_NO ? NO
							 : ABSTAINS });
	}
	for (size_t i = 0; i < f->nearest_n; i++)
		add_person(t, (struct person){ .id = f->nearest[i] });
	for (size_t i = 0; i < f->opposite_n; i++)
		add_person(t, (struct person){ .id = f->opposite[i] });
	add_named(t, r);
	while ((int64_t)t->n < future_electors(f))
		add_person(t, (struct person){ .nameless = true });
	for (size_t i = 0; i < t->n && (int64_t)i < future_electors(f); i++)
		t->people[i].elector = true;
}

static void add_operators(struct future *t)
{
	const struct facts *f = &t->c->facts;

	if (t->c->operators_n > FUTURE_OPERATORS)
		abort();
	for (size_t i = 0; i < t->c->operators_n; i++)
		for (size_t k = 0; k < f->approvals_n; k++)
			t->approves[i] |= f->approvals[k].approve && digest_compare(&f->approvals[k].key, &t->c->operators[i]) == 0;
}

static void add_possible(struct future *t, struct fact_challenge c)
{
	if (t->possible_n == FUTURE_CHALLENGES)
		abort();
	t->possible[t->possible_n++] = c;
}

/* For each leaf that asks for one, the least that meets it. */
static void add_challenges(struct future *t, const struct naive_rule *r)
{
	static const enum captcha_kind kinds[3] = { CAPTCHA_GRAPHIC, CAPTCHA_LOGIC, CAPTCHA_AUDIO };

	for (size_t i = 0; i < 3; i++)
		if (r->kind == NAIVE_CAPTCHA && r->kinds[i]) {
			add_possible(t, (struct fact_challenge){ .type = CHALLENGE_CAPTCHA, .captcha = kinds[i] });
			break;
		}
	if (r->kind == NAIVE_WORK)
		add_possible(t, (struct fact_challenge){ .type = CHALLENGE_WORK, .effort = r->effort });
	if (r->kind == NAIVE_EXTERNAL)
		add_possible(t, (struct fact_challenge){ .type = CHALLENGE_EXTERNAL, .provider = r->provider });
	for (size_t i = 0; i < r->parts_n; i++)
		add_challenges(t, &r->parts[i]);
}

static void add_dial(struct dials *all, struct dial d)
{
	all->d = grown(all->d, all->n, sizeof(*all->d));
	all->d[all->n++] = d;
}

static bool spoke(const struct facts *f, const struct digest *operator)
{
	for (size_t i = 0; i < f->approvals_n; i++)
		if (digest_compare(&f->approvals[i].key, operator) == 0)
			return true;
	return false;
}

/* Acts that no leaf looks at are left out. */
static struct dials what_may_come(const struct future *t, const struct naive_rule *r)
{
	const struct facts *f = &t->c->facts;
	const uint32_t vouchers = f->electorate - (f->subject_is_elector ? 1 : 0);
	struct dials out = { 0 };

	for (size_t i = 0; i < t->n && naive_has(r, NAIVE_VOTES); i++)
		if (!t->people[i].voted || f->may_change)
			add_dial(&out, (struct dial){ VOTE, i, 3 });
	for (size_t i = 0; i < t->c->operators_n && naive_has(r, NAIVE_AUTHORITY); i++)
		if (!spoke(f, &t->c->operators[i]))
			add_dial(&out, (struct dial){ WORD_OF_OPERATOR, i, 2 });
	if (naive_has(r, NAIVE_VOUCHES) && f->vouches_n < vouchers)
		add_dial(&out, (struct dial){ VOUCHES, 0, vouchers - (uint32_t)f->vouches_n + 1 });
	for (size_t i = 0; i < t->possible_n; i++)
		add_dial(&out, (struct dial){ CHALLENGE, i, 2 });
	return out;
}

static void turn(struct future *t, const struct dial *d, uint32_t position)
{
	switch (d->what) {
	case VOTE:
		t->people[d->i].says = position == 0 ? NO : position == 2 ? YES : t->people[d->i].voted ? ABSTAINS : SILENT;
		break;
	case WORD_OF_OPERATOR:
		t->approves[d->i] = position == 1;
		break;
	case VOUCHES:
		t->more_vouches = position;
		break;
	case CHALLENGE:
		t->handed_in[d->i] = position == 1;
		break;
	}
}

/* ---- trying */

struct tally {
	uint32_t tried, met;
};

static void try(struct future *t, const struct naive_rule *r, struct tally *out)
{
	out->tried++;
	out->met += future_meets(t, r);
}

static void try_all(struct future *t, const struct naive_rule *r, const struct dials *all, size_t i, struct tally *out)
{
	if (i == all->n) {
		try(t, r, out);
		return;
	}
	for (uint32_t p = 0; p < all->d[i].positions; p++) {
		turn(t, &all->d[i], p);
		try_all(t, r, all, i + 1, out);
	}
}

static void try_some(struct future *t, const struct naive_rule *r, const struct dials *all, struct tally *out)
{
	struct dice dice = { all->n };

	for (uint32_t s = 0; s < SAMPLES; s++) {
		uint32_t hope = dice_below(&dice, 101);

		for (size_t i = 0; i < all->n; i++) {
			uint32_t last = all->d[i].positions - 1;

			turn(t, &all->d[i], s == 0 ? 0 : s == 1 ? last : dice_percent(&dice, hope) ? last : dice_below(&dice, last + 1));
		}
		try(t, r, out);
	}
}

static bool few(const struct dials *all)
{
	uint64_t n = 1;

	for (size_t i = 0; i < all->n && n <= LITERAL; i++)
		n *= all->d[i].positions;
	return n <= LITERAL;
}

void naive_decide(const struct naive_case *c, struct naive_answer *out)
{
	struct future now = { .c = c };
	struct tally open = { 0 };
	struct naive_rule r;
	struct dials all;

	memset(out, 0, sizeof(*out));
	naive_read(c->rule, &r);
	add_people(&now, &r);
	add_operators(&now);
	add_challenges(&now, &r);
	out->met_now = future_meets(&now, &r);
	all = what_may_come(&now, &r);
	out->literal = few(&all);
	if (out->literal)
		try_all(&now, &r, &all, 0, &open);
	else
		try_some(&now, &r, &all, &open);
	out->tried = open.tried;
	if (c->facts.closed) {
		out->verdict = out->met_now ? VERDICT_YES : VERDICT_NO;
		out->expired = !out->met_now && open.met > 0;
	} else {
		out->verdict = open.met == open.tried ? VERDICT_YES : open.met == 0 ? VERDICT_NO : VERDICT_NOT_YET;
	}
	free(all.d);
	free(now.people);
	naive_free(&r);
}
