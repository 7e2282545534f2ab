/* SPDX-License-Identifier: ISC
 * gmc vouch: for an applicant, or a member's new key, whose proposal is open. */
#include <string.h>

#include "peer/cmd.h"
#include "voting/vouch.h"

enum { VOUCH_FILE_MAX = 64 * 1024 };

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
	else if (p->proposal.question != Q_ADMIT && p->proposal.question != Q_RECOVER)
		err_set(&c->e, "not_allowed", "proposal %llu is about nobody who asks to be admitted, or for another key",
			(unsigned long long)number);
	if (err_ok(&c->e))
		return true;
	cmd_ballot_paper_free(p);
	return false;
}

/* As far as it can be told here; the server tells the rest. */
static bool may_vouch(struct cli *c, const struct ballot_paper *p, const char *reason)
{
	const struct requirement *rule = charter_vouches_on(p->charter, p->proposal.question);

	if (rule == NULL)
		return err_set(&c->e, "not_allowed", "the charter asks for no vouches here: gmc vote is how the group decides");
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

/* What this member sent for this application before; NULL: nothing. */
static json_t *kept_vouch(struct cli *c, const char *file, const struct ballot_paper *p, const struct id16 *member)
{
	struct err ignored = { 0 };
	json_t *doc = home_has(&c->home, file) ? home_read_json(&c->home, file, VOUCH_FILE_MAX, &ignored) : NULL;
	struct at root = at_root(doc, &ignored);
	struct vouch v;
	struct jws j;
	bool same;

	if (doc == NULL || !at_jws(&root, "vouch", &j)) {
		json_decref(doc);
		return NULL;
	}
	same = vouch_parse(&j, &v, &ignored) && digest_compare(&v.application, &p->proposal.subject) == 0 &&
		digest_compare(&v.charter, &p->proposal.charter) == 0 && id16_compare(&v.member, member) == 0;
	jws_free(&j);
	if (same)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Kept before it is sent, so that after a lost answer the very same vouch is sent again; one that is refused is no vouch. */
static bool send_vouch(struct cli *c, const struct ballot_paper *p, const json_t *body, const char *file, bool had)
{
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];
	json_t *answer;

	if (!had && !home_write_json(&c->home, file, body, &c->e))
		return false;
	digest_text(&p->proposal.subject, digest);
	snprintf(path, sizeof(path), "/applications/%s/vouches", digest);
	answer = cmd_post_human(c, path, body, "vouch", KIND_VOUCH, p);
	if (answer == NULL && !had && !client_is_down(c->client) && client_status(c->client) >= 400)
		home_remove(&c->home, file);
	if (answer == NULL)
		return false;
	term_line(&c->term, "vouch", "for %s, receipt kept", p->about);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

static bool vouch_on(struct cli *c, const struct ballot_paper *p, const struct id16 *member)
{
	const char *reason = cmd_option(c, OPT_MESSAGE);
	char file[HOME_PATH_MAX];
	json_t *body;
	bool had, rc;

	home_vouch_file(&p->proposal.subject, file);
	body = kept_vouch(c, file, p, member);
	had = body != NULL;
	/* what was kept is sent again even when all is over: its receipt may be what is missing */
	if (!had && may_vouch(c, p, reason))
		body = make_vouch(c, p, member, reason);
	if (body == NULL)
		return false;
	rc = cmd_option(c, OPT_OUT) != NULL ? cmd_write_json(c, body) : send_vouch(c, p, body, file, had);
	json_decref(body);
	return rc;
}

int cmd_vouch(struct cli *c)
{
	struct ballot_paper p;
	struct id16 member;
	bool rc;

	if (!cmd_client(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_member(c, &member) || !read_paper(c, c->opt.args[0], &p))
		return cmd_fail(c);
	rc = vouch_on(c, &p, &member);
	cmd_ballot_paper_free(&p);
	return rc ? EXIT_DONE : cmd_fail(c);
}
