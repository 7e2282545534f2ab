/* SPDX-License-Identifier: ISC
 * Charters and their drafts, as anybody may see them. */
#include "authority/read.h"

#include "authority/archive.h"
#include "authority/charters.h"
#include "authority/drafts.h"
#include "authority/value.h"

static bool list_logged(struct worker *w, const struct group *g, json_t *to, struct err *e)
{
	static const struct statement st = { "read_charters",
		"SELECT version, digest, effective FROM charters WHERE g = $1 ORDER BY version" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, g->g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(to,
			     json_pack("{s:o,s:o,s:o}", "version", column_int(r, i, 0), "digest", column_digest(r, i, 1), "effective",
				     column_int(r, i, 2))) == 0 ||
			err_memory(e);
	PQclear(r);
	return ok;
}

/* How many of those who must approve there are: by the version before, or by version 1 itself. */
static bool needed(struct worker *w, const struct group *g, uint32_t version, uint32_t *out, struct err *e)
{
	const struct charter *by;

	*out = 0;
	if (version <= 1)
		return true;
	if (!charters_by_version(w, g->g, version - 1, &by, e))
		return err_is(e, "not_found") ? (err_clear(e), true) : false;
	*out = by->administrators.threshold;
	return true;
}

static bool own_threshold(struct slice payload, uint32_t *out, struct err *e)
{
	struct charter *c = charter_parse(payload, e);

	if (c == NULL)
		return false;
	*out = c->administrators.threshold;
	charter_free(c);
	return true;
}

static bool list_drafts(struct worker *w, const struct group *g, json_t *to, struct err *e)
{
	static const struct statement st = {
		"read_drafts",
		"SELECT version, digest, effective, state, (SELECT count(*) FROM approvals a WHERE a.g = d.g AND a.draft = d.digest), payload"
		" FROM drafts d WHERE g = $1 AND state <> 'logged' ORDER BY state = 'void', version DESC, stored, digest LIMIT 256",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, g->g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; ok && i < PQntuples(r); i++) {
		uint32_t version = (uint32_t)res_int(r, i, 0), k;

		ok = version == 1 ? own_threshold(res_bytes(r, i, 5), &k, e) : needed(w, g, version, &k, e);
		ok = ok &&
			(json_array_append_new(to,
				 json_pack("{s:o,s:o,s:o,s:o,s:o,s:I}", "version", column_int(r, i, 0), "digest", column_digest(r, i, 1),
					 "effective", column_int(r, i, 2), "state", column_text(r, i, 3), "approved", column_int(r, i, 4),
					 "needed", (json_int_t)k)) == 0 ||
				err_memory(e));
	}
	PQclear(r);
	return ok;
}

json_t *read_charters(struct worker *w, const struct group *g, struct err *e)
{
	json_t *doc = json_pack("{s:[],s:[]}", "charters", "drafts");
	bool ok = (doc != NULL || err_memory(e)) && db_snapshot_begin(w->db, e);

	if (ok) {
		ok = list_logged(w, g, json_object_get(doc, "charters"), e) && list_drafts(w, g, json_object_get(doc, "drafts"), e);
		db_snapshot_end(w->db);
	}
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

json_t *read_charter(struct worker *w, const struct group *g, uint32_t version, struct err *e)
{
	json_t *list, *doc = NULL;
	const struct charter *c;

	if (version == 0) {
		if (!charters_newest(w, g->g, &c, e))
			return NULL;
		version = c->version;
	}
	list = archive_charters(w, g, version, version, e);
	if (list != NULL && (doc = json_incref(json_array_get(list, 0))) == NULL)
		err_set(e, "not_found", "the group has no charter of that version");
	json_decref(list);
	return doc;
}

json_t *read_draft(struct worker *w, const struct group *g, const struct digest *draft, struct err *e)
{
	static const struct statement st = {
		"read_draft",
		"SELECT d.payload, a.doc FROM drafts d LEFT JOIN approvals a ON a.g = d.g AND a.draft = d.digest"
		" WHERE d.g = $1 AND d.digest = $2 ORDER BY a.key",
	};
	json_t *approvals = json_array(), *doc = NULL;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_digest(&a, draft);
	ok = (approvals != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	if (ok && PQntuples(r) == 0)
		ok = err_set(e, "not_found", "the group has no such draft");
	for (int i = 0; ok && i < PQntuples(r) && !res_null(r, i, 1); i++)
		ok = json_array_append_new(approvals, column_document(r, i, 1)) == 0 || err_memory(e);
	if (ok && (doc = signed_charter_print(res_bytes(r, 0, 0), approvals, NULL)) == NULL)
		err_memory(e);
	PQclear(r);
	json_decref(approvals);
	return doc;
}
