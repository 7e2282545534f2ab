/* SPDX-License-Identifier: ISC
 * Candidates, and how each stands. */
#include "authority/read.h"

#include <string.h>

#include "authority/value.h"

/* The newest invitation alone says how a candidate stands. */
#define CANDIDATES_SQL \
	"SELECT c.digest, c.name, c.key, c.time, c.last," \
	" (SELECT count(DISTINCT s.member) FROM measurements s JOIN members m ON m.g = s.g AND m.member = s.member AND m.ended IS NULL" \
	"  WHERE s.g = c.g AND s.candidate = c.digest AND s.time > now_s() - $3)," \
	" CASE WHEN EXISTS (SELECT FROM member_keys k WHERE k.g = c.g AND k.key = c.key) THEN 'member'" \
	"  WHEN a.state IN ('received', 'challenged', 'proposed', 'approved', 'issuing') THEN 'enrolling'" \
	"  WHEN NOT c.used AND i.until > now_s() THEN 'invited'" \
	"  WHEN NOT c.used AND c.last + $4 > now_s() THEN 'candidate' ELSE 'over' END," \
	" CASE WHEN NOT c.used AND i.until > now_s() THEN i.until END, i.application, c.idx" \
	" FROM candidates c LEFT JOIN LATERAL (SELECT until, application FROM invitations x WHERE x.g = c.g AND x.candidate = c.digest" \
	"  ORDER BY x.idx DESC LIMIT 1) i ON true LEFT JOIN applications a ON a.g = c.g AND a.digest = i.application" \
	" WHERE c.g = $1 AND c.idx > $2 ORDER BY c.idx LIMIT $5"

static json_t *candidate(const PGresult *r, int i)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o*,s:o*}", "candidacy", column_digest(r, i, 0), "name", column_text(r, i, 1),
		"key", column_thumb(r, i, 2), "time", column_int(r, i, 3), "last", column_int(r, i, 4), "observers", column_int(r, i, 5),
		"state", column_text(r, i, 6), "until", column_int(r, i, 7), "application", column_digest(r, i, 8));
}

json_t *read_candidates(struct worker *w, const struct group *g, const struct page *p, struct err *e)
{
	static const struct statement st = { "read_candidates", CANDIDATES_SQL };
	json_t *doc = json_pack("{s:[]}", "candidates"), *list = json_object_get(doc, "candidates");
	const struct charter *c = NULL;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok = (doc != NULL || err_memory(e)) && read_charter_now(w, g, &c, e);

	if (ok) {
		arg_int4(&a, g->g);
		arg_int8(&a, p->after);
		arg_int8(&a, c->inviting.window);
		arg_int8(&a, charter_candidacy_life(c));
		arg_int8(&a, p->limit + 1);
		ok = db_run(w->db, &st, &a, &r, e);
	}
	for (int i = 0; ok && i < PQntuples(r) && i < p->limit; i++)
		ok = json_array_append_new(list, candidate(r, i)) == 0 || err_memory(e);
	if (ok && PQntuples(r) > p->limit)
		ok = json_object_set_new(doc, "next", column_int(r, p->limit - 1, 9)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}
