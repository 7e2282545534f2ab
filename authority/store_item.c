/* SPDX-License-Identifier: ISC */
#include "authority/store_item.h"

static bool insert(
	struct worker *w, int32_t g, uint64_t number, size_t place, const struct signing_item *i, struct slice bytes, struct err *e)
{
	static const struct statement st = { "item_insert",
		"INSERT INTO ceremony_items (g, number, place, what, subject, list, tbs) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int2(&a, (int16_t)place);
	arg_int2(&a, (int16_t)i->what);
	arg_digest(&a, &i->subject);
	if (i->what == SIGNING_LIST)
		arg_int8(&a, (int64_t)i->list.number);
	else
		arg_null(&a);
	arg_bytes(&a, bytes.p, bytes.n);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_items_insert(struct worker *w, int32_t g, const struct ceremony *c, const struct buf *bytes, struct err *e)
{
	for (size_t i = 0; i < c->items_n; i++)
		if (!insert(w, g, c->number, i, &c->items[i], buf_slice(&bytes[i]), e))
			return false;
	return true;
}

bool store_items_bytes(struct worker *w, int32_t g, uint64_t number, struct buf *out, size_t n, struct err *e)
{
	static const struct statement st = { "items_bytes", "SELECT tbs FROM ceremony_items WHERE g = $1 AND number = $2 ORDER BY place" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = (size_t)PQntuples(r) == n || err_set(e, "database_error", "the store lacks what a ceremony signs");
	for (size_t i = 0; rc && i < n; i++) {
		buf_add_slice(&out[i], res_bytes(r, (int)i, 0));
		rc = !out[i].failed || err_memory(e);
	}
	PQclear(r);
	return rc;
}

bool store_items_signed(struct worker *w, int32_t g, uint64_t number, uint8_t (*signatures)[SIG_BYTES], size_t n, struct err *e)
{
	static const struct statement st = { "items_signed",
		"UPDATE ceremony_items SET signature = s.signature FROM unnest($3::bytea[]) WITH ORDINALITY AS s (signature, o)"
		" WHERE g = $1 AND number = $2 AND place = s.o - 1" };
	struct db_array all = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < n; i++)
		array_bytes(&all, signatures[i], SIG_BYTES);
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	rc = arg_array(&a, &all, e) && db_run(w->db, &st, &a, NULL, e);
	array_free(&all);
	return rc;
}
