/* SPDX-License-Identifier: ISC
 * Applications, as their applicants and the group see them. */
#include "authority/read.h"

#include <string.h>

#include "authority/charters.h"
#include "authority/value.h"

static const char *const states[] = { "received", "challenged", "proposed", "approved", "issuing", "member", "refused", "expired",
	"withdrawn", NULL };
/* Those in which something is still to come. */
enum { STATES_WAITING = 5 };

static int state_index(const char *word)
{
	for (int i = 0; states[i] != NULL; i++)
		if (strcmp(states[i], word) == 0)
			return i;
	return -1;
}

static bool state_is_known(const char *word, struct err *e)
{
	return word == NULL || state_index(word) >= 0 || err_set(e, "bad_value", "there is no state of applications called so");
}

json_t *read_applications(struct worker *w, const struct group *g, const char *state, const struct page *p, struct err *e)
{
	static const struct statement st = {
		"read_applications",
		"SELECT a.digest, a.name, a.state, a.why, a.stored, a.number + 1, p.number FROM applications a"
		" LEFT JOIN proposals p ON p.g = a.g AND p.question = 0 AND p.subject = a.digest"
		" WHERE a.g = $1 AND a.number >= $2 AND ($3::text IS NULL OR a.state = $3) ORDER BY a.number LIMIT $4",
	};
	json_t *doc = json_pack("{s:[]}", "applications"), *list = json_object_get(doc, "applications");
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, p->after);
	arg_text(&a, state);
	arg_int8(&a, p->limit + 1);
	ok = (doc != NULL || err_memory(e)) && state_is_known(state, e) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r) && i < p->limit; i++)
		ok = json_array_append_new(list,
			     json_pack("{s:o,s:o,s:o,s:o*,s:o,s:o*}", "application", column_digest(r, i, 0), "name", column_text(r, i, 1),
				     "state", column_text(r, i, 2), "why", column_text(r, i, 3), "stored", column_int(r, i, 4), "number",
				     column_int(r, i, 6))) == 0 ||
			err_memory(e);
	if (ok && PQntuples(r) > p->limit)
		ok = json_object_set_new(doc, "next", column_int(r, p->limit - 1, 5)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

/* What is asked of it: out of its proposal, or, before there is one, as the charter has it. */
static json_t *asks(
	struct worker *w, const struct group *g, uint64_t number, const struct digest *application, const PGresult *r, struct err *e)
{
	const struct charter *c;
	struct digest key;

	if (number > 0)
		return read_asks(w, g, number, e);
	if (!res_digest(r, 0, 8, &key) || !charters_by_version(w, g->g, (uint32_t)res_int(r, 0, 4), &c, e))
		return NULL;
	return read_asks_of(w, g, c, application, &key, e);
}

static json_t *whole(struct worker *w, const struct group *g, const struct digest *application, const PGresult *r, struct err *e)
{
	uint64_t number;
	json_t *proposal = read_proposal_of(w, g, application, &number, e), *list = NULL, *doc = NULL;

	if (err_ok(e) && (list = asks(w, g, number, application, r, e)) != NULL)
		doc = json_pack("{s:o,s:o,s:o,s:o*,s:o,s:O*,s:o*,s:o*,s:o*,s:O}", "application", value_digest(application), "name",
			column_text(r, 0, 0), "state", column_text(r, 0, 1), "why", column_text(r, 0, 2), "stored", column_int(r, 0, 3),
			"proposal", proposal, "member", column_id16(r, 0, 5), "serial", column_id16(r, 0, 6), "certificate",
			column_bytes(r, 0, 7), "asks", list);
	json_decref(proposal);
	json_decref(list);
	if (doc == NULL)
		err_memory(e);
	return doc;
}

static json_t *load(struct worker *w, const struct group *g, const struct digest *application, bool *waits, struct err *e)
{
	static const struct statement st = {
		"read_application",
		"SELECT a.name, a.state, a.why, a.stored, a.version, m.member, c.serial, c.der, a.key FROM applications a"
		" LEFT JOIN proposals p ON p.g = a.g AND p.question = 0 AND p.subject = a.digest"
		" LEFT JOIN members m ON m.g = p.g AND m.member = p.member"
		" LEFT JOIN certificates c ON c.g = p.g AND c.number = p.number AND c.state = 'published'"
		" WHERE a.g = $1 AND a.digest = $2",
	};
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	*waits = false;
	arg_int4(&a, g->g);
	arg_digest(&a, application);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1) {
		*waits = state_index(res_text(r, 0, 1)) < STATES_WAITING;
		doc = whole(w, g, application, r, e);
	} else {
		err_set(e, "not_found", "the group has no such application");
	}
	PQclear(r);
	return doc;
}

json_t *read_application(struct worker *w, const struct group *g, const struct digest *application, bool *waits, struct err *e)
{
	json_t *doc;

	if (!db_snapshot_begin(w->db, e))
		return NULL;
	doc = load(w, g, application, waits, e);
	db_snapshot_end(w->db);
	return doc;
}
