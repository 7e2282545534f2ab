/* SPDX-License-Identifier: ISC
 * A few numbers over all groups, for whoever watches the service. */
#include "authority/read.h"

bool read_numbers(struct worker *w, struct read_numbers *out, struct err *e)
{
	static const struct statement st = {
		"read_numbers",
		"SELECT (SELECT count(*) FROM groups WHERE state <> 'draft'), (SELECT count(*) FROM members WHERE ended IS NULL),"
		" (SELECT count(*) FROM proposals WHERE outcome IS NULL),"
		" (SELECT count(*) FROM applications WHERE state NOT IN ('member', 'refused', 'expired', 'withdrawn')),"
		" coalesce((SELECT now_s() - min(t.this) FROM (SELECT max(this) AS this FROM lists GROUP BY g) t), 0)",
	};
	PGresult *r;

	if (!db_run(w->db, &st, NULL, &r, e))
		return false;
	*out = (struct read_numbers){ res_int(r, 0, 0), res_int(r, 0, 1), res_int(r, 0, 2), res_int(r, 0, 3), res_int(r, 0, 4) };
	PQclear(r);
	return true;
}
