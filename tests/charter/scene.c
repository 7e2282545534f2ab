/* SPDX-License-Identifier: ISC */
#include "tests/charter/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/charter/scene_rule.h"

enum { AGE = 100, EXPIRY = 50, BUDGET = 2 };

static const char *const places[] = { [Q_ADMIT] = "admission", [Q_EXPEL] = "expulsion", [Q_AMEND] = "amendment", [Q_RENEW] = "renewal" };

struct id16 scene_member(uint32_t i)
{
	struct dice d = { i };
	uint64_t half[2] = { dice_roll(&d), dice_roll(&d) };
	struct id16 id;

	memcpy(id.b, half, sizeof(id.b));
	return id;
}

void scenery_open(struct scenery *y)
{
	struct err e = { 0 };

	memset(y, 0, sizeof(*y));
	y->keys = charters_new();
	y->charter = charters_first(y->keys);
	charters_set(y->charter, "/tests", "[]");
	for (uint32_t i = 0; i < SCENE_OPERATORS; i++) {
		struct sig_key *k = sig_key_generate(SIG_ED25519, &e);
		char name[16];

		if (k == NULL)
			abort();
		snprintf(name, sizeof(name), "operator %u", (unsigned)i + 1);
		y->operators[i] = json_pack("{s:s,s:o}", "name", name, "key", jwk_print(sig_key_pub(k)));
		jwk_thumbprint(sig_key_pub(k), &y->operator[i]);
		sig_key_free(k);
	}
}

void scenery_close(struct scenery *y)
{
	for (uint32_t i = 0; i < SCENE_OPERATORS; i++)
		json_decref(y->operators[i]);
	json_decref(y->charter);
	charters_free(y->keys);
}

struct facts scene_facts(const struct scene *s)
{
	struct facts f = s->f;

	f.votes = s->votes;
	f.approvals = s->approvals;
	f.vouches = s->vouches;
	f.challenges = s->challenges;
	f.nearest = s->nearest;
	f.opposite = s->opposite;
	f.may_change = s->change;
	return f;
}

struct charter *scene_charter(const struct scenery *y, const struct scene *s, struct err *e)
{
	json_t *doc = json_copy(y->charter), *authority = json_copy(json_object_get(doc, "authority"));
	json_t *voting = json_copy(json_object_get(doc, "voting")), *operators = json_array();

	for (uint32_t i = 0; i < s->operators_n; i++)
		json_array_append(operators, y->operators[i]);
	json_object_set_new(authority, "operators", operators);
	json_object_set_new(doc, "authority", authority);
	json_object_set_new(voting, "change", json_boolean(s->change));
	json_object_set_new(doc, "voting", voting);
	if (s->f.question == Q_RECOVER)
		json_object_set_new(doc, "recovery", json_pack("{s:O}", "member", s->rule));
	else
		json_object_set(doc, places[s->f.question], s->rule);
	return charters_parse(doc, e);
}

/* ---- numbers, and what happens */

/* Of those who vote: without the subject and those on probation, who come first and last. */
static uint32_t first_voter(const struct scene *s)
{
	return s->f.subject_is_elector ? 1 : 0;
}

static uint32_t voters(const struct scene *s)
{
	return s->f.electorate - first_voter(s) - s->f.without_vote;
}

static void draw_numbers(struct dice *d, struct scene *s)
{
	uint32_t size = dice_below(d, 100);

	s->f.electorate = dice_below(d, size < 55 ? 6 : size < 85 ? 12 : size < 97 ? 40 : SCENE_ELECTORS + 1);
	s->f.question = (enum question)(dice_percent(d, 60) ? Q_ADMIT : Q_EXPEL + dice_below(d, 4));
	if (question_of_member(s->f.question) && s->f.electorate > 0 && dice_percent(d, 90)) {
		s->f.subject_is_elector = true;
		s->f.subject = scene_member(0);
	}
	if (dice_percent(d, 30))
		s->f.without_vote = dice_below(d, s->f.electorate - first_voter(s) + 1);
	s->change = dice_percent(d, 30);
	s->operators_n = dice_below(d, SCENE_OPERATORS + 1);
	s->vouching.age = dice_percent(d, 50) ? AGE : 0;
	s->vouching.budget = dice_percent(d, 50) ? BUDGET : 0;
	s->vouching.window = dice_percent(d, 50) ? 1000 : 0;
	s->vouching.expiry = dice_percent(d, 50) ? EXPIRY : 0;
	s->vouching.reason = dice_percent(d, 30);
}

/* Puts items into another order. */
static void shuffle(struct dice *d, void *items, size_t n, size_t size)
{
	uint8_t spare[sizeof(struct fact_vouch) + sizeof(struct fact_challenge)], *p = items;

	for (size_t i = n; i > 1; i--) {
		size_t k = dice_below(d, (uint32_t)i);

		memcpy(spare, p + k * size, size);
		memmove(p + k * size, p + (i - 1) * size, size);
		memcpy(p + (i - 1) * size, spare, size);
	}
}

void scene_shuffle(struct dice *d, struct scene *s)
{
	shuffle(d, s->votes, s->f.votes_n, sizeof(s->votes[0]));
	shuffle(d, s->approvals, s->f.approvals_n, sizeof(s->approvals[0]));
	shuffle(d, s->vouches, s->f.vouches_n, sizeof(s->vouches[0]));
	shuffle(d, s->challenges, s->f.challenges_n, sizeof(s->challenges[0]));
}

static void draw_votes(struct dice *d, struct scene *s)
{
	uint32_t turnout = dice_below(d, 5) * 25, yes = dice_below(d, 5) * 25, no = (100 - yes) * (1 + dice_below(d, 2)) / 2;

	for (uint32_t i = 0; i < voters(s); i++) {
		uint32_t roll = dice_below(d, 100);

		if (!dice_percent(d, turnout))
			continue;
		s->votes[s->f.votes_n++] = (struct fact_vote){ scene_member(first_voter(s) + i),
			roll < yes                ? CHOICE_YES
				: roll < yes + no ? CHOICE_NO
						  : CHOICE_ABSTAIN };
	}
}

static struct fact_vouch some_vouch(struct dice *d, const struct scene *s, struct id16 by)
{
	bool sound = dice_percent(d, 50);

	if (sound)
		return (struct fact_vouch){ by, AGE, 0, 1, true };
	return (struct fact_vouch){ by, dice_percent(d, 80) ? scene_edge(d, s->vouching.age, 0) : 0, scene_edge(d, EXPIRY, 0),
		(uint32_t)scene_edge(d, BUDGET, 1), dice_percent(d, 60) };
}

struct fact_challenge scene_challenge(struct dice *d)
{
	struct fact_challenge c = { .type = (enum challenge_type)dice_below(d, 3) };

	switch (c.type) {
	case CHALLENGE_CAPTCHA:
		c.captcha = (enum captcha_kind)(1u << dice_below(d, 3));
		break;
	case CHALLENGE_WORK:
		c.effort = 1 + dice_below(d, SCENE_EFFORTS + 1);
		break;
	case CHALLENGE_EXTERNAL:
		c.provider = scene_provider(dice_below(d, SCENE_PROVIDERS));
		break;
	}
	return c;
}

static void draw_others(const struct scenery *y, struct dice *d, struct scene *s)
{
	uint32_t vouching = dice_below(d, 3) * 25, most = dice_below(d, 3) * 3;

	for (uint32_t i = 0; i < s->operators_n; i++)
		if (dice_percent(d, 60))
			s->approvals[s->f.approvals_n++] = (struct fact_approval){ y->operator[i], dice_percent(d, 70) };
	for (uint32_t i = first_voter(s); i < s->f.electorate; i++)
		if (dice_percent(d, vouching))
			s->vouches[s->f.vouches_n++] = some_vouch(d, s, scene_member(i));
	for (uint32_t i = dice_below(d, most + 1); i > 0; i--)
		s->challenges[s->f.challenges_n++] = scene_challenge(d);
	s->f.applicant = scene_key(dice_below(d, 6));
	s->f.invited = dice_percent(d, 50);
}

static void widen(const json_t *rule, const char *name, size_t *out)
{
	const char *key;
	const json_t *v;
	size_t i;

	if (json_is_array(rule))
		json_array_foreach(rule, i, v) widen(v, name, out);
	json_object_foreach((json_t *)(uintptr_t)rule, key, v)
	{
		if (strcmp(key, name) == 0 && (size_t)json_integer_value(v) > *out)
			*out = (size_t)json_integer_value(v);
		widen(v, name, out);
	}
}

size_t scene_widest(const json_t *rule, const char *name)
{
	size_t n = 0;

	widen(rule, name, &n);
	return n;
}

/* As many as the leaves ask for, or as there are. */
static void draw_neighbours(struct dice *d, const struct scene *s, const char *name, struct id16 *out, size_t *n)
{
	uint32_t all[SCENE_ELECTORS];
	size_t want = scene_widest(s->rule, name);

	*n = 0;
	if (s->f.question != Q_ADMIT)
		return;
	for (uint32_t i = 0; i < voters(s); i++)
		all[i] = first_voter(s) + i;
	shuffle(d, all, voters(s), sizeof(all[0]));
	for (; *n < want && *n < voters(s); (*n)++)
		out[*n] = scene_member(all[*n]);
}

void scene_again(const struct scenery *y, struct dice *d, struct scene *s)
{
	s->f.votes_n = s->f.approvals_n = s->f.vouches_n = s->f.challenges_n = 0;
	draw_votes(d, s);
	draw_others(y, d, s);
	draw_neighbours(d, s, "nearest", s->nearest, &s->f.nearest_n);
	draw_neighbours(d, s, "opposite", s->opposite, &s->f.opposite_n);
	s->f.closed = dice_percent(d, 30);
	scene_shuffle(d, s);
}

void scene_make(const struct scenery *y, uint64_t seed, struct scene *out)
{
	struct dice d = { seed };

	memset(out, 0, sizeof(*out));
	draw_numbers(&d, out);
	out->rule = scene_rule(&d, out);
	scene_again(y, &d, out);
}

void scene_free(struct scene *s)
{
	json_decref(s->rule);
	s->rule = NULL;
}

void scene_copy(const struct scene *s, struct scene *out)
{
	*out = *s;
	out->rule = json_deep_copy(s->rule);
}

/* ---- what may still come */

bool scene_silent(const struct scene *s, struct id16 *out)
{
	for (uint32_t i = 0; i < voters(s); i++) {
		bool voted = false;

		*out = scene_member(first_voter(s) + i);
		for (size_t k = 0; k < s->f.votes_n; k++)
			voted |= id16_compare(&s->votes[k].member, out) == 0;
		if (!voted)
			return true;
	}
	return false;
}

bool scene_silent_operator(const struct scenery *y, const struct scene *s, struct digest *out)
{
	for (uint32_t i = 0; i < s->operators_n; i++) {
		bool spoke = false;

		*out = y->operator[i];
		for (size_t k = 0; k < s->f.approvals_n; k++)
			spoke |= digest_compare(&s->approvals[k].key, out) == 0;
		if (!spoke)
			return true;
	}
	return false;
}

bool scene_silent_voucher(const struct scene *s, struct id16 *out)
{
	for (uint32_t i = first_voter(s); i < s->f.electorate; i++) { /* nobody vouches for itself */
		bool vouched = false;

		*out = scene_member(i);
		for (size_t k = 0; k < s->f.vouches_n; k++)
			vouched |= id16_compare(&s->vouches[k].member, out) == 0;
		if (!vouched)
			return true;
	}
	return false;
}

bool scene_act(const struct scenery *y, struct dice *d, struct scene *s)
{
	enum choice choice = (enum choice)dice_below(d, 3);
	struct digest key;
	struct id16 id;

	switch (dice_below(d, 6)) {
	case 0:
		if (!scene_silent_operator(y, s, &key))
			return false;
		s->approvals[s->f.approvals_n++] = (struct fact_approval){ key, dice_percent(d, 70) };
		return true;
	case 1:
		if (!scene_silent_voucher(s, &id))
			return false;
		s->vouches[s->f.vouches_n++] = some_vouch(d, s, id);
		return true;
	case 2:
		if (s->f.challenges_n == SCENE_CHALLENGES)
			return false;
		s->challenges[s->f.challenges_n++] = scene_challenge(d);
		return true;
	case 3:
		if (!s->change || s->f.votes_n == 0)
			return false;
		s->votes[dice_below(d, (uint32_t)s->f.votes_n)].choice = choice;
		return true;
	default:
		if (!scene_silent(s, &id))
			return false;
		s->votes[s->f.votes_n++] = (struct fact_vote){ id, choice };
		return true;
	}
}
