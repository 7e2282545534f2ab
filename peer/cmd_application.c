/* SPDX-License-Identifier: ISC
 * gmc applications, withdraw and word: who asks to be admitted, taking one's own application back, and an operator's word on one. */
#include <stdlib.h>
#include <string.h>

#include "peer/application.h"
#include "peer/cmd.h"
#include "voting/operator.h"

/* ---- the list */

static bool is_over(const char *state)
{
	static const char *const ends[] = { "member", "refused", "expired", "withdrawn" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(state, ends[i]) == 0)
			return true;
	return false;
}

static bool add_row(struct cli *c, struct table *t, const json_t *a)
{
	char number[24] = "-", name[TERM_SAFE], state[TERM_SAFE], since[TIME_WORDS + 16], id[TERM_SAFE];

	if (json_is_integer(json_object_get(a, "number")))
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(json_object_get(a, "number")));
	cmd_when(json_integer_value(json_object_get(a, "stored")), c->now, since);
	term_safe(json_string_value(json_object_get(a, "name")), name);
	term_safe(json_string_value(json_object_get(a, "state")), state);
	term_safe(json_string_value(json_object_get(a, "application")), id);
	return table_add(t, (const char *[]){ number, name, state, since, id }) || err_memory(&c->e);
}

/* Those that still wait, or with --all every one. Takes the server's list. */
static json_t *waiting_only(json_t *list)
{
	for (size_t i = json_array_size(list); i > 0; i--) {
		const char *state = json_string_value(json_object_get(json_array_get(list, i - 1), "state"));

		if (state != NULL && is_over(state))
			json_array_remove(list, i - 1);
	}
	return list;
}

int cmd_applications(struct cli *c)
{
	struct table t = { .titles = { ">#", "Name", "State", "Since", "Application" }, .columns = 5 };
	json_t *list = cmd_pages(c, "/applications", "applications"), *one;
	bool rc = list != NULL;
	size_t i;

	if (rc && !options_given(&c->opt, OPT_ALL))
		list = waiting_only(list);
	json_array_foreach(list, i, one) rc = rc && add_row(c, &t, one);
	if (rc && c->term.json)
		term_json(&c->term, list);
	else if (rc && json_array_size(list) == 0)
		term_note(&c->term, "nobody waits%s", options_given(&c->opt, OPT_ALL) ? ", and nobody ever did" : "");
	else if (rc)
		table_print(&c->term, &t);
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* ---- taking one's own back */

int cmd_withdraw(struct cli *c)
{
	struct withdrawal w = { .iat = c->now };
	json_t *envelope = NULL, *answer = NULL;
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];

	if (!cmd_joined(c) || !cmd_trust(c))
		return cmd_fail(c);
	if (c->home.has_member) {
		err_set(&c->e, "not_allowed", "you are a member already: gmc revoke leaves the group");
		return cmd_fail(c);
	}
	if (!c->home.has_application) {
		err_set(&c->e, "not_found", "%s holds no application", c->home.dir);
		return cmd_fail(c);
	}
	w.genesis = c->home.link.genesis;
	w.application = c->home.application;
	digest_text(&w.application, digest);
	snprintf(path, sizeof(path), "/applications/%s/withdrawal", digest);
	envelope = cmd_sign(c, KIND_WITHDRAWAL, withdrawal_print(&w));
	if (envelope != NULL)
		answer = cmd_post_signed(c, path, "withdrawal", envelope, KIND_WITHDRAWAL, "", NULL);
	json_decref(envelope);
	if (answer == NULL)
		return cmd_fail(c);
	cmd_forget_application(c);
	term_line(&c->term, "withdraw", "%s took the application back, receipt kept", c->home.name);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return EXIT_DONE;
}

/* ---- an operator's word */

/* What the word is about, and the charter under which it counts: that of the proposal, believed for its notary's signature. */
static bool subject_of_proposal(struct cli *c, uint64_t number, struct operator_word *w, const struct charter **charter)
{
	struct ballot_paper p;

	if (!cmd_ballot_paper(c, number, &p))
		return false;
	w->subject = p.proposal.subject;
	*charter = p.charter;
	term_line(&c->term, "about", "proposal %llu: %s %s", (unsigned long long)number, question_name(p.proposal.question), p.about);
	cmd_ballot_paper_free(&p);
	return true;
}

/* An application by its digest: its proposal's charter where it has one, else that in force. */
static bool subject_of_application(struct cli *c, const char *text, struct operator_word *w, const struct charter **charter)
{
	const struct digest asked = w->subject;
	char path[CLIENT_PATH_MAX];
	json_int_t number;
	json_t *doc;

	snprintf(path, sizeof(path), "/applications/%.80s", text);
	doc = cmd_client(c) ? client_get_json(c->client, path, CLIENT_SMALL, &c->e) : NULL;
	if (doc == NULL)
		return false;
	number = json_integer_value(json_object_get(json_object_get(doc, "proposal"), "number"));
	json_decref(doc);
	*charter = cmd_in_force(c);
	if (number <= 0)
		return true;
	return subject_of_proposal(c, (uint64_t)number, w, charter) &&
		(digest_compare(&w->subject, &asked) == 0 ||
			err_set(&c->e, "wrong_context", "the server's proposal for this application is about another one"));
}

static bool read_subject(struct cli *c, const char *what, struct operator_word *w, const struct charter **charter)
{
	size_t n = strlen(what);

	if (digest_parse(what, &w->subject))
		return subject_of_application(c, what, w, charter);
	if (n == 0 || n > 15 || strspn(what, "0123456789") != n || strtoull(what, NULL, 10) == 0)
		return err_set(&c->e, "bad_argument",
			"name a proposal by its number (gmc proposals) or an application by its digest (gmc applications)");
	return subject_of_proposal(c, strtoull(what, NULL, 10), w, charter);
}

static bool read_verdict(struct cli *c, const char *s, bool *approve)
{
	*approve = strcmp(s, "approve") == 0;
	return *approve || strcmp(s, "refuse") == 0 || err_set(&c->e, "bad_argument", "an operator's word is approve or refuse");
}

static bool is_operator(struct cli *c, const struct charter *charter)
{
	struct digest thumb;

	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	return charter_operator(charter, &thumb) != NULL ||
		err_set(&c->e, "not_an_operator", "charter version %u names no operator with this key", (unsigned)charter->version);
}

int cmd_word(struct cli *c)
{
	struct operator_word w = { .iat = c->now };
	const struct charter *charter = NULL;
	json_t *envelope = NULL, *answer = NULL;
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];

	if (!read_verdict(c, c->opt.args[1], &w.approve) || !cmd_joined(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_crypto(c) ||
		!read_subject(c, c->opt.args[0], &w, &charter) || !is_operator(c, charter))
		return cmd_fail(c);
	w.genesis = c->home.link.genesis;
	w.charter = charter->object.digest;
	digest_text(&w.subject, digest);
	snprintf(path, sizeof(path), "/applications/%s/words", digest);
	envelope = cmd_sign(c, KIND_OPERATOR, operator_print(&w));
	if (envelope != NULL)
		answer = cmd_post_signed(c, path, "word", envelope, KIND_OPERATOR, "", NULL);
	json_decref(envelope);
	if (answer == NULL)
		return cmd_fail(c);
	term_line(&c->term, "word", "%s, receipt kept", w.approve ? "approved" : "refused");
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return EXIT_DONE;
}
