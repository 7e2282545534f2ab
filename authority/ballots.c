/* SPDX-License-Identifier: ISC */
#include "authority/ballots.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/archive.h"
#include "authority/electors.h"
#include "authority/intend.h"
#include "authority/invited.h"

static bool place(const struct electorate *el, const struct merkle_tree *t, struct elector *elector, uint64_t *index,
	struct digest path[static MERKLE_PATH_MAX], size_t *path_n, struct err *e)
{
	int64_t at = electorate_find(el, &elector->member);

	if (at < 0)
		return err_set(e, "database_error", "a voter or voucher of the store is not in its electorate");
	*elector = el->e[at];
	*index = (uint64_t)at;
	*path_n = merkle_tree_inclusion(t, *index, el->n, path);
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

/* ---- objects */

static bool more_objects(struct ballots *b, int n, struct err *e)
{
	struct record_object *grown = realloc(b->objects, (b->objects_n + (size_t)n + 1) * sizeof(*grown));

	if (grown == NULL)
		return err_memory(e);
	memset(grown + b->objects_n, 0, ((size_t)n + 1) * sizeof(*grown));
	b->objects = grown;
	return true;
}

/* Documents and digests stand in the same columns, whatever the kind. NULL: with e set. */
static struct record_object *add_object(struct ballots *b, const PGresult *r, int row, struct err *e)
{
	struct record_object *o = &b->objects[b->objects_n];

	o->object = archive_document(res_text(r, row, 1), e);
	if (o->object == NULL)
		return NULL;
	b->objects_n++;
	if (res_digest(r, row, 2, &o->digest))
		return o;
	err_set(e, "database_error", "a digest of the store has a wrong length");
	return NULL;
}

/* All of an operator's or notary's are about one proposal, and so under one charter. */
static bool charter_of(struct worker *w, int32_t g, const PGresult *r, int from, int n, const struct charter **c, struct err *e)
{
	return n == 0 || charters_by_version(w, g, (uint32_t)res_int(r, from, 4), c, e);
}

static bool read_words(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	const struct charter *c = NULL;

	if (!charter_of(w, g, r, from, n, &c, e) || !more_objects(out, n, e))
		return false;
	for (int row = from; row < from + n; row++) {
		struct record_object *o = add_object(out, r, row, e);
		const struct charter_person *by = NULL;
		struct digest key;

		if (o != NULL && res_digest(r, row, 3, &key))
			by = charter_operator(c, &key);
		if (by == NULL)
			return err_set(e, "database_error", "a word of the store is by nobody whom the charter names");
		o->key = by->key;
	}
	return true;
}

static bool read_vouches(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	(void)w;
	(void)g;
	out->places = calloc((size_t)n + 1, sizeof(*out->places)); /* one more, for who invited */
	if (out->places == NULL)
		return err_memory(e);
	if (!more_objects(out, n, e))
		return false;
	for (int row = from; row < from + n; row++) {
		struct record_object *o = add_object(out, r, row, e);
		struct record_place *p = &out->places[out->places_n];

		if (o == NULL || !res_id16(r, row, 3, &p->elector.member) || !pub_read(res_bytes(r, row, 4), &o->key))
			return err_set(e, "database_error", "a vouch of the store has a key or member of the wrong length");
		o->place = p;
		out->places_n++;
	}
	return true;
}

static bool read_challenges(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	const struct charter *c = NULL;

	if (!charter_of(w, g, r, from, n, &c, e) || !more_objects(out, n, e))
		return false;
	for (int row = from; row < from + n; row++) {
		struct record_object *o = add_object(out, r, row, e);
		const struct charter_key *by = NULL;
		struct digest key;

		if (o != NULL && res_digest(r, row, 3, &key))
			by = charter_notary(c, &key, res_int(r, row, 5));
		if (by == NULL)
			return err_set(e, "database_error", "a challenge of the store is by no notary whom the charter names");
		o->key = by->key;
	}
	return true;
}

static bool read_invitations(struct worker *w, int32_t g, const PGresult *r, int from, int n, struct ballots *out, struct err *e)
{
	if (!more_objects(out, n, e))
		return false;
	for (int row = from; row < from + n; row++) {
		struct record_object *o = add_object(out, r, row, e);

		if (o == NULL || !invited_read(w, g, r, row, out, o, e))
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

#define EVIDENCE_OF \
	" FROM unnest($2::int8[]) WITH ORDINALITY AS n (number, i)" \
	" CROSS JOIN LATERAL (SELECT object FROM evidence WHERE g = $1 AND number = n.number OFFSET 0) x"
static const struct statement vouches_of = {
	"ballots_vouches",
	"SELECT n.i, v.doc, v.digest, v.member, (SELECT pub FROM member_keys WHERE g = $1 AND key = v.key)" EVIDENCE_OF
	" CROSS JOIN LATERAL (SELECT doc, digest, member, key FROM vouches WHERE g = $1 AND digest = x.object OFFSET 0) v"
	" ORDER BY n.i, v.digest",
};
static const struct statement challenges_of = {
	"ballots_challenges",
	"SELECT n.i, c.doc, c.digest, c.notary, p.version, c.iat" EVIDENCE_OF
	" CROSS JOIN LATERAL (SELECT doc, digest, notary, iat FROM challenges WHERE g = $1 AND digest = x.object OFFSET 0) c"
	" CROSS JOIN LATERAL (SELECT version FROM proposals WHERE g = $1 AND number = n.number OFFSET 0) p ORDER BY n.i, c.digest",
};

/* By whose key each was signed, and by which member, when by one. */
static const struct statement invitations_of = {
	"ballots_invitations",
	"SELECT n.i, o.doc, o.digest, i.member, i.signer, p.version, (SELECT pub FROM member_keys WHERE g = $1 AND key = i.signer)" EVIDENCE_OF
	" CROSS JOIN LATERAL (SELECT version, subject FROM proposals WHERE g = $1 AND number = n.number AND question = 0 OFFSET 0) p"
	" CROSS JOIN LATERAL (SELECT object, candidate, signer, member FROM invitations WHERE g = $1 AND application = p.subject OFFSET 0) i"
	" CROSS JOIN LATERAL (SELECT doc, digest FROM objects WHERE g = $1 AND digest = x.object AND digest IN (i.object, i.candidate) OFFSET 0) o"
	" ORDER BY n.i, o.digest",
};

bool ballots_load(struct worker *w, int32_t g, const uint64_t *numbers, size_t n, struct ballots *out, struct err *e)
{
	memset(out, 0, n * sizeof(*out));
	if (n == 0 ||
		(load(w, g, &votes_of, read_votes, numbers, n, out, e) && load(w, g, &words_of, read_words, numbers, n, out, e) &&
			load(w, g, &vouches_of, read_vouches, numbers, n, out, e) &&
			load(w, g, &challenges_of, read_challenges, numbers, n, out, e) &&
			load(w, g, &invitations_of, read_invitations, numbers, n, out, e)))
		return true;
	for (size_t i = 0; i < n; i++)
		ballots_free(&out[i]);
	return false;
}

static bool place_all(struct worker *w, int32_t g, uint64_t number, struct ballots *b, struct err *e)
{
	struct electorate el = { 0 };
	struct merkle_tree t = { 0 };
	bool ok = electors_of(w, g, number, &el, e) && electorate_tree(&el, &t, e);

	for (size_t i = 0; i < b->votes_n && ok; i++) {
		struct record_vote *v = &b->votes[i];

		ok = place(&el, &t, &v->elector, &v->index, v->path, &v->path_n, e);
	}
	for (size_t i = 0; i < b->places_n && ok; i++) {
		struct record_place *p = &b->places[i];

		ok = place(&el, &t, &p->elector, &p->index, p->path, &p->path_n, e);
	}
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
	for (size_t i = 0; i < b->objects_n; i++)
		json_decref((json_t *)(uintptr_t)b->objects[i].object);
	free(b->votes);
	free(b->objects);
	free(b->places);
	memset(b, 0, sizeof(*b));
}
