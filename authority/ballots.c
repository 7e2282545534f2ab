/* SPDX-License-Identifier: ISC */
#include "authority/ballots.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/archive.h"
#include "authority/electors.h"
#include "authority/intend.h"

static bool place(const struct electorate *el, struct record_vote *v, struct err *e)
{
	int64_t at = electorate_find(el, &v->elector.member);

	if (at < 0)
		return err_set(e, "database_error", "a voter of the store is not in its electorate");
	v->elector = el->e[at];
	v->index = (uint64_t)at;
	v->path_n = electorate_path(el, (size_t)at, v->path, e);
	return v->path_n != SIZE_MAX;
}

static bool read_votes(const PGresult *r, const struct electorate *el, struct ballots *out, struct err *e)
{
	int n = PQntuples(r);

	out->votes = calloc(n == 0 ? 1 : (size_t)n, sizeof(*out->votes));
	if (out->votes == NULL)
		return err_memory(e);
	for (int i = 0; i < n; i++) {
		struct record_vote *v = &out->votes[i];

		v->vote = archive_document(res_text(r, i, 0), e);
		if (v->vote == NULL)
			return false;
		out->votes_n++;
		v->status = (enum vote_status)res_int(r, i, 1);
		v->elector.weight = 1;
		if (!res_id16(r, i, 2, &v->elector.member) || !res_digest(r, i, 3, &v->digest) || !pub_read(res_bytes(r, i, 4), &v->key))
			return err_set(e, "database_error", "a vote of the store has a key or digest of the wrong length");
		if (el != NULL && !place(el, v, e))
			return false;
	}
	return true;
}

static bool load_votes(struct worker *w, int32_t g, uint64_t number, const struct electorate *el, struct ballots *out, struct err *e)
{
	static const struct statement st = {
		"ballots_votes",
		"SELECT v.doc, b.status, v.member, v.digest, k.pub FROM ballots b JOIN votes v ON v.g = b.g AND v.digest = b.vote"
		" JOIN member_keys k ON k.g = v.g AND k.key = v.key WHERE b.g = $1 AND b.number = $2 ORDER BY b.status, v.member, v.digest",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = read_votes(r, el, out, e);
	PQclear(r);
	return ok;
}

/* The words that had come when the proposal was decided: those whose digests make up the decision's evidence were stored before it. */
static bool load_words(struct worker *w, int32_t g, uint64_t number, struct ballots *out, struct err *e)
{
	static const struct statement st = {
		"ballots_words",
		"SELECT o.doc, o.digest, o.key, c.version FROM decisions d JOIN proposals c ON c.g = d.g AND c.number = d.number"
		" JOIN words o ON o.g = c.g AND o.subject = c.subject WHERE d.g = $1 AND d.number = $2 ORDER BY o.digest, o.key",
	};
	const struct charter *c;
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	out->words = calloc(PQntuples(r) == 0 ? 1 : (size_t)PQntuples(r), sizeof(*out->words));
	ok = out->words != NULL || err_memory(e);
	for (int i = 0; i < PQntuples(r) && ok; i++) {
		struct record_word *o = &out->words[i];
		const struct charter_person *p = NULL;
		struct digest key;

		o->object = archive_document(res_text(r, i, 0), e);
		ok = o->object != NULL;
		out->words_n += ok;
		ok = ok && res_digest(r, i, 1, &o->digest) && res_digest(r, i, 2, &key) &&
			charters_by_version(w, g, (uint32_t)res_int(r, i, 3), &c, e);
		p = ok ? charter_operator(c, &key) : NULL;
		if (p != NULL)
			o->key = p->key;
		ok = p != NULL || err_set(e, "database_error", "a word of the store is by nobody whom the charter names");
	}
	PQclear(r);
	return ok;
}

static bool index_of(struct worker *w, int32_t g, uint64_t number, uint64_t *index, struct err *e)
{
	static const struct statement st = { "ballots_index", "SELECT idx FROM proposals WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1;
	if (ok)
		*index = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	return ok || err_set(e, "not_found", "the group has no such proposal");
}

bool ballots_of(struct worker *w, int32_t g, uint64_t number, bool paths, struct ballots *out, struct err *e)
{
	struct electorate el = { 0 };
	uint64_t index;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	if (paths)
		ok = index_of(w, g, number, &index, e) && electors_at(w, g, index, &el, e);
	ok = ok && load_votes(w, g, number, paths ? &el : NULL, out, e) && load_words(w, g, number, out, e);
	electorate_free(&el);
	if (!ok)
		ballots_free(out);
	return ok;
}

void ballots_free(struct ballots *b)
{
	for (size_t i = 0; i < b->votes_n; i++)
		json_decref((json_t *)(uintptr_t)b->votes[i].vote);
	for (size_t i = 0; i < b->words_n; i++)
		json_decref((json_t *)(uintptr_t)b->words[i].object);
	free(b->votes);
	free(b->words);
	memset(b, 0, sizeof(*b));
}
