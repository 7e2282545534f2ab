/* SPDX-License-Identifier: ISC
 * Complaints, and what the group's own members signed against themselves. */
#include "authority/read.h"

#include <string.h>

#include "authority/charters.h"
#include "authority/store_key.h"
#include "authority/store_proposal.h"
#include "authority/value.h"
#include "base/jwk.h"
#include "charter/object.h"
#include "voting/complaint.h"

/* ---- complaints */

static json_t *complaint(const PGresult *r, int i)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:o*}", "complaint", column_digest(r, i, 0), "member", column_id16(r, i, 1), "by",
		column_id16(r, i, 2), "name", column_text(r, i, 3), "votes", res_bool(r, i, 4), "stored", column_int(r, i, 5), "document",
		column_document(r, i, 6), "reason", column_free_text(r, i, 7));
}

json_t *read_complaints(struct worker *w, const struct group *g, const struct id16 *about, struct err *e)
{
	static const struct statement st = { "read_complaints",
		"SELECT c.digest, c.member, c.accuser, m.name, c.votes, c.stored, c.doc, c.reason, c.salt FROM complaints c"
		" JOIN members m ON m.g = c.g AND m.member = c.accuser WHERE c.g = $1 AND ($2::bytea IS NULL OR c.member = $2::bytea)"
		" ORDER BY c.stored DESC, c.digest LIMIT 256" };
	json_t *doc = json_pack("{s:[]}", "complaints"), *list = json_object_get(doc, "complaints");
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	if (about == NULL)
		arg_null(&a);
	else
		arg_id16(&a, about);
	ok = (doc != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, complaint(r, i)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

/* ---- contradictions */

enum { MEMBER, NAME, KEPT, VOTE };

/* One of two votes: its key is looked up, because of what was kept no table says which it is. */
struct half {
	struct vote vote;
	struct stored_key key;
};

static bool read_half(struct worker *w, int32_t g, struct slice doc, struct half *out, struct err *e)
{
	bool found = false, rc;
	struct jws j;

	if (!jws_parse(doc, 2 * OBJECT_MAX, &j, e))
		return false;
	rc = vote_parse(&j, &out->vote, e) && store_key_find(w, g, &j.sigs[0].kid, &found, &out->key, e);
	jws_free(&j);
	if (!rc)
		return false;
	vote_free(&out->vote);
	return found || err_set(e, "database_error", "a vote of the store is by a key that was no member's");
}

static json_t *jwk(const struct sig_pub *pub)
{
	json_t *wrap = json_object(), *out = NULL;

	if (object_set_key(wrap, "key", pub))
		out = json_incref(json_object_get(wrap, "key"));
	json_decref(wrap);
	return out;
}

static json_t *pair(const PGresult *r, int i, const struct half *first, const struct half *second)
{
	return json_pack("{s:o,s:o,s:[o,o],s:[o,o]}", "member", column_id16(r, i, MEMBER), "name", column_text(r, i, NAME), "votes",
		column_document(r, i, VOTE), column_document(r, i, KEPT), "keys", jwk(&first->key.pub), jwk(&second->key.pub));
}

/* Of each member the first of its stored votes that what was kept of it contradicts. */
static bool add_pairs(struct worker *w, int32_t g, const PGresult *r, bool change, json_t *list, struct err *e)
{
	struct half vote, kept;

	for (int i = 0; i < PQntuples(r); i++) {
		const json_t *last = json_array_get(list, json_array_size(list) - 1);
		char hex[ID16_TEXT];

		if (!read_half(w, g, res_bytes(r, i, VOTE), &vote, e) || !read_half(w, g, res_bytes(r, i, KEPT), &kept, e))
			return false;
		id16_text(&vote.vote.member, hex);
		if ((last != NULL && strcmp(json_string_value(json_object_get(last, "member")), hex) == 0) ||
			!votes_contradict(&vote.vote, &kept.vote, change, NULL))
			continue;
		if (json_array_append_new(list, pair(r, i, &vote, &kept)) != 0)
			return err_memory(e);
	}
	return true;
}

static bool may_be_shown(const struct charter *c, const struct stored_proposal *p, struct err *e)
{
	return c->voting.show == SHOW_VOTES || p->decided ||
		err_set(e, "undecided", "under this charter nobody is shown who votes how before proposal %llu is decided",
			(unsigned long long)p->number);
}

json_t *read_contradictions(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	static const struct statement st = { "read_contradictions",
		"SELECT x.who, m.name, x.doc, v.doc FROM contradictions x"
		" JOIN members m ON m.g = x.g AND m.member = x.who JOIN votes v ON v.g = x.g AND v.number = $3 AND v.member = x.who"
		" WHERE x.g = $1 AND x.subject = $2 AND length(x.who) = 16 ORDER BY x.who, v.stored, v.digest LIMIT 4096" };
	json_t *doc = json_pack("{s:[]}", "contradictions");
	struct stored_proposal p;
	const struct charter *c;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok = (doc != NULL || err_memory(e)) && store_proposal_load(w, g->g, number, STORE_READ, &p, e) &&
		charters_by_version(w, g->g, p.version, &c, e) && may_be_shown(c, &p, e);

	if (ok) {
		arg_int4(&a, g->g);
		arg_digest(&a, &p.digest);
		arg_int8(&a, (int64_t)number);
		ok = db_run(w->db, &st, &a, &r, e) && add_pairs(w, g->g, r, c->voting.change, json_object_get(doc, "contradictions"), e);
	}
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}
