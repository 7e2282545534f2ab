/* SPDX-License-Identifier: ISC
 * Signed charters out of the store. One that was voted on carries the record of the vote, without which nobody believes it. */
#include "authority/archive.h"

static json_t *signed_charter(struct worker *w, const struct group *g, const PGresult *r, int i, struct err *e)
{
	json_t *doc = archive_document(res_text(r, i, 0), e), *record;

	if (doc == NULL || res_null(r, i, 1))
		return doc;
	record = archive_amendment(w, g, (uint64_t)res_int(r, i, 1), e);
	if (record != NULL && json_object_set_new(doc, "record", record) == 0)
		return doc;
	if (record != NULL)
		err_memory(e);
	json_decref(doc);
	return NULL;
}

json_t *archive_charters(struct worker *w, const struct group *g, uint32_t from, uint32_t to, struct err *e)
{
	static const struct statement st = {
		"archive_charters",
		"SELECT c.doc, (SELECT p.number FROM proposals p WHERE p.g = c.g AND p.question = 2 AND p.subject = c.digest AND p.outcome = 0)"
		" FROM charters c WHERE c.g = $1 AND c.version >= $2 AND c.version <= $3 ORDER BY c.version",
	};
	json_t *list = json_array(), *one = NULL;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int4(&a, (int32_t)from);
	arg_int4(&a, (int32_t)to);
	ok = (list != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = (one = signed_charter(w, g, r, i, e)) != NULL && (json_array_append_new(list, one) == 0 || err_memory(e));
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}
