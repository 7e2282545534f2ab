/* SPDX-License-Identifier: ISC */
#include "charter/scenario.h"

#include <stdlib.h>

#include "charter/cast.h"
#include "charter/decide.h"
#include "charter/parse.h"

/* A scenario while it is read. */
struct reading {
	const struct charter *c;
	struct scenario *s;
	struct cast cast;
};
typedef bool read_one(struct reading *g, const struct at *at, size_t i);

uint32_t scenario_others(const struct scenario *s)
{
	return s->members - (question_of_member((enum question)s->question) && s->members > 0);
}

uint32_t scenario_voters(const struct scenario *s)
{
	uint32_t others = scenario_others(s);

	return others - (s->fresh < others ? s->fresh : others);
}

static bool read_bool(const struct at *at, const char *name, bool *out)
{
	return at_has(at, name) ? at_bool(at, name, out) : err_ok(at->e);
}

/* WHO: a number, or the identifier of a member that the question's requirement names. The place itself when name is NULL. */
static bool read_who(struct reading *g, const struct at *at, const char *name, bool votes, uint32_t *out)
{
	struct at place = *at;
	struct id16 member;
	int64_t number;

	if (name != NULL && !at_member(at, name, &place))
		return false;
	if (!json_is_string(place.v)) {
		if (!at_int(&place, NULL, 1, SCENARIO_MEMBERS_MAX, &number))
			return false;
	} else {
		if (!at_id16(&place, NULL, &member))
			return false;
		number = cast_number(&g->cast, &member);
		if (number == 0)
			return parse_refuse(&place, NULL, "the requirement of this question names no such member; call others by number");
	}
	if (number > g->s->members)
		return parse_refuse(&place, NULL, "the test has fewer members than that; \"members\" tells how many there are");
	if (votes && number > scenario_voters(g->s))
		return parse_refuse(
			&place, NULL, "this member has no vote: the last ones are on probation, or the one that the question is about");
	if (number > scenario_others(g->s))
		return parse_refuse(&place, NULL, "the last member is the one that the question is about: it has no say in it");
	*out = (uint32_t)number;
	return true;
}

static bool read_at(const struct at *at, int64_t *out)
{
	return parse_int(at, "at", 0, SCENARIO_SECONDS_MAX, out);
}

/* A list that may be absent: a new array for it, of `size` bytes each. NULL: it is absent, or refused; read_each tells. */
static void *new_list(const struct at *at, const char *name, size_t max, size_t size, struct at *list, size_t *n)
{
	void *out;

	*list = *at;
	if (!at_has(at, name) || !at_member(at, name, list) || !at_array(list, 0, max, n))
		return NULL;
	out = calloc(*n + 1, size);
	if (out == NULL) {
		*n = 0;
		err_memory(at->e);
	}
	return out;
}

static bool read_each(struct reading *g, const struct at *list, size_t n, read_one *one)
{
	struct at place;

	for (size_t i = 0; i < n; i++)
		if (!at_element(list, i, &place) || !one(g, &place, i))
			return false;
	return err_ok(list->e);
}

static bool read_vote(struct reading *g, const struct at *at, size_t i)
{
	static const char *const members[] = { "by", "choice", "at", NULL };
	struct scenario_vote *v = &g->s->votes[i];

	if (!at_only(at, members) || !read_who(g, at, "by", true, &v->by) || !at_word(at, "choice", choice_words, &v->choice) ||
		!read_at(at, &v->at))
		return false;
	for (const struct scenario_vote *o = g->s->votes; o < v; o++) {
		if (o->by == v->by && !g->c->voting.change)
			return parse_refuse(at, "by", "this member votes twice, and the charter lets nobody change a vote");
		if (o->by == v->by && o->at == v->at)
			return parse_refuse(at, "by", "this member votes twice in one second: nobody can tell which vote is the last");
	}
	return true;
}

static bool read_votes(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;
	struct at list;

	if (!parse_u32(at, "yes", 0, SCENARIO_MEMBERS_MAX, &s->yes) || !parse_u32(at, "no", 0, SCENARIO_MEMBERS_MAX, &s->no) ||
		!parse_u32(at, "abstain", 0, SCENARIO_MEMBERS_MAX, &s->abstain))
		return false;
	if (s->yes + s->no + s->abstain > s->members)
		return parse_refuse(at, NULL, "the test has more votes than members");
	if (at_has(at, "votes") && (at_has(at, "yes") || at_has(at, "no") || at_has(at, "abstain")))
		return parse_refuse(at, "votes", "votes are listed one by one, or counted by \"yes\", \"no\" and \"abstain\": not both");
	s->votes = new_list(at, "votes", SCENARIO_ACTS_MAX, sizeof(*s->votes), &list, &s->votes_n);
	return read_each(g, &list, s->votes_n, read_vote);
}

static bool read_word(struct reading *g, const struct at *at, size_t i)
{
	static const char *const members[] = { "by", "choice", "at", NULL }, *const choices[] = { "no", "yes", NULL };
	struct scenario_word *w = &g->s->words[i];
	int64_t by;
	int choice;

	if (!at_only(at, members) || !at_int(at, "by", 1, CHARTER_OPERATORS_MAX, &by) || !at_word(at, "choice", choices, &choice) ||
		!read_at(at, &w->at))
		return false;
	if ((uint64_t)by > g->c->authority.operators_n)
		return parse_refuse(at, "by", "the charter names fewer operators than that");
	w->by = (uint32_t)by;
	w->approve = choice == 1;
	for (const struct scenario_word *o = g->s->words; o < w; o++)
		if (o->by == w->by)
			return parse_refuse(at, "by", "this operator speaks twice, and its first word stands");
	return true;
}

static bool is_list(const struct at *at, const char *name)
{
	return json_is_array(json_object_get(at->v, name));
}

static bool read_words(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;
	struct at list;

	if (is_list(at, "approvals")) {
		s->words = new_list(at, "approvals", CHARTER_OPERATORS_MAX, sizeof(*s->words), &list, &s->words_n);
		return read_each(g, &list, s->words_n, read_word);
	}
	if (!parse_u32(at, "approvals", 0, CHARTER_OPERATORS_MAX, &s->approvals))
		return false;
	return s->approvals <= g->c->authority.operators_n ||
		parse_refuse(at, "approvals", "the test has more approvals than there are operators");
}

static bool read_vouch(struct reading *g, const struct at *at, size_t i)
{
	static const char *const members[] = { "by", "at", "age", "live", "reason", NULL };
	struct scenario_vouch *v = &g->s->vouched[i];

	v->age = SCENARIO_SECONDS_MAX;
	v->live = 1;
	if (!at_only(at, members) || !read_who(g, at, "by", false, &v->by) || !read_at(at, &v->at) ||
		!parse_int(at, "age", 0, SCENARIO_SECONDS_MAX, &v->age) || !parse_u32(at, "live", 1, SCENARIO_MEMBERS_MAX, &v->live) ||
		!read_bool(at, "reason", &v->reason))
		return false;
	for (const struct scenario_vouch *o = g->s->vouched; o < v; o++)
		if (o->by == v->by)
			return parse_refuse(at, "by", "this member vouches twice; one vouch of each counts");
	return true;
}

static bool read_vouches(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;
	struct at list;

	if (at_has(at, "vouches") && s->question != Q_ADMIT && s->question != Q_RECOVER)
		return parse_refuse(at, "vouches", "members vouch for who applies, and for another's new key");
	if (is_list(at, "vouches")) {
		s->vouched = new_list(at, "vouches", SCENARIO_ACTS_MAX, sizeof(*s->vouched), &list, &s->vouched_n);
		return read_each(g, &list, s->vouched_n, read_vouch);
	}
	return parse_u32(at, "vouches", 0, SCENARIO_MEMBERS_MAX, &s->vouches) &&
		(s->vouches <= scenario_others(s) ||
			parse_refuse(at, "vouches", "the test has more vouches than members who can give one"));
}

static bool read_challenge(struct reading *g, const struct at *at, size_t i)
{
	static const char *const members[] = { "captcha", "work", "external", "at", NULL };
	static const char *const kinds[] = { "graphic", "logic", "audio", NULL }; /* in the order of enum captcha_kind */
	struct scenario_challenge *m = &g->s->challenges[i];
	int captcha;

	if (!at_only(at, members) || !read_at(at, &m->at))
		return false;
	if (at_has(at, "captcha") + at_has(at, "work") + at_has(at, "external") != 1)
		return parse_refuse(at, NULL, "a challenge is exactly one of \"captcha\", \"work\" and \"external\"");
	if (at_has(at, "work")) {
		m->type = CHALLENGE_WORK;
		return at_int(at, "work", 1, JSON_INT_MAX, &m->effort);
	}
	if (at_has(at, "external")) {
		m->type = CHALLENGE_EXTERNAL;
		return at_label(at, "external", &m->provider);
	}
	m->type = CHALLENGE_CAPTCHA;
	if (!at_word(at, "captcha", kinds, &captcha))
		return false;
	m->captcha = (enum captcha_kind)(1 << captcha);
	return true;
}

static bool read_seat(struct reading *g, const struct at *at, uint32_t *seats, size_t i)
{
	if (!read_who(g, at, NULL, true, &seats[i]))
		return false;
	for (size_t k = 0; k < i; k++)
		if (seats[k] == seats[i])
			return parse_refuse(at, NULL, "this member stands in the list twice");
	return true;
}

static bool read_nearest(struct reading *g, const struct at *at, size_t i)
{
	return read_seat(g, at, g->s->nearest, i);
}

static bool read_opposite(struct reading *g, const struct at *at, size_t i)
{
	return read_seat(g, at, g->s->opposite, i);
}

/* A list as a proposal would have it: as many as the charter asks for, or as there are. */
static bool read_near(struct reading *g, const struct at *at, const char *name, uint32_t asked, uint32_t **out, size_t *n, read_one *one)
{
	uint32_t voters = scenario_voters(g->s);
	struct at list;

	*out = new_list(at, name, REQ_NEAR_MAX, sizeof(**out), &list, n);
	if (*out == NULL || !read_each(g, &list, *n, one))
		return err_ok(at->e);
	if (g->s->question != Q_ADMIT)
		return parse_refuse(at, name, "who applies has a place among the members, and nobody else");
	return *n == (asked < voters ? asked : voters) ||
		parse_refuse(at, name, "the list has as many members as the admission asks for, or as have a vote where these are fewer");
}

static bool read_neighbours(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;
	uint32_t nearest, opposite;

	charter_ring(g->c, &nearest, &opposite);
	return read_near(g, at, "nearest", nearest, &s->nearest, &s->nearest_n, read_nearest) &&
		read_near(g, at, "opposite", opposite, &s->opposite, &s->opposite_n, read_opposite);
}

static bool read_members(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;

	if (!parse_word(at, "question", question_words, &s->question) || !parse_u32(at, "members", 0, SCENARIO_MEMBERS_MAX, &s->members) ||
		!parse_u32(at, "new", 0, SCENARIO_MEMBERS_MAX, &s->fresh))
		return false;
	if (s->fresh > scenario_others(s))
		return parse_refuse(at, "new", "more members are new than there are, the member that the question is about not counted");
	return true;
}

static bool read_time(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;

	if (at_has(at, "now") && at_has(at, "closed"))
		return parse_refuse(at, "now", "\"now\" tells whether the term is over: \"closed\" does not stand beside it");
	if (!read_bool(at, "closed", &s->closed) || !parse_int(at, "now", 0, SCENARIO_SECONDS_MAX, &s->now))
		return false;
	s->closed = s->closed || s->now >= g->c->voting.term;
	return true;
}

static bool read_challenges(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;
	struct at list;

	s->challenges = new_list(at, "challenges", SCENARIO_ACTS_MAX, sizeof(*s->challenges), &list, &s->challenges_n);
	return read_each(g, &list, s->challenges_n, read_challenge);
}

static bool read_parts(struct reading *g, const struct at *at)
{
	struct scenario *s = g->s;

	if (at_has(at, "name") && !at_text(at, "name", 1, CHARTER_NAME_MAX, &s->name))
		return false;
	s->expect = SCENARIO_ANY;
	if (!parse_word(at, "expect", verdict_words, &s->expect) || !read_members(g, at))
		return false;
	if (at_has(at, "again") && (s->question == Q_EXPEL || s->question == Q_RECOVER))
		return parse_refuse(at, "again",
			"who applies comes again, who renews is admitted again, and recovery keys name administrators again; nobody else");
	if (!read_bool(at, "again", &s->again) ||
		!cast_make(charter_requirement(g->c, (enum question)s->question, s->again), &g->cast, at->e))
		return false;
	if (at_has(at, "invited") && s->question != Q_ADMIT)
		return parse_refuse(at, "invited", "who applies is invited, and nobody else");
	return read_votes(g, at) && read_words(g, at) && read_vouches(g, at) && read_neighbours(g, at) && read_challenges(g, at) &&
		read_bool(at, "listed", &s->listed) && read_bool(at, "invited", &s->invited) && read_time(g, at);
}

bool scenario_read(const struct at *at, const struct charter *c, struct scenario *out)
{
	static const char *const members[] = { "name", "question", "members", "new", "yes", "no", "abstain", "votes", "approvals", "listed",
		"vouches", "challenges", "nearest", "opposite", "invited", "again", "closed", "now", "expect", NULL };
	struct reading g = { .c = c, .s = out };
	bool rc;

	*out = (struct scenario){ 0 };
	rc = at_only(at, members) && read_parts(&g, at);
	cast_free(&g.cast);
	return rc;
}

static bool read_document(struct slice text, const struct charter *c, struct scenario *out, struct err *e)
{
	json_t *doc = json_read(text, SCENARIO_MAX, e);
	struct at root = at_root(doc, e);

	if (doc == NULL)
		return false;
	if (scenario_read(&root, c, out)) {
		out->doc = doc;
		return true;
	}
	scenario_free(out);
	json_decref(doc);
	return false;
}

bool scenario_parse(struct slice text, const struct charter *c, struct scenario *out, struct err *e)
{
	struct err own = { 0 };

	e = e == NULL ? &own : e;
	*out = (struct scenario){ 0 };
	if (read_document(text, c, out, e))
		return true;
	if (!err_is(e, "too_large") && !err_is(e, "no_memory"))
		parse_locate(text, e);
	return false;
}

void scenario_free(struct scenario *s)
{
	if (s == NULL)
		return;
	free(s->votes);
	free(s->words);
	free(s->vouched);
	free(s->challenges);
	free(s->nearest);
	free(s->opposite);
	json_decref(s->doc);
	*s = (struct scenario){ 0 };
}
