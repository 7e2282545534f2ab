/* SPDX-License-Identifier: ISC
 * The cost of capture, by hand and against trying every set of members and operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/capture.h"
#include "tests/charter/trees.h"

enum { LISTED = 1, CHALLENGES = 2, DRAWN = 4 /* what the applicant brings along */ };
enum { PEOPLE = 6, OPERATORS = 3, LEAVES = 4, ROUNDS = 3000, RING = 4 };

static uint64_t seed = 20261123;

static uint32_t draw(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static struct capture found(
	const struct charter *c, const struct requirement *r, enum question q, enum capture_goal goal, uint32_t n, uint32_t without)
{
	const struct capture_group g = { n, without };
	struct capture k;
	struct err e = { 0 };

	assert_true(capture_find(c, r, q, goal, &g, &k, &e));
	return k;
}

static struct charter *group(size_t operators)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	for (size_t i = 0; i < operators; i++)
		c->authority.operators[i].thumb = key_of(100 + (unsigned)i);
	c->authority.operators_n = operators;
	return c;
}

static void costs(const struct charter *c, const struct requirement *r, enum capture_goal goal, uint32_t n, uint32_t members)
{
	struct capture k = found(c, r, Q_ADMIT, goal, n, 0);

	assert_true(k.possible && k.exact);
	assert_int_equal(k.members, members);
}

static void votes_of_everybody(void **state)
{
	struct requirement half = fraction(1, 2, 2, VOTES_OF_MEMBERS), cast = fraction(1, 2, 2, VOTES_CAST), veto = count(2, 3);
	struct charter *c = group(0);

	(void)state;
	costs(c, &half, CAPTURE_ADMIT, 11, 6);
	costs(c, &half, CAPTURE_FORCE, 11, 6);
	costs(c, &half, CAPTURE_BLOCK, 11, 6);
	costs(c, &half, CAPTURE_BLOCK, 10, 6);
	costs(c, &half, CAPTURE_ADMIT, 1000000, 500000);
	costs(c, &cast, CAPTURE_ADMIT, 11, 2);
	costs(c, &cast, CAPTURE_FORCE, 11, 6);
	costs(c, &veto, CAPTURE_ADMIT, 11, 2);
	costs(c, &veto, CAPTURE_FORCE, 11, 9);
	costs(c, &veto, CAPTURE_BLOCK, 11, 3);
	free(c);
}

static void operators_are_counted_apart(void **state)
{
	struct requirement either[] = { count(3, 0), authority(2) }, any = inner(REQ_ANY, 0, either, 2), all = inner(REQ_ALL, 0, either, 2);
	struct charter *c = group(3);
	struct capture k = found(c, &any, Q_ADMIT, CAPTURE_ADMIT, 9, 0);

	(void)state;
	assert_int_equal(k.members, 3);
	assert_int_equal(k.operators, 0);
	assert_int_equal(k.alone, 2);
	k = found(c, &all, Q_ADMIT, CAPTURE_ADMIT, 9, 0);
	assert_int_equal(k.members, 3);
	assert_int_equal(k.operators, 2);
	assert_int_equal(k.alone, 0);
	k = found(c, &all, Q_ADMIT, CAPTURE_BLOCK, 9, 0);
	assert_int_equal(k.members, 7);
	assert_int_equal(k.operators, 0);
	assert_int_equal(k.alone, 2);
	k = found(c, &any, Q_ADMIT, CAPTURE_BLOCK, 9, 0);
	assert_int_equal(k.members, 7);
	assert_int_equal(k.operators, 2);
	free(c);
}

static void what_the_applicant_brings(void **state)
{
	struct digest key = key_of(1);
	struct requirement puzzle = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_AUDIO };
	struct requirement parts[] = { puzzle, list(&key, 1) }, all = inner(REQ_ALL, 0, parts, 2), either[] = { count(3, 0), parts[1] };
	struct requirement any = inner(REQ_ANY, 0, either, 2), nobody = list(NULL, 0);
	struct charter *c = group(0);
	struct capture k = found(c, &all, Q_ADMIT, CAPTURE_ADMIT, 9, 0);

	(void)state;
	assert_true(k.possible && k.listed && k.challenges && k.members == 0);
	k = found(c, &puzzle, Q_ADMIT, CAPTURE_FORCE, 9, 0);
	assert_true(k.possible && !k.listed && k.challenges && k.members == 0);
	assert_false(found(c, &puzzle, Q_ADMIT, CAPTURE_BLOCK, 9, 0).possible);
	k = found(c, &any, Q_ADMIT, CAPTURE_ADMIT, 9, 0);
	assert_true(k.possible && !k.listed && !k.challenges && k.members == 3);
	k = found(c, &any, Q_ADMIT, CAPTURE_BLOCK, 9, 0);
	assert_true(k.possible && !k.listed && k.members == 7);
	assert_false(found(c, &all, Q_ADMIT, CAPTURE_BLOCK, 9, 0).possible);
	assert_false(found(c, &nobody, Q_ADMIT, CAPTURE_ADMIT, 9, 0).possible);
	k = found(c, &nobody, Q_ADMIT, CAPTURE_BLOCK, 9, 0);
	assert_true(k.possible && k.members == 0);
	k = found(c, &parts[1], Q_EXPEL, CAPTURE_BLOCK, 9, 0);
	assert_true(k.possible && k.members == 0);
	free(c);
}

/* Voters by name that overlap: one member may serve two leaves. */
static void a_member_serves_many_leaves(void **state)
{
	struct id16 of[] = { member_of(1), member_of(2), member_of(3) };
	struct requirement parts[] = { count(2, 0), count(2, 0), count(4, 0) }, all = inner(REQ_ALL, 0, parts, 3);
	struct charter *c = group(0);

	(void)state;
	parts[0].votes.of = of;
	parts[1].votes.of = of + 1;
	parts[0].votes.of_n = parts[1].votes.of_n = 2;
	costs(c, &all, CAPTURE_ADMIT, 9, 4);
	costs(c, &all, CAPTURE_BLOCK, 9, 1);
	parts[2].votes.count = 1;
	costs(c, &all, CAPTURE_ADMIT, 9, 3);
	free(c);
}

/* ---- against brute force */

struct trial {
	struct charter *c;
	struct requirement leaf[LEAVES], part[LEAVES - 1], top;
	struct id16 of[LEAVES][PEOPLE];
	struct digest listed;
	uint32_t n, without; /* the last of them have no vote */
	enum question q;
	struct id16 nearest[RING], opposite[RING];
	struct requirement invitation; /* the one that the charter has */
};

static void random_votes(struct trial *t, size_t i)
{
	struct requirement *r = &t->leaf[i];
	uint32_t voters = t->n - t->without, mask = draw(1u << voters);

	*r = draw(2) == 0 ? count(1 + draw(3), 0) : fraction(1 + draw(3), 3, draw(3), draw(2) == 0 ? VOTES_CAST : VOTES_OF_MEMBERS);
	r->votes.veto = draw(3) == 0 ? 1 + draw(3) : 0;
	if (mask == 0 || draw(2) == 0)
		return;
	r->votes.of = t->of[i];
	for (uint32_t m = 0; m < voters; m++)
		if ((mask >> m & 1) != 0)
			t->of[i][r->votes.of_n++] = member_of(m);
}

static void random_leaf(struct trial *t, size_t i)
{
	static const enum requirement_type others[] = { REQ_CAPTCHA, REQ_WORK, REQ_EXTERNAL };
	struct requirement *r = &t->leaf[i];

	switch (draw(9)) {
	case 8:
		*r = t->invitation;
		break;
	case 0:
		*r = authority(1 + draw(OPERATORS + 1));
		break;
	case 1:
		*r = list(&t->listed, draw(4) > 0);
		break;
	case 2:
		*r = (struct requirement){ .type = others[draw(3)], .captcha_kinds = CAPTCHA_LOGIC, .effort = 9 };
		break;
	case 3:
		*r = (struct requirement){ .type = REQ_VOUCHES, .vouches = { .count = 1 + draw(4) } };
		break;
	case 4:
		*r = count(1 + draw(3), draw(3));
		r->votes.nearest = draw(RING);
		r->votes.opposite = draw(RING) + (r->votes.nearest == 0);
		break;
	default:
		random_votes(t, i);
	}
}

static void random_trial(struct trial *t)
{
	static const enum requirement_type inners[] = { REQ_ALL, REQ_ANY, REQ_AT_LEAST };
	uint32_t n = 1 + draw(LEAVES - 1);

	memset(t->leaf, 0, sizeof(t->leaf));
	t->n = 1 + draw(PEOPLE);
	t->without = draw(3) == 0 ? draw(t->n) : 0;
	t->q = draw(4) == 0 ? Q_AMEND : Q_ADMIT;
	t->listed = key_of(1);
	t->invitation = (struct requirement){ .type = REQ_INVITATION,
		.invitation = { .observers = draw(4), .draw = draw(2), .by_operators = draw(2) == 0 } };
	t->c->inviting.measures.activity = draw(2);
	for (size_t i = 0; i < LEAVES; i++)
		random_leaf(t, i);
	for (uint32_t i = 0; i < RING && i < t->n - t->without; i++) {
		t->nearest[i] = member_of(i);
		t->opposite[i] = member_of(t->n - t->without - 1 - i);
	}
	for (uint32_t i = 0; i < LEAVES - 2; i++)
		t->part[i] = t->leaf[i];
	t->part[LEAVES - 2] = inner(inners[draw(3)], 1 + draw(2), &t->leaf[LEAVES - 2], 2);
	t->top = inner(inners[draw(3)], 1 + draw(n), &t->part[LEAVES - 1 - n], n);
}

static uint32_t bits(uint32_t set)
{
	uint32_t n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

/* Friends measure well, others badly: sorted, so that the lower of those in the middle is at hand. Somebody has to have looked where there
 * is something to see. */
static bool invites(const struct trial *t, uint32_t friends, uint32_t others, uint32_t operators, bool drawn)
{
	const struct requirement *r = &t->invitation;
	bool word = r->invitation.draw > 0 ? drawn : (r->invitation.by_operators ? operators : friends) > 0;
	int64_t least = t->c->inviting.measures.activity, seen[PEOPLE];
	uint32_t n = 0;

	for (; least > 0 && n < others; n++)
		seen[n] = 0;
	for (uint32_t i = 0; i < friends; i++)
		seen[n++] = 1;
	if (t->q != Q_ADMIT || friends < r->invitation.observers || (least > 0 && n == 0))
		return false;
	return word && (n == 0 || seen[(n - 1) / 2] >= least);
}

/* Does everything that everybody in the set, and so many operators, can do reach the goal? */
static bool reaches(const struct trial *t, enum capture_goal goal, uint32_t set, uint32_t operators, unsigned brings)
{
	const bool listed = brings & LISTED, challenges = brings & CHALLENGES;
	const struct fact_challenge met[] = { { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_LOGIC },
		{ .type = CHALLENGE_WORK, .effort = 9 }, { .type = CHALLENGE_EXTERNAL, .provider = "" } };
	struct fact_vote votes[PEOPLE];
	struct fact_vouch vouches[PEOPLE];
	struct fact_approval words[OPERATORS];
	uint32_t voters = t->n - t->without, ring = voters < RING ? voters : RING;
	struct facts f = { .question = t->q,
		.electorate = t->n,
		.without_vote = t->without,
		.votes = votes,
		.vouches = vouches,
		.approvals = words,
		.challenges = met,
		.challenges_n = challenges && t->q == Q_ADMIT ? 3 : 0,
		.nearest = t->nearest,
		.opposite = t->opposite,
		.nearest_n = ring,
		.opposite_n = ring,
		.closed = true };
	bool block = goal == CAPTURE_BLOCK;
	uint32_t in_set;
	enum verdict v;

	f.applicant = key_of(listed ? 1 : 2);
	in_set = bits(set);
	f.invited = invites(t, block ? t->n - in_set : in_set,
		goal == CAPTURE_ADMIT ? 0
			: block       ? in_set
				      : t->n - in_set,
		block ? (uint32_t)t->c->authority.operators_n - operators : operators, (brings & DRAWN) != 0);
	for (uint32_t m = 0; m < t->n; m++) {
		bool in = (set >> m & 1) != 0;

		if (m < voters && (in || goal != CAPTURE_ADMIT))
			votes[f.votes_n++] = (struct fact_vote){ member_of(m), in == block ? CHOICE_NO : CHOICE_YES };
		if (in != block)
			vouches[f.vouches_n++] = (struct fact_vouch){ .member = member_of(m), .live = 1 };
	}
	for (uint32_t i = 0; i < t->c->authority.operators_n; i++)
		words[f.approvals_n++] = (struct fact_approval){ t->c->authority.operators[i].thumb, (i < operators) != block };
	assert_true(charter_decide(t->c, &t->top, &f, &v, NULL, NULL));
	return (v == VERDICT_YES) != block;
}

static struct capture tried(const struct trial *t, enum capture_goal goal, unsigned brings)
{
	struct capture k = { .listed = brings & LISTED };

	for (uint32_t o = 0; o <= t->c->authority.operators_n; o++) {
		uint32_t best = UINT32_MAX;

		for (uint32_t set = 0; set < 1u << t->n; set++)
			if (bits(set) < best && reaches(t, goal, set, o, brings))
				best = bits(set);
		if (best != UINT32_MAX && !k.possible) {
			k.possible = true;
			k.members = best;
			k.operators = o;
		}
		if (best == 0 && k.alone == 0)
			k.alone = o;
		if (best == 0)
			break;
	}
	return k;
}

static bool costs_as(const struct capture *a, const struct capture *b)
{
	return a->possible == b->possible && a->members == b->members && a->operators == b->operators && a->alone == b->alone;
}

static struct capture expected(const struct trial *t, enum capture_goal goal)
{
	struct capture k = tried(t, goal, CHALLENGES | DRAWN), without;
	unsigned listed;

	if (goal == CAPTURE_BLOCK) {
		if (k.possible && k.members + k.operators == 0)
			k = tried(t, goal, LISTED | CHALLENGES | DRAWN);
		k.listed = k.listed && !(k.possible && k.members + k.operators == 0);
		return k;
	}
	if (!k.possible)
		k = tried(t, goal, LISTED | CHALLENGES | DRAWN);
	k.listed = k.listed && k.possible;
	listed = k.listed ? LISTED : 0;
	without = tried(t, goal, listed | DRAWN);
	k.challenges = k.possible && !costs_as(&without, &k);
	without = tried(t, goal, listed | CHALLENGES);
	k.drawn = k.possible && !costs_as(&without, &k);
	return k;
}

static bool agree(const struct capture *a, const struct capture *b)
{
	return costs_as(a, b) && a->listed == b->listed && a->challenges == b->challenges && a->drawn == b->drawn;
}

static void as_brute_force_has_it(void **state)
{
	uint32_t exact = 0, possible = 0, rough = 0;
	struct trial t = { .c = group(0) };

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		enum capture_goal goal = (enum capture_goal)draw(3);
		struct capture k, must;

		free(t.c);
		t.c = group(draw(OPERATORS + 1));
		random_trial(&t);
		k = found(t.c, &t.top, t.q, goal, t.n, t.without);
		must = expected(&t, goal);
		exact += k.exact;
		possible += k.exact && k.possible;
		rough += !k.exact;
		if (k.exact && !agree(&k, &must))
			fail_msg("round %d, goal %d: %u members, %u operators; brute force %u, %u", i, (int)goal, (unsigned)k.members,
				(unsigned)k.operators, (unsigned)must.members, (unsigned)must.operators);
		if (!k.exact && k.possible && k.operators == must.operators)
			assert_true(must.possible && k.members >= must.members);
	}
	assert_true(exact > ROUNDS / 2 && possible > ROUNDS / 3 && rough > 50);
	free(t.c);
}

static void beyond_it_is_at_most(void **state)
{
	struct id16 of[40 * 3];
	struct requirement parts[40], all = inner(REQ_ALL, 0, parts, 40);
	struct charter *c = group(0);
	struct capture k;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned m = 0; m < 3; m++)
			of[3 * i + m] = member_of(i + m);
		parts[i] = count(2, 0);
		parts[i].votes.of = &of[(size_t)3 * i];
		parts[i].votes.of_n = 3;
	}
	k = found(c, &all, Q_ADMIT, CAPTURE_ADMIT, 60, 0);
	assert_true(k.possible && !k.exact && k.members >= 28 && k.members <= 60);
	k = found(c, &all, Q_ADMIT, CAPTURE_BLOCK, 60, 0);
	assert_true(k.possible && !k.exact && k.members == 2);
	free(c);
}

/* Too many ways to try them all: those who serve both leaves are found all the same. */
static void at_most_is_no_wild_guess(void **state)
{
	struct id16 of[450];
	struct requirement parts[] = { count(150, 0), count(150, 0), count(100, 0) }, all = inner(REQ_ALL, 0, parts, 3);
	struct charter *c = group(0);
	struct capture k;

	(void)state;
	for (unsigned i = 0; i < 450; i++)
		of[i] = member_of(i);
	for (unsigned i = 0; i < 2; i++) {
		parts[i].votes.of = of + (size_t)150 * i;
		parts[i].votes.of_n = 300;
	}
	parts[2].votes.of = of + 100;
	parts[2].votes.of_n = 300;
	k = found(c, &all, Q_ADMIT, CAPTURE_ADMIT, 5000, 0);
	assert_true(k.possible && !k.exact);
	assert_int_equal(k.members, 150);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_of_everybody),
		cmocka_unit_test(operators_are_counted_apart),
		cmocka_unit_test(what_the_applicant_brings),
		cmocka_unit_test(a_member_serves_many_leaves),
		cmocka_unit_test(as_brute_force_has_it),
		cmocka_unit_test(beyond_it_is_at_most),
		cmocka_unit_test(at_most_is_no_wild_guess),
	};

	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
