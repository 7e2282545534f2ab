/* SPDX-License-Identifier: ISC */
#include "authority/store_ceremony.h"
#include "authority/store_certificate.h"

#include <string.h>

static void arg_some(struct db_args *a, const struct digest *d)
{
	if (d == NULL)
		arg_null(a);
	else
		arg_digest(a, d);
}

bool store_ceremony_insert(struct worker *w, int32_t g, const struct ceremony *c, int64_t until, const char *doc, struct err *e)
{
	static const struct statement st = { "ceremony_insert",
		"INSERT INTO ceremonies (g, number, digest, purpose, epoch, opened, doc, base, phase, until)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" };
	struct db_args a = { 0 };

	if (doc == NULL)
		return err_memory(e);
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)c->number);
	arg_digest(&a, &c->digest);
	arg_int2(&a, (int16_t)c->purpose);
	arg_int4(&a, (int32_t)c->epoch);
	arg_int8(&a, c->opened);
	arg_text(&a, doc);
	arg_some(&a, c->purpose == CEREMONY_KEY ? NULL : &c->from);
	arg_int2(&a, c->purpose == CEREMONY_SIGN ? PHASE_COMMIT : PHASE_JOIN);
	arg_int8(&a, until);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool number_of(struct worker *w, const struct statement *st, int32_t g, uint64_t *number, struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	if (!db_run(w->db, st, &a, &r, e))
		return false;
	*number = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_ceremony_next(struct worker *w, int32_t g, uint64_t *number, struct err *e)
{
	static const struct statement st = { "ceremony_next", "SELECT coalesce(max(number), 0) + 1 FROM ceremonies WHERE g = $1" };

	return number_of(w, &st, g, number, e);
}

bool store_ceremony_dealing(struct worker *w, int32_t g, uint64_t *number, struct err *e)
{
	static const struct statement st = { "ceremony_dealing",
		"SELECT coalesce(max(number), 0) FROM ceremonies WHERE g = $1 AND outcome IS NULL AND purpose IN (0, 1)" };

	return number_of(w, &st, g, number, e);
}

static bool read_row(const PGresult *r, struct stored_ceremony *out, struct err *e)
{
	*out = (struct stored_ceremony){
		.number = (uint64_t)res_int(r, 0, 0),
		.purpose = (enum ceremony_purpose)res_int(r, 0, 2),
		.phase = (enum phase)res_int(r, 0, 3),
		.until = res_int(r, 0, 4),
		.size = (uint32_t)res_int(r, 0, 5),
		.outcome = res_null(r, 0, 6) ? CEREMONY_RUNS : (enum ceremony_outcome)res_int(r, 0, 6),
	};
	return res_digest(r, 0, 1, &out->digest) ||
		err_set(e, "database_error", "a ceremony of the store has a digest of the wrong length");
}

bool store_ceremony_load(
	struct worker *w, int32_t g, uint64_t number, enum store_lock lock, struct stored_ceremony *out, struct buf *doc, struct err *e)
{
#define CEREMONY_LOAD "SELECT number, digest, purpose, phase, until, size, outcome, doc FROM ceremonies WHERE g = $1 AND number = $2"
	static const struct statement read = { "ceremony_load", CEREMONY_LOAD }, update = { "ceremony_lock", CEREMONY_LOAD " FOR UPDATE" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, lock == STORE_READ ? &read : &update, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 ? read_row(r, out, e) : err_set(e, "not_found", "the group has no such ceremony");
	if (rc && doc != NULL) {
		buf_add_slice(doc, res_bytes(r, 0, 7));
		rc = !doc->failed || err_memory(e);
	}
	PQclear(r);
	return rc;
}

static bool numbers_of(struct worker *w, const struct statement *st, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;

	*n = 0;
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)max);
	if (!db_run(w->db, st, &a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		numbers[(*n)++] = (uint64_t)res_int(r, i, 0);
	PQclear(r);
	return true;
}

bool store_ceremony_late(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e)
{
	static const struct statement st = { "ceremony_late",
		"SELECT number FROM ceremonies WHERE g = $1 AND outcome IS NULL AND until <= now_s() ORDER BY until LIMIT $2" };

	return numbers_of(w, &st, g, numbers, max, n, e);
}

bool store_ceremony_slow(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e)
{
	static const struct statement st = { "ceremony_slow",
		"SELECT number FROM ceremonies WHERE g = $1 AND outcome IS NULL AND again <= now_s() ORDER BY again LIMIT $2" };

	return numbers_of(w, &st, g, numbers, max, n, e);
}

bool store_ceremony_vain(struct worker *w, int32_t g, uint64_t *numbers, size_t max, size_t *n, struct err *e)
{
	static const struct statement st = { "ceremony_vain",
		"SELECT c.number FROM ceremonies c WHERE c.g = $1 AND c.outcome IS NULL AND c.purpose = 3"
		" AND (c.base <> (SELECT m.made FROM ceremonies b JOIN ceremonies m ON m.g = b.g AND m.spki = b.spki"
		" WHERE b.g = c.g AND b.made = c.base ORDER BY m.number DESC LIMIT 1)"
		" OR EXISTS (SELECT FROM ceremony_items i JOIN certificates t ON t.g = i.g AND t.cause = i.subject WHERE i.g = c.g"
		" AND i.number = c.number AND " STORE_CERTIFICATE_GONE("t") ")) ORDER BY c.number LIMIT $2" };

	return numbers_of(w, &st, g, numbers, max, n, e);
}

bool store_ceremony_signing(struct worker *w, int32_t g, uint64_t *n, struct err *e)
{
	static const struct statement st = { "ceremony_signing",
		"SELECT count(*) FROM ceremonies WHERE g = $1 AND outcome IS NULL AND purpose = 3" };

	return number_of(w, &st, g, n, e);
}

bool store_ceremony_again(struct worker *w, int32_t g, uint64_t number, int64_t again, struct err *e)
{
	static const struct statement st = { "ceremony_again", "UPDATE ceremonies SET again = $3 WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int8(&a, again);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_ceremony_concerns(struct worker *w, int32_t g, bool *out, struct err *e)
{
	static const struct statement st = { "ceremony_concerns", "SELECT EXISTS (SELECT FROM charters WHERE g = $1 AND scheme = 1)" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*out = res_bool(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_ceremony_groups(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "ceremony_groups",
		"SELECT g.g FROM groups g WHERE g.state = 'open' AND EXISTS (SELECT FROM charters c WHERE c.g = g.g AND c.scheme = 1)" };
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), 0, NULL);
	PQclear(r);
	return true;
}

bool store_ceremony_goes_on(struct worker *w, int32_t g, uint64_t number, enum phase phase, int64_t until, uint32_t size, struct err *e)
{
	static const struct statement st = { "ceremony_goes_on",
		"UPDATE ceremonies SET phase = $3, until = greatest(until, $4), size = $5 WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int2(&a, (int16_t)phase);
	arg_int8(&a, until);
	arg_int4(&a, (int32_t)size);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_ceremony_ends(struct worker *w, int32_t g, uint64_t number, const struct ceremony_end *end, struct err *e)
{
	static const struct statement st = { "ceremony_ends",
		"UPDATE ceremonies SET phase = $3, size = $4, outcome = $5, faults = $6, spki = $7, made = $8, transcript = $9"
		" WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int2(&a, PHASE_END);
	arg_int4(&a, (int32_t)end->size);
	arg_int2(&a, (int16_t)end->outcome);
	arg_text(&a, end->faults);
	arg_some(&a, end->spki);
	arg_some(&a, end->made);
	arg_text(&a, end->transcript);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool text_of(struct worker *w, const struct statement *st, const struct db_args *a, bool *found, struct buf *text, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found)
		buf_add_slice(text, res_bytes(r, 0, 0));
	PQclear(r);
	return !text->failed || err_memory(e);
}

bool store_ceremony_made(struct worker *w, int32_t g, const struct digest *made, bool *found, struct buf *text, struct err *e)
{
	static const struct statement st = { "ceremony_made", "SELECT transcript FROM ceremonies WHERE g = $1 AND made = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, made);
	return text_of(w, &st, &a, found, text, e);
}

bool store_ceremony_of_key(struct worker *w, int32_t g, const struct digest *spki, bool *found, struct buf *text, struct err *e)
{
	static const struct statement st = { "ceremony_of_key",
		"SELECT transcript FROM ceremonies WHERE g = $1 AND outcome = 1 AND transcript IS NOT NULL"
		" AND ($2::bytea IS NULL OR spki = $2::bytea) ORDER BY number DESC LIMIT 1" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_some(&a, spki);
	return text_of(w, &st, &a, found, text, e);
}

bool store_ceremony_faults(struct worker *w, int32_t g, PGresult **out, struct err *e)
{
	static const struct statement st = { "ceremony_faults",
		"SELECT faults FROM ceremonies WHERE g = $1 AND outcome = 0 AND purpose IN (0, 1)"
		" AND number > (SELECT coalesce(max(number), 0) FROM ceremonies WHERE g = $1 AND outcome = 1 AND purpose IN (0, 1))"
		" ORDER BY number DESC LIMIT 256" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	return db_run(w->db, &st, &a, out, e);
}

bool store_ceremony_faults_of(struct worker *w, int32_t g, const struct digest *base, PGresult **out, struct err *e)
{
	static const struct statement st = {
		"ceremony_faults_of",
		"SELECT faults FROM ceremonies WHERE g = $1 AND base = $2 AND purpose = 3 AND faults <> '[]' ORDER BY number DESC LIMIT 256"
	};
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, base);
	return db_run(w->db, &st, &a, out, e);
}

/* ---- posts */

bool store_post_insert(struct worker *w, int32_t g, uint64_t number, uint32_t index, const struct post *p, const char *doc, struct err *e)
{
	static const struct statement st = { "post_insert",
		"INSERT INTO posts (g, number, idx, digest, author, phase, turn, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" };
	struct db_args a = { 0 };

	if (doc == NULL)
		return err_memory(e);
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int4(&a, (int32_t)index);
	arg_digest(&a, &p->digest);
	arg_int4(&a, p->by);
	arg_int2(&a, (int16_t)p->phase);
	arg_int4(&a, (int32_t)p->turn);
	arg_text(&a, doc);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_post_find(struct worker *w, int32_t g, uint64_t number, const struct digest *post, bool *found, uint32_t *index, struct err *e)
{
	static const struct statement st = { "post_find", "SELECT idx FROM posts WHERE g = $1 AND number = $2 AND digest = $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_digest(&a, post);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) > 0;
	*index = *found ? (uint32_t)res_int(r, 0, 0) : 0;
	PQclear(r);
	return true;
}

bool store_post_from(struct worker *w, int32_t g, uint64_t number, uint32_t from, uint32_t max, PGresult **out, struct err *e)
{
	static const struct statement st = { "post_from",
		"SELECT doc, digest FROM posts WHERE g = $1 AND number = $2 AND idx >= $3 ORDER BY idx LIMIT $4" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int4(&a, (int32_t)from);
	arg_int8(&a, max);
	return db_run(w->db, &st, &a, out, e);
}
