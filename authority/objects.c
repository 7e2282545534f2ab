/* SPDX-License-Identifier: ISC */
#include "authority/objects.h"

bool object_keep(
	struct worker *w, int32_t g, const struct digest *digest, const char *kind, const char *doc, const char *receipt, struct err *e)
{
	static const struct statement st = { "object_keep",
		"INSERT INTO objects (g, digest, kind, doc, receipt) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING" };
	struct db_args a = { 0 };

	if (doc == NULL)
		return err_memory(e);
	arg_int4(&a, g);
	arg_digest(&a, digest);
	arg_text(&a, kind);
	arg_text(&a, doc);
	arg_text(&a, receipt);
	return db_run(w->db, &st, &a, NULL, e);
}

bool object_contradicts(struct worker *w, int32_t g, const struct digest *subject, struct slice who, const struct digest *digest,
	const char *doc, struct err *e)
{
	static const struct statement st = { "object_contradicts",
		"INSERT INTO contradictions (g, subject, who, digest, doc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING" };
	struct db_args a = { 0 };

	if (doc == NULL)
		return err_memory(e);
	arg_int4(&a, g);
	arg_digest(&a, subject);
	arg_bytes(&a, who.p, who.n);
	arg_digest(&a, digest);
	arg_text(&a, doc);
	return db_run(w->db, &st, &a, NULL, e);
}

bool object_keep_reason(struct worker *w, int32_t g, const struct digest *digest, const struct free_text *text, struct err *e)
{
	static const struct statement st = { "object_keep_reason",
		"UPDATE objects SET reason = $3, salt = $4 WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	if (text == NULL)
		return true;
	arg_int4(&a, g);
	arg_digest(&a, digest);
	arg_text(&a, text->text);
	arg_bytes(&a, text->salt, sizeof(text->salt));
	return db_run(w->db, &st, &a, NULL, e);
}

bool object_find(struct worker *w, int32_t g, const struct digest *digest, bool *found, struct buf *doc, struct buf *receipt, struct err *e)
{
	static const struct statement st = { "object_find", "SELECT doc, receipt FROM objects WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, digest);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found && doc != NULL)
		buf_add_slice(doc, res_bytes(r, 0, 0));
	if (*found && receipt != NULL)
		buf_add_slice(receipt, res_bytes(r, 0, 1));
	PQclear(r);
	return (doc == NULL || !doc->failed) && (receipt == NULL || !receipt->failed) ? true : err_memory(e);
}
