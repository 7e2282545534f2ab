/* SPDX-License-Identifier: ISC
 * gmc complain and gmc complaints: what members say against a member, and what proves it. */
#include <string.h>

#include "peer/cmd.h"
#include "voting/complaint.h"

enum { COMPLAINTS_SIZE_MAX = 8 * 1024 * 1024 };

/* ---- making one */

/* The two votes on a proposal by which the member contradicts itself, as the server keeps them. */
static json_t *find_contradiction(struct cli *c, uint64_t number, const struct id16 *member)
{
	char path[CLIENT_PATH_MAX], hex[ID16_TEXT];
	json_t *doc, *out = NULL;
	const json_t *one;
	size_t i;

	id16_text(member, hex);
	snprintf(path, sizeof(path), "/proposals/%llu/contradictions", (unsigned long long)number);
	doc = cmd_client(c) ? client_get_json(c->client, path, COMPLAINTS_SIZE_MAX, &c->e) : NULL;
	if (doc == NULL)
		return NULL;
	json_array_foreach(json_object_get(doc, "contradictions"), i, one)
	{
		const char *whose = json_string_value(json_object_get(one, "member"));

		if (out == NULL && whose != NULL && strcmp(whose, hex) == 0)
			out = json_pack("{s:O,s:O}", "votes", json_object_get(one, "votes"), "keys", json_object_get(one, "keys"));
	}
	json_decref(doc);
	if (out == NULL)
		err_set(&c->e, "no_contradiction", "the server has no two votes of this member on proposal %llu that contradict each other",
			(unsigned long long)number);
	return out;
}

static bool tell_observed(struct cli *c, struct complaint *x, json_t **text)
{
	const char *what = cmd_option(c, OPT_OBSERVED), *message = cmd_option(c, OPT_MESSAGE);
	int i = 0;

	x->about = COMPLAINT_OBSERVED;
	x->when = c->now;
	while (complaint_words[i] != NULL && strcmp(complaint_words[i], what) != 0)
		i++;
	if (complaint_words[i] == NULL)
		return err_set(&c->e, "bad_argument", "--observed is one of: unreachable, misrouted, flooded, impersonated, other");
	x->what = (enum complaint_what)i;
	x->has_text = message != NULL;
	return cmd_time(c, OPT_WHEN, &x->when) && (message == NULL || (*text = cmd_free_text(c, message, &x->text)) != NULL);
}

/* The payload, with the contradiction in the place of what was observed. */
static json_t *print_with(const struct complaint *x, json_t *about)
{
	json_t *o = complaint_print(x);

	if (o != NULL && (about == NULL || json_object_set(o, "about", about) == 0))
		return o;
	json_decref(o);
	return NULL;
}

/* What I sign I have checked: the two votes contradict each other under the charter that they name. */
static bool proves(struct cli *c, const json_t *envelope)
{
	const struct charter *under;
	struct complaint x;
	struct jws j;
	bool rc;

	if (!cmd_envelope(c, envelope, NULL, &j))
		return false;
	rc = complaint_parse(&j, &x, &c->e);
	jws_free(&j);
	if (!rc)
		return false;
	under = x.about == COMPLAINT_VOTES ? cmd_charter(c, &x.votes[0].vote.charter) : cmd_in_force(c);
	rc = under != NULL && complaint_proves(c->crypto, &x, under->voting.change, &c->e);
	complaint_free(&x);
	return rc;
}

/* {"complaint", "reason"?} */
static json_t *make_complaint(struct cli *c, const struct id16 *member, const struct id16 *by)
{
	struct complaint x = { .genesis = c->home.link.genesis,
		.charter = cmd_in_force(c)->object.digest,
		.member = *member,
		.by = *by,
		.iat = c->now,
		.about = COMPLAINT_OBSERVED };
	json_t *about = NULL, *text = NULL, *envelope = NULL, *body = NULL;
	uint64_t number;
	bool rc;

	if (cmd_option(c, OPT_VOTES) != NULL)
		rc = cmd_number(c, cmd_option(c, OPT_VOTES), &number) && (about = find_contradiction(c, number, member)) != NULL;
	else
		rc = tell_observed(c, &x, &text);
	if (rc)
		envelope = cmd_sign(c, KIND_COMPLAINT, print_with(&x, about));
	if (envelope != NULL && proves(c, envelope) && (body = json_pack("{s:O,s:O*}", "complaint", envelope, "reason", text)) == NULL)
		err_memory(&c->e);
	json_decref(about);
	json_decref(text);
	json_decref(envelope);
	return body;
}

static bool send_complaint(struct cli *c, const json_t *body)
{
	json_t *answer = cmd_post_signed(c, "/complaints", "complaint", json_object_get(body, "complaint"), KIND_COMPLAINT, "reason",
		json_object_get(body, "reason"));
	char safe[TERM_SAFE];

	if (answer == NULL)
		return false;
	term_line(&c->term, "complain", "%s received, receipt kept",
		term_safe(json_string_value(json_object_get(answer, "complaint")), safe));
	term_note(&c->term, "it expels nobody: gmc expel %s --complaint ...", c->opt.args[0]);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

int cmd_complain(struct cli *c)
{
	struct id16 by, member;
	json_t *body = NULL;
	bool rc;

	if ((cmd_option(c, OPT_VOTES) != NULL) == (cmd_option(c, OPT_OBSERVED) != NULL))
		err_set(&c->e, "bad_argument", "say --votes NUMBER, for two votes on one proposal, or --observed WHAT");
	else if (cmd_trust(c) && cmd_key(c) && cmd_member(c, &by) && cmd_find_member(c, c->opt.args[0], &member))
		body = make_complaint(c, &member, &by);
	rc = body != NULL && (cmd_option(c, OPT_OUT) != NULL ? cmd_write_json(c, body) : send_complaint(c, body));
	json_decref(body);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* ---- listing them */

/* What a complaint says, as far as this program can check it. */
static void say(struct cli *c, const json_t *one, char out[static TERM_SAFE])
{
	const json_t *envelope = json_object_get(one, "document");
	struct complaint x;
	struct jws j;

	snprintf(out, TERM_SAFE, "not readable");
	if (!cmd_envelope(c, envelope, NULL, &j))
		err_clear(&c->e);
	else {
		bool rc = complaint_parse(&j, &x, &c->e);

		jws_free(&j);
		if (rc && x.about == COMPLAINT_OBSERVED)
			snprintf(out, TERM_SAFE, "observed: %s", complaint_words[x.what]);
		else if (rc && proves(c, envelope))
			snprintf(out, TERM_SAFE, "proved: two votes contradict each other");
		else if (rc)
			snprintf(out, TERM_SAFE, "does not prove what it says: %s", c->e.name);
		if (rc)
			complaint_free(&x);
		err_clear(&c->e);
	}
}

static bool add_row(struct cli *c, struct table *t, const json_t *one)
{
	char digest[TERM_SAFE], by[TERM_SAFE], about[TERM_SAFE], says[TERM_SAFE], when[TIME_WORDS + 16];

	term_safe(json_string_value(json_object_get(one, "complaint")), digest);
	term_safe(json_string_value(json_object_get(one, "name")), by);
	term_safe(json_string_value(json_object_get(one, "member")), about);
	digest[strlen(digest) < 19 ? strlen(digest) : 19] = '\0';
	about[strlen(about) < 8 ? strlen(about) : 8] = '\0';
	cmd_when(json_integer_value(json_object_get(one, "stored")), c->now, when);
	say(c, one, says);
	return table_add(t, (const char *[]){ digest, about, by, says, when }) || err_memory(&c->e);
}

int cmd_complaints(struct cli *c)
{
	struct table t = { .titles = { "Complaint", "About", "By", "Says", "When" }, .columns = 5 };
	char path[CLIENT_PATH_MAX] = "/complaints", hex[ID16_TEXT];
	struct id16 member;
	json_t *doc = NULL;
	const json_t *one;
	bool rc = cmd_trust(c) && (c->opt.n == 0 || cmd_find_member(c, c->opt.args[0], &member));
	size_t i;

	if (rc && c->opt.n > 0) {
		id16_text(&member, hex);
		snprintf(path, sizeof(path), "/complaints?member=%s", hex);
	}
	doc = rc && cmd_client(c) ? client_get_json(c->client, path, COMPLAINTS_SIZE_MAX, &c->e) : NULL;
	rc = doc != NULL;
	json_array_foreach(json_object_get(doc, "complaints"), i, one) rc = rc && add_row(c, &t, one);
	if (rc && c->term.json)
		term_json(&c->term, json_object_get(doc, "complaints"));
	else if (rc)
		table_print(&c->term, &t);
	table_free(&t);
	json_decref(doc);
	return rc ? EXIT_DONE : cmd_fail(c);
}
