/* SPDX-License-Identifier: ISC */
#include "authority/founders.h"

#include "authority/intend.h"
#include "authority/store_suspension.h"

struct founding {
	struct worker *w;
	int32_t g;
};

/* The rejoining of members, and whoever suspends, revokes or expels them, holds the log's lock too. */
static bool load(const struct founding *x, PGresult **out, struct err *e)
{
	static const struct statement st = { "founders_waiting",
		"SELECT m.member, m.name, m.node, k.pub FROM members m JOIN groups o ON o.g = m.g AND o.genesis = m.decision"
		" JOIN member_keys k ON k.g = m.g AND k.member = m.member AND k.replaced IS NULL AND k.dead IS NULL"
		" WHERE m.g = $1 AND m.ended IS NULL AND NOT EXISTS (SELECT FROM certificates c WHERE c.g = m.g AND c.member = m.member"
		" AND c.origin = 0) AND NOT " STORE_SUSPENDED_AT("m.g", "m.member", "o.log_size", "now_s()") " ORDER BY m.joined" };
	struct db_args a = { 0 };

	arg_int4(&a, x->g);
	return db_run(x->w->db, &st, &a, out, e);
}

static bool certify(struct log_writer *lw, const PGresult *r, int i, struct err *e)
{
	struct issuance is = { .origin = ORIGIN_FOUNDING, .decision = lw->group.genesis, .name = res_text(r, i, 1) };

	if (!res_id16(r, i, 0, &is.member) || !res_id16(r, i, 2, &is.node) || !pub_read(res_bytes(r, i, 3), &is.key))
		return err_set(e, "database_error", "a founder of the store has a name or key of the wrong length");
	profile_founder_cause(&lw->group.genesis, &is.member, &is.cause);
	return intend(lw, lw->charter, &is, 0, e);
}

static bool certify_all(struct db *db, void *arg, struct err *e)
{
	const struct founding *x = arg;
	struct log_writer *lw;
	PGresult *r = NULL;
	bool rc;

	(void)db;
	if (!log_open(x->w, x->g, &lw, e))
		return false;
	rc = load(x, &r, e);
	if (rc && issuance_issuer(lw->charter, lw->now) != NULL && PQntuples(r) > 0) {
		for (int i = 0; rc && i < PQntuples(r); i++)
			rc = certify(lw, r, i, e);
		rc = rc && log_finish(lw, e);
	}
	PQclear(r);
	log_close(lw);
	return rc;
}

bool founders_certify(struct worker *w, int32_t g, struct err *e)
{
	struct founding x = { .w = w, .g = g };
	PGresult *r;
	bool waits;

	if (!load(&x, &r, e))
		return false;
	waits = PQntuples(r) > 0;
	PQclear(r);
	return !waits || db_transaction(w->db, certify_all, &x, e);
}
