/* SPDX-License-Identifier: ISC */
#include "authority/store_invitation.h"

#include <string.h>

#include "authority/intend.h"

bool store_invitation_insert(struct worker *w, int32_t g, const struct invitation_row *row, struct err *e)
{
	static const struct statement st = { "invitation_insert",
		"INSERT INTO invitations (g, idx, candidate, object, signer, member, until) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)row->index);
	arg_digest(&a, &row->candidate);
	arg_digest(&a, &row->object);
	arg_digest(&a, &row->signer);
	if (row->has_member)
		arg_id16(&a, &row->member);
	if (!row->has_member)
		arg_null(&a);
	arg_int8(&a, row->until);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_invitation_use(struct worker *w, int32_t g, const struct digest *candidate, const struct digest *application, struct err *e)
{
	static const struct statement st = { "invitation_use",
		"UPDATE invitations SET application = $3 WHERE g = $1 AND candidate = $2"
		" AND idx = (SELECT max(idx) FROM invitations WHERE g = $1 AND candidate = $2)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_digest(&a, candidate);
	arg_digest(&a, application);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_draw_insert(
	struct worker *w, int32_t g, const struct digest *draw, uint64_t index, int64_t time, uint32_t eligible, struct err *e)
{
	static const struct statement st = { "draw_insert",
		"INSERT INTO draws (g, idx, digest, time, eligible) VALUES ($1, $2, $3, $4, $5)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)index);
	arg_digest(&a, draw);
	arg_int8(&a, time);
	arg_int8(&a, eligible);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_draw_last(struct worker *w, int32_t g, int64_t *time, struct err *e)
{
	static const struct statement st = { "draw_last", "SELECT coalesce(max(time), 0) FROM draws WHERE g = $1" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*time = res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static bool read_row(const PGresult *r, struct stored_invitation *out, struct err *e)
{
	out->has_member = !res_null(r, 0, 3);
	if (!res_digest(r, 0, 0, &out->candidate) || !res_digest(r, 0, 1, &out->object) || !res_digest(r, 0, 2, &out->signer) ||
		(out->has_member && (!res_id16(r, 0, 3, &out->member) || !pub_read(res_bytes(r, 0, 6), &out->member_key))))
		return err_set(e, "database_error", "an invitation of the store has a key or name of the wrong length");
	return jws_parse(res_bytes(r, 0, 4), OBJECT_MAX * 2, &out->candidacy, e) &&
		jws_parse(res_bytes(r, 0, 5), OBJECT_MAX * 2, &out->by, e);
}

bool store_invitation_of(
	struct worker *w, int32_t g, const struct digest *application, bool *found, struct stored_invitation *out, struct err *e)
{
	static const struct statement st = {
		"invitation_of",
		"SELECT i.candidate, i.object, i.signer, i.member, (SELECT doc FROM objects WHERE g = i.g AND digest = i.candidate),"
		" (SELECT doc FROM objects WHERE g = i.g AND digest = i.object),"
		" (SELECT pub FROM member_keys WHERE g = i.g AND key = i.signer) FROM invitations i WHERE i.g = $1 AND i.application = $2"
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g);
	arg_digest(&a, application);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*found = PQntuples(r) == 1;
	if (*found && !read_row(r, out, e)) {
		stored_invitation_free(out);
		ok = false;
	}
	PQclear(r);
	return ok;
}

void stored_invitation_free(struct stored_invitation *v)
{
	jws_free(&v->candidacy);
	jws_free(&v->by);
}
