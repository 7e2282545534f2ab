/* SPDX-License-Identifier: ISC
 * What a requirement asks for and what has come, leaf by leaf: for people who wait. Nothing is decided from this. */
#include "authority/read.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/value.h"

/* What is known about one proposal, or about an application before it has one. */
struct known {
	const struct charter *c;
	struct facts f;
	struct fact_vote *votes;         /* owned */
	struct fact_approval *approvals; /* owned */
	struct digest subject;           /* that words are about */
	bool decided;
};

static void known_free(struct known *k)
{
	free(k->votes);
	free(k->approvals);
}

static bool load_votes(struct worker *w, const struct group *g, uint64_t number, struct known *k, struct err *e)
{
	static const struct statement st = {
		"asks_votes",
		"SELECT v.member, v.choice FROM votes v JOIN members m ON m.g = v.g AND m.member = v.member"
		" LEFT JOIN ballots b ON b.g = v.g AND b.number = v.number AND b.vote = v.digest"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL AND CASE WHEN b.status IS NULL THEN m.ended IS NULL ELSE b.status = 0 END",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	k->votes = calloc((size_t)PQntuples(r) + 1, sizeof(*k->votes));
	ok = k->votes != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++) {
		k->votes[i].choice = (enum choice)res_int(r, i, 1);
		ok = res_id16(r, i, 0, &k->votes[i].member);
	}
	k->f.votes = k->votes;
	k->f.votes_n = (size_t)PQntuples(r);
	PQclear(r);
	return ok;
}

static bool load_words(struct worker *w, const struct group *g, struct known *k, struct err *e)
{
	static const struct statement st = { "asks_words", "SELECT key, approve FROM words WHERE g = $1 AND subject = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_digest(&a, &k->subject);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	k->approvals = calloc((size_t)PQntuples(r) + 1, sizeof(*k->approvals));
	ok = k->approvals != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++) {
		k->approvals[i].approve = res_bool(r, i, 1);
		ok = res_digest(r, i, 0, &k->approvals[i].key);
	}
	k->f.approvals = k->approvals;
	k->f.approvals_n = (size_t)PQntuples(r);
	PQclear(r);
	return ok;
}

static bool load_proposal(struct worker *w, const struct group *g, uint64_t number, struct known *k, struct err *e)
{
	static const struct statement st = {
		"asks_proposal",
		"SELECT p.question, p.subject, p.member, p.version, p.n, p.outcome, p.closes <= now_s(), a.key,"
		" EXISTS (SELECT 1 FROM members m WHERE p.question = 1 AND m.g = p.g AND m.member = p.member AND m.joined < p.idx) FROM proposals p"
		" LEFT JOIN applications a ON p.question = 0 AND a.g = p.g AND a.digest = p.subject WHERE p.g = $1 AND p.number = $2",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 || err_set(e, "not_found", "the group has no proposal %llu", (unsigned long long)number);
	if (ok) {
		k->f.question = (enum question)res_int(r, 0, 0);
		k->f.electorate = (uint32_t)res_int(r, 0, 4);
		k->decided = !res_null(r, 0, 5);
		k->f.closed = k->decided || res_bool(r, 0, 6);
		k->f.subject_is_elector = res_bool(r, 0, 8);
		(void)res_id16(r, 0, 2, &k->f.subject);
		(void)res_digest(r, 0, 7, &k->f.applicant);
		ok = res_digest(r, 0, 1, &k->subject) && charters_by_version(w, g->g, (uint32_t)res_int(r, 0, 3), &k->c, e);
		k->f.may_change = ok && k->c->voting.change;
	}
	PQclear(r);
	return ok;
}

/* ---- telling */

/* The last part of a trace's pointer. */
static const char *leaf_name(const struct trace_node *n)
{
	const char *slash = strrchr(n->pointer, '/');

	return slash == NULL ? n->pointer : slash + 1;
}

static bool is_inner(const char *name)
{
	return strcmp(name, "all") == 0 || strcmp(name, "any") == 0 || strcmp(name, "at_least") == 0;
}

static json_t *leaf(const struct known *k, const struct trace_node *n)
{
	const char *what = leaf_name(n);

	if (k->c->voting.show == SHOW_NOTHING && !k->decided && strcmp(what, "votes") == 0)
		return json_pack("{s:s,s:b,s:I,s:s}", "what", what, "met", 0, "needed", (json_int_t)n->needed, "missing",
			"the charter shows no votes before the decision");
	return json_pack("{s:s,s:b,s:I,s:I,s:s}", "what", what, "met", n->met_now, "needed", (json_int_t)n->needed, "seen",
		(json_int_t)n->seen, "missing", n->text);
}

static json_t *tell(const struct known *k, struct err *e)
{
	struct decision_trace trace = { 0 };
	json_t *list = json_array();
	enum verdict v;
	bool ok = (list != NULL || err_memory(e)) && charter_decide(k->c, charter_requirement(k->c, k->f.question), &k->f, &v, &trace, e);

	for (size_t i = 0; ok && i < trace.n; i++)
		if (!is_inner(leaf_name(&trace.nodes[i])))
			ok = json_array_append_new(list, leaf(k, &trace.nodes[i])) == 0 || err_memory(e);
	decision_trace_free(&trace);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

json_t *read_asks(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	struct known k = { 0 };
	json_t *list = NULL;

	if (load_proposal(w, g, number, &k, e) && load_votes(w, g, number, &k, e) && load_words(w, g, &k, e))
		list = tell(&k, e);
	known_free(&k);
	return list;
}

json_t *read_asks_of(struct worker *w, const struct group *g, const struct charter *c, const struct digest *application,
	const struct digest *key, struct err *e)
{
	struct known k = {
		.c = c, .subject = *application, .f = { .question = Q_ADMIT, .applicant = *key, .may_change = c->voting.change }
	};
	json_t *list = NULL;

	if (read_members_count(w, g, &k.f.electorate, e) && load_words(w, g, &k, e))
		list = tell(&k, e);
	known_free(&k);
	return list;
}
