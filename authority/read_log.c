/* SPDX-License-Identifier: ISC
 * The group log, as anybody may follow it. */
#include "authority/read.h"

#include "authority/archive.h"
#include "authority/forest.h"
#include "authority/value.h"

enum { ENTRIES_STEP = 16 };

json_t *read_head(struct worker *w, const struct group *g, struct err *e)
{
	static const struct statement st = { "read_head", "SELECT doc FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	arg_int4(&a, g->g);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 0)
		err_set(e, "not_found", "the group has no log yet");
	else if ((doc = column_document(r, 0, 0)) == NULL)
		err_memory(e);
	PQclear(r);
	return doc;
}

static bool number(json_t *list, uint64_t from)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (json_object_set_new(one, "index", json_integer((json_int_t)(from + i))) != 0)
			return false;
	}
	return true;
}

/* As many of `some` as there is room for. false: no more fit, or e is set. */
static bool take(json_t *list, const json_t *some, size_t *room, struct err *e)
{
	json_t *one;
	size_t i;

	json_array_foreach(some, i, one)
	{
		size_t bytes = json_dumpb(one, NULL, 0, JSON_COMPACT);

		if (bytes > *room && json_array_size(list) > 0)
			return false;
		if (json_array_append(list, one) != 0)
			return err_memory(e);
		*room -= bytes < *room ? bytes : *room;
	}
	return true;
}

/* A few at a time, so that little more is read than is given out. */
static bool gather(struct worker *w, const struct group *g, uint64_t from, uint32_t n, json_t *list, struct err *e)
{
	size_t room = READ_ENTRIES_BYTES;
	bool more = true;

	while (more && json_array_size(list) < n) {
		uint32_t got = (uint32_t)json_array_size(list), asked = n - got < ENTRIES_STEP ? n - got : ENTRIES_STEP;
		json_t *some = archive_items(w, g, from + got, asked, true, e);

		if (some == NULL)
			return false;
		more = take(list, some, &room, e) && json_array_size(some) == asked;
		json_decref(some);
	}
	return err_ok(e);
}

json_t *read_entries(struct worker *w, const struct group *g, uint64_t from, uint32_t n, struct err *e)
{
	json_t *list = json_array(), *doc = NULL;

	if (list != NULL && gather(w, g, from, n, list, e) && number(list, from))
		doc = json_pack("{s:O,s:I}", "entries", list, "size", (json_int_t)g->log_size);
	json_decref(list);
	if (doc == NULL)
		err_memory(e);
	return doc;
}

static json_t *path_document(const struct digest *path, size_t n, struct err *e)
{
	json_t *doc = json_pack("{s:[]}", "path"), *list = json_object_get(doc, "path");

	for (size_t i = 0; doc != NULL && i < n; i++) {
		if (json_array_append_new(list, value_digest(&path[i])) != 0) {
			json_decref(doc);
			doc = NULL;
		}
	}
	if (doc == NULL)
		err_memory(e);
	return doc;
}

json_t *read_inclusion(struct worker *w, const struct group *g, uint64_t index, uint64_t size, struct err *e)
{
	struct digest path[MERKLE_PATH_MAX];
	const struct merkle_tree *t;
	size_t n;

	if (index >= size || size > g->log_size) {
		err_set(e, "out_of_range", "the log has %llu entries; index must be below size, and size at most that",
			(unsigned long long)g->log_size);
		return NULL;
	}
	t = forest_take(w, g, g->log_size, e);
	if (t == NULL)
		return NULL;
	n = merkle_tree_inclusion(t, index, size, path);
	forest_give(t);
	return path_document(path, n, e);
}

json_t *read_consistency(struct worker *w, const struct group *g, uint64_t from, uint64_t to, struct err *e)
{
	struct digest path[MERKLE_PATH_MAX];
	const struct merkle_tree *t;
	size_t n;

	if (from == 0 || from > to || to > g->log_size) {
		err_set(e, "out_of_range", "the log has %llu entries; 0 < from <= to, and to at most that",
			(unsigned long long)g->log_size);
		return NULL;
	}
	t = forest_take(w, g, g->log_size, e);
	if (t == NULL)
		return NULL;
	n = merkle_tree_consistency(t, from, to, path);
	forest_give(t);
	return path_document(path, n, e);
}

json_t *read_record(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	return archive_record(w, g, number, e);
}
