/* SPDX-License-Identifier: ISC
 * gmc vouch: for an applicant whose proposal is open. */
#include <string.h>

#include "peer/cmd.h"
#include "voting/vouch.h"

/* The open proposal about an application. */
static bool number_of(struct cli *c, const char *application, uint64_t *number)
{
	char path[CLIENT_PATH_MAX];
	json_int_t n;
	json_t *doc;

	snprintf(path, sizeof(path), "/applications/%.80s", application);
	doc = cmd_client(c) ? client_get_json(c->client, path, CLIENT_SMALL, &c->e) : NULL;
	if (doc == NULL)
		return false;
	n = json_integer_value(json_object_get(json_object_get(doc, "proposal"), "number"));
	json_decref(doc);
	*number = n > 0 ? (uint64_t)n : 0;
	return n > 0 || err_set(&c->e, "not_open", "the application was not put to the group yet: try again in a moment");
}

/* A proposal by its number, or an application by its digest. */
static bool read_paper(struct cli *c, const char *what, struct ballot_paper *p)
{
	struct digest application;
	uint64_t number;
	bool by_digest = digest_parse(what, &application);

	if (!(by_digest ? number_of(c, what, &number) : cmd_number(c, what, &number)) || !cmd_ballot_paper(c, number, p))
		return false;
	if (by_digest && digest_compare(&p->proposal.subject, &application) != 0)
		err_set(&c->e, "wrong_context", "the server's proposal for this application is about another one");
	else if (p->proposal.question != Q_ADMIT)
		err_set(&c->e, "not_allowed", "proposal %llu is about nobody who asks to be admitted", (unsigned long long)number);
	if (err_ok(&c->e))
		return true;
	cmd_ballot_paper_free(p);
	return false;
}

/* As far as it can be told here; the server tells the rest. */
static bool may_vouch(struct cli *c, const struct ballot_paper *p, const char *reason)
{
	const struct requirement *rule = charter_vouch_rule(p->charter);

	if (rule == NULL)
		return err_set(&c->e, "not_allowed", "the charter asks for no vouches: gmc vote is how applicants are admitted");
	if (rule->vouches.reason && reason == NULL)
		return err_set(&c->e, "reason_missing", "the charter asks those who vouch for a reason: -m \"how you know %s\"", p->about);
	return (proposal_closes(&p->proposal) > c->now && json_object_get(p->doc, "outcome") == NULL) ||
		err_set(&c->e, "not_open", "proposal %llu has closed", (unsigned long long)p->proposal.number);
}

/* {"vouch", "reason"?} */
static json_t *make_vouch(struct cli *c, const struct ballot_paper *p, const struct id16 *member, const char *reason)
{
	struct vouch v = { .genesis = c->home.link.genesis,
		.charter = p->proposal.charter,
		.application = p->proposal.subject,
		.member = *member,
		.iat = c->now };
	json_t *text = NULL, *envelope, *body = NULL;

	v.has_reason = reason != NULL;
	if (reason != NULL && (text = cmd_free_text(c, reason, &v.reason)) == NULL)
		return NULL;
	envelope = cmd_sign(c, KIND_VOUCH, vouch_print(&v));
	if (envelope != NULL)
		body = json_pack("{s:O,s:O*}", "vouch", envelope, "reason", text);
	if (body == NULL)
		err_memory(&c->e);
	json_decref(envelope);
	json_decref(text);
	return body;
}

static bool send_vouch(struct cli *c, const struct ballot_paper *p, const json_t *body)
{
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];
	json_t *answer;

	digest_text(&p->proposal.subject, digest);
	snprintf(path, sizeof(path), "/applications/%s/vouches", digest);
	answer = cmd_post_signed(c, path, "vouch", json_object_get(body, "vouch"), KIND_VOUCH, "reason", json_object_get(body, "reason"));
	if (answer == NULL)
		return false;
	term_line(&c->term, "vouch", "for %s, receipt kept", p->about);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

int cmd_vouch(struct cli *c)
{
	const char *reason = cmd_option(c, OPT_MESSAGE);
	struct ballot_paper p;
	struct id16 member;
	json_t *body;
	bool rc;

	if (!cmd_client(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_member(c, &member) || !read_paper(c, c->opt.args[0], &p))
		return cmd_fail(c);
	body = may_vouch(c, &p, reason) ? make_vouch(c, &p, &member, reason) : NULL;
	rc = body != NULL && (cmd_option(c, OPT_OUT) != NULL ? cmd_write_json(c, body) : send_vouch(c, &p, body));
	json_decref(body);
	cmd_ballot_paper_free(&p);
	return rc ? EXIT_DONE : cmd_fail(c);
}
