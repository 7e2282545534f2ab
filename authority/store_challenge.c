/* SPDX-License-Identifier: ISC */
#include "authority/store_challenge.h"

#include <stdlib.h>
#include <string.h>

bool store_challenge_insert(
	struct worker *w, int32_t g, const struct challenge_row *row, int64_t most, bool *fresh, bool *full, struct err *e)
{
	/* Two at once may both be the last: one more than the bound harms nobody. */
	static const struct statement st = { "challenge_insert",
		"WITH others AS (SELECT count(*) >= $12 OR count(*) FILTER (WHERE key = $4) >= $11 AS many FROM challenges"
		" WHERE g = $1 AND subject = $3),"
		" stored AS (INSERT INTO challenges (g, digest, subject, key, notary, doc, receipt, iat, until, stored)"
		" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM others WHERE NOT many ON CONFLICT DO NOTHING RETURNING g)"
		" SELECT (SELECT count(*) FROM stored), many FROM others" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, &row->challenge->digest);
	arg_digest(&a, &row->challenge->subject);
	arg_digest(&a, &row->challenge->key);
	arg_digest(&a, row->notary);
	arg_text(&a, row->doc);
	arg_text(&a, row->receipt);
	arg_int8(&a, row->challenge->iat);
	arg_int8(&a, row->challenge->until);
	arg_int8(&a, row->stored);
	arg_int8(&a, CHALLENGES_OF_KEY_MAX);
	arg_int8(&a, most);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*fresh = res_int(r, 0, 0) == 1;
	*full = res_bool(r, 0, 1);
	PQclear(r);
	return true;
}

bool store_challenge_find(struct worker *w, int32_t g, const struct digest *digest, bool *found, struct buf *receipt, struct err *e)
{
	static const struct statement st = { "challenge_find", "SELECT receipt FROM challenges WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, digest);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found)
		buf_add_slice(receipt, res_bytes(r, 0, 0));
	PQclear(r);
	return receipt->failed ? err_memory(e) : true;
}

static bool read_row(const PGresult *r, int row, struct stored_challenge *out, struct err *e)
{
	out->claim = (size_t)res_int(r, row, 0) - 1;
	if (!jws_parse(res_bytes(r, row, 1), OBJECT_MAX * 2, &out->jws, e))
		return false;
	return challenge_parse(&out->jws, &out->c, e) &&
		(res_digest(r, row, 2, &out->notary) || err_set(e, "database_error", "a digest of the store has a wrong length"));
}

static bool read_rows(const PGresult *r, struct stored_challenges *out, struct err *e)
{
	out->v = calloc((size_t)PQntuples(r) + 1, sizeof(*out->v));
	if (out->v == NULL)
		return err_memory(e);
	for (int i = 0; i < PQntuples(r); i++) {
		out->n = (size_t)i + 1;
		if (!read_row(r, i, &out->v[i], e))
			return false;
	}
	return true;
}

bool store_challenge_all(
	struct worker *w, int32_t g, const struct challenge_claim *claims, size_t n, struct stored_challenges *out, struct err *e)
{
	static const struct statement st = { "challenge_all",
		"SELECT n.i, c.doc, c.notary FROM unnest($2::bytea[], $3::bytea[]) WITH ORDINALITY AS n (subject, key, i)"
		" CROSS JOIN LATERAL (SELECT doc, notary, iat, digest FROM challenges WHERE g = $1 AND subject = n.subject AND key = n.key"
		" OFFSET 0) c ORDER BY n.i, c.iat, c.digest" };
	struct db_array subjects = { 0 }, keys = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		array_bytes(&subjects, claims[i].subject.b, sizeof(claims[i].subject.b));
		array_bytes(&keys, claims[i].key.b, sizeof(claims[i].key.b));
	}
	arg_int4(&a, g);
	rc = arg_array(&a, &subjects, e) && arg_array(&a, &keys, e) && db_run(w->db, &st, &a, &r, e) && read_rows(r, out, e);
	PQclear(r);
	array_free(&subjects);
	array_free(&keys);
	if (!rc)
		stored_challenges_free(out);
	return rc;
}

void stored_challenges_free(struct stored_challenges *v)
{
	for (size_t i = 0; i < v->n; i++)
		jws_free(&v->v[i].jws);
	free(v->v);
	memset(v, 0, sizeof(*v));
}
