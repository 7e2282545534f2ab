/* SPDX-License-Identifier: ISC
 * gauthctl group list, show; and how results are printed. */
#include "authority/ctl.h"

#include <string.h>
#include <unistd.h>

#include "authority/charters.h"
#include "authority/drafts.h"
#include "authority/value.h"
#include "peer/link.h"
#include "peer/qr.h"

/* ---- results */

static const struct {
	const char *name, *hint;
} hints[] = {
	{ "state_missing", "--state DIR says where it lies; gauthctl --state DIR init makes one" },
	{ "state_busy", "while gauthd runs, gauthctl works through it: is it still starting, or ending?" },
	{ "key_encrypted", "--passphrase FILE" },
	{ "signer_unavailable", "gauthctl doctor tells more" },
	{ "database_unavailable", "gauthctl doctor tells more" },
};

static int exit_code(const struct err *e)
{
	static const char *const away[] = { "database_unavailable", "signer_unavailable", "state_busy", "signer_ahead", "cluster_failed" };
	static const char *const usage[] = { "missing_argument", "too_many_arguments", "unknown_template" };

	for (size_t i = 0; i < sizeof(usage) / sizeof(usage[0]); i++)
		if (err_is(e, usage[i]))
			return CTL_USAGE;
	/* one that a file or an object holds has its place there */
	if (err_is(e, "bad_value") && e->pointer[0] == '\0')
		return CTL_USAGE;
	for (size_t i = 0; i < sizeof(away) / sizeof(away[0]); i++)
		if (err_is(e, away[i]))
			return CTL_UNAVAILABLE;
	return CTL_FAILED;
}

int ctl_fail(struct ctl *c)
{
	char text[TERM_SAFE], pointer[TERM_SAFE];

	if (err_ok(&c->e))
		err_memory(&c->e);
	term_note(&c->term, "gauthctl: %s (%s)%s%s", term_safe(c->e.text, text), c->e.name, c->e.pointer[0] != '\0' ? " at " : "",
		term_safe(c->e.pointer, pointer));
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (err_is(&c->e, hints[i].name))
			term_note(&c->term, "  hint: %s", hints[i].hint);
	return exit_code(&c->e);
}

int ctl_document(struct ctl *c, json_t *doc)
{
	if (doc == NULL)
		return ctl_fail(c);
	if (c->term.json)
		term_json(&c->term, doc);
	json_decref(doc);
	return CTL_DONE;
}

/* ---- join links */

bool ctl_join_link(struct ctl *c, const struct group *g, char *out, size_t size)
{
	struct join_link link = { .genesis = g->genesis };
	const struct charter *newest;
	char url[SETTING_TEXT], text[LINK_TEXT_MAX];

	settings_url(&c->dir.settings, url);
	if (!charters_newest(c->w, g->g, &newest, &c->e))
		return false;
	snprintf(link.server, sizeof(link.server), "%s", newest->authority.addresses_n > 0 ? newest->authority.addresses[0].url : url);
	snprintf(link.group, sizeof(link.group), "%s", g->name);
	join_link_print(&link, text);
	snprintf(out, size, "%s", text);
	return true;
}

void ctl_print_link(struct ctl *c, const struct group *g, bool qr)
{
	char link[LINK_TEXT_MAX];
	struct buf code = { 0 };

	if (!ctl_join_link(c, g, link, sizeof(link)))
		return;
	term_line(&c->term, "join", "%s", link);
	if (qr && !c->term.json && qr_print(link, c->term.colour, &code, NULL))
		term_bytes(&c->term, buf_slice(&code));
	buf_free(&code);
}

/* ---- list */

int ctl_group_list(struct ctl *c)
{
	static const struct statement st = { "ctl_group_list",
		"SELECT name, state, genesis, (SELECT count(*) FROM members m WHERE m.g = groups.g AND m.ended IS NULL), log_size"
		" FROM groups ORDER BY name" };
	struct table t = { .titles = { "group", "state", ">members", ">entries", "genesis" }, .columns = 5 };
	json_t *list = json_array();
	PGresult *r;

	if (!ctl_worker(c) || !db_run(c->w->db, &st, NULL, &r, &c->e)) {
		json_decref(list);
		return ctl_fail(c);
	}
	for (int i = 0; i < PQntuples(r); i++) {
		char members[24], entries[24], genesis[DIGEST_TEXT];
		const char *const cells[] = { res_text(r, i, 0), res_text(r, i, 1), members, entries, genesis };
		struct digest d;

		(void)res_digest(r, i, 2, &d);
		digest_text(&d, genesis);
		snprintf(members, sizeof(members), "%lld", (long long)res_int(r, i, 3));
		snprintf(entries, sizeof(entries), "%lld", (long long)res_int(r, i, 4));
		table_add(&t, cells);
		json_array_append_new(list,
			json_pack("{s:s,s:s,s:s,s:I,s:I}", "group", cells[0], "state", cells[1], "genesis", genesis, "members",
				(json_int_t)res_int(r, i, 3), "entries", (json_int_t)res_int(r, i, 4)));
	}
	PQclear(r);
	if (!c->term.json)
		table_print(&c->term, &t);
	table_free(&t);
	return ctl_document(c, json_pack("{s:o}", "groups", list));
}

/* ---- show */

/* A draft of version 1: who has not approved yet. */
static int show_draft(struct ctl *c, const struct group *g)
{
	struct answer a = { 0 };
	struct signed_charter sc;
	json_t *doc, *name;
	size_t i;
	bool rc;

	if (!draft_read(c->w, g->g, &g->genesis, &sc, &c->e))
		return ctl_fail(c);
	rc = chain_count(c->w->crypto, &sc, NULL, &c->e) && draft_answer(c->w, g->g, &sc, sc.charter, DRAFT_OPEN, false, &a, &c->e);
	signed_charter_free(&sc);
	doc = rc ? json_read(buf_slice(&a.text), CHARTER_MAX, &c->e) : NULL;
	answer_free(&a);
	if (doc == NULL)
		return ctl_fail(c);
	term_line(&c->term, "group", "%s, not founded yet: %lld of %lld approvals", g->name,
		(long long)json_integer_value(json_object_get(doc, "approved")),
		(long long)json_integer_value(json_object_get(doc, "needed")));
	json_array_foreach(json_object_get(doc, "missing"), i, name)
	{
		char safe[TERM_SAFE];

		term_line(&c->term, "missing", "%s", term_safe(json_string_value(name), safe));
	}
	return ctl_document(c, doc);
}

static void print_group(struct ctl *c, const struct group *g, const json_t *doc)
{
	const json_t *charter = json_object_get(doc, "charter");
	char genesis[DIGEST_TEXT], safe[TERM_SAFE];

	digest_text(&g->genesis, genesis);
	term_line(&c->term, "group", "%s%s", g->name, g->stopped ? " (STOPPED: its signer is ahead of the database)" : "");
	term_line(&c->term, "genesis", "%s", genesis);
	term_line(&c->term, "charter", "version %lld", (long long)json_integer_value(json_object_get(charter, "version")));
	term_line(&c->term, "members", "%lld", (long long)json_integer_value(json_object_get(doc, "members")));
	term_line(&c->term, "rule", "%s", term_safe(json_string_value(json_object_get(doc, "rule")), safe));
}

int ctl_group_show(struct ctl *c)
{
	char link[LINK_TEXT_MAX];
	struct group g;
	json_t *doc;

	if (!ctl_group(c, true, &g))
		return ctl_fail(c);
	if (!g.open)
		return show_draft(c, &g);
	doc = read_group(c->w, g.name, &c->e);
	if (doc == NULL || !ctl_join_link(c, &g, link, sizeof(link))) {
		json_decref(doc);
		return ctl_fail(c);
	}
	json_object_set_new(doc, "link", json_string(link));
	print_group(c, &g, doc);
	ctl_print_link(c, &g, ctl_value(&c->line, CTL_QR, 0) != NULL);
	return ctl_document(c, doc);
}
