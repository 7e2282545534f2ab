/* SPDX-License-Identifier: ISC */
#include "authority/store_revocation.h"

bool store_revocation_insert(struct worker *w, int32_t g, const struct revocation_row *row, struct err *e)
{
	static const struct statement st = { "revocation_insert",
		"INSERT INTO revocations (g, idx, object, member, key, serial, cause, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)row->index);
	arg_digest(&a, &row->object);
	arg_id16(&a, &row->member);
	if (row->key == NULL)
		arg_null(&a);
	if (row->key != NULL)
		arg_digest(&a, row->key);
	if (row->serial == NULL)
		arg_null(&a);
	if (row->serial != NULL)
		arg_id16(&a, row->serial);
	arg_int2(&a, (int16_t)row->cause);
	arg_int8(&a, row->since);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_revocation_has_serial(struct worker *w, int32_t g, const struct id16 *serial, bool *revoked, struct err *e)
{
	static const struct statement st = { "revocation_serial", "SELECT count(*) FROM revocations WHERE g = $1 AND serial = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, serial);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*revoked = res_int(r, 0, 0) > 0;
	PQclear(r);
	return true;
}
