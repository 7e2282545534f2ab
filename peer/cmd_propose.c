/* SPDX-License-Identifier: ISC
 * gmc charter propose and approve: what administrators do. */
#include <string.h>

#include "peer/cmd.h"

enum { EFFECTIVE_DEFAULT = 3600 };

/* The time that --effective names: a time, or a delay from now. Without it there is time for the notice that the charter asks for, behind
 * the vote. */
static bool effective_time(struct cli *c, const struct charter *base, int64_t *out)
{
	const char *s = cmd_option(c, OPT_EFFECTIVE);
	struct signed_charter next = { .charter = &(struct charter){ .version = base->version + 1 } };
	struct digest thumb;
	int64_t notice;

	if (!cmd_crypto(c) || !cmd_key(c))
		return false;
	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	next.recovery = charter_administrator(base, &thumb) == NULL && charter_recoverer(base, &thumb) != NULL;
	notice = chain_notice(&next, base);
	*out = EFFECTIVE_DEFAULT + (notice > 0 && chain_needs_vote(&next, base) ? base->voting.term : 0) + notice;
	if (s == NULL || time_duration_parse(s, out)) {
		*out += c->now;
		return true;
	}
	return time_parse(s, out) ||
		err_set(&c->e, "bad_argument", "--effective takes a delay like 1h, or a time like 2026-11-29T12:00:00Z");
}

/* The members that make it the next version come first, the rest as it was edited. */
static json_t *next_version(struct cli *c, const json_t *edited, const struct charter *base, int64_t effective)
{
	static const char *const set[] = { "kind", "format", "genesis", "group", "version", "previous", "log", "effective", "founders",
		NULL };
	json_t *doc = object_begin(KIND_CHARTER, &base->object.genesis), *value;
	const struct head *head = &c->trust->head;
	const char *name;
	bool ok;

	ok = object_set_string(doc, "group", base->group) && object_set_int(doc, "version", (int64_t)base->version + 1) &&
		object_set_digest(doc, "previous", &base->object.digest) && object_set_tree(doc, "log", head->size, &head->root) &&
		object_set_int(doc, "effective", effective);
	json_object_foreach((json_t *)(uintptr_t)edited, name, value)
	{
		bool is_set = false;

		for (size_t i = 0; set[i] != NULL; i++)
			is_set = is_set || strcmp(name, set[i]) == 0;
		ok = ok && (is_set || json_object_set(doc, name, value) == 0);
	}
	if (ok)
		return doc;
	json_decref(doc);
	err_memory(&c->e);
	return NULL;
}

/* Payload bytes of the next version, out of an edited file. Indented, since people will read it and errors name its lines. */
static bool make_payload(struct cli *c, const char *path, const struct charter *base, struct buf *payload)
{
	json_t *signed_doc = NULL, *edited = NULL, *doc = NULL;
	struct buf bytes = { 0 };
	int64_t effective;
	bool rc = false;

	if (!effective_time(c, base, &effective) || !cmd_charter_file(c, path, &bytes, &signed_doc))
		goto out;
	edited = json_read(buf_slice(&bytes), CHARTER_MAX, &c->e);
	if (edited != NULL && !json_is_object(edited))
		err_set(&c->e, "wrong_type", "a charter is a JSON object");
	doc = edited != NULL && err_ok(&c->e) ? next_version(c, edited, base, effective) : NULL;
	rc = doc != NULL && json_write_pretty(doc, payload, &c->e);
out:
	json_decref(doc);
	json_decref(edited);
	json_decref(signed_doc);
	buf_free(&bytes);
	return rc;
}

/* Which parts are other ones than in the version before. */
static void tell_changes(struct cli *c, const struct charter *base, const struct charter *next)
{
	static const char *const parts[] = { "purpose", "authority", "administrators", "admission", "expulsion", "amendment", "renewal",
		"readmission", "recovery", "voting", "vouching", "membership", "freshness", "records", "expelling", "amending", "inviting",
		"tests", "extensions", NULL };
	char line[256] = "";

	for (size_t i = 0; parts[i] != NULL; i++) {
		const json_t *a = json_object_get(base->object.doc, parts[i]), *b = json_object_get(next->object.doc, parts[i]);

		if (a != b && !json_equal(a, b))
			snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s", line[0] != '\0' ? ", " : "", parts[i]);
	}
	term_note(&c->term, "%-8s %s", "changes", line[0] != '\0' ? line : "nothing but its number");
}

/* My approval, appended to those that are there. A second one by the same key would be refused, and the one that is there is enough. */
static bool add_approval(struct cli *c, struct signed_charter *s, const struct charter *by)
{
	struct digest thumb;
	json_t *approval;

	if (!cmd_crypto(c) || !cmd_key(c))
		return false;
	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	if (charter_administrator(by, &thumb) == NULL && (s->charter->version == 1 || charter_recoverer(by, &thumb) == NULL))
		return err_set(&c->e, "not_an_administrator",
			"charter version %u names no administrator, and no recovery key, with this key", (unsigned)by->version);
	if (s->charter->version > 1 && c->now > s->charter->effective)
		return err_set(&c->e, "approval_late", "the draft was to come into force before now: propose it again");
	for (size_t i = 0; i < json_array_size(s->approvals); i++) {
		struct at root = at_root(json_array_get(s->approvals, i), &c->e);
		struct approval there = { 0 };
		bool mine;

		if (!approval_verify(c->crypto, &root, s->charter, by, &there))
			return false;
		mine = digest_compare(&there.by, &thumb) == 0;
		approval_free(&there);
		if (mine)
			return true;
	}
	approval = approval_sign(c->crypto, s->charter, c->key, c->now, &c->e);
	return approval != NULL && (json_array_append_new(s->approvals, approval) == 0 || err_memory(&c->e)) &&
		chain_count(c->crypto, s, s->charter->version == 1 ? NULL : by, &c->e);
}

/* A group that has just been founded is joined by this link. */
static void tell_link(struct cli *c, const struct charter *first)
{
	const char *server = cmd_option(c, OPT_SERVER);
	struct join_link link = { .genesis = first->object.digest };
	char text[LINK_TEXT_MAX];

	if (server == NULL || !join_link_server(server))
		return;
	snprintf(link.server, sizeof(link.server), "%s", server);
	snprintf(link.group, sizeof(link.group), "%s", first->group);
	join_link_print(&link, text);
	term_line(&c->term, "join", "%s", text);
}

void cmd_tell_draft(struct cli *c, const struct charter *charter, const json_t *answer)
{
	const char *state = json_string_value(json_object_get(answer, "state"));
	const json_t *number = json_object_get(answer, "proposal");
	char digest[DIGEST_TEXT], safe[TERM_SAFE];

	digest_text(&charter->object.digest, digest);
	if (c->term.json) {
		term_json(&c->term, answer);
		return;
	}
	term_line(&c->term, "charter", "version %u, %s", (unsigned)charter->version, digest);
	term_line(&c->term, "approved", "%lld of %lld: %s", (long long)json_integer_value(json_object_get(answer, "approved")),
		(long long)json_integer_value(json_object_get(answer, "needed")), term_safe(state, safe));
	if (charter->version == 1 && state != NULL && strcmp(state, "logged") == 0)
		tell_link(c, charter);
	if (json_is_integer(number))
		term_note(&c->term, "the group votes on it: gmc vote %lld yes|no|abstain", (long long)json_integer_value(number));
	else if (state != NULL && strcmp(state, "open") == 0 && charter->version == 1)
		term_note(&c->term, "the other administrators approve the same file, with the same command and their own keys");
	else if (state != NULL && strcmp(state, "open") == 0)
		term_note(&c->term, "the other administrators approve it with: gmc charter approve %s", digest);
}

/* To the home's server, or to the one that --server names; or to a file with --offline. */
static bool hand_over(struct cli *c, const struct signed_charter *s)
{
	const char *server = cmd_option(c, OPT_SERVER);
	json_t *doc = signed_charter_whole(s), *answer = NULL;
	bool rc;

	if (doc == NULL)
		return err_memory(&c->e);
	if (options_given(&c->opt, OPT_OFFLINE) || cmd_option(c, OPT_OUT) != NULL) {
		rc = cmd_write_json(c, doc);
	} else {
		if (server != NULL && c->client == NULL)
			c->client = client_new(server, s->charter->group, &c->e);
		answer = err_ok(&c->e) && cmd_client(c) ? client_post(c->client, "/charters", doc, &c->e) : NULL;
		rc = answer != NULL;
		if (rc)
			cmd_tell_draft(c, s->charter, answer);
	}
	json_decref(answer);
	json_decref(doc);
	return rc;
}

static bool propose(struct cli *c, struct signed_charter *s)
{
	const struct charter *base = trust_newest(c->trust);
	struct buf payload = { 0 };
	bool rc;

	s->approvals = json_array();
	rc = make_payload(c, c->opt.args[0], base, &payload) && (s->charter = charter_parse(buf_slice(&payload), &c->e)) != NULL &&
		charter_supported(s->charter, &c->e) && charter_run_tests(s->charter, &c->e) && chain_follows(s->charter, base, &c->e);
	buf_free(&payload);
	if (!rc)
		return false;
	tell_changes(c, base, s->charter);
	return cmd_weigh(c, s->charter) && add_approval(c, s, base) && hand_over(c, s);
}

int cmd_charter_propose(struct cli *c)
{
	bool offline = options_given(&c->opt, OPT_OFFLINE);
	struct signed_charter s = { 0 };
	bool rc = (offline ? cmd_trust(c) : cmd_refresh(c)) &&
		(c->trust->has_head || err_set(&c->e, "no_head", "the trust file has no head of the log: gmc fetch"));

	rc = rc && propose(c, &s);
	signed_charter_free(&s);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* Who must approve: the administrators of the version before, which must be the newest that is pinned; of version 1, its own. */
static const struct charter *approvers(struct cli *c, const struct charter *next)
{
	if (next->version == 1)
		return next;
	if (!cmd_trust(c))
		return NULL;
	if (next->version > trust_newest(c->trust)->version + 1 && !options_given(&c->opt, OPT_OFFLINE) && !cmd_refresh(c))
		return NULL;
	return chain_follows(next, trust_newest(c->trust), &c->e) ? trust_newest(c->trust) : NULL;
}

static bool approve(struct cli *c, struct signed_charter *s)
{
	const struct charter *by = approvers(c, s->charter);

	if (by == NULL)
		return false;
	if (by != s->charter)
		tell_changes(c, by, s->charter);
	return cmd_weigh(c, s->charter) && add_approval(c, s, by) && hand_over(c, s);
}

int cmd_charter_approve(struct cli *c)
{
	struct signed_charter s;
	struct digest digest;
	bool rc;

	if (options_given(&c->opt, OPT_OFFLINE) && digest_parse(c->opt.args[0], &digest)) {
		err_set(&c->e, "bad_argument", "--offline takes the draft from a file");
		return cmd_fail(c);
	}
	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	rc = approve(c, &s);
	signed_charter_free(&s);
	return rc ? EXIT_DONE : cmd_fail(c);
}
