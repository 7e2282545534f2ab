/* SPDX-License-Identifier: ISC
 * Members and their certificates, as anybody may see them. */
#include "authority/read.h"

#include <string.h>

#include "authority/charters.h"
#include "authority/value.h"

#define MEMBERS_SQL \
	"SELECT m.member, m.name, m.node, k.key, m.joined, m.ending, l.time," \
	" (SELECT string_agg(encode(u.member, 'hex'), ' ' ORDER BY u.idx) FROM decisions d" \
	" JOIN evidence x ON x.g = d.g AND x.number = d.number JOIN vouches u ON u.g = x.g AND u.digest = x.object" \
	" WHERE d.g = m.g AND d.digest = m.decision)," \
	" (SELECT max(s.until) FROM suspensions s WHERE s.g = m.g AND s.member = m.member AND s.ended IS NULL AND now_s() < s.until)," \
	" (SELECT string_agg(encode(u.member, 'hex'), ' ' ORDER BY u.idx) FROM decisions d JOIN proposals p ON p.g = d.g AND p.number = d.number" \
	" JOIN vouches u ON u.g = p.g AND u.application = p.subject JOIN members b ON b.g = u.g AND b.member = u.member AND b.ending = 7" \
	" WHERE d.g = m.g AND d.digest = m.decision) FROM members m" \
	" LEFT JOIN member_keys k ON k.g = m.g AND k.member = m.member AND k.replaced IS NULL" \
	" LEFT JOIN log l ON l.g = m.g AND l.idx = m.joined "

static const char *state_of(const PGresult *r, int i)
{
	if (res_null(r, i, 5))
		return res_null(r, i, 8) ? "member" : "suspended";
	return res_int(r, i, 5) == EVENT_LEFT ? "left" : "expelled";
}

/* Those whose vouches the admission rests on, out of their names with a blank between two; NULL: there are none. */
static json_t *vouchers(const char *names)
{
	json_t *list = names == NULL ? NULL : json_array();

	while (list != NULL && *names != '\0') {
		size_t n = strcspn(names, " ");

		json_array_append_new(list, json_stringn(names, n));
		names += n + (names[n] == ' ');
	}
	return list;
}

/* Does the charter in force flag whom an expelled member vouched in? */
static bool flags(struct worker *w, const struct group *g, bool *out, struct err *e)
{
	const struct charter *c;
	uint32_t version;
	int64_t now;

	if (!db_now(w->db, &now, e) || !charters_in_force(w, g->g, now, &version, e) || !charters_by_version(w, g->g, version, &c, e))
		return false;
	*out = c->vouching.cascade == CASCADE_FLAG;
	return true;
}

static json_t *member(const PGresult *r, int i, bool flagged)
{
	return json_pack("{s:o,s:o,s:o,s:o*,s:o,s:s,s:o*,s:o*,s:o*}", "member", column_id16(r, i, 0), "name", column_text(r, i, 1), "node",
		column_id16(r, i, 2), "key", column_thumb(r, i, 3), "joined", column_int(r, i, 6), "state", state_of(r, i), "vouchers",
		vouchers(res_text(r, i, 7)), "suspended_until", res_null(r, i, 5) && !res_null(r, i, 8) ? column_int(r, i, 8) : NULL,
		"flagged", flagged && res_null(r, i, 5) && !res_null(r, i, 9) ? vouchers(res_text(r, i, 9)) : NULL);
}

json_t *read_members(struct worker *w, const struct group *g, const struct page *p, struct err *e)
{
	static const struct statement st = { "read_members", MEMBERS_SQL "WHERE m.g = $1 AND m.joined > $2 ORDER BY m.joined LIMIT $3" };
	json_t *doc = json_pack("{s:[]}", "members"), *list = json_object_get(doc, "members");
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok, flagged;

	arg_int4(&a, g->g);
	arg_int8(&a, p->after);
	arg_int8(&a, p->limit + 1);
	ok = (doc != NULL || err_memory(e)) && flags(w, g, &flagged, e) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r) && i < p->limit; i++)
		ok = json_array_append_new(list, member(r, i, flagged)) == 0 || err_memory(e);
	if (ok && PQntuples(r) > p->limit)
		ok = json_object_set_new(doc, "next", column_int(r, p->limit - 1, 4)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Revoked is what a list says: the whole member, its key, or the one serial. */
static json_t *certificates(struct worker *w, const struct group *g, const struct id16 *m, struct err *e)
{
	static const struct statement st = {
		"read_member_certificates",
		"SELECT c.serial, c.until, c.state, EXISTS (SELECT 1 FROM revocations v WHERE v.g = c.g AND v.member = c.member"
		" AND (v.key IS NULL OR v.key = c.key) AND (v.serial IS NULL OR v.serial = c.serial)), c.key"
		" FROM certificates c WHERE c.g = $1 AND c.member = $2 ORDER BY c.idx DESC LIMIT 64",
	};
	json_t *list = json_array();
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_id16(&a, m);
	ok = (list != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list,
			     json_pack("{s:o,s:o,s:o,s:b,s:o}", "serial", column_id16(r, i, 0), "until", column_int(r, i, 1), "state",
				     column_text(r, i, 2), "revoked", res_bool(r, i, 3), "key", column_thumb(r, i, 4))) == 0 ||
			err_memory(e);
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *load(struct worker *w, const struct group *g, const struct id16 *id, struct err *e)
{
	static const struct statement st = { "read_member", MEMBERS_SQL "WHERE m.g = $1 AND m.member = $2" };
	json_t *doc = NULL, *list = NULL;
	struct db_args a = { 0 };
	PGresult *r;
	bool flagged;

	arg_int4(&a, g->g);
	arg_id16(&a, id);
	if (!flags(w, g, &flagged, e) || !db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 0)
		err_set(e, "not_found", "the group has had no such member");
	else if ((list = certificates(w, g, id, e)) != NULL && (doc = member(r, 0, flagged)) != NULL &&
		json_object_set(doc, "certificates", list) != 0) {
		json_decref(doc);
		doc = NULL;
	}
	PQclear(r);
	json_decref(list);
	if (doc == NULL)
		err_memory(e);
	return doc;
}

json_t *read_member(struct worker *w, const struct group *g, const struct id16 *id, struct err *e)
{
	json_t *doc;

	if (!db_snapshot_begin(w->db, e))
		return NULL;
	doc = load(w, g, id, e);
	db_snapshot_end(w->db);
	return doc;
}
