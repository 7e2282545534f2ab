/* SPDX-License-Identifier: ISC */
#include "authority/store_candidate.h"

#include <stdlib.h>
#include <string.h>

static bool find(struct worker *w, int32_t g, const struct statement *st, const struct digest *d, bool *found, struct stored_candidate *out,
	struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_digest(&a, d);
	if (!db_run(w->db, st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found) {
		out->index = (uint64_t)res_int(r, 0, 2);
		out->last = res_int(r, 0, 3);
		out->used = res_bool(r, 0, 4);
		out->until = res_null(r, 0, 5) ? 0 : res_int(r, 0, 5);
		ok = (res_digest(r, 0, 0, &out->digest) && res_digest(r, 0, 1, &out->key)) ||
			err_set(e, "database_error", "a candidate of the store has a key of the wrong length");
	}
	PQclear(r);
	return ok;
}

#define CANDIDATE_SQL \
	"SELECT c.digest, c.key, c.idx, c.last, c.used, (SELECT CASE WHEN i.application IS NULL THEN i.until END FROM invitations i" \
	" WHERE i.g = c.g AND i.candidate = c.digest ORDER BY i.idx DESC LIMIT 1) FROM candidates c WHERE c.g = $1 AND "

bool store_candidate_find(
	struct worker *w, int32_t g, const struct digest *candidacy, bool *found, struct stored_candidate *out, struct err *e)
{
	static const struct statement st = { "candidate_find", CANDIDATE_SQL "c.digest = $2" };

	return find(w, g, &st, candidacy, found, out, e);
}

bool store_candidate_by_key(struct worker *w, int32_t g, const struct digest *key, bool *found, struct stored_candidate *out, struct err *e)
{
	static const struct statement st = { "candidate_by_key", CANDIDATE_SQL "c.key = $2 ORDER BY c.idx DESC LIMIT 1" };

	return find(w, g, &st, key, found, out, e);
}

bool store_candidate_insert(struct worker *w, int32_t g, const struct candidacy *v, uint64_t index, int64_t time, struct err *e)
{
	static const struct statement st = { "candidate_insert",
		"INSERT INTO candidates (g, idx, digest, key, name, time, last) VALUES ($1, $2, $3, $4, $5, $6, $6)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	arg_digest(&a, &v->digest);
	arg_digest(&a, &v->thumb);
	arg_text(&a, v->name);
	arg_int8(&a, time);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_candidate_touch(struct worker *w, int32_t g, const struct digest *candidacy, int64_t time, struct err *e)
{
	static const struct statement st = { "candidate_touch", "UPDATE candidates SET last = $3 WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, candidacy);
	arg_int8(&a, time);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_candidate_use(struct worker *w, int32_t g, const struct digest *candidacy, struct err *e)
{
	static const struct statement st = { "candidate_use", "UPDATE candidates SET used = true WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, candidacy);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_candidate_free(struct worker *w, int32_t g, int64_t since, int64_t now, struct digest **out, size_t *n, struct err *e)
{
	static const struct statement st = { "candidate_free",
		"SELECT c.digest FROM candidates c WHERE c.g = $1 AND NOT c.used AND c.last > $2"
		" AND NOT EXISTS (SELECT FROM invitations i WHERE i.g = c.g AND i.candidate = c.digest AND i.until > $3)"
		" AND NOT EXISTS (SELECT FROM member_keys k WHERE k.g = c.g AND k.key = c.key) ORDER BY c.digest" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	*n = 0;
	arg_int4(&a, g);
	arg_int8(&a, since);
	arg_int8(&a, now);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = calloc((size_t)PQntuples(r) + 1, sizeof(**out));
	ok = *out != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++, ++*n)
		ok = res_digest(r, i, 0, &(*out)[i]) || err_set(e, "database_error", "a candidacy of the store has a wrong length");
	PQclear(r);
	return ok;
}

bool store_candidate_groups(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "candidate_groups",
		"SELECT g.g FROM groups g WHERE g.state = 'open' AND EXISTS (SELECT FROM candidates c WHERE c.g = g.g AND NOT c.used)" };
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), 0, NULL);
	PQclear(r);
	return true;
}

/* ---- measurements */

bool store_measure_insert(
	struct worker *w, int32_t g, const struct measurement *m, const struct id16 *member, uint64_t index, int64_t time, struct err *e)
{
	static const struct statement st = { "measure_insert",
		"INSERT INTO measurements (g, idx, member, candidate, time, a, b, c) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	arg_id16(&a, member);
	if (m->has_candidate)
		arg_digest(&a, &m->candidate);
	if (!m->has_candidate)
		arg_null(&a);
	arg_int8(&a, time);
	arg_int8(&a, m->has_candidate ? m->uptime : m->clients);
	arg_int8(&a, m->has_candidate ? m->activity : m->bandwidth);
	arg_int8(&a, m->has_candidate ? m->history : m->memory);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_measure_lately(
	struct worker *w, int32_t g, const struct id16 *member, const struct digest *candidate, int64_t since, bool *lately, struct err *e)
{
	static const struct statement st = { "measure_lately",
		"SELECT EXISTS (SELECT FROM measurements WHERE g = $1 AND member = $2 AND time > $3"
		" AND candidate IS NOT DISTINCT FROM $4::bytea)" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, since);
	if (candidate != NULL)
		arg_digest(&a, candidate);
	if (candidate == NULL)
		arg_null(&a);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*lately = res_bool(r, 0, 0);
	PQclear(r);
	return true;
}

#define MEASURED_SQL \
	"SELECT s.member, s.idx, s.a, s.b, s.c, s.candidate FROM measurements s JOIN members m ON m.g = s.g AND m.member = s.member" \
	" WHERE s.g = $1 AND s.time > $2 AND m.ended IS NULL AND s.candidate IS "

static bool load(struct worker *w, const struct statement *st, int32_t g, int64_t since, PGresult **r, struct err *e)
{
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, since);
	return db_run(w->db, st, &a, r, e);
}

static bool wrong(struct err *e)
{
	return err_set(e, "database_error", "a measurement of the store has a name of the wrong length");
}

bool store_measure_candidates(struct worker *w, int32_t g, int64_t since, struct eligible_measure **out, size_t *n, struct err *e)
{
	static const struct statement st = { "measure_candidates", MEASURED_SQL "NOT NULL" };
	PGresult *r;
	bool ok;

	*n = 0;
	if (!load(w, &st, g, since, &r, e))
		return false;
	*out = calloc((size_t)PQntuples(r) + 1, sizeof(**out));
	ok = *out != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++, ++*n) {
		(*out)[i] = (struct eligible_measure){ .index = (uint64_t)res_int(r, i, 1),
			.uptime = res_int(r, i, 2),
			.activity = res_int(r, i, 3),
			.history = res_int(r, i, 4) };
		ok = (res_id16(r, i, 0, &(*out)[i].member) && res_digest(r, i, 5, &(*out)[i].candidate)) || wrong(e);
	}
	PQclear(r);
	return ok;
}

bool store_measure_loads(struct worker *w, int32_t g, int64_t since, struct eligible_load **out, size_t *n, struct err *e)
{
	static const struct statement st = { "measure_loads", MEASURED_SQL "NULL" };
	PGresult *r;
	bool ok;

	*n = 0;
	if (!load(w, &st, g, since, &r, e))
		return false;
	*out = calloc((size_t)PQntuples(r) + 1, sizeof(**out));
	ok = *out != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++, ++*n) {
		(*out)[i] = (struct eligible_load){ .index = (uint64_t)res_int(r, i, 1),
			.clients = res_int(r, i, 2),
			.bandwidth = res_int(r, i, 3),
			.memory = res_int(r, i, 4) };
		ok = res_id16(r, i, 0, &(*out)[i].member) || wrong(e);
	}
	PQclear(r);
	return ok;
}
