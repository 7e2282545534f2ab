/* SPDX-License-Identifier: ISC */
#include "authority/archive.h"

#include <stdlib.h>
#include <string.h>

#include "authority/ballots.h"
#include "charter/chain.h"
#include "charter/object.h"

/* A renewal's own object goes with its *issued* entry; what joined or rekeyed a member came with the entry before. Each entry looks up the
 * one document that it names: joins would leave it to statistics, which a young group does not have, whether its tables are read for each
 * entry. */
#define ITEMS_SQL \
	"SELECT l.payload, CASE l.event" \
	" WHEN 0 THEN (SELECT doc FROM charters WHERE g = l.g AND digest = l.object)" \
	" WHEN 2 THEN (SELECT doc FROM applications WHERE g = l.g AND digest = l.object)" \
	" WHEN 3 THEN (SELECT doc FROM proposals WHERE g = l.g AND digest = l.object)" \
	" WHEN 4 THEN (SELECT doc FROM decisions WHERE g = l.g AND digest = l.object)" \
	" WHEN 14 THEN (SELECT doc FROM vouches WHERE g = l.g AND digest = l.object)" \
	" WHEN 12 THEN (SELECT doc FROM objects WHERE g = l.g AND digest = l.object AND kind = 'gmc-renewal')" \
	" ELSE (SELECT doc FROM objects WHERE g = l.g AND digest = l.object AND l.event IN (1, 6, 7, 8, 11, 13, 15, 16, 17, 18, 19, 20)) END," \
	" CASE l.event WHEN 4 THEN (SELECT number FROM decisions WHERE g = l.g AND digest = l.object AND outcome = 0) END," \
	" CASE l.event WHEN 3 THEN (SELECT doc FROM objects WHERE g = l.g AND digest =" \
	" (SELECT subject FROM proposals WHERE g = l.g AND digest = l.object AND question = 1)) END," \
	" CASE l.event WHEN 3 THEN (SELECT '[' || string_agg(c.doc, ',' ORDER BY c.digest) || ']' FROM proposals p" \
	" JOIN motion_complaints x ON x.g = p.g AND x.motion = p.subject JOIN complaints c ON c.g = x.g AND c.digest = x.complaint" \
	" WHERE p.g = l.g AND p.digest = l.object AND p.question = 1) END," \
	" CASE l.event WHEN 3 THEN (SELECT doc FROM objects WHERE g = l.g AND digest =" \
	" (SELECT subject FROM proposals WHERE g = l.g AND digest = l.object AND question = 3)) END," \
	" CASE l.event WHEN 3 THEN (SELECT doc FROM objects WHERE g = l.g AND digest =" \
	" (SELECT subject FROM proposals WHERE g = l.g AND digest = l.object AND question = 4)) END" \
	" FROM log l WHERE l.g = $1 AND l.idx >= $2 AND l.idx < $3 ORDER BY l.idx"
enum { ITEM_ENTRY, ITEM_OBJECT, ITEM_YES, ITEM_MOTION, ITEM_COMPLAINTS, ITEM_RENEWAL, ITEM_RECOVERY };

json_t *archive_document(const char *text, struct err *e)
{
	json_t *doc = json_read(slice_str(text), strlen(text), NULL);

	if (doc == NULL)
		err_set(e, "database_error", "a document of the store cannot be read");
	return doc;
}

static json_t *evidence(const struct ballots *b, struct err *e)
{
	struct record_parts parts = { .votes = b->votes, .votes_n = b->votes_n, .objects = b->objects, .objects_n = b->objects_n };

	return record_evidence(&parts, e);
}

/* Takes what it puts; a NULL value is memory that ran out. */
static bool put(json_t *o, const char *name, json_t *value)
{
	return json_object_set_new(o, name, value) == 0;
}

/* A proposal to expel goes out with the motion that it puts, and the complaints that this names (may be NULL). */
static json_t *motion_of(const char *text, const char *complaints, struct err *e)
{
	json_t *o = json_object(), *doc = o == NULL ? NULL : archive_document(text, e), *list = NULL;

	if (doc != NULL && put(o, "motion", doc) &&
		(complaints == NULL || ((list = archive_document(complaints, e)) != NULL && put(o, "complaints", list))))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

/* What a proposal is about, where only its evidence tells: NULL with nothing wrong where it is none such. */
static json_t *about_of(const PGresult *r, int row, struct err *e)
{
	const int at = res_null(r, row, ITEM_RENEWAL) ? ITEM_RECOVERY : ITEM_RENEWAL;
	json_t *o, *doc;

	if (!res_null(r, row, ITEM_MOTION))
		return motion_of(
			res_text(r, row, ITEM_MOTION), res_null(r, row, ITEM_COMPLAINTS) ? NULL : res_text(r, row, ITEM_COMPLAINTS), e);
	if (res_null(r, row, at))
		return NULL;
	o = json_object();
	doc = archive_document(res_text(r, row, at), e);
	if (o != NULL && doc != NULL && put(o, at == ITEM_RENEWAL ? "renewal" : "recovery", doc))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

/* b: of a *yes* whose votes are wanted. */
static json_t *item(const PGresult *r, int row, const struct ballots *b, bool votes, struct err *e)
{
	json_t *o = json_object(), *doc;

	if (!object_set_base64(o, "entry", res_bytes(r, row, ITEM_ENTRY)))
		goto out;
	if (!res_null(r, row, ITEM_OBJECT) &&
		((doc = archive_document(res_text(r, row, ITEM_OBJECT), e)) == NULL || !put(o, "object", doc)))
		goto out;
	if (b != NULL && ((doc = evidence(b, e)) == NULL || !put(o, "evidence", doc)))
		goto out;
	doc = votes ? about_of(r, row, e) : NULL;
	if (!err_ok(e) || (doc != NULL && !put(o, "evidence", doc)))
		goto out;
	return o;
out:
	json_decref(o);
	err_memory(e);
	return NULL;
}

/* The evidence of every *yes* among the rows, in their order; the caller's. */
static struct ballots *ballots_among(struct worker *w, int32_t g, const PGresult *r, size_t *n, struct err *e)
{
	const int rows = PQntuples(r);
	uint64_t *numbers = calloc((size_t)rows + 1, sizeof(*numbers));
	struct ballots *b;

	for (int i = 0; i < rows && numbers != NULL; i++)
		if (!res_null(r, i, ITEM_YES))
			numbers[(*n)++] = (uint64_t)res_int(r, i, ITEM_YES);
	b = calloc(*n + 1, sizeof(*b));
	if (numbers == NULL || b == NULL || !ballots_load(w, g, numbers, *n, b, e)) {
		free(b);
		b = NULL;
		*n = 0;
		err_memory(e);
	}
	free(numbers);
	return b;
}

static json_t *items_of(struct worker *w, int32_t g, const PGresult *r, bool votes, struct err *e)
{
	json_t *list = json_array();
	struct ballots *b = NULL;
	size_t n = 0, next = 0;
	bool ok = (list != NULL || err_memory(e)) && (!votes || (b = ballots_among(w, g, r, &n, e)) != NULL);

	for (int i = 0; ok && i < PQntuples(r); i++) {
		bool yes = votes && !res_null(r, i, ITEM_YES);

		ok = json_array_append_new(list, item(r, i, yes ? &b[next++] : NULL, votes, e)) == 0;
	}
	for (size_t i = 0; i < n; i++)
		ballots_free(&b[i]);
	free(b);
	if (ok)
		return list;
	json_decref(list);
	err_memory(e);
	return NULL;
}

json_t *archive_items(struct worker *w, const struct group *g, uint64_t from, uint32_t n, bool votes, struct err *e)
{
	static const struct statement st = { "archive_items", ITEMS_SQL };
	struct db_args a = { 0 };
	PGresult *r;
	json_t *list;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)from);
	arg_int8(&a, (int64_t)(from + n));
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	list = items_of(w, g->g, r, votes, e);
	PQclear(r);
	return list;
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
