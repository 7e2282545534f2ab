/* SPDX-License-Identifier: ISC */
#include "authority/seeds.h"
#include "authority/acts.h"
#include "authority/objects.h"
#include "peer/head.h"
#include "voting/proposal.h"

#include <string.h>

/* Seeds are looked after every so many that were used; SEEDS_LOW leaves room for several that were missed. */
enum { SEEDS_EVERY = 16 };

/* The number that comes next. */
static bool next_number(struct worker *w, int32_t g, uint64_t *out, struct err *e)
{
	static const struct statement st = { "seeds_next", "SELECT coalesce(max(number) + 1, 0) FROM seeds WHERE g = $1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static bool insert(struct log_writer *lw, const struct seeds *s, uint8_t secret[][32], uint64_t index, struct err *e)
{
	static const struct statement st = { "seeds_insert",
		"INSERT INTO seeds (g, number, seed, commitment, idx)"
		" SELECT $1, $2::bigint + o - 1, s, c, $3 FROM unnest($4::bytea[], $5::bytea[]) WITH ORDINALITY AS t (s, c, o)" };
	struct db_array seeds = { 0 }, commitments = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < s->n; i++) {
		array_bytes(&seeds, secret[i], 32);
		array_bytes(&commitments, s->commitments[i].b, 32);
	}
	arg_int4(&a, lw->group.g);
	arg_int8(&a, (int64_t)s->first);
	arg_int8(&a, (int64_t)index);
	rc = arg_array(&a, &seeds, e) && arg_array(&a, &commitments, e) && db_run(lw->w->db, &st, &a, NULL, e);
	array_free(&seeds);
	array_free(&commitments);
	return rc;
}

static bool log_commitments(struct log_writer *lw, const struct seeds *s, struct err *e)
{
	struct entry en = { .event = EVENT_SEEDS };
	struct buf doc = { 0 };
	bool rc = notary_sign(lw->w, KIND_SEEDS, seeds_print(s), &doc, &en.object, e) &&
		object_keep(lw->w, lw->group.g, &en.object, KIND_SEEDS, buf_cstr(&doc), NULL, e) && log_append(lw, &en, e);

	buf_free(&doc);
	return rc;
}

bool seeds_commit(struct log_writer *lw, struct err *e)
{
	struct seeds s = { .genesis = lw->group.genesis, .n = SEEDS_COMMITTED, .iat = lw->now };
	uint8_t secret[SEEDS_COMMITTED][32];
	bool rc;

	if (!next_number(lw->w, lw->group.g, &s.first, e))
		return false;
	bytes_random(secret, sizeof(secret));
	for (size_t i = 0; i < s.n; i++)
		proposal_commitment(&s.genesis, s.first + i, secret[i], &s.commitments[i]);
	rc = log_commitments(lw, &s, e) && insert(lw, &s, secret, lw->group.log_size - 1, e);
	bytes_wipe(secret, sizeof(secret));
	return rc;
}

bool seeds_get(struct worker *w, int32_t g, uint64_t number, struct seed *out, struct err *e)
{
	static const struct statement st = { "seeds_get", "SELECT seed, commitment, idx FROM seeds WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	struct digest seed;
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && res_digest(r, 0, 0, &seed) && res_digest(r, 0, 1, &out->commitment);
	if (rc) {
		memcpy(out->seed, seed.b, sizeof(out->seed));
		out->index = (uint64_t)res_int(r, 0, 2);
	}
	PQclear(r);
	return rc || err_set(e, "no_seed", "no seed number %llu is committed to yet: apply again in a moment", (unsigned long long)number);
}

bool seeds_take(struct log_writer *lw, uint64_t *number, struct seed *out, struct err *e)
{
	*number = lw->seeds_used;
	if (!seeds_get(lw->w, lw->group.g, lw->seeds_used, out, e))
		return false;
	lw->seeds_used++;
	return true;
}

bool seeds_due(const struct log_writer *lw)
{
	return lw->seeds_used % SEEDS_EVERY == 0;
}

/* ---- the act */

struct seeds_act {
	struct worker *w;
	int32_t g;
};

static bool commit_when_low(struct db *db, void *arg, struct err *e)
{
	const struct seeds_act *act = arg;
	struct log_writer *lw;
	uint64_t next;
	bool rc;

	(void)db;
	if (!log_open(act->w, act->g, &lw, e))
		return false;
	rc = next_number(act->w, act->g, &next, e);
	if (rc && next < lw->seeds_used + SEEDS_LOW)
		rc = seeds_commit(lw, e) && log_finish(lw, e);
	log_close(lw);
	return rc;
}

bool act_seeds(struct worker *w, int32_t g, struct err *e)
{
	struct seeds_act act = { w, g };

	return db_transaction(w->db, commit_when_low, &act, e);
}
