/* SPDX-License-Identifier: ISC */
#include "authority/store_decision.h"

bool store_decision_insert(struct worker *w, int32_t g, uint64_t number, const struct decision *d, const char *doc, struct err *e)
{
	static const struct statement st = { "decision_insert",
		"INSERT INTO decisions (g, number, digest, outcome, doc, decided, idx) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	arg_digest(&a, &d->digest);
	arg_int2(&a, (int16_t)d->outcome);
	arg_text(&a, doc);
	arg_int8(&a, d->decided);
	arg_int8(&a, (int64_t)d->log_size);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_decision_ballots(struct worker *w, int32_t g, uint64_t number, const struct tally *t, struct err *e)
{
	static const struct statement st = { "decision_ballots",
		"INSERT INTO ballots (g, number, vote, status) SELECT $1, $2, v, s FROM unnest($3::bytea[], $4::int2[]) AS t (v, s)" };
	struct db_array votes = { 0 }, statuses = { 0 };
	struct db_args a = { 0 };
	bool rc;

	for (size_t i = 0; i < t->n; i++) {
		array_bytes(&votes, t->b[i].vote.b, sizeof(t->b[i].vote.b));
		array_int2(&statuses, (int16_t)t->b[i].status);
	}
	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	rc = arg_array(&a, &votes, e) && arg_array(&a, &statuses, e) && db_run(w->db, &st, &a, NULL, e);
	array_free(&votes);
	array_free(&statuses);
	return rc;
}
