/* SPDX-License-Identifier: ISC
 * gmc charter take: a further version out of a file, for when no server shows it. Only the administrators' approvals and the group's
 * own vote make it good, so that an authority which is gone, or does not want to be replaced, cannot keep its successor from peers. */
#include <string.h>

#include "peer/cmd.h"

/* Is it a version that is pinned here already? Another charter of the same number is not. */
static bool is_known(struct cli *c, const struct signed_charter *s, bool *known)
{
	const struct charter *mine;

	*known = s->charter->version <= c->trust->charters_n;
	if (!*known)
		return true;
	mine = c->trust->charters[s->charter->version - 1].charter;
	return digest_compare(&mine->object.digest, &s->charter->object.digest) == 0 ||
		err_set(&c->e, "charter_fork", "version %u is another one than the version %u that is pinned here", (unsigned)mine->version,
			(unsigned)mine->version);
}

/* The trust file with one charter more, as if a server had shown it. */
static bool believe(struct cli *c, const struct signed_charter *s, json_t *doc)
{
	json_t *next = json_deep_copy(c->trust->doc);
	struct buf text = { 0 };
	struct trust *trust = NULL;
	bool rc = next != NULL && json_array_append(json_object_get(next, "charters"), doc) == 0 &&
		json_object_set_new(next, "group", json_string(s->charter->group)) == 0;

	rc = rc ? json_write(next, &text, &c->e) : err_memory(&c->e);
	if (rc)
		trust = trust_parse(c->crypto, buf_slice(&text), &c->home.link.genesis, &c->e);
	if (trust != NULL) {
		trust_free(c->trust);
		c->trust = trust;
	}
	json_decref(next);
	buf_free(&text);
	return trust != NULL;
}

/* Where the group is served now. The address that the home has stays when the charter has it too, or has none. */
static void follow_address(struct cli *c)
{
	const struct charter *newest = trust_newest(c->trust);
	const int64_t at = newest->effective > c->now ? newest->effective : c->now;
	const char *found = NULL;

	for (size_t i = 0; i < newest->authority.addresses_n; i++) {
		const struct charter_address *a = &newest->authority.addresses[i];

		if (at < a->from || at >= a->until || !join_link_server(a->url))
			continue;
		if (strcmp(a->url, c->home.link.server) == 0)
			return;
		if (found == NULL)
			found = a->url;
	}
	if (found != NULL)
		snprintf(c->home.link.server, sizeof(c->home.link.server), "%s", found);
}

static bool take(struct cli *c, json_t *doc)
{
	struct at root = at_root(doc, &c->e);
	struct signed_charter s;
	bool known = false, rc;

	if (!signed_charter_read(&root, NULL, &s))
		return false;
	rc = is_known(c, &s, &known) && (known || believe(c, &s, doc));
	if (rc && !known)
		follow_address(c);
	signed_charter_free(&s);
	return rc;
}

int cmd_charter_take(struct cli *c)
{
	struct buf payload = { 0 };
	char when[TIME_WORDS + 16];
	json_t *doc = NULL;
	bool rc = cmd_joined(c) && cmd_crypto(c) && cmd_trust(c) && cmd_charter_file(c, c->opt.args[0], &payload, &doc);

	if (rc && doc == NULL)
		rc = err_set(&c->e, "approvals_missing", "%s is a charter that nobody has approved: a signed one is taken", c->opt.args[0]);
	rc = rc && take(c, doc) && home_write_json(&c->home, HOME_TRUST, c->trust->doc, &c->e) && home_save(&c->home, &c->e);
	json_decref(doc);
	buf_free(&payload);
	if (!rc)
		return cmd_fail(c);
	cmd_when(trust_newest(c->trust)->effective, c->now, when);
	term_line(&c->term, "charter", "version %u is pinned, in force from %s", (unsigned)trust_newest(c->trust)->version, when);
	term_line(&c->term, "server", "%s", c->home.link.server);
	return EXIT_DONE;
}
