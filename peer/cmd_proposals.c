/* SPDX-License-Identifier: ISC
 * gmc proposals: what the group is asked. */
#include "peer/cmd.h"

#include <string.h>

static int question_of(const json_t *proposal)
{
	const char *word = json_string_value(json_object_get(proposal, "question"));

	for (int q = 0; word != NULL && question_words[q] != NULL; q++)
		if (strcmp(word, question_words[q]) == 0)
			return q;
	return -1;
}

void cmd_votes_text(struct cli *c, const json_t *proposal, char out[static VOTES_TEXT])
{
	const json_t *yes = json_object_get(proposal, "yes");
	json_int_t n = json_integer_value(json_object_get(proposal, "electors"));
	int64_t opened = json_integer_value(json_object_get(proposal, "opened"));
	int q = question_of(proposal);
	uint32_t needed = 0;

	out[0] = '\0';
	if (!json_is_integer(yes))
		return;
	if (c->trust != NULL && q >= 0 && n > 0 && n < UINT32_MAX)
		needed = cmd_votes_needed(cmd_in_force_at(c, opened), (enum question)q, (uint32_t)n);
	if (needed > 0)
		snprintf(out, VOTES_TEXT, "%lld of %u", (long long)json_integer_value(yes), (unsigned)needed);
	else
		snprintf(out, VOTES_TEXT, "%lld yes", (long long)json_integer_value(yes));
}

void cmd_about(const json_t *proposal, char out[static TERM_SAFE])
{
	const char *name = json_string_value(json_object_get(proposal, "name"));
	const char *member = json_string_value(json_object_get(proposal, "member"));
	const char *subject = json_string_value(json_object_get(proposal, "subject"));
	char text[64];

	if (name == NULL && question_of(proposal) == Q_AMEND) {
		snprintf(text, sizeof(text), "the charter: %.15s", subject != NULL ? subject : "");
		term_safe(text, out);
	} else {
		snprintf(text, sizeof(text), "member %.8s", member != NULL ? member : "?");
		term_safe(name != NULL ? name : text, out);
	}
}

static const char *number_text(const json_t *v, char out[static 24])
{
	if (json_is_integer(v))
		snprintf(out, 24, "%lld", (long long)json_integer_value(v));
	else
		snprintf(out, 24, "-");
	return out;
}

static bool add_row(struct cli *c, struct table *t, const json_t *p)
{
	char number[24], no[24], votes[VOTES_TEXT], about[TERM_SAFE], when[TIME_WORDS + 16], question[TERM_SAFE], needs[TERM_SAFE],
		outcome[TERM_SAFE];
	const char *decided = json_string_value(json_object_get(p, "outcome"));

	cmd_about(p, about);
	cmd_votes_text(c, p, votes);
	cmd_when(json_integer_value(json_object_get(p, "closes")), c->now, when);
	term_safe(json_string_value(json_object_get(p, "question")), question);
	term_safe(json_string_value(json_object_get(p, "needs")), needs);
	term_safe(decided, outcome);
	return table_add(t,
		       (const char *[]){ number_text(json_object_get(p, "number"), number), question, about,
			       decided != NULL ? "decided" : when, votes[0] != '\0' ? votes : "-",
			       number_text(json_object_get(p, "no"), no), decided != NULL ? outcome : needs }) ||
		err_memory(&c->e);
}

static int show_one(struct cli *c, const char *what)
{
	struct ballot_paper p;
	uint64_t number;

	if (!cmd_number(c, what, &number) || !cmd_ballot_paper(c, number, &p))
		return cmd_fail(c);
	if (c->term.json)
		term_json(&c->term, p.doc);
	else
		cmd_ballot_paper_tell(c, &p);
	cmd_ballot_paper_free(&p);
	return EXIT_DONE;
}

int cmd_proposals(struct cli *c)
{
	struct table t = { .titles = { ">#", "Question", "Who", "Closes", "Yes", ">No", "Needs" }, .columns = 7 };
	json_t *list, *one;
	bool rc = true;
	size_t i;

	if (c->opt.n > 0)
		return show_one(c, c->opt.args[0]);
	if (!cmd_client(c) || (home_has(&c->home, HOME_TRUST) && !cmd_trust(c)) ||
		(list = cmd_pages(c, options_given(&c->opt, OPT_ALL) ? "/proposals?state=all" : "/proposals?state=open", "proposals")) ==
			NULL)
		return cmd_fail(c);
	if (c->term.json) {
		term_json(&c->term, list);
	} else if (json_array_size(list) == 0) {
		term_note(&c->term, "nothing is open");
	} else {
		json_array_foreach(list, i, one) rc = rc && add_row(c, &t, one);
		if (rc)
			table_print(&c->term, &t);
		if (rc && !options_given(&c->opt, OPT_ALL))
			term_note(&c->term, "vote with: gmc vote NUMBER yes|no|abstain, or gmc vote to step through them");
	}
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}
