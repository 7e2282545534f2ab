/* SPDX-License-Identifier: ISC
 * gmc submit: sends a signed object that was made elsewhere, wherever its kind belongs. */
#include <string.h>

#include "peer/application.h"
#include "peer/cmd.h"
#include "voting/challenge.h"
#include "voting/operator.h"
#include "voting/vote.h"
#include "voting/vouch.h"

enum { SUBMIT_FILE_MAX = 4 * 1024 * 1024 };

/* Where one kind goes. `where` fills the path when it depends on what the object says. */
struct way {
	const char *kind, *name, *text, *path;
	bool (*where)(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX]);
};

/* The number of the proposal with this digest, 0: none. Votes and challenges name the digest, addresses the number. */
static bool find_number(struct cli *c, const struct digest *proposal, long long *out)
{
	json_t *list = cmd_pages(c, "/proposals?state=all", "proposals"), *one;
	const bool rc = list != NULL;
	char digest[DIGEST_TEXT];
	size_t i;

	*out = 0;
	digest_text(proposal, digest);
	json_array_foreach(list, i, one)
	{
		const char *its = json_string_value(json_object_get(one, "digest"));

		if (its != NULL && strcmp(its, digest) == 0)
			*out = (long long)json_integer_value(json_object_get(one, "number"));
	}
	json_decref(list);
	return rc;
}

static bool where_vote(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX])
{
	long long number = (long long)json_integer_value(json_object_get(file, "proposal"));
	struct vote v;

	if (!vote_parse(j, &v, &c->e))
		return false;
	vote_free(&v);
	if (number <= 0 && !find_number(c, &v.proposal, &number))
		return false;
	if (number <= 0)
		return err_set(&c->e, "wrong_context", "the group has no proposal with the digest that the vote names");
	snprintf(path, CLIENT_PATH_MAX, "/proposals/%lld/votes", number);
	return true;
}

static bool where_vouch(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX])
{
	char digest[DIGEST_TEXT];
	struct vouch v;

	(void)file;
	if (!vouch_parse(j, &v, &c->e))
		return false;
	digest_text(&v.application, digest);
	snprintf(path, CLIENT_PATH_MAX, "/applications/%s/vouches", digest);
	return true;
}

/* For a vote it names the proposal; otherwise an application. */
static bool where_challenge(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX])
{
	char digest[DIGEST_TEXT];
	struct challenge met;
	long long number;

	(void)file;
	if (!challenge_parse(j, &met, &c->e) || !find_number(c, &met.subject, &number))
		return false;
	digest_text(&met.subject, digest);
	if (number > 0)
		snprintf(path, CLIENT_PATH_MAX, "/proposals/%lld/challenges", number);
	else
		snprintf(path, CLIENT_PATH_MAX, "/applications/%s/challenges", digest);
	return true;
}

static bool where_word(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX])
{
	struct operator_word w;
	char digest[DIGEST_TEXT];

	(void)file;
	if (!operator_parse(j, &w, &c->e))
		return false;
	digest_text(&w.subject, digest);
	snprintf(path, CLIENT_PATH_MAX, "/applications/%s/words", digest);
	return true;
}

static bool where_withdrawal(struct cli *c, const json_t *file, const struct jws *j, char path[static CLIENT_PATH_MAX])
{
	struct withdrawal w;
	char digest[DIGEST_TEXT];

	(void)file;
	if (!withdrawal_parse(j, &w, &c->e))
		return false;
	digest_text(&w.application, digest);
	snprintf(path, CLIENT_PATH_MAX, "/applications/%s/withdrawal", digest);
	return true;
}

static const struct way ways[] = {
	{ KIND_VOTE, "vote", "reason", NULL, where_vote },
	{ KIND_VOUCH, "vouch", "reason", NULL, where_vouch },
	{ KIND_CHALLENGE, "challenge", "", NULL, where_challenge },
	{ KIND_APPLICATION, "application", "statement", "/applications", NULL },
	{ KIND_COMPLAINT, "complaint", "reason", "/complaints", NULL },
	{ KIND_MOTION, "motion", "reason", "/proposals", NULL },
	{ KIND_OPERATOR, "word", "", NULL, where_word },
	{ KIND_WITHDRAWAL, "withdrawal", "", NULL, where_withdrawal },
	{ KIND_CANDIDACY, "candidacy", "", "/candidates", NULL },
	{ KIND_MEASUREMENT, "measurement", "", "/measurements", NULL },
	{ KIND_INVITATION, "invitation", "", "/invitations", NULL },
	{ KIND_RENEWAL, "renewal", "", "/renewals", NULL },
	{ KIND_REKEY, "rekey", "", "/renewals", NULL },
	{ KIND_RECOVERY, "recovery", "", "/recoveries", NULL },
	{ KIND_REVOCATION, "revocation", "", "/revocations", NULL },
	{ KIND_FREEZE, "freeze", "", "/freezes", NULL },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* The way of a file: {name: envelope, ...} as commands write it, or a bare envelope. *envelope is borrowed. */
static const struct way *find_way(struct cli *c, json_t *file, json_t **envelope)
{
	struct jws j;

	for (size_t i = 0; i < WAYS; i++) {
		*envelope = json_object_get(file, ways[i].name);
		if (*envelope != NULL)
			return &ways[i];
	}
	*envelope = file;
	if (!cmd_envelope(c, file, NULL, &j))
		return NULL;
	for (size_t i = 0; i < WAYS; i++) {
		if (!jws_is(&j, ways[i].kind, NULL))
			continue;
		jws_free(&j);
		return &ways[i];
	}
	jws_free(&j);
	err_set(&c->e, "wrong_kind", "an object of this kind is not for a server: gmc show tells what it is");
	return NULL;
}

static bool find_path(struct cli *c, const struct way *way, const json_t *file, const json_t *envelope, char path[static CLIENT_PATH_MAX])
{
	struct jws j;
	bool rc;

	if (way->path != NULL) {
		snprintf(path, CLIENT_PATH_MAX, "%s", way->path);
		return true;
	}
	if (!cmd_envelope(c, envelope, NULL, &j))
		return false;
	rc = way->where(c, file, &j, path);
	jws_free(&j);
	return rc;
}

static bool is_charter(const json_t *file)
{
	return json_object_get(file, "charter") != NULL && json_object_get(file, "approvals") != NULL;
}

/* To the home's server, or to one of a group that this folder has not joined: a charter proves itself, and brings no receipt. */
static bool submit_charter(struct cli *c, const json_t *file)
{
	const char *server = cmd_option(c, OPT_SERVER);
	struct signed_charter s;
	struct at root = at_root(file, &c->e);
	json_t *answer = NULL;

	if (!signed_charter_read(&root, NULL, &s))
		return false;
	if (server != NULL)
		c->client = client_new(server, s.charter->group, &c->e);
	if (err_ok(&c->e) && cmd_client(c))
		answer = client_post(c->client, "/charters", file, &c->e);
	if (answer != NULL)
		cmd_tell_draft(c, s.charter, answer);
	json_decref(answer);
	signed_charter_free(&s);
	return answer != NULL;
}

static bool submit_object(struct cli *c, json_t *file)
{
	char path[CLIENT_PATH_MAX];
	const struct way *way;
	json_t *envelope, *answer;

	if (cmd_option(c, OPT_SERVER) != NULL)
		return err_set(&c->e, "bad_argument",
			"--server is for signed charters: anything else brings a receipt, which only a folder that has pinned the group can "
			"check (gmc fetch LINK)");
	way = find_way(c, file, &envelope);
	if (way == NULL || !find_path(c, way, file, envelope, path))
		return false;
	answer = cmd_post_signed(c, path, way->name, envelope, way->kind, way->text, json_object_get(file, way->text));
	if (answer == NULL)
		return false;
	term_line(&c->term, "submit", "%s received, receipt kept", way->name);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

int cmd_submit(struct cli *c)
{
	struct buf text = { 0 };
	json_t *file = NULL;
	bool rc;

	if (cmd_read_file(c, c->opt.args[0], SUBMIT_FILE_MAX, &text))
		file = json_read(buf_slice(&text), SUBMIT_FILE_MAX, &c->e);
	buf_free(&text);
	rc = file != NULL && (is_charter(file) ? submit_charter(c, file) : submit_object(c, file));
	json_decref(file);
	return rc ? EXIT_DONE : cmd_fail(c);
}
