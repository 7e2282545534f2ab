/* SPDX-License-Identifier: ISC */
#include "authority/store_application.h"

#include <string.h>

#include "authority/intend.h"

static const char *const states[APPLICATION_STATES] = { "received", "challenged", "proposed", "approved", "issuing", "member", "refused",
	"expired", "withdrawn" };

static enum application_state state_of(const char *text)
{
	int i = 0;

	while (i + 1 < APPLICATION_STATES && strcmp(states[i], text) != 0)
		i++;
	return (enum application_state)i;
}

static bool read_row(const PGresult *r, struct stored_application *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (PQntuples(r) != 1)
		return err_set(e, "not_found", "the group has no such application");
	out->seed = (uint64_t)res_int(r, 0, 1);
	snprintf(out->name, sizeof(out->name), "%s", res_text(r, 0, 4));
	out->log_size = (uint64_t)res_int(r, 0, 5);
	out->state = state_of(res_text(r, 0, 6));
	out->seeder = res_int(r, 0, 7);
	out->reveal_by = res_int(r, 0, 8);
	if (res_digest(r, 0, 0, &out->digest) && res_digest(r, 0, 2, &out->key) && pub_read(res_bytes(r, 0, 3), &out->pub))
		return true;
	return err_set(e, "database_error", "an application of the store has a key or digest of the wrong length");
}

bool store_application_load(
	struct worker *w, int32_t g, const struct digest *digest, enum store_lock lock, struct stored_application *out, struct err *e)
{
	static const struct statement locking = { "application_lock",
		"SELECT 1 FROM applications WHERE g = $1 AND digest = $2 FOR UPDATE" };
	static const struct statement st = { "application_load",
		"SELECT digest, seed, key, pub, name, log_size, state, coalesce(seeder, -1), coalesce(reveal_by, 0)"
		" FROM applications WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_digest(&a, digest);
	if ((lock != STORE_READ && !db_run(w->db, &locking, &a, NULL, e)) || !db_run(w->db, &st, &a, &r, e))
		return false;
	rc = read_row(r, out, e);
	PQclear(r);
	return rc;
}

bool store_application_receipt(struct worker *w, int32_t g, const struct digest *digest, bool *found, enum application_state *state,
	struct buf *receipt, struct err *e)
{
	static const struct statement st = { "application_receipt",
		"SELECT state, receipt FROM applications WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, digest);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found) {
		*state = state_of(res_text(r, 0, 0));
		buf_add_slice(receipt, res_bytes(r, 0, 1));
	}
	PQclear(r);
	return receipt->failed ? err_memory(e) : true;
}

static bool count(struct worker *w, const struct statement *st, const struct db_args *a, uint64_t *out, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	*out = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_application_uses(struct worker *w, int32_t g, const struct digest *key, bool *used, struct err *e)
{
	static const struct statement st = { "application_uses",
		"SELECT count(*) FROM applications WHERE g = $1 AND key = $2 AND state NOT IN ('refused', 'expired', 'withdrawn')" };
	struct db_args a = { 0 };
	uint64_t n;

	arg_int4(&a, g);
	arg_digest(&a, key);
	if (!count(w, &st, &a, &n, e))
		return false;
	*used = n > 0;
	return true;
}

bool store_application_waiting(struct worker *w, int32_t g, uint64_t *n, struct err *e)
{
	static const struct statement st = { "application_waiting",
		"SELECT count(*) FROM applications WHERE g = $1 AND state IN ('received', 'challenged', 'proposed', 'approved')" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	return count(w, &st, &a, n, e);
}

bool store_application_insert(struct worker *w, int32_t g, const struct application_row *row, struct err *e)
{
	static const struct statement st = {
		"application_insert",
		"INSERT INTO applications (g, digest, number, key, pub, name, doc, receipt, statement, salt, idx, log_size, version, state,"
		" stored, seed, seeder, reveal_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'received', $14, $15, $16, $17)"
	};
	const struct slice pub = pub_slice(&row->a->key);
	const bool text = row->statement != NULL && row->statement->text != NULL;
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, &row->a->digest);
	arg_int8(&a, (int64_t)row->number);
	arg_digest(&a, &row->a->thumb);
	arg_bytes(&a, pub.p, pub.n);
	arg_text(&a, row->a->name);
	arg_text(&a, row->doc);
	arg_text(&a, row->receipt);
	arg_text(&a, text ? row->statement->text : NULL);
	if (text)
		arg_bytes(&a, row->statement->salt, sizeof(row->statement->salt));
	if (!text)
		arg_null(&a);
	arg_int8(&a, (int64_t)row->index);
	arg_int8(&a, (int64_t)row->a->log_size);
	arg_int4(&a, (int32_t)row->version);
	arg_int8(&a, row->stored);
	arg_int8(&a, (int64_t)row->seed);
	for (size_t i = 0; i < 2; i++) {
		if (row->seeder < 0)
			arg_null(&a);
		if (row->seeder >= 0)
			arg_int8(&a, i == 0 ? row->seeder : row->reveal_by);
	}
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_application_set(
	struct worker *w, int32_t g, const struct digest *digest, enum application_state state, const char *why, struct err *e)
{
	static const struct statement st = { "application_set",
		"UPDATE applications SET state = $3, why = $4 WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, digest);
	arg_text(&a, states[state]);
	arg_text(&a, why);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_application_received(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "application_received",
		"SELECT g, number, digest FROM applications a WHERE state = 'received' AND NOT EXISTS (SELECT FROM groups z WHERE z.g = a.g"
		" AND z.frozen_until > now_s()) AND (seeder IS NULL OR reveal_by <= now_s() OR"
		" EXISTS (SELECT FROM seeder_seeds s WHERE s.g = a.g AND s.number = a.seeder AND s.seed IS NOT NULL))"
		" ORDER BY g, number LIMIT 256" };
	struct digest digest;
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		if (res_digest(r, i, 2, &digest))
			found(arg, (int32_t)res_int(r, i, 0), (uint64_t)res_int(r, i, 1), &digest);
	PQclear(r);
	return true;
}
