/* SPDX-License-Identifier: ISC */
#include "authority/electors.h"

#include <string.h>

bool electors_at(struct worker *w, int32_t g, uint64_t index, struct electorate *out, struct err *e)
{
	static const struct statement st = {
		"electors_at",
		"SELECT m.member, k.key FROM members m JOIN member_keys k ON k.g = m.g AND k.member = m.member"
		" WHERE m.g = $1 AND m.joined < $2 AND (m.ended IS NULL OR m.ended >= $2)"
		" AND k.since < $2 AND (k.replaced IS NULL OR k.replaced >= $2) ORDER BY m.member",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	for (int i = 0; i < PQntuples(r) && ok; i++) {
		struct elector one = { .weight = 1 };

		ok = res_id16(r, i, 0, &one.member) && res_digest(r, i, 1, &one.key) && electorate_add(out, &one, e);
	}
	PQclear(r);
	if (ok)
		electorate_sort(out);
	else
		electorate_free(out);
	return ok;
}
