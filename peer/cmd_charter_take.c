/* SPDX-License-Identifier: ISC
 * gmc charter take: further versions out of a file, for when no server shows them. Only the administrators' approvals and the group's
 * own vote make one good, so that an authority which is gone, or does not want to be replaced, cannot keep its successor from peers. */
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

/* The trust file with these charters more, as if a server had shown it. */
static bool believe(struct cli *c, json_t *next)
{
	struct buf text = { 0 };
	struct trust *trust = NULL;

	if (json_write(next, &text, &c->e))
		trust = trust_parse(c->crypto, buf_slice(&text), &c->home.link.genesis, &c->e);
	if (trust != NULL) {
		trust_free(c->trust);
		c->trust = trust;
	}
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

/* Appends it to those of a trust file, unless it is pinned already. */
static bool add(struct cli *c, const struct at *one, json_t *next)
{
	struct signed_charter s;
	bool known = false, rc;

	if (!signed_charter_read(one, NULL, &s))
		return false;
	rc = is_known(c, &s, &known);
	if (rc && !known)
		rc = json_array_append(json_object_get(next, "charters"), (json_t *)(uintptr_t)one->v) == 0 || err_memory(&c->e);
	signed_charter_free(&s);
	return rc;
}

/* All of a list, or none of it. */
static bool take(struct cli *c, const struct at *list)
{
	json_t *next = json_deep_copy(c->trust->doc);
	struct at one;
	size_t n;
	bool rc = next != NULL || err_memory(&c->e);

	rc = rc && at_array(list, 1, TRUST_CHARTERS_MAX, &n);
	for (size_t i = 0; rc && i < n; i++)
		rc = at_element(list, i, &one) && add(c, &one, next);
	if (rc && json_array_size(json_object_get(next, "charters")) > c->trust->charters_n) {
		rc = believe(c, next);
		if (rc)
			follow_address(c);
	}
	json_decref(next);
	return rc;
}

/* The charters of a trust file, or the one that the file is. A new array, or NULL. */
static json_t *read_list(struct cli *c, const char *path)
{
	struct buf text = { 0 };
	json_t *doc = NULL, *list = NULL;

	if (cmd_read_file(c, path, TRUST_MAX, &text))
		doc = json_read(buf_slice(&text), TRUST_MAX, &c->e);
	buf_free(&text);
	if (doc == NULL)
		return NULL;
	if (json_object_get(doc, "approvals") == NULL && json_object_get(doc, "charters") == NULL)
		err_set(&c->e, "approvals_missing", "%s is no charter that anybody approved: a signed one is taken, or a trust file", path);
	else if (json_object_get(doc, "charters") != NULL)
		list = json_incref(json_object_get(doc, "charters"));
	else
		list = json_pack("[O]", doc);
	if (list == NULL && err_ok(&c->e))
		err_memory(&c->e);
	json_decref(doc);
	return list;
}

int cmd_charter_take(struct cli *c)
{
	char when[TIME_WORDS + 16];
	json_t *list = NULL;
	bool rc = cmd_joined(c) && cmd_crypto(c) && cmd_trust(c) && (list = read_list(c, c->opt.args[0])) != NULL;
	struct at root = at_root(list, &c->e);

	rc = rc && take(c, &root) && home_write_json(&c->home, HOME_TRUST, c->trust->doc, &c->e) && home_save(&c->home, &c->e);
	json_decref(list);
	if (!rc)
		return cmd_fail(c);
	cmd_when(trust_newest(c->trust)->effective, c->now, when);
	term_line(&c->term, "charter", "version %u is pinned, in force from %s", (unsigned)trust_newest(c->trust)->version, when);
	term_line(&c->term, "server", "%s", c->home.link.server);
	return EXIT_DONE;
}
