/* SPDX-License-Identifier: ISC */
#include "authority/store_certificate.h"
#include "peer/profile.h"

bool store_certificate_member(struct worker *w, int32_t g, const struct id16 *serial, struct id16 *member, struct err *e)
{
	static const struct statement st = { "certificate_member", "SELECT member FROM certificates WHERE g = $1 AND serial = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_id16(&a, serial);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	rc = PQntuples(r) == 1 && res_id16(r, 0, 0, member);
	PQclear(r);
	return rc || err_set(e, "not_found", "the group has no certificate with this serial");
}

bool store_certificate_since(struct worker *w, int32_t g, const struct id16 *member, int64_t since, uint64_t *n, struct err *e)
{
	static const struct statement st = { "certificate_since",
		"SELECT count(*) FROM certificates WHERE g = $1 AND member = $2 AND not_before >= $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, since - PROFILE_BACKDATE);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_certificate_groups(struct worker *w, store_found *found, void *arg, struct err *e)
{
	static const struct statement st = { "certificate_groups",
		"SELECT DISTINCT c.g FROM certificates c WHERE c.state = 'intended' AND (c.members_key IS NULL"
		" OR " STORE_CERTIFICATE_SIGNED("c") " IS NOT NULL OR " STORE_CERTIFICATE_GONE("c") ")" };
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r); i++)
		found(arg, (int32_t)res_int(r, i, 0), 0, NULL);
	PQclear(r);
	return true;
}
