/* SPDX-License-Identifier: ISC */
#include "authority/store_vouch.h"

#include <stdlib.h>
#include <string.h>

#include "authority/intend.h"

bool store_vouch_insert(struct worker *w, int32_t g, const struct vouch_row *row, struct err *e)
{
	static const struct statement st = { "vouch_insert",
		"INSERT INTO vouches (g, application, member, digest, key, doc, receipt, reasoned, reason, salt, idx, time, age, live)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)" };
	const bool text = row->reason != NULL && row->reason->text != NULL;
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, &row->vouch->application);
	arg_id16(&a, &row->vouch->member);
	arg_digest(&a, &row->vouch->digest);
	arg_digest(&a, row->key);
	arg_text(&a, row->doc);
	arg_text(&a, row->receipt);
	arg_bool(&a, row->vouch->has_reason);
	arg_text(&a, text ? row->reason->text : NULL);
	if (text)
		arg_bytes(&a, row->reason->salt, sizeof(row->reason->salt));
	if (!text)
		arg_null(&a);
	arg_int8(&a, (int64_t)row->index);
	arg_int8(&a, row->time);
	arg_int8(&a, row->age);
	arg_int4(&a, (int32_t)row->live);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_vouch_find(struct worker *w, int32_t g, const struct digest *application, const struct id16 *member, bool *found,
	struct digest *digest, struct buf *receipt, struct err *e)
{
	static const struct statement st = { "vouch_find",
		"SELECT digest, receipt FROM vouches WHERE g = $1 AND application = $2 AND member = $3" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	arg_digest(&a, application);
	arg_id16(&a, member);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found) {
		(void)res_digest(r, 0, 0, digest);
		buf_add_slice(receipt, res_bytes(r, 0, 1));
	}
	PQclear(r);
	return receipt->failed ? err_memory(e) : true;
}

static bool count(struct worker *w, const struct statement *st, const struct db_args *a, uint64_t *n, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_vouch_live(
	struct worker *w, int32_t g, const struct id16 *member, int64_t window, int64_t expiry, int64_t now, uint32_t *n, struct err *e)
{
	static const struct statement st = { "vouch_live", "SELECT count(*) FROM vouches WHERE g = $1 AND member = $2 AND time > $3" };
	struct db_args a = { 0 };
	uint64_t live = 0;
	int64_t after = -1;

	if (window > 0)
		after = now - window;
	if (expiry > 0 && now - expiry > after)
		after = now - expiry;
	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, after);
	if (!count(w, &st, &a, &live, e))
		return false;
	*n = (uint32_t)live;
	return true;
}

bool store_vouch_count(struct worker *w, int32_t g, const struct digest *application, uint64_t *n, struct err *e)
{
	static const struct statement st = { "vouch_count", "SELECT count(*) FROM vouches WHERE g = $1 AND application = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, application);
	return count(w, &st, &a, n, e);
}

static bool read_row(const PGresult *r, int row, struct stored_vouch *out, struct err *e)
{
	*out = (struct stored_vouch){ .reasoned = res_bool(r, row, 3),
		.entry = { .time = res_int(r, row, 4), .age = res_int(r, row, 5), .live = (uint32_t)res_int(r, row, 6) } };
	return (res_id16(r, row, 0, &out->entry.member) && res_digest(r, row, 1, &out->digest) && res_digest(r, row, 2, &out->key)) ||
		err_set(e, "database_error", "a vouch of the store has a key or digest of the wrong length");
}

static bool read_object(const PGresult *r, int row, struct evidence_object *out, struct err *e)
{
	out->signature_known = true;
	return jws_parse(res_bytes(r, row, 7), OBJECT_MAX * 2, &out->jws, e) &&
		(pub_read(res_bytes(r, row, 8), &out->key) || err_set(e, "database_error", "a key of the store has a wrong length"));
}

bool store_vouch_all(struct worker *w, int32_t g, const struct digest *application, struct stored_vouches *out,
	struct evidence_object *objects, struct err *e)
{
	static const struct statement st = { "vouch_all",
		"SELECT v.member, v.digest, v.key, v.reasoned, v.time, v.age, v.live, v.doc, k.pub FROM vouches v"
		" JOIN member_keys k ON k.g = v.g AND k.key = v.key WHERE v.g = $1 AND v.application = $2 ORDER BY v.member" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_digest(&a, application);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	out->v = calloc((size_t)PQntuples(r) + 1, sizeof(*out->v));
	rc = out->v != NULL || err_memory(e);
	for (int i = 0; rc && i < PQntuples(r); i++) {
		rc = read_row(r, i, &out->v[i], e) && (objects == NULL || read_object(r, i, &objects[i], e));
		out->v[i].entry.application = *application;
		out->n = (size_t)i + 1;
	}
	PQclear(r);
	if (!rc)
		stored_vouches_free(out);
	return rc;
}

void stored_vouches_free(struct stored_vouches *v)
{
	free(v->v);
	memset(v, 0, sizeof(*v));
}
