/* SPDX-License-Identifier: ISC
 * Ceremonies and their boards. */
#include "authority/read.h"

#include "authority/store_ceremony.h"
#include "authority/value.h"

/* A board of 128 dealers has posts of some 20 KB. */
enum { POSTS = 64 };

#define CEREMONY_COLUMNS "number, digest, purpose, epoch, opened, phase, until, size, outcome, faults"
enum column { NUMBER, DIGEST, PURPOSE, EPOCH, OPENED, PHASE, UNTIL, SIZE, OUTCOME, FAULTS, DOC, TRANSCRIPT, BASE };

static json_t *outcome(const PGresult *r, int i)
{
	if (res_null(r, i, OUTCOME))
		return NULL;
	return json_string(res_int(r, i, OUTCOME) == CEREMONY_DONE ? "done" : "failed");
}

static json_t *ceremony(const PGresult *r, int i)
{
	return json_pack("{s:o,s:o,s:s,s:o,s:o,s:s,s:o,s:o,s:o*,s:o*}", "number", column_int(r, i, NUMBER), "ceremony",
		column_digest(r, i, DIGEST), "purpose", ceremony_purpose_name((enum ceremony_purpose)res_int(r, i, PURPOSE)), "epoch",
		column_int(r, i, EPOCH), "opened", column_int(r, i, OPENED), "phase", phase_name((enum phase)res_int(r, i, PHASE)), "until",
		column_int(r, i, UNTIL), "size", column_int(r, i, SIZE), "outcome", outcome(r, i), "faults", column_document(r, i, FAULTS));
}

json_t *read_ceremonies(struct worker *w, const struct group *g, bool running, const struct page *p, struct err *e)
{
	static const struct statement st = { "read_ceremonies",
		"SELECT " CEREMONY_COLUMNS " FROM ceremonies WHERE g = $1 AND ($2 = 0 OR number < $2) AND (NOT $3 OR outcome IS NULL)"
		" ORDER BY number DESC LIMIT $4" };
	json_t *doc = json_pack("{s:[]}", "ceremonies"), *list = json_object_get(doc, "ceremonies");
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, p->after);
	arg_bool(&a, running);
	arg_int8(&a, p->limit);
	ok = (doc != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, ceremony(r, i)) == 0 || err_memory(e);
	if (ok && PQntuples(r) == p->limit && res_int(r, p->limit - 1, 0) > 1)
		ok = json_object_set_new(doc, "next", column_int(r, p->limit - 1, 0)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Posts only ever come behind others: what is read after the row has at least as many as the row says. */
static bool add_posts(struct worker *w, int32_t g, uint64_t number, uint32_t from, json_t *doc, struct err *e)
{
	json_t *list = json_object_get(doc, "posts");
	PGresult *r;
	bool ok = true;

	if (!store_post_from(w, g, number, from, POSTS, &r, e))
		return false;
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, column_document(r, i, 0)) == 0 || err_memory(e);
	PQclear(r);
	return ok;
}

/* What is signed, for whoever looks on: who signs makes it out of the log. NULL: nothing is, or with e set. */
static json_t *items(struct worker *w, int32_t g, uint64_t number, struct err *e)
{
	static const struct statement st = { "read_ceremony_items",
		"SELECT tbs FROM ceremony_items WHERE g = $1 AND number = $2 ORDER BY place" };
	struct db_args a = { 0 };
	json_t *list;
	PGresult *r;
	bool ok;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	ok = PQntuples(r) > 0;
	list = ok ? json_array() : NULL;
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, column_bytes(r, i, 0)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

/* What never changes comes with the board's beginning alone. */
static bool add_documents(struct worker *w, int32_t g, uint64_t number, const PGresult *r, uint32_t from, json_t *doc, struct err *e)
{
	json_t *signs = from > 0 ? NULL : items(w, g, number, e);

	if (!err_ok(e))
		return false;
	return json_object_update_new(doc,
		       json_pack("{s:o,s:o*,s:o*,s:o*,s:[]}", "document", column_document(r, 0, DOC), "base",
			       from > 0 ? NULL : column_document(r, 0, BASE), "items", signs, "transcript",
			       column_document(r, 0, TRANSCRIPT), "posts")) == 0 ||
		err_memory(e);
}

json_t *read_ceremony(struct worker *w, const struct group *g, uint64_t number, uint32_t from, struct err *e)
{
	static const struct statement st = { "read_ceremony",
		"SELECT " CEREMONY_COLUMNS ", doc, transcript, (SELECT transcript FROM ceremonies b WHERE b.g = c.g AND b.made = c.base)"
		" FROM ceremonies c WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	ok = PQntuples(r) == 1 || err_set(e, "not_found", "the group has no such ceremony");
	if (ok)
		doc = ceremony(r, 0);
	ok = ok && (doc != NULL || err_memory(e)) && add_documents(w, g->g, number, r, from, doc, e) &&
		add_posts(w, g->g, number, from, doc, e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}
