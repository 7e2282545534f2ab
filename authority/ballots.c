/* SPDX-License-Identifier: ISC */
#include "authority/ballots.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/archive.h"
#include "authority/electors.h"
#include "authority/intend.h"

static bool place(const struct electorate *el, const struct merkle_tree *t, struct record_vote *v, struct err *e)
{
	int64_t at = electorate_find(el, &v->elector.member);

	if (at < 0)
		return err_set(e, "database_error", "a voter of the store is not in its electorate");
	v->elector = el->e[at];
	v->index = (uint64_t)at;
	v->path_n = merkle_tree_inclusion(t, v->index, el->n, v->path);
	return true;
}

/* How many rows from `row` on belong to out[i]. */
static int rows_of(const PGresult *r, size_t i, int row)
{
	int n = 0;

	while (row + n < PQntuples(r) && (size_t)res_int(r, row + n, 0) == i + 1)
		n++;
	return n;
}

static bool read_vote(const PGresult *r, int row, struct record_vote *v, struct err *e)
{
	v->status = (enum vote_status)res_int(r, row, 2);
	v->elector.weight = 1;
	return (res_id16(r, row, 3, &v->elector.member) && res_digest(r, row, 4, &v->digest) && pub_read(res_bytes(r, row, 5), &v->key)) ||
		err_set(e, "database_error", "a vote of the store has a key or digest of the wrong length");
}

static bool read_votes(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	(void)w;
	(void)g;
	out->votes = calloc((size_t)n + 1, sizeof(*out->votes));
	if (out->votes == NULL)
		return err_memory(e);
	for (int row = from; row < from + n; row++) {
		struct record_vote *v = &out->votes[out->votes_n];

		v->vote = archive_document(res_text(r, row, 1), e);
		if (v->vote == NULL)
			return false;
		out->votes_n++;
		if (!read_vote(r, row, v, e))
			return false;
	}
	return true;
}

static bool read_word(const struct charter *c, const PGresult *r, int row, struct record_object *o, struct err *e)
{
	const struct charter_person *p = NULL;
	struct digest key;

	if (res_digest(r, row, 2, &o->digest) && res_digest(r, row, 3, &key))
		p = charter_operator(c, &key);
	if (p == NULL)
		return err_set(e, "database_error", "a word of the store is by nobody whom the charter names");
	o->key = p->key;
	return true;
}

/* All are about one proposal, and so under one charter. */
static bool read_words(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	const struct charter *c = NULL;

	if (n > 0 && !charters_by_version(w, g, (uint32_t)res_int(r, from, 4), &c, e))
		return false;
	out->words = calloc((size_t)n + 1, sizeof(*out->words));
	if (out->words == NULL)
		return err_memory(e);
	for (int row = from; row < from + n; row++) {
		struct record_object *o = &out->words[out->words_n];

		o->object = archive_document(res_text(r, row, 1), e);
		if (o->object == NULL)
			return false;
		out->words_n++;
		if (!read_word(c, r, row, o, e))
			return false;
	}
	return true;
}

typedef bool reader(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e);

/* Runs a statement for all numbers; its rows come in their order, each with the place of its number, from 1 on. */
static bool load(struct worker *w, int32_t g, const struct statement *st, reader *read, const uint64_t *numbers, size_t n,
	struct ballots *out, struct err *e)
{
	struct db_array array = { 0 };
	struct db_args a = { 0 };
	PGresult *r = NULL;
	int row = 0;
	bool ok;

	for (size_t i = 0; i < n; i++)
		array_int8(&array, (int64_t)numbers[i]);
	arg_int4(&a, g);
	ok = arg_array(&a, &array, e) && db_run(w->db, st, &a, &r, e);
	array_free(&array);
	for (size_t i = 0; i < n && ok; i++) {
		int rows = rows_of(r, i, row);

		ok = read(w, g, r, row, rows, &out[i], e);
		row += rows;
	}
	PQclear(r);
	return ok;
}

/* OFFSET 0 keeps each look-up one by its own key, whatever the planner believes of tables that it has no statistics of yet. */
static const struct statement votes_of = {
	"ballots_votes",
	"SELECT n.i, v.doc, b.status, v.member, v.digest, (SELECT pub FROM member_keys WHERE g = $1 AND key = v.key)"
	" FROM unnest($2::int8[]) WITH ORDINALITY AS n (number, i)"
	" CROSS JOIN LATERAL (SELECT vote, status FROM ballots WHERE g = $1 AND number = n.number OFFSET 0) b"
	" CROSS JOIN LATERAL (SELECT doc, member, digest, key FROM votes WHERE g = $1 AND digest = b.vote OFFSET 0) v"
	" ORDER BY n.i, b.status, v.member, v.digest",
};

/* The words that had come when the proposal was decided: those whose digests make up the decision's evidence were stored before it. */
static const struct statement words_of = {
	"ballots_words",
	"SELECT n.i, o.doc, o.digest, o.key, c.version FROM unnest($2::int8[]) WITH ORDINALITY AS n (number, i)"
	" CROSS JOIN LATERAL (SELECT subject, version FROM proposals WHERE g = $1 AND number = n.number AND outcome IS NOT NULL OFFSET 0) c"
	" CROSS JOIN LATERAL (SELECT doc, digest, key FROM words WHERE g = $1 AND subject = c.subject OFFSET 0) o"
	" ORDER BY n.i, o.digest",
};

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

bool ballots_load(struct worker *w, int32_t g, const uint64_t *numbers, size_t n, struct ballots *out, struct err *e)
{
	memset(out, 0, n * sizeof(*out));
	if (n == 0 || (load(w, g, &votes_of, read_votes, numbers, n, out, e) && load(w, g, &words_of, read_words, numbers, n, out, e)))
		return true;
	for (size_t i = 0; i < n; i++)
		ballots_free(&out[i]);
	return false;
}

static bool place_all(struct worker *w, int32_t g, uint64_t number, struct ballots *b, struct err *e)
{
	struct electorate el = { 0 };
	struct merkle_tree t = { 0 };
	uint64_t index;
	bool ok = index_of(w, g, number, &index, e) && electors_at(w, g, index, &el, e) && electorate_tree(&el, &t, e);

	for (size_t i = 0; i < b->votes_n && ok; i++)
		ok = place(&el, &t, &b->votes[i], e);
	merkle_tree_free(&t);
	electorate_free(&el);
	return ok;
}

bool ballots_of(struct worker *w, int32_t g, uint64_t number, struct ballots *out, struct err *e)
{
	if (!ballots_load(w, g, &number, 1, out, e))
		return false;
	if (place_all(w, g, number, out, e))
		return true;
	ballots_free(out);
	return false;
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
