/* SPDX-License-Identifier: ISC */
#include "authority/store_proposal.h"

#include <string.h>

/* With revocations, an outcome that a voter's or subject's end may change is looked at again, though nobody voted. */
#define STAMP \
	"(SELECT count(*) FROM votes v WHERE v.g = p.g AND v.number = p.number AND v.replaced IS NULL)" \
	" + (SELECT count(*) FROM votes v WHERE v.g = p.g AND v.number = p.number AND v.replaced IS NOT NULL)" \
	" + (SELECT count(*) FROM words o WHERE o.g = p.g AND o.subject = p.subject)" \
	" + (SELECT count(*) FROM vouches u WHERE u.g = p.g AND u.application = p.subject)" \
	" + (SELECT count(*) FROM challenges c WHERE c.g = p.g AND c.subject = p.subject" \
	" AND c.key = coalesce(p.key, (SELECT key FROM applications a WHERE a.g = p.g AND a.digest = p.subject)))" \
	" + p.objected::int4" \
	" + (SELECT count(*) FROM revocations r WHERE r.g = p.g AND r.idx > p.idx)"

static bool read_signed(const PGresult *r, struct proposal *out, struct err *e)
{
	struct jws j;
	bool rc = jws_parse(res_bytes(r, 0, 7), OBJECT_MAX * 2, &j, e);

	if (!rc)
		return false;
	rc = proposal_parse(&j, out, e);
	jws_free(&j);
	return rc;
}

static bool read_row(const PGresult *r, struct stored_proposal *out, struct err *e)
{
	if (PQntuples(r) != 1)
		return err_set(e, "not_found", "the group has no such proposal");
	out->number = (uint64_t)res_int(r, 0, 0);
	out->question = (enum question)res_int(r, 0, 1);
	out->version = (uint32_t)res_int(r, 0, 4);
	out->closes = res_int(r, 0, 5);
	out->decided = !res_null(r, 0, 6);
	out->outcome = (enum outcome)res_int(r, 0, 6);
	out->objected = res_bool(r, 0, 9);
	return res_digest(r, 0, 2, &out->digest) && res_digest(r, 0, 3, &out->subject) && read_signed(r, &out->p, e) &&
		(res_null(r, 0, 8) || res_digest(r, 0, 8, &out->p.key));
}

static bool lock_row(struct worker *w, const struct db_args *a, enum store_lock lock, struct err *e)
{
	static const struct statement share = { "proposal_share", "SELECT 1 FROM proposals WHERE g = $1 AND number = $2 FOR SHARE" };
	static const struct statement update = { "proposal_update", "SELECT 1 FROM proposals WHERE g = $1 AND number = $2 FOR UPDATE" };

	return lock == STORE_READ || db_run(w->db, lock == STORE_SHARE ? &share : &update, a, NULL, e);
}

bool store_proposal_load(struct worker *w, int32_t g, uint64_t number, enum store_lock lock, struct stored_proposal *out, struct err *e)
{
	static const struct statement st = {
		"proposal_load",
		"SELECT number, question, digest, subject, version, closes, outcome, doc, key, objected FROM proposals WHERE g = $1 AND number = $2"
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (number > INT64_MAX)
		return err_set(e, "not_found", "the group has no such proposal");
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!lock_row(w, &a, lock, e) || !db_run(w->db, &st, &a, &r, e))
		return false;
	rc = read_row(r, out, e);
	PQclear(r);
	return rc;
}

bool store_proposal_object(struct worker *w, int32_t g, uint64_t number, struct err *e)
{
	static const struct statement st = { "proposal_object", "UPDATE proposals SET objected = true WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	return db_run(w->db, &st, &a, NULL, e);
}

static bool number_of(struct worker *w, const struct statement *st, const struct db_args *a, int64_t *out, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	if (PQntuples(r) == 1)
		*out = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_proposal_about(struct worker *w, int32_t g, const struct digest *subject, uint64_t *number, struct err *e)
{
	static const struct statement st = { "proposal_about",
		"SELECT coalesce(max(number), 0) FROM proposals WHERE g = $1 AND subject = $2" };
	struct db_args a = { 0 };
	int64_t n = 0;

	arg_int4(&a, g);
	arg_digest(&a, subject);
	if (!number_of(w, &st, &a, &n, e))
		return false;
	*number = (uint64_t)n;
	return true;
}

bool store_proposal_by_digest(struct worker *w, int32_t g, const struct digest *digest, uint64_t *number, struct err *e)
{
	static const struct statement st = { "proposal_by_digest",
		"SELECT coalesce(max(number), 0) FROM proposals WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	int64_t n = 0;

	arg_int4(&a, g);
	arg_digest(&a, digest);
	if (!number_of(w, &st, &a, &n, e))
		return false;
	*number = (uint64_t)n;
	return true;
}

bool store_proposal_stamp(struct worker *w, int32_t g, uint64_t number, int64_t *stamp, struct err *e)
{
	static const struct statement st = { "proposal_stamp", "SELECT " STAMP " FROM proposals p WHERE p.g = $1 AND p.number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	*stamp = -1;
	return number_of(w, &st, &a, stamp, e);
}

bool store_proposal_examined(struct worker *w, int32_t g, uint64_t number, int64_t stamp, struct err *e)
{
	static const struct statement st = { "proposal_examined",
		"UPDATE proposals SET examined = $3, waits = NULL WHERE g = $1 AND number = $2 AND (examined <> $3 OR waits IS NOT NULL)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int8(&a, stamp);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_proposal_waits(struct worker *w, int32_t g, uint64_t number, int64_t until, struct err *e)
{
	static const struct statement st = { "proposal_waits", "UPDATE proposals SET waits = $3 WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int8(&a, until);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_proposal_decided(struct worker *w, int32_t g, uint64_t number, enum outcome outcome, struct err *e)
{
	static const struct statement st = { "proposal_decided", "UPDATE proposals SET outcome = $3 WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_int2(&a, (int16_t)outcome);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_proposal_oldest(struct worker *w, int32_t g, uint64_t *index, struct err *e)
{
	static const struct statement st = { "proposal_oldest",
		"SELECT coalesce(min(idx), -1) FROM proposals WHERE g = $1 AND outcome IS NULL" };
	struct db_args a = { 0 };
	int64_t n = -1;

	arg_int4(&a, g);
	if (!number_of(w, &st, &a, &n, e))
		return false;
	*index = n < 0 ? UINT64_MAX : (uint64_t)n;
	return true;
}

static bool each(struct worker *w, const struct statement *st, const struct db_args *a, store_found *found, void *arg, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), (uint64_t)res_int(r, i, 1), NULL);
	PQclear(r);
	return true;
}

bool store_proposal_open(struct worker *w, int32_t g, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "proposal_open",
		"SELECT g, number FROM proposals WHERE g = $1 AND outcome IS NULL ORDER BY number" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	return each(w, &st, &a, found, arg, e);
}

bool store_proposal_due(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "proposal_due",
		"SELECT p.g, p.number FROM proposals p WHERE p.outcome IS NULL AND (coalesce(p.waits, p.closes) <= now_s()"
		" OR p.examined <> " STAMP " OR p.question = 0 AND EXISTS (SELECT FROM applications a"
		" WHERE a.g = p.g AND a.digest = p.subject AND a.state = 'withdrawn')) ORDER BY p.closes LIMIT 1024" };

	return each(w, &st, NULL, found, arg, e);
}
