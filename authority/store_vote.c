/* SPDX-License-Identifier: ISC */
#include "authority/store_vote.h"

#include <stdlib.h>
#include <string.h>

#include "authority/intend.h"
#include "authority/store_suspension.h"

/* ---- before the transaction */

static bool read_context(const PGresult *r, int row, struct vote_context *out)
{
	memset(out, 0, sizeof(*out));
	out->group_found = !res_null(r, row, 0);
	if (!out->group_found)
		return true;
	out->g = (int32_t)res_int(r, row, 0);
	out->stopped = res_bool(r, row, 2);
	out->proposal_found = !res_null(r, row, 3);
	out->key_found = !res_null(r, row, 9);
	if (!res_digest(r, row, 1, &out->genesis))
		return false;
	if (out->key_found && (!res_id16(r, row, 9, &out->member) || !pub_read(res_bytes(r, row, 10), &out->pub)))
		return false;
	if (!out->proposal_found)
		return true;
	out->version = (uint32_t)res_int(r, row, 4);
	out->question = (enum question)res_int(r, row, 5);
	(void)res_id16(r, row, 6, &out->subject);
	out->opened = res_int(r, row, 7);
	out->closes = res_int(r, row, 8);
	return res_digest(r, row, 3, &out->proposal);
}

bool store_vote_contexts(struct worker *w, const struct vote_question *q, size_t n, struct vote_context *out, struct err *e)
{
	static const struct statement st = { "vote_contexts",
		"SELECT g.g, g.genesis, g.state = 'stopped', p.digest, p.version, p.question, p.member, p.opened, p.closes, k.member, k.pub"
		" FROM unnest($1::text[], $2::bigint[], $3::bytea[]) WITH ORDINALITY AS i (name, number, key, o)"
		" LEFT JOIN groups g ON g.name = i.name AND g.state <> 'draft' LEFT JOIN proposals p ON p.g = g.g AND p.number = i.number"
		" LEFT JOIN member_keys k ON k.g = g.g AND k.key = i.key ORDER BY i.o" };
	struct db_array names = { 0 }, numbers = { 0 }, keys = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc;

	for (size_t i = 0; i < n; i++) {
		array_text(&names, q[i].group);
		array_int8(&numbers, q[i].number > INT64_MAX ? 0 : (int64_t)q[i].number);
		array_bytes(&keys, q[i].key.b, sizeof(q[i].key.b));
	}
	rc = arg_array(&a, &names, e) && arg_array(&a, &numbers, e) && arg_array(&a, &keys, e) && db_run(w->db, &st, &a, &r, e);
	rc = rc && ((size_t)PQntuples(r) == n || err_set(e, "database_error", "votes got another number of answers"));
	for (size_t i = 0; rc && i < n; i++)
		rc = read_context(r, (int)i, &out[i]) || err_set(e, "database_error", "a key or digest of the store has a wrong length");
	PQclear(r);
	array_free(&names);
	array_free(&numbers);
	array_free(&keys);
	return rc;
}

/* ---- storing */

static bool lock(struct worker *w, const struct statement *st, struct db_array *g, struct db_array *key, struct err *e)
{
	struct db_args a = { 0 };
	bool rc = arg_array(&a, g, e) && arg_array(&a, key, e) && db_run(w->db, st, &a, NULL, e);

	array_free(g);
	array_free(key);
	return rc;
}

bool store_vote_lock(struct worker *w, const struct vote_row *v, size_t n, struct err *e)
{
	static const struct statement proposals = {
		"vote_lock_proposals",
		"SELECT 1 FROM proposals WHERE (g, number) IN (SELECT * FROM unnest($1::int4[], $2::int8[])) ORDER BY g, number FOR SHARE"
	};
	static const struct statement members = { "vote_lock_members",
		"SELECT 1 FROM members WHERE (g, member) IN (SELECT * FROM unnest($1::int4[], $2::bytea[])) ORDER BY g, member FOR SHARE" };
	struct db_array g = { 0 }, numbers = { 0 }, ids = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && v[i].g == v[i - 1].g && v[i].number == v[i - 1].number)
			continue;
		array_int4(&g, v[i].g);
		array_int8(&numbers, (int64_t)v[i].number);
	}
	if (!lock(w, &proposals, &g, &numbers, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		array_int4(&g, v[i].g);
		array_bytes(&ids, v[i].vote->member.b, sizeof(v[i].vote->member.b));
	}
	return lock(w, &members, &g, &ids, e);
}

enum { COLUMNS = 11 };

static void add_row(struct db_array c[static COLUMNS], const struct vote_row *v)
{
	const bool text = v->reason != NULL && v->reason->text != NULL;

	array_int4(&c[0], v->g);
	array_int8(&c[1], (int64_t)v->number);
	array_bytes(&c[2], v->vote->member.b, sizeof(v->vote->member.b));
	array_bytes(&c[3], v->vote->digest.b, sizeof(v->vote->digest.b));
	array_int2(&c[4], (int16_t)v->vote->choice);
	array_bytes(&c[5], v->key->b, sizeof(v->key->b));
	array_text(&c[6], v->doc);
	array_text(&c[7], v->receipt);
	array_text(&c[8], text ? v->reason->text : NULL);
	array_bytes(&c[9], text ? v->reason->salt : NULL, text ? sizeof(v->reason->salt) : 0);
	array_int8(&c[10], v->probation);
}

/* Who may vote, on what, until when: all of it is asked here, behind the locks. An elector joined before the proposal's entry.
 * FULL, where LEFT would do: it is never done by comparing each row with each. */
#define INSERT_SQL \
	"WITH i AS MATERIALIZED (SELECT * FROM unnest($1::int4[], $2::int8[], $3::bytea[], $4::bytea[], $5::int2[], $6::bytea[]," \
	" $7::text[], $8::text[], $9::text[], $10::bytea[], $11::int8[]) WITH ORDINALITY AS t (g, number, member, digest, choice, key, doc," \
	" receipt, reason, salt, probation, o))," \
	" judged AS MATERIALIZED (SELECT i.*, CASE WHEN p.outcome IS NOT NULL OR now_s() >= p.closes THEN 1 WHEN m.member IS NULL THEN 2" \
	" WHEN m.ending = 7 THEN 3 WHEN m.ended IS NOT NULL THEN 4" \
	" WHEN m.joined >= p.idx OR p.question = 1 AND p.member = m.member THEN 5" \
	" WHEN i.probation > 0 AND m.decision <> (SELECT genesis FROM groups WHERE g = i.g)" \
	" AND (SELECT time FROM log WHERE g = i.g AND idx = m.joined) + i.probation > p.opened THEN 8" \
	" WHEN " STORE_SUSPENDED_AT("i.g", "i.member", "p.idx", \
		"p.opened") " THEN 9 WHEN k.dead IS NOT NULL THEN 6" \
			    " WHEN k.key IS NULL OR k.replaced IS NOT NULL THEN 7 ELSE 0 END AS verdict" \
			    " FROM i JOIN proposals p ON p.g = i.g AND p.number = i.number LEFT JOIN members m ON m.g = i.g AND m.member = i.member" \
			    " LEFT JOIN member_keys k ON k.g = i.g AND k.key = i.key AND k.member = i.member)," \
			    " stored AS (INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, reason, salt, stored)" \
			    " SELECT g, number, member, digest, choice, key, doc, receipt, reason, nullif(salt, ''), $12 FROM judged WHERE verdict = 0" \
			    " ORDER BY o ON CONFLICT DO NOTHING RETURNING g, digest)" \
			    " SELECT j.verdict, s.digest IS NOT NULL FROM judged j FULL JOIN stored s ON s.g = j.g AND s.digest = j.digest ORDER BY j.o"

bool store_vote_insert(struct worker *w, const struct vote_row *v, size_t n, int64_t stored, struct vote_stored *out, struct err *e)
{
	static const struct statement st = { "vote_insert", INSERT_SQL };
	struct db_array c[COLUMNS] = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool rc = true;

	for (size_t i = 0; i < n; i++)
		add_row(c, &v[i]);
	for (size_t i = 0; rc && i < COLUMNS; i++)
		rc = arg_array(&a, &c[i], e);
	arg_int8(&a, stored);
	rc = rc && db_run(w->db, &st, &a, &r, e);
	rc = rc && ((size_t)PQntuples(r) == n || err_set(e, "database_error", "votes got another number of verdicts"));
	for (size_t i = 0; rc && i < n; i++)
		out[i] = (struct vote_stored){ (enum vote_verdict)res_int(r, (int)i, 0), res_bool(r, (int)i, 1) };
	PQclear(r);
	for (size_t i = 0; i < COLUMNS; i++)
		array_free(&c[i]);
	return rc;
}

bool store_vote_find(struct worker *w, const struct vote_row *v, struct vote_standing *out, struct err *e)
{
	static const struct statement st = { "vote_find",
		"SELECT digest = $4, receipt, digest, choice FROM votes WHERE g = $1"
		" AND (digest = $4 OR number = $2 AND member = $3 AND replaced IS NULL) ORDER BY digest = $4 DESC LIMIT 1" };
	struct db_args a = { 0 };
	PGresult *r;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, v->g);
	arg_int8(&a, (int64_t)v->number);
	arg_id16(&a, &v->vote->member);
	arg_digest(&a, &v->vote->digest);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1) {
		out->same = res_bool(r, 0, 0);
		out->other = !out->same;
		buf_add_slice(&out->receipt, res_bytes(r, 0, 1));
		(void)res_digest(r, 0, 2, &out->digest);
		out->choice = (enum choice)res_int(r, 0, 3);
	}
	PQclear(r);
	return out->receipt.failed ? err_memory(e) : true;
}

bool store_vote_changes(struct worker *w, const struct vote_row *v, uint64_t *n, struct err *e)
{
	static const struct statement st = { "vote_changes",
		"SELECT count(*) FROM votes WHERE g = $1 AND number = $2 AND member = $3 AND replaced IS NOT NULL" };
	struct db_args a = { 0 };
	PGresult *r;

	arg_int4(&a, v->g);
	arg_int8(&a, (int64_t)v->number);
	arg_id16(&a, &v->vote->member);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	*n = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return true;
}

static bool insert_one(struct worker *w, const struct vote_row *v, int64_t stored, struct err *e)
{
	static const struct statement st = { "vote_insert_one",
		"INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, reason, salt, stored)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" };
	const bool text = v->reason != NULL && v->reason->text != NULL;
	struct db_args a = { 0 };

	arg_int4(&a, v->g);
	arg_int8(&a, (int64_t)v->number);
	arg_id16(&a, &v->vote->member);
	arg_digest(&a, &v->vote->digest);
	arg_int2(&a, (int16_t)v->vote->choice);
	arg_digest(&a, v->key);
	arg_text(&a, v->doc);
	arg_text(&a, v->receipt);
	arg_text(&a, text ? v->reason->text : NULL);
	if (text)
		arg_bytes(&a, v->reason->salt, sizeof(v->reason->salt));
	if (!text)
		arg_null(&a);
	arg_int8(&a, stored);
	return db_run(w->db, &st, &a, NULL, e);
}

bool store_vote_replace(struct worker *w, const struct vote_row *v, const struct digest *old, int64_t stored, struct err *e)
{
	static const struct statement st = { "vote_replace",
		"UPDATE votes SET replaced = $3 WHERE g = $1 AND digest = $2 AND replaced IS NULL" };
	struct db_args a = { 0 };

	arg_int4(&a, v->g);
	arg_digest(&a, old);
	arg_digest(&a, &v->vote->digest);
	return db_run(w->db, &st, &a, NULL, e) && insert_one(w, v, stored, e);
}

/* ---- evidence */

bool store_vote_evidence(struct worker *w, int32_t g, uint64_t number, struct evidence *out, struct err *e)
{
	/* Two halves, each by an index of its own. */
	static const struct statement st = { "vote_evidence",
		"SELECT v.doc, k.pub FROM votes v JOIN member_keys k ON k.g = v.g AND k.key = v.key"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL"
		" UNION ALL SELECT v.doc, k.pub FROM votes v JOIN member_keys k ON k.g = v.g AND k.key = v.key"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NOT NULL" };
	struct db_args a = { 0 };
	PGresult *r;
	size_t n;
	bool rc;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	n = (size_t)PQntuples(r);
	out->votes = calloc(n == 0 ? 1 : n, sizeof(*out->votes));
	rc = out->votes != NULL || err_memory(e);
	for (size_t i = 0; rc && i < n; i++) {
		struct evidence_vote *v = &out->votes[i];

		rc = jws_parse(res_bytes(r, (int)i, 0), OBJECT_MAX * 2, &v->jws, e) &&
			(pub_read(res_bytes(r, (int)i, 1), &v->key) ||
				err_set(e, "database_error", "a key of the store has a wrong length"));
		v->signature_known = true;
		out->votes_n = i + 1;
	}
	PQclear(r);
	return rc;
}
