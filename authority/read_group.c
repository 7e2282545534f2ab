/* SPDX-License-Identifier: ISC
 * Groups, as anybody may see them. */
#include "authority/read.h"

#include "authority/charters.h"
#include "authority/value.h"
#include "charter/explain.h"
#include "peer/pem.h"

json_t *read_groups(struct worker *w, struct err *e)
{
	static const struct statement st = {
		"read_groups",
		"SELECT name, genesis, (SELECT count(*) FROM members m WHERE m.g = groups.g AND m.ended IS NULL),"
		" (SELECT count(*) FROM proposals p WHERE p.g = groups.g AND p.outcome IS NULL)"
		" FROM groups WHERE state <> 'draft' ORDER BY name LIMIT $1",
	};
	json_t *list = json_array(), *doc;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int8(&a, READ_GROUPS_MAX);
	ok = (list != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list,
			     json_pack("{s:o,s:o,s:o,s:o,s:o}", "group", column_text(r, i, 0), "genesis", column_digest(r, i, 1), "url",
				     json_sprintf("/g/%s", res_text(r, i, 0)), "members", column_int(r, i, 2), "open",
				     column_int(r, i, 3))) == 0;
	PQclear(r);
	doc = ok ? json_pack("{s:O}", "groups", list) : NULL;
	json_decref(list);
	if (doc == NULL)
		err_memory(e);
	return doc;
}

bool read_charter_now(struct worker *w, const struct group *g, const struct charter **out, struct err *e)
{
	uint32_t version;
	int64_t now;

	return db_now(w->db, &now, e) && charters_in_force(w, g->g, now, &version, e) && charters_by_version(w, g->g, version, out, e);
}

static bool count(struct worker *w, const struct group *g, const struct statement *st, uint32_t *out, struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g->g);
	if (!db_run(w->db, st, &a, &r, e))
		return false;
	*out = (uint32_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool read_members_count(struct worker *w, const struct group *g, uint32_t *out, struct err *e)
{
	static const struct statement st = { "read_members_count", "SELECT count(*) FROM members WHERE g = $1 AND ended IS NULL" };

	return count(w, g, &st, out, e);
}

static bool count_open(struct worker *w, const struct group *g, uint32_t *out, struct err *e)
{
	static const struct statement st = { "read_open_count", "SELECT count(*) FROM proposals WHERE g = $1 AND outcome IS NULL" };

	return count(w, g, &st, out, e);
}

static bool load_authorities(struct worker *w, const struct group *g, PGresult **out, struct err *e)
{
	static const struct statement st = { "read_authorities",
		"SELECT der FROM authorities WHERE g = $1 AND length(der) > 0 ORDER BY spki" };
	struct db_args a = { 0 };

	arg_int4(&a, g->g);
	return db_run(w->db, &st, &a, out, e);
}

json_t *read_authorities(struct worker *w, const struct group *g, struct err *e)
{
	json_t *list = json_array();
	PGresult *r = NULL;
	bool ok = (list != NULL || err_memory(e)) && load_authorities(w, g, &r, e);

	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, column_bytes(r, i, 0)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

bool read_authorities_pem(struct worker *w, const struct group *g, struct buf *out, struct err *e)
{
	PGresult *r;
	bool ok = true;

	if (!load_authorities(w, g, &r, e))
		return false;
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = pem_write("CERTIFICATE", res_bytes(r, i, 0), out) || err_memory(e);
	if (PQntuples(r) == 0)
		ok = err_set(e, "not_found", "the group has no CA certificate yet: its signer makes it when the group is founded");
	PQclear(r);
	return ok;
}

/* The kinds of leaves that the admission rule has: what a newcomer will be asked for. */
static json_t *asked(const struct charter *c)
{
	json_t *list = json_array();

	for (int t = REQ_LIST; list != NULL && t < REQ_TYPES; t++) {
		if (!requirement_has(c->admission, (enum requirement_type)t))
			continue;
		if (json_array_append_new(list, json_string(requirement_name((enum requirement_type)t))) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *rule_of(const struct charter *c, uint32_t members)
{
	struct buf text = { 0 };
	json_t *v = explain_requirement(c, c->admission, members, &text) ? json_stringn((const char *)text.p, text.n) : NULL;

	buf_free(&text);
	return v;
}

static json_t *about(const struct group *g, const struct charter *c, uint32_t members)
{
	return json_pack("{s:s,s:o,s:s,s:{s:I,s:o},s:s,s:I,s:I,s:o,s:o,s:s}", "group", g->name, "genesis", value_digest(&g->genesis),
		"state",
		!g->open             ? "draft"
			: g->stopped ? "stopped"
				     : "open",
		"charter", "version", (json_int_t)c->version, "digest", value_digest(&c->object.digest), "purpose", c->purpose, "term",
		(json_int_t)c->voting.term, "members", (json_int_t)members, "rule", rule_of(c, members), "asks", asked(c), "class",
		c->membership.client ? "client" : "peer");
}

/* What holds for a while: who is suspended, and until when nobody is admitted. */
static bool add_passing(struct worker *w, const struct group *g, json_t *doc, struct err *e)
{
	static const struct statement st = { "read_group_passing",
		"SELECT (SELECT count(DISTINCT s.member) FROM suspensions s JOIN members m ON m.g = s.g AND m.member = s.member"
		" WHERE s.g = $1 AND m.ended IS NULL AND s.ended IS NULL AND now_s() < s.until), frozen_until, now_s() FROM groups"
		" WHERE g = $1" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = json_object_set_new(doc, "suspended", json_integer(res_int(r, 0, 0))) == 0 &&
		(res_int(r, 0, 1) <= res_int(r, 0, 2) || json_object_set_new(doc, "frozen_until", json_integer(res_int(r, 0, 1))) == 0);
	PQclear(r);
	return ok || err_memory(e);
}

static json_t *founded(struct worker *w, const struct group *g, struct err *e)
{
	const struct charter *c;
	uint32_t members, open;
	json_t *doc, *head, *authorities;

	if (!read_charter_now(w, g, &c, e) || !read_members_count(w, g, &members, e) || !count_open(w, g, &open, e))
		return NULL;
	head = read_head(w, g, e);
	authorities = head == NULL ? NULL : read_authorities(w, g, e);
	doc = authorities == NULL ? NULL : about(g, c, members);
	if (doc == NULL || json_object_set(doc, "head", head) != 0 || json_object_set(doc, "authorities", authorities) != 0 ||
		json_object_set_new(doc, "open", json_integer(open)) != 0) {
		json_decref(doc);
		doc = NULL;
		err_memory(e);
	}
	if (doc != NULL && !add_passing(w, g, doc, e)) {
		json_decref(doc);
		doc = NULL;
	}
	json_decref(head);
	json_decref(authorities);
	return doc;
}

/* A draft has no log yet: only the charter that is to found it. */
static json_t *drafted(struct worker *w, const struct group *g, struct err *e)
{
	static const struct statement st = { "read_first_draft", "SELECT payload FROM drafts WHERE g = $1 AND digest = $2" };
	struct charter *c = NULL;
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	arg_int4(&a, g->g);
	arg_digest(&a, &g->genesis);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1)
		c = charter_parse(res_bytes(r, 0, 0), e);
	else
		err_set(e, "not_found", "there is no such group here");
	PQclear(r);
	if (c != NULL && (doc = about(g, c, (uint32_t)c->founders_n)) == NULL)
		err_memory(e);
	charter_free(c);
	return doc;
}

static json_t *load(struct worker *w, const char *name, struct err *e)
{
	struct group g;

	if (!group_any(w, name, &g, e))
		return NULL;
	return g.open ? founded(w, &g, e) : drafted(w, &g, e);
}

json_t *read_group(struct worker *w, const char *name, struct err *e)
{
	json_t *doc;

	if (!db_snapshot_begin(w->db, e))
		return NULL;
	doc = load(w, name, e);
	db_snapshot_end(w->db);
	return doc;
}
