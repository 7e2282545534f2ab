/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/plot.h"
#include "tests/charter/scene_rule.h"

enum { UNNAMED = 100000 };

void plot_find_named(const json_t *rule, struct plot_named *out)
{
	const json_t *inside = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)rule)), *v;
	const json_t *of = json_object_get(inside, "of");
	bool votes = json_object_get(rule, "votes") != NULL;
	size_t i;

	json_array_foreach(json_is_array(inside) ? inside : of, i, v)
	{
		struct id16 id;
		bool known = false;

		if (!votes) {
			plot_find_named(v, out);
			continue;
		}
		assert_true(id16_parse(json_string_value(v), &id));
		for (uint32_t k = 0; k < out->n; k++)
			known |= id16_compare(&out->id[k], &id) == 0;
		if (!known && out->n < PLOT_NAMED)
			out->id[out->n++] = id;
	}
}

struct id16 plot_member(const struct plot_named *w, uint32_t number)
{
	return number <= w->n ? w->id[number - 1] : scene_member(UNNAMED + number);
}

struct id16 plot_subject(void)
{
	return scene_member(UNNAMED);
}

bool plot_has_subject(const struct scene *s)
{
	return question_of_member(s->f.question) && s->f.electorate > 0;
}

uint32_t plot_voters(const struct scene *s)
{
	return s->f.electorate - s->f.without_vote - plot_has_subject(s);
}

/* ---- a story */

static int moment(struct dice *d)
{
	static const int moments[] = { 0, 0, 0, 1, 10, 49, 50, 51, 100, 151, PLOT_TERM - 51, PLOT_TERM - 50, PLOT_TERM - 1, PLOT_TERM };

	return moments[dice_below(d, sizeof(moments) / sizeof(moments[0]))];
}

static json_t *who(struct dice *d, const struct plot_named *w, uint32_t number)
{
	char text[ID16_TEXT];

	if (number > w->n || dice_percent(d, 50))
		return json_integer(number);
	id16_text(&w->id[number - 1], text);
	return json_string(text);
}

/* An act at its time, which is left out now and then where it is 0. */
static void add_act(struct dice *d, json_t *list, json_t *act, int at)
{
	if (at > 0 || dice_percent(d, 50))
		json_object_set_new(act, "at", json_integer(at));
	json_array_insert_new(list, dice_below(d, (uint32_t)json_array_size(list) + 1), act);
}

static void tell_votes(struct dice *d, const struct scene *s, const struct plot_named *w, json_t *doc)
{
	static const char *const short_forms[] = { "yes", "no", "abstain" };
	uint32_t left = plot_voters(s), turnout = dice_below(d, 5) * 25;
	json_t *list;

	if (dice_percent(d, 40)) {
		for (size_t i = 0; i < 3; i++) {
			uint32_t n = dice_below(d, left + 1);

			json_object_set_new(doc, short_forms[i], json_integer(n));
			left -= n;
		}
		return;
	}
	list = json_array();
	for (uint32_t m = 1; m <= left; m++) {
		int at = moment(d);

		for (uint32_t times = dice_percent(d, turnout) ? s->change ? 1 + dice_below(d, 3) : 1 : 0; times > 0; times--) {
			add_act(d, list, json_pack("{s:o,s:s}", "by", who(d, w, m), "choice", choice_name((enum choice)dice_below(d, 3))),
				at);
			at += 1 + (int)dice_below(d, 60);
		}
	}
	json_object_set_new(doc, "votes", list);
}

static void tell_approvals(struct dice *d, const struct scene *s, json_t *doc)
{
	json_t *list = json_array();

	if (dice_percent(d, 30)) {
		json_decref(list);
		json_object_set_new(doc, "approvals", json_integer(dice_below(d, s->operators_n + 1)));
		return;
	}
	for (uint32_t i = s->operators_n; i > 0; i--)
		if (dice_percent(d, 70))
			add_act(d, list, json_pack("{s:i,s:s}", "by", (int)i, "choice", dice_percent(d, 70) ? "yes" : "no"), moment(d));
	json_object_set_new(doc, "approvals", list);
}

static void tell_vouches(struct dice *d, const struct scene *s, const struct plot_named *w, json_t *doc)
{
	json_t *list = json_array();

	for (uint32_t m = 1; m <= s->f.electorate - plot_has_subject(s); m++) {
		json_t *act;

		if (!dice_percent(d, 50))
			continue;
		act = json_pack("{s:o}", "by", who(d, w, m));
		if (dice_percent(d, 50))
			json_object_set_new(act, "age", json_integer(scene_edge(d, s->vouching.age, 0)));
		if (dice_percent(d, 50))
			json_object_set_new(act, "live", json_integer(scene_edge(d, s->vouching.budget, 1)));
		if (dice_percent(d, 70))
			json_object_set_new(act, "reason", json_true());
		add_act(d, list, act, moment(d));
	}
	json_object_set_new(doc, "vouches", list);
}

static void tell_challenges(struct dice *d, json_t *doc)
{
	json_t *list = json_array();

	for (uint32_t i = dice_below(d, SCENE_CHALLENGES); i > 0; i--) {
		struct fact_challenge c = scene_challenge(d);
		json_t *act = c.type == CHALLENGE_WORK ? json_pack("{s:I}", "work", (json_int_t)c.effort)
			: c.type == CHALLENGE_EXTERNAL ? json_pack("{s:s}", "external", c.provider)
						       : json_pack("{s:s}", "captcha",
								 c.captcha == CAPTCHA_GRAPHIC         ? "graphic"
									 : c.captcha == CAPTCHA_LOGIC ? "logic"
												      : "audio");

		add_act(d, list, act, moment(d));
	}
	json_object_set_new(doc, "challenges", list);
}

json_t *plot_tell(struct dice *d, const struct scene *s, const struct plot_named *w)
{
	const bool vouched = s->f.question == Q_ADMIT || s->f.question == Q_RECOVER;
	json_t *doc = json_pack("{s:s,s:i}", "question", question_name(s->f.question), "members", (int)s->f.electorate);

	if (s->f.without_vote > 0)
		json_object_set_new(doc, "new", json_integer(s->f.without_vote));
	tell_votes(d, s, w, doc);
	tell_approvals(d, s, doc);
	if (vouched && dice_percent(d, 25))
		json_object_set_new(doc, "vouches", json_integer(dice_below(d, s->f.electorate - plot_has_subject(s) + 1)));
	else if (vouched)
		tell_vouches(d, s, w, doc);
	tell_challenges(d, doc);
	if (s->f.question == Q_ADMIT && dice_percent(d, 50))
		json_object_set_new(doc, "invited", json_boolean(dice_percent(d, 50)));
	if (dice_percent(d, 30))
		json_object_set_new(doc, "listed", json_true());
	if (dice_percent(d, 30))
		json_object_set_new(doc, "closed", json_true());
	else if (dice_percent(d, 80))
		json_object_set_new(doc, "now", json_integer(moment(d) + (int)dice_below(d, 3) * 50));
	return doc;
}
