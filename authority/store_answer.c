/* SPDX-License-Identifier: ISC */
#include "authority/store_answer.h"

static void arg_key(struct db_args *a, const struct answer_key *k)
{
	arg_text(a, k->principal);
	arg_text(a, k->route);
	arg_text(a, k->key);
}

bool store_answer_find(struct worker *w, const struct answer_key *k, int *status, struct buf *text, struct err *e)
{
	static const struct statement st = {
		"answer_find",
		"SELECT body, status, answer FROM answers WHERE principal = $1 AND route = $2 AND key = $3 AND until > now_s()",
	};
	struct db_args a = { 0 };
	struct digest body;
	PGresult *r;
	bool rc = true;

	*status = 0;
	arg_key(&a, k);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		*status = (int)res_int(r, 0, 1);
		buf_add_slice(text, res_bytes(r, 0, 2));
		rc = res_digest(r, 0, 0, &body) && digest_compare(&body, &k->body) == 0;
	}
	PQclear(r);
	return rc || err_set(e, "idempotency_mismatch", "this Idempotency-Key was used for another request; a new request needs a new one");
}

bool store_answer_keep(struct worker *w, const struct answer_key *k, int status, const char *text, struct err *e)
{
	/* the clock is asked once: an index serves no condition that is asked anew for each row */
	static const struct statement forget = { "answer_forget", "DELETE FROM answers WHERE until <= (SELECT now_s())" };
	static const struct statement keep = {
		"answer_keep",
		"INSERT INTO answers (principal, route, key, body, status, answer, until) VALUES ($1, $2, $3, $4, $5, $6, now_s() + $7)"
		" ON CONFLICT DO NOTHING",
	};
	struct db_args a = { 0 };

	arg_key(&a, k);
	arg_digest(&a, &k->body);
	arg_int4(&a, status);
	arg_text(&a, text);
	arg_int8(&a, ANSWER_SECONDS);
	return db_run(w->db, &forget, NULL, NULL, e) && db_run(w->db, &keep, &a, NULL, e);
}
