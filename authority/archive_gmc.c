/* SPDX-License-Identifier: ISC */
#include "authority/archive_gmc.h"

#include <string.h>

#include "authority/charters.h"
#include "peer/issuance.h"

/* The first of the entries for which nobody signs a certificate any more. */
static bool load_ended(struct worker *w, int32_t g, uint64_t number, struct archived_gmc *out, struct err *e)
{
	static const struct statement st = {
		"archive_ended",
		"SELECT l.idx, l.payload FROM certificates c JOIN members m ON m.g = c.g AND m.member = c.member"
		" JOIN member_keys k ON k.g = c.g AND k.key = c.key JOIN log l ON l.g = c.g AND l.idx IN (m.ended, k.dead,"
		" (SELECT min(r.idx) FROM revocations r WHERE r.g = c.g AND r.member = c.member AND r.serial = c.serial))"
		" WHERE c.g = $1 AND c.number = $2 ORDER BY l.idx LIMIT 1",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1;
	if (ok) {
		out->ended_index = (uint64_t)res_int(r, 0, 0);
		buf_add_slice(&out->ended, res_bytes(r, 0, 1));
	}
	PQclear(r);
	return ok ||
		err_set(e, "database_error", "nobody signed the certificate of proposal %llu, and the store does not know why",
			(unsigned long long)number);
}

/* The CA certificate of the key that the charter names for that time. */
static bool load_authority(struct worker *w, int32_t g, uint32_t version, int64_t time, struct buf *out, struct err *e)
{
	static const struct statement st = { "archive_authority", "SELECT der FROM authorities WHERE g = $1 AND spki = $2" };
	const struct charter_issuer *by;
	const struct charter *c;
	struct db_args a = { 0 };
	PGresult *r;

	if (!charters_by_version(w, g, version, &c, e))
		return false;
	by = issuance_issuer(c, time);
	if (by == NULL)
		return err_set(e, "database_error", "charter %u names no issuing key for a certificate of the store", (unsigned)version);
	arg_int4(&a, g);
	arg_digest(&a, &by->spki);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1 && !res_null(r, 0, 0))
		buf_add_slice(out, res_bytes(r, 0, 0));
	PQclear(r);
	return true;
}

static bool load(struct worker *w, int32_t g, uint64_t number, uint32_t version, struct archived_gmc *out, struct err *e)
{
	static const struct statement st = {
		"archive_gmc",
		"SELECT c.der, l.time FROM certificates c JOIN log l ON l.g = c.g AND l.idx = c.idx"
		" WHERE c.g = $1 AND c.number = $2 AND c.state <> 'intended'",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		buf_add_slice(&out->gmc, res_bytes(r, 0, 0));
		ok = (!res_null(r, 0, 0) || load_ended(w, g, number, out, e)) &&
			load_authority(w, g, version, res_int(r, 0, 1), &out->authority, e);
	}
	PQclear(r);
	if (ok && (out->gmc.failed || out->ended.failed || out->authority.failed))
		return err_memory(e);
	return ok;
}

bool archive_gmc(struct worker *w, const struct group *g, uint64_t number, uint32_t version, struct archived_gmc *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (load(w, g->g, number, version, out, e))
		return true;
	archived_gmc_free(out);
	return false;
}

void archived_gmc_free(struct archived_gmc *a)
{
	buf_free(&a->gmc);
	buf_free(&a->ended);
	buf_free(&a->authority);
}
