/* SPDX-License-Identifier: ISC */
#include "authority/store_complaint.h"

bool store_complaint_insert(struct worker *w, int32_t g, const struct complaint_row *row, struct err *e)
{
	static const struct statement st = { "complaint_insert",
		"INSERT INTO complaints (g, digest, member, accuser, key, votes, doc, receipt, reason, salt)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" };
	const bool text = row->text != NULL && row->text->text != NULL;
	struct db_args a = { 0 };

	if (row->doc == NULL || row->receipt == NULL)
		return err_memory(e);
	arg_int4(&a, g);
	arg_digest(&a, &row->complaint->digest);
	arg_id16(&a, &row->complaint->member);
	arg_id16(&a, &row->complaint->by);
	arg_digest(&a, row->key);
	arg_bool(&a, row->complaint->about == COMPLAINT_VOTES);
	arg_text(&a, row->doc);
	arg_text(&a, row->receipt);
	arg_text(&a, text ? row->text->text : NULL);
	if (text)
		arg_bytes(&a, row->text->salt, sizeof(row->text->salt));
	if (!text)
		arg_null(&a);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_complaint_find(struct worker *w, int32_t g, const struct digest *complaint, bool *found, struct buf *receipt, struct err *e)
{
	static const struct statement st = { "complaint_find", "SELECT receipt FROM complaints WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, complaint);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found)
		buf_add_slice(receipt, res_bytes(r, 0, 0));
	PQclear(r);
	return receipt->failed ? err_memory(e) : true;
}

bool store_complaint_count(struct worker *w, int32_t g, const struct id16 *by, const struct id16 *about, uint64_t *n, struct err *e)
{
	static const struct statement st = { "complaint_count",
		"SELECT count(*) FROM complaints WHERE g = $1 AND member = $2 AND accuser = $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_id16(&a, about);
	arg_id16(&a, by);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_complaint_load(struct worker *w, int32_t g, const struct digest *complaint, struct stored_complaint *out, struct err *e)
{
	static const struct statement st = { "complaint_load", "SELECT member, accuser, key FROM complaints WHERE g = $1 AND digest = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_digest(&a, complaint);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) != 1)
		rc = err_set(e, "complaint_missing", "the motion names a complaint that was not sent here: gmc complaints");
	else
		rc = (res_id16(r, 0, 0, &out->member) && res_id16(r, 0, 1, &out->by) && res_digest(r, 0, 2, &out->key)) ||
			err_set(e, "database_error", "a complaint of the store has a member or key of the wrong length");
	PQclear(r);
	return rc;
}

bool store_complaint_attach(struct worker *w, int32_t g, const struct motion *m, struct err *e)
{
	static const struct statement st = { "complaint_attach",
		"INSERT INTO motion_complaints (g, motion, complaint) VALUES ($1, $2, $3)" };

	for (size_t i = 0; i < m->complaints_n; i++) {
		struct db_args a = { 0 };

		arg_int4(&a, g);
		arg_digest(&a, &m->digest);
		arg_digest(&a, &m->complaints[i]);
		if (!db_run(w->db, &st, &a, NULL, e))
			return false;
	}
	return true;
}

bool store_complaint_attached(struct worker *w, int32_t g, const struct digest *motion, PGresult **out, struct err *e)
{
	static const struct statement st = { "complaint_attached",
		"SELECT c.doc, c.accuser, k.pub FROM motion_complaints x JOIN complaints c ON c.g = x.g AND c.digest = x.complaint"
		" JOIN member_keys k ON k.g = c.g AND k.key = c.key WHERE x.g = $1 AND x.motion = $2 ORDER BY x.complaint" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, motion);
	return db_run(w->db, &st, &a, out, e);
}
