/* SPDX-License-Identifier: ISC */
#include "authority/store_puzzle.h"

#include <string.h>

enum { WORK_BYTES = 2 * WORK_NONCE + 4 + WORK_KEY };

/* ---- showing */

static void arg_puzzle(struct db_args *a, int32_t g, const struct terms *t)
{
	arg_int4(a, g);
	arg_id16(a, &t->id);
	arg_id16(a, &t->ticket);
	arg_int2(a, (int16_t)t->kind);
	arg_int8(a, t->until);
}

bool store_puzzle_show(struct worker *w, int32_t g, const struct terms *t, unsigned part, bool *first, struct err *e)
{
	static const struct statement st = { "puzzle_show",
		"INSERT INTO puzzles (g, id, ticket, kind, until, shown) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (g, id) DO UPDATE"
		" SET shown = puzzles.shown | $6 WHERE puzzles.shown & $6 = 0 AND puzzles.until > now_s() RETURNING 1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_puzzle(&a, g, t);
	arg_int4(&a, (int32_t)(1U << part));
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*first = PQntuples(r) == 1;
	PQclear(r);
	return true;
}

/* ---- trying */

/* Columns for unnest: group, identifier, ticket, kind, until. */
struct columns {
	struct db_array g, id, ticket, kind, until, work;
};

static void columns_free(struct columns *c)
{
	array_free(&c->g);
	array_free(&c->id);
	array_free(&c->ticket);
	array_free(&c->kind);
	array_free(&c->until);
	array_free(&c->work);
}

/* nonce, salt, counter (big endian), key */
static void add_work(struct db_array *a, const struct work_done *work)
{
	struct buf b = { 0 };

	if (work == NULL) {
		array_bytes(a, "", 0);
		return;
	}
	buf_add(&b, work->puzzle.nonce, WORK_NONCE);
	buf_add(&b, work->puzzle.salt, WORK_NONCE);
	buf_add_u32(&b, work->counter);
	buf_add(&b, work->key, WORK_KEY);
	array_bytes(a, b.p, b.n);
	buf_free(&b);
}

static void read_work(struct slice bytes, struct puzzle_solved *out)
{
	out->has_work = bytes.n == WORK_BYTES;
	if (!out->has_work)
		return;
	memcpy(out->work.puzzle.nonce, bytes.p, WORK_NONCE);
	memcpy(out->work.puzzle.salt, bytes.p + WORK_NONCE, WORK_NONCE);
	out->work.counter = bytes_u32(bytes.p + 2 * WORK_NONCE);
	memcpy(out->work.key, bytes.p + 2 * WORK_NONCE + 4, WORK_KEY);
}

/* The statement finds every row, made or not, and tells of each what it was and whether it was counted. */
static bool read_try(const PGresult *r, int row, struct puzzle_try *tries, size_t n, struct err *e)
{
	size_t i = (size_t)res_int(r, row, 0) - 1;

	if (i >= n)
		return err_set(e, "database_error", "the store counted a try that nobody made");
	tries[i].counted = true;
	tries[i].tries = (int)res_int(r, row, 1);
	return true;
}

static bool count(struct worker *w, struct columns *c, struct puzzle_try *tries, size_t n, struct err *e)
{
	static const struct statement st = { "puzzle_try",
		"WITH asked AS (SELECT * FROM unnest($1::integer[], $2::bytea[], $3::bytea[], $4::smallint[], $5::bigint[]) WITH ORDINALITY"
		" AS a (g, id, ticket, kind, until, i)),"
		" counted AS (INSERT INTO puzzles AS p (g, id, ticket, kind, until, tries)"
		" SELECT g, id, ticket, kind, until, 1 FROM asked ORDER BY i ON CONFLICT (g, id) DO UPDATE SET tries = p.tries + 1"
		" WHERE p.tries < $6 AND p.solved IS NULL AND p.until > now_s() RETURNING p.g, p.id, p.tries)"
		" SELECT a.i, c.tries FROM asked a JOIN counted c ON c.g = a.g AND c.id = a.id" };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc;

	rc = arg_array(&a, &c->g, e) && arg_array(&a, &c->id, e) && arg_array(&a, &c->ticket, e) && arg_array(&a, &c->kind, e) &&
		arg_array(&a, &c->until, e);
	arg_int8(&a, PUZZLE_TRIES);
	rc = rc && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; rc && i < PQntuples(r); i++)
		rc = read_try(r, i, tries, n, e);
	PQclear(r);
	return rc;
}

bool store_puzzle_look(struct worker *w, struct puzzle_try *t, struct err *e)
{
	static const struct statement st = { "puzzle_find",
		"SELECT tries, solved IS NOT NULL, until <= now_s() FROM puzzles WHERE g = $1 AND id = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, t->g);
	arg_id16(&a, &t->terms->id);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		t->tries = (int)res_int(r, 0, 0);
		t->solved = res_bool(r, 0, 1);
		t->late = res_bool(r, 0, 2);
	}
	PQclear(r);
	return true;
}

bool store_puzzle_try(struct worker *w, struct puzzle_try *tries, size_t n, struct err *e)
{
	struct columns c = { 0 };
	bool rc;

	for (size_t i = 0; i < n; i++) {
		const struct terms *t = tries[i].terms;

		tries[i].counted = tries[i].solved = tries[i].late = false;
		array_int4(&c.g, tries[i].g);
		array_bytes(&c.id, t->id.b, sizeof(t->id.b));
		array_bytes(&c.ticket, t->ticket.b, sizeof(t->ticket.b));
		array_int2(&c.kind, (int16_t)t->kind);
		array_int8(&c.until, t->until);
	}
	rc = count(w, &c, tries, n, e);
	columns_free(&c);
	for (size_t i = 0; rc && i < n; i++)
		rc = tries[i].counted || store_puzzle_look(w, &tries[i], e);
	return rc;
}

bool store_puzzle_solve(struct worker *w, const struct puzzle_try *tries, size_t n, struct err *e)
{
	static const struct statement st = { "puzzle_solve",
		"UPDATE puzzles p SET solved = now_s(), work = nullif(a.work, '') FROM unnest($1::integer[], $2::bytea[], $3::bytea[])"
		" AS a (g, id, work) WHERE p.g = a.g AND p.id = a.id AND p.solved IS NULL" };
	struct columns c = { 0 };
	struct db_args a = { 0 };
	bool rc;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		array_int4(&c.g, tries[i].g);
		array_bytes(&c.id, tries[i].terms->id.b, sizeof(tries[i].terms->id.b));
		add_work(&c.work, tries[i].work);
	}
	rc = arg_array(&a, &c.g, e) && arg_array(&a, &c.id, e) && arg_array(&a, &c.work, e) && db_run(w->db, &st, &a, NULL, e);
	columns_free(&c);
	return rc;
}

/* ---- spending */

/* The rows are locked before any is looked at: of several that spend one ticket the first has them all. */
static bool lock(struct worker *w, int32_t g, const struct id16 *ticket, bool *before, struct err *e)
{
	static const struct statement st = { "puzzle_lock",
		"SELECT spent IS NOT NULL FROM puzzles WHERE g = $1 AND ticket = $2 AND solved IS NOT NULL ORDER BY id FOR UPDATE" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, ticket);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*before = false;
	for (int i = 0; i < PQntuples(r); i++)
		*before = *before || res_bool(r, i, 0);
	PQclear(r);
	return true;
}

static bool read_solved(const PGresult *r, int row, struct puzzle_solved *out, struct err *e)
{
	int64_t kind = res_int(r, row, 1);

	memset(out, 0, sizeof(*out));
	if (!res_id16(r, row, 0, &out->id) || kind <= PUZZLE_TICKET || kind >= PUZZLE_KINDS)
		return err_set(e, "database_error", "a puzzle of the store is of no kind that is known");
	out->kind = (enum puzzle_kind)kind;
	out->solved = res_int(r, row, 2);
	read_work(res_bytes(r, row, 3), out);
	return true;
}

bool store_puzzle_solved(struct worker *w, int32_t g, const struct id16 *id, struct puzzle_solved *out, struct err *e)
{
	static const struct statement st = { "puzzle_solved",
		"SELECT id, kind, solved, work FROM puzzles WHERE g = $1 AND id = $2 AND solved IS NOT NULL" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_id16(&a, id);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 ? read_solved(r, 0, out, e) : err_set(e, "not_found", "this puzzle was not solved");
	PQclear(r);
	return rc;
}

bool store_puzzle_spend(struct worker *w, int32_t g, const struct id16 *ticket, const struct digest *subject,
	struct puzzle_solved out[static PUZZLES_OF_TICKET_MAX], size_t *n, bool *before, struct err *e)
{
	static const struct statement st = { "puzzle_spend",
		"UPDATE puzzles SET spent = $3 WHERE g = $1 AND id IN (SELECT id FROM puzzles WHERE g = $1 AND ticket = $2 AND solved IS NOT NULL"
		" AND spent IS NULL ORDER BY kind, id LIMIT $4) RETURNING id, kind, solved, work" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc = true;

	*n = 0;
	if (!lock(w, g, ticket, before, e))
		return false;
	if (*before)
		return true;
	arg_int4(&a, g);
	arg_id16(&a, ticket);
	arg_digest(&a, subject);
	arg_int8(&a, PUZZLES_OF_TICKET_MAX);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; rc && i < PQntuples(r) && i < PUZZLES_OF_TICKET_MAX; i++)
		rc = read_solved(r, i, &out[(*n)++], e);
	PQclear(r);
	return rc;
}

/* ---- looking */

bool store_puzzle_state(struct worker *w, int32_t g, const struct id16 *ticket, struct ticket_state *out, struct err *e)
{
	static const struct statement st = { "puzzle_state",
		"SELECT kind, solved IS NOT NULL, spent IS NOT NULL, id FROM puzzles WHERE g = $1 AND ticket = $2 LIMIT $3" };
	struct db_args a = { 0 };
	PGresult *r;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_id16(&a, ticket);
	arg_int8(&a, PUZZLES_OF_TICKET_MAX);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r) && i < PUZZLES_OF_TICKET_MAX; i++) {
		uint32_t kind = (uint32_t)res_int(r, i, 0);

		out->sponsor = out->sponsor || kind == PUZZLE_TICKET;
		out->spent = out->spent || res_bool(r, i, 2);
		if (res_bool(r, i, 1))
			out->solved |= 1U << kind;
		out->touched_n += res_id16(r, i, 3, &out->touched[out->touched_n]);
	}
	PQclear(r);
	return true;
}

bool store_puzzle_token(struct worker *w, const struct digest *token, int64_t until, bool *first, struct err *e)
{
	static const struct statement st = { "puzzle_token",
		"INSERT INTO puzzle_tokens (token, until) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_digest(&a, token);
	arg_int8(&a, until);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*first = PQntuples(r) == 1;
	PQclear(r);
	return true;
}

bool store_puzzle_forget(struct worker *w, struct err *e)
{
	static const struct statement puzzles = { "puzzle_forget", "DELETE FROM puzzles WHERE until <= (SELECT now_s()) - 3600" };
	static const struct statement tokens = { "puzzle_forget_tokens",
		"DELETE FROM puzzle_tokens WHERE until <= (SELECT now_s()) - 3600" };

	return db_run(w->db, &puzzles, NULL, NULL, e) && db_run(w->db, &tokens, NULL, NULL, e);
}
