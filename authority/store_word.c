/* SPDX-License-Identifier: ISC */
#include "authority/store_word.h"

#include <stdlib.h>

bool store_word_insert(struct worker *w, int32_t g, const struct word_row *row, bool *fresh, struct err *e)
{
	static const struct statement st = { "word_insert",
		"INSERT INTO words (g, subject, key, digest, approve, doc, receipt, stored) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
		" ON CONFLICT DO NOTHING RETURNING g" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, &row->word->subject);
	arg_digest(&a, row->key);
	arg_digest(&a, &row->word->digest);
	arg_bool(&a, row->word->approve);
	arg_text(&a, row->doc);
	arg_text(&a, row->receipt);
	arg_int8(&a, row->stored);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*fresh = PQntuples(r) == 1;
	PQclear(r);
	return true;
}

bool store_word_find(struct worker *w, int32_t g, const struct digest *subject, const struct digest *key, bool *found, bool *approve,
	struct digest *digest, struct buf *receipt, struct err *e)
{
	static const struct statement st = { "word_find",
		"SELECT approve, receipt, digest FROM words WHERE g = $1 AND subject = $2 AND key = $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, subject);
	arg_digest(&a, key);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found) {
		*approve = res_bool(r, 0, 0);
		buf_add_slice(receipt, res_bytes(r, 0, 1));
		(void)res_digest(r, 0, 2, digest);
	}
	PQclear(r);
	return receipt->failed ? err_memory(e) : true;
}

static bool read_word(const PGresult *r, int row, const struct charter *c, struct evidence_object *out, struct err *e)
{
	const struct charter_person *by;

	if (!jws_parse(res_bytes(r, row, 0), OBJECT_MAX * 2, &out->jws, e))
		return false;
	by = charter_operator(c, &out->jws.sigs[0].kid);
	if (by == NULL)
		return err_set(e, "database_error", "a word of the store is by nobody whom the charter names");
	out->key = by->key;
	return true;
}

bool store_word_evidence(
	struct worker *w, int32_t g, const struct digest *subject, const struct charter *c, struct evidence *out, struct err *e)
{
	static const struct statement st = { "word_evidence", "SELECT doc FROM words WHERE g = $1 AND subject = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	size_t n;
	bool rc;

	arg_int4(&a, g);
	arg_digest(&a, subject);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	n = (size_t)PQntuples(r);
	out->objects = calloc(n == 0 ? 1 : n, sizeof(*out->objects));
	rc = out->objects != NULL || err_memory(e);
	for (size_t i = 0; rc && i < n; i++) {
		out->objects_n = i + 1;
		rc = read_word(r, (int)i, c, &out->objects[i], e);
	}
	PQclear(r);
	return rc;
}
