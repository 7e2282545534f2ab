/* SPDX-License-Identifier: ISC
 * Laws of what happens, and of the term. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/laws.h"
#include "tests/lib/charters.h"

enum { CONTINUATIONS = 4, ACTS = 40 };

/* ---- of acts */

static void one_more_yes_never_hurts(struct dice *d, const struct scene *s, struct scene *t)
{
	struct id16 who;

	(void)d;
	if (!scene_silent(t, &who))
		return;
	t->votes[t->f.votes_n++] = (struct fact_vote){ who, CHOICE_YES };
	law_never_falls(__func__, s, t);
}

static void one_more_no_never_helps(struct dice *d, const struct scene *s, struct scene *t)
{
	struct id16 who;

	(void)d;
	if (!scene_silent(t, &who))
		return;
	t->votes[t->f.votes_n++] = (struct fact_vote){ who, CHOICE_NO };
	law_never_falls(__func__, t, s);
}

static void a_turned_vote_moves_with_its_voter(struct dice *d, const struct scene *s, struct scene *t)
{
	size_t i = dice_below(d, (uint32_t)t->f.votes_n);

	if (t->f.votes_n == 0)
		return;
	t->votes[i].choice = CHOICE_YES;
	law_never_falls(__func__, s, t);
	t->votes[i].choice = CHOICE_NO;
	law_never_falls(__func__, t, s);
}

/* When the term is over. Before, it tells at least that one may no longer say yes. */
static void to_abstain_is_to_be_silent(struct dice *d, const struct scene *s, struct scene *t)
{
	struct scene closed = *s;
	struct id16 who;

	(void)d;
	if (!scene_silent(t, &who))
		return;
	closed.f.closed = t->f.closed = true;
	t->votes[t->f.votes_n++] = (struct fact_vote){ who, CHOICE_ABSTAIN };
	law_stays(__func__, &closed, t);
}

static void order_does_not_matter(struct dice *d, const struct scene *s, struct scene *t)
{
	struct ruling a = ruling(s), b;

	scene_shuffle(d, t);
	law_stays(__func__, s, t);
	b = ruling(t);
	assert_int_equal(a.expired, b.expired);
	assert_int_equal(a.missing, b.missing);
	assert_true((a.refusal == NULL) == (b.refusal == NULL));
	if (a.refusal != NULL)
		assert_string_equal(a.refusal, b.refusal);
}

static void time_brings_no_vouch_to_life(struct dice *d, const struct scene *s, struct scene *t)
{
	int64_t more = dice_below(d, 200);

	for (size_t i = 0; i < t->f.vouches_n; i++)
		t->vouches[i].elapsed += more;
	law_never_falls(__func__, t, s);
}

static void a_sounder_vouch_never_hurts(struct dice *d, const struct scene *s, struct scene *t)
{
	struct fact_vouch *v = &t->vouches[dice_below(d, (uint32_t)t->f.vouches_n)];

	if (t->f.vouches_n == 0)
		return;
	v->age += dice_below(d, 200);
	v->live = 1;
	v->reason = true;
	law_never_falls(__func__, s, t);
}

static void an_approval_never_hurts(struct dice *d, const struct scene *s, struct scene *t)
{
	struct digest key;

	for (size_t i = 0; i < t->f.approvals_n; i++)
		t->approvals[i].approve |= dice_percent(d, 50);
	if (scene_silent_operator(law_scenery(), t, &key))
		t->approvals[t->f.approvals_n++] = (struct fact_approval){ key, true };
	law_never_falls(__func__, s, t);
}

static void a_challenge_met_never_hurts(struct dice *d, const struct scene *s, struct scene *t)
{
	if (t->f.challenges_n < SCENE_CHALLENGES)
		t->challenges[t->f.challenges_n++] = scene_challenge(d);
	t->f.invited = true;
	law_never_falls(__func__, s, t);
}

/* ---- of the term */

static void the_close_decides(struct dice *d, const struct scene *s, struct scene *t)
{
	struct ruling open, closed;

	(void)d;
	t->f.closed = false;
	open = ruling(t);
	t->f.closed = true;
	closed = ruling(t);
	if (closed.verdict == VERDICT_NOT_YET || (open.verdict != VERDICT_NOT_YET && open.verdict != closed.verdict))
		law_broken(__func__, s, t);
	assert_int_equal(closed.verdict == VERDICT_YES, open.met_now);
	assert_false(open.expired);
	assert_int_equal(closed.expired, open.verdict == VERDICT_NOT_YET && closed.verdict == VERDICT_NO);
	assert_int_equal(closed.verdict == VERDICT_YES, closed.refusal == NULL);
	assert_int_equal(open.verdict == VERDICT_YES, open.refusal == NULL);
}

static void what_is_decided_stays(struct dice *d, const struct scene *s, struct scene *t)
{
	struct scene open = *s;

	open.f.closed = false;
	if (ruling(&open).verdict == VERDICT_NOT_YET)
		return;
	for (int i = 0; i < CONTINUATIONS; i++) {
		struct scene later = open;
		uint32_t acts = dice_below(d, ACTS);

		while (acts-- > 0)
			if (scene_act(law_scenery(), d, &later))
				law_stays(__func__, &open, &later);
		later.f.closed = true;
		law_stays(__func__, &open, &later);
	}
	t->f.closed = true;
}

/* Minds that may change put off what is decided, and turn nothing. */
static void to_change_a_mind_is_to_wait(struct dice *d, const struct scene *s, struct scene *t)
{
	struct scene fixed = *s;

	(void)d;
	t->f.closed = fixed.f.closed = false;
	t->change = true;
	fixed.change = false;
	if (ruling(t).verdict != VERDICT_NOT_YET)
		law_stays(__func__, &fixed, t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAW(one_more_yes_never_hurts),
		LAW(one_more_no_never_helps),
		LAW(a_turned_vote_moves_with_its_voter),
		LAW(to_abstain_is_to_be_silent),
		LAW(order_does_not_matter),
		LAW(time_brings_no_vouch_to_life),
		LAW(a_sounder_vouch_never_hurts),
		LAW(an_approval_never_hurts),
		LAW(a_challenge_met_never_hurts),
		LAW(the_close_decides),
		LAW(what_is_decided_stays),
		LAW(to_change_a_mind_is_to_wait),
	};

	return cmocka_run_group_tests(tests, laws_open, laws_close);
}
