/* SPDX-License-Identifier: ISC */
#include "authority/archive.h"

#include <stdlib.h>
#include <string.h>

#include "authority/ballots.h"
#include "charter/chain.h"
#include "charter/object.h"

/* A renewal's own object goes with its *issued* entry; what joined or rekeyed a member came with the entry before. */
#define ITEMS_SQL \
	"SELECT l.payload, COALESCE(c.doc, o.doc, a.doc, p.doc, d.doc), d.number, d.outcome, mo.doc FROM log l" \
	" LEFT JOIN charters c ON l.event = 0 AND c.g = l.g AND c.digest = l.object" \
	" LEFT JOIN objects o ON l.event IN (1, 6, 7, 11, 12, 13) AND o.g = l.g AND o.digest = l.object" \
	" AND (l.event <> 12 OR o.kind = 'gmc-renewal')" \
	" LEFT JOIN applications a ON l.event = 2 AND a.g = l.g AND a.digest = l.object" \
	" LEFT JOIN proposals p ON l.event = 3 AND p.g = l.g AND p.digest = l.object" \
	" LEFT JOIN objects mo ON p.question = 1 AND mo.g = p.g AND mo.digest = p.subject" \
	" LEFT JOIN decisions d ON l.event = 4 AND d.g = l.g AND d.digest = l.object" \
	" WHERE l.g = $1 AND l.idx >= $2 AND l.idx < $3 ORDER BY l.idx"

json_t *archive_document(const char *text, struct err *e)
{
	json_t *doc = json_read(slice_str(text), strlen(text), NULL);

	if (doc == NULL)
		err_set(e, "database_error", "a document of the store cannot be read");
	return doc;
}

static json_t *evidence(struct worker *w, int32_t g, uint64_t number, struct err *e)
{
	struct record_parts parts = { 0 };
	struct ballots b;
	json_t *doc;

	if (!ballots_of(w, g, number, false, &b, e))
		return NULL;
	parts.votes = b.votes;
	parts.votes_n = b.votes_n;
	parts.words = b.words;
	parts.words_n = b.words_n;
	doc = record_evidence(&parts, e);
	ballots_free(&b);
	return doc;
}

/* Takes what it puts; a NULL value is memory that ran out. */
static bool put(json_t *o, const char *name, json_t *value)
{
	return json_object_set_new(o, name, value) == 0;
}

/* A proposal to expel goes out with the motion that it puts. */
static json_t *motion_of(const char *text, struct err *e)
{
	json_t *o = json_object(), *doc = o == NULL ? NULL : archive_document(text, e);

	if (doc != NULL && put(o, "motion", doc))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

static json_t *item(struct worker *w, int32_t g, const PGresult *r, int row, bool votes, struct err *e)
{
	json_t *o = json_object(), *doc;

	if (!object_set_base64(o, "entry", res_bytes(r, row, 0)))
		goto out;
	if (!res_null(r, row, 1) && ((doc = archive_document(res_text(r, row, 1), e)) == NULL || !put(o, "object", doc)))
		goto out;
	if (votes && !res_null(r, row, 3) && res_int(r, row, 3) == OUTCOME_YES &&
		((doc = evidence(w, g, (uint64_t)res_int(r, row, 2), e)) == NULL || !put(o, "evidence", doc)))
		goto out;
	if (votes && !res_null(r, row, 4) && ((doc = motion_of(res_text(r, row, 4), e)) == NULL || !put(o, "evidence", doc)))
		goto out;
	return o;
out:
	json_decref(o);
	err_memory(e);
	return NULL;
}

json_t *archive_items(struct worker *w, const struct group *g, uint64_t from, uint32_t n, bool votes, struct err *e)
{
	static const struct statement st = { "archive_items", ITEMS_SQL };
	struct db_args a = { 0 };
	json_t *list = json_array();
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)from);
	arg_int8(&a, (int64_t)(from + n));
	ok = (list != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, item(w, g->g, r, i, votes, e)) == 0;
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	err_memory(e);
	return NULL;
}

static json_t *head_of(struct worker *w, int32_t g, struct err *e)
{
	static const struct statement st = { "archive_head", "SELECT doc FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1)
		doc = archive_document(res_text(r, 0, 0), e);
	else
		err_set(e, "not_found", "the group has no log yet");
	PQclear(r);
	return doc;
}

static bool list_of(struct worker *w, int32_t g, json_t **out, struct err *e)
{
	static const struct statement st = { "archive_list", "SELECT doc FROM lists WHERE g = $1 ORDER BY number DESC LIMIT 1" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	*out = NULL;
	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1)
		ok = (*out = archive_document(res_text(r, 0, 0), e)) != NULL;
	PQclear(r);
	return ok;
}

/* The CA certificates, as bytes. */
static json_t *authorities(struct worker *w, int32_t g, struct err *e)
{
	static const struct statement st = { "archive_authorities",
		"SELECT der FROM authorities WHERE g = $1 AND der IS NOT NULL ORDER BY spki" };
	json_t *list = json_array(), *wrap = json_object();
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g);
	ok = ((list != NULL && wrap != NULL) || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = (object_set_base64(wrap, "der", res_bytes(r, i, 0)) && json_array_append(list, json_object_get(wrap, "der")) == 0) ||
			err_memory(e);
	PQclear(r);
	json_decref(wrap);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

json_t *archive_trust(struct worker *w, const struct group *g, struct err *e)
{
	json_t *c = archive_charters(w, g, 1, CHAIN_MAX, e), *a = authorities(w, g->g, e), *head = NULL, *list = NULL, *doc = NULL;

	if (c != NULL && a != NULL && (head = head_of(w, g->g, e)) != NULL && list_of(w, g->g, &list, e)) {
		doc = trust_print(&g->genesis, g->name, c, a, head, list);
		if (doc == NULL)
			err_memory(e);
	}
	json_decref(c);
	json_decref(a);
	json_decref(head);
	json_decref(list);
	return doc;
}
