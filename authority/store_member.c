/* SPDX-License-Identifier: ISC */
#include "authority/store_member.h"

#include <string.h>

#include "authority/intend.h"
#include "authority/store_key.h"
#include "authority/store_suspension.h"

static bool read_row(const PGresult *r, struct stored_member *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (PQntuples(r) != 1)
		return err_set(e, "not_a_member", "the group has no such member");
	snprintf(out->name, sizeof(out->name), "%s", res_text(r, 0, 1));
	out->joined = (uint64_t)res_int(r, 0, 4);
	out->ended = !res_null(r, 0, 5);
	out->ending = (enum event)res_int(r, 0, 5);
	out->dead = res_bool(r, 0, 8);
	out->version = (uint32_t)res_int(r, 0, 9);
	if (res_id16(r, 0, 0, &out->member) && res_id16(r, 0, 2, &out->node) && res_digest(r, 0, 3, &out->decision) &&
		res_digest(r, 0, 6, &out->key) && pub_read(res_bytes(r, 0, 7), &out->pub))
		return true;
	return err_set(e, "database_error", "a member of the store has a key or name of the wrong length");
}

static bool lock_row(struct worker *w, const struct db_args *a, enum store_lock lock, struct err *e)
{
	static const struct statement share = { "member_share", "SELECT 1 FROM members WHERE g = $1 AND member = $2 FOR SHARE" };
	static const struct statement update = { "member_update", "SELECT 1 FROM members WHERE g = $1 AND member = $2 FOR UPDATE" };

	return lock == STORE_READ || db_run(w->db, lock == STORE_SHARE ? &share : &update, a, NULL, e);
}

bool store_member_load(
	struct worker *w, int32_t g, const struct id16 *member, enum store_lock lock, struct stored_member *out, struct err *e)
{
	static const struct statement st = { "member_load",
		"SELECT m.member, m.name, m.node, m.decision, m.joined, m.ending, k.key, k.pub, k.dead IS NOT NULL, m.version FROM members m"
		" JOIN member_keys k ON k.g = m.g AND k.member = m.member AND k.replaced IS NULL WHERE m.g = $1 AND m.member = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc;

	arg_int4(&a, g);
	arg_id16(&a, member);
	if (!lock_row(w, &a, lock, e) || !db_run(w->db, &st, &a, &r, e))
		return false;
	rc = read_row(r, out, e);
	PQclear(r);
	return rc;
}

bool store_member_may_act(const struct stored_member *m, struct err *e)
{
	if (m->ended && m->ending == EVENT_EXPELLED)
		return err_set(e, "expelled", "this member was expelled");
	if (m->ended)
		return err_set(e, "not_a_member", "this member left the group");
	if (m->dead)
		return err_set(e, "key_revoked", "this member's key was revoked");
	return true;
}

bool store_member_lock_voters(struct worker *w, int32_t g, uint64_t number, const struct id16 *subject, enum store_lock lock, struct err *e)
{
/* an array, so that these members are looked up: by OR and IN all of the group's would be read through */
#define VOTERS \
	"SELECT 1 FROM members WHERE g = $1 AND member = ANY (ARRAY(SELECT v.member::bytea FROM votes v" \
	" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL UNION ALL SELECT $3::bytea" \
	" UNION ALL SELECT v.member::bytea FROM vouches v WHERE v.g = $1" \
	" AND v.application = (SELECT subject FROM proposals WHERE g = $1 AND number = $2)" \
	" UNION ALL SELECT i.member::bytea FROM invitations i WHERE i.g = $1 AND i.member IS NOT NULL" \
	" AND i.application = (SELECT subject FROM proposals WHERE g = $1 AND number = $2))) ORDER BY member FOR "
	static const struct statement share = { "member_voters_share", VOTERS "SHARE" };
	static const struct statement update = { "member_voters_update", VOTERS "UPDATE" };
#undef VOTERS
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (subject == NULL)
		arg_null(&a);
	if (subject != NULL)
		arg_id16(&a, subject);
	return db_run(w->db, lock == STORE_SHARE ? &share : &update, &a, NULL, e);
}

static bool count(struct worker *w, const struct statement *st, const struct db_args *a, uint64_t *out, struct err *e)
{
	PGresult *r;

	if (!db_run(w->db, st, a, &r, e))
		return false;
	*out = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

bool store_member_numbered(struct worker *w, int32_t g, uint32_t max, PGresult **out, struct err *e)
{
	static const struct statement st = { "member_numbered",
		"SELECT m.n, m.member, k.pub FROM (SELECT row_number() OVER (ORDER BY joined) AS n, member, ended FROM members WHERE g = $1) m"
		" JOIN member_keys k ON k.g = $1 AND k.member = m.member AND k.replaced IS NULL AND k.dead IS NULL"
		" WHERE m.ended IS NULL AND m.n <= 65535 ORDER BY m.n LIMIT $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_int8(&a, max);
	return db_run(w->db, &st, &a, out, e);
}

bool store_member_count(struct worker *w, int32_t g, uint64_t *n, struct err *e)
{
	static const struct statement st = { "member_count", "SELECT count(*) FROM members WHERE g = $1 AND ended IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	return count(w, &st, &a, n, e);
}

/* ---- standing */

static void read_standing(
	const PGresult *r, const struct proposal *p, int64_t probation, const struct id16 *members, size_t n, struct voter *out)
{
	const uint64_t opened = p->electorate_size;
	struct id16 member;
	struct digest key;
	size_t at = 0;

	for (int i = 0; i < PQntuples(r); i++) {
		struct voter *v;

		if (!res_id16(r, i, 0, &member) || !res_digest(r, i, 3, &key))
			continue;
		while (at < n && id16_compare(&members[at], &member) < 0)
			at++;
		if (at == n || id16_compare(&members[at], &member) != 0)
			continue;
		v = &out[at];
		v->elector = (uint64_t)res_int(r, i, 1) < opened && (res_null(r, i, 2) || (uint64_t)res_int(r, i, 2) > opened);
		v->gone = !res_null(r, i, 2);
		v->voteless = probation > 0 && !res_bool(r, i, 5) && res_int(r, i, 6) + probation > p->opened;
		v->held = !v->voteless && res_bool(r, i, 7);
		if (v->keys_n == sizeof(v->keys) / sizeof(v->keys[0]))
			continue;
		v->keys[v->keys_n++] = key;
		if (res_bool(r, i, 4))
			v->revoked[v->revoked_n++] = key;
	}
}

/* The newest keys first, as every follower of the log goes through them. */
bool store_member_standing(struct worker *w, int32_t g, const struct proposal *p, int64_t probation, const struct id16 *members, size_t n,
	struct voter *out, struct err *e)
{
	static const struct statement st = { "member_standing",
		"SELECT m.member, m.joined, m.ended, k.key, k.dead IS NOT NULL, m.decision = (SELECT genesis FROM groups WHERE g = $1),"
		" CASE WHEN $4::bool THEN (SELECT time FROM log WHERE g = $1 AND idx = m.joined) END, " STORE_SUSPENDED_AT("$1", "m.member",
			"$3",
			"$5") " FROM members m JOIN member_keys k ON k.g = m.g AND k.member = m.member WHERE m.g = $1 AND m.member = ANY ($2::bytea[])"
			      " AND (k.replaced IS NULL OR k.replaced > $3) ORDER BY m.member, k.since DESC" };
	struct db_array ids = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc;

	memset(out, 0, n * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		array_bytes(&ids, members[i].b, sizeof(members[i].b));
	arg_int4(&a, g);
	rc = arg_array(&a, &ids, e);
	arg_int8(&a, (int64_t)p->electorate_size);
	arg_bool(&a, probation > 0);
	arg_int8(&a, p->opened);
	rc = rc && db_run(w->db, &st, &a, &r, e);
	if (rc)
		read_standing(r, p, probation, members, n, out);
	PQclear(r);
	array_free(&ids);
	return rc;
}

/* ---- changes */

bool store_member_insert(struct worker *w, int32_t g, const struct stored_member *m, struct err *e)
{
	static const struct statement st = { "member_insert",
		"INSERT INTO members (g, member, name, node, decision, joined, version) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_id16(&a, &m->member);
	arg_text(&a, m->name);
	arg_id16(&a, &m->node);
	arg_digest(&a, &m->decision);
	arg_int8(&a, (int64_t)m->joined);
	arg_int4(&a, (int32_t)m->version);
	return db_run(w->db, &st, &a, NULL, e) && store_key_insert(w, g, &m->key, &m->member, &m->pub, m->joined, e);
}

bool store_member_readmit(struct worker *w, int32_t g, const struct id16 *member, uint32_t version, struct err *e)
{
	static const struct statement st = { "member_readmit", "UPDATE members SET version = $3 WHERE g = $1 AND member = $2" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int4(&a, (int32_t)version);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_member_end(
	struct worker *w, int32_t g, const struct id16 *member, enum event ending, enum cause cause, uint64_t index, struct err *e)
{
	static const struct statement st = { "member_end",
		"UPDATE members SET ended = $3, ending = $4, cause = $5 WHERE g = $1 AND member = $2 AND ended IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, g);
	arg_id16(&a, member);
	arg_int8(&a, (int64_t)index);
	arg_int2(&a, (int16_t)ending);
	arg_int2(&a, (int16_t)cause);
	return db_run(w->db, &st, &a, NULL, e);
}
