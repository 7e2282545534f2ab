/* SPDX-License-Identifier: ISC
 * What a requirement asks for and what has come, leaf by leaf: for people who wait. Nothing is decided from this, but votes have the
 * status here that the decision would give them. */
#include "authority/read.h"

#include <stdlib.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/human.h"
#include "authority/store_member.h"
#include "authority/store_proposal.h"
#include "authority/store_vouch.h"
#include "authority/value.h"

/* What is known about one proposal, or about an application before it has one. */
struct known {
	const struct charter *c;
	struct verified v;
	bool decided;
};

/* ---- words */

static bool load_words(struct worker *w, const struct group *g, const struct digest *subject, struct known *k, struct err *e)
{
	static const struct statement st = { "asks_words", "SELECT key, approve FROM words WHERE g = $1 AND subject = $2" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_digest(&a, subject);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	k->v.approvals = calloc((size_t)PQntuples(r) + 1, sizeof(*k->v.approvals));
	ok = k->v.approvals != NULL || err_memory(e);
	for (int i = 0; ok && i < PQntuples(r); i++, k->v.approvals_n++) {
		k->v.approvals[i].approve = res_bool(r, i, 1);
		ok = res_digest(r, i, 0, &k->v.approvals[i].key);
	}
	PQclear(r);
	return ok;
}

/* ---- votes */

/* The votes that no other one replaced, in the order of their voters. Each voter has one. */
struct cast {
	struct ballot *ballots; /* owned, as the others */
	struct id16 *members;
	struct digest *keys;
	struct voter *standing;
	size_t n;
};

static void cast_free(struct cast *c)
{
	free(c->ballots);
	free(c->members);
	free(c->keys);
	free(c->standing);
}

static bool read_cast(const PGresult *r, struct cast *c, struct err *e)
{
	const size_t n = (size_t)PQntuples(r);

	c->ballots = calloc(n + 1, sizeof(*c->ballots));
	c->members = calloc(n + 1, sizeof(*c->members));
	c->keys = calloc(n + 1, sizeof(*c->keys));
	c->standing = calloc(n + 1, sizeof(*c->standing));
	if (c->ballots == NULL || c->members == NULL || c->keys == NULL || c->standing == NULL)
		return err_memory(e);
	for (; c->n < n; c->n++) {
		struct ballot *b = &c->ballots[c->n];
		const int row = (int)c->n;

		b->choice = (enum choice)res_int(r, row, 2);
		b->status = (enum vote_status)res_int(r, row, 4);
		if (!res_id16(r, row, 0, &b->member) || !res_digest(r, row, 1, &c->keys[c->n]) || !res_digest(r, row, 3, &b->vote))
			return err_set(e, "database_error", "a vote of the store has a key or digest of the wrong length");
		c->members[c->n] = b->member;
	}
	return true;
}

static bool load_cast(struct worker *w, const struct group *g, uint64_t number, struct cast *c, struct err *e)
{
	static const struct statement st = {
		"asks_votes",
		"SELECT v.member, v.key, v.choice, v.digest, coalesce(b.status, 0) FROM votes v"
		" LEFT JOIN ballots b ON b.g = v.g AND b.number = v.number AND b.vote = v.digest"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL ORDER BY v.member",
	};
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = read_cast(r, c, e);
	PQclear(r);
	return ok;
}

/* A decision gave each vote its status. Before it, each has the one that it would get now. */
static bool load_votes(struct worker *w, const struct group *g, const struct stored_proposal *p, struct known *k, struct err *e)
{
	struct cast c = { 0 };
	bool ok = load_cast(w, g, p->number, &c, e) &&
		(p->decided || store_member_standing(w, g->g, &p->p, k->c->voting.probation, c.members, c.n, c.standing, e));

	for (size_t i = 0; ok && i < c.n; i++) {
		if (!p->decided)
			c.ballots[i].status = evidence_status(&c.standing[i], &c.keys[i]);
		ok = tally_add(&k->v.tally, &c.ballots[i], e);
	}
	cast_free(&c);
	return ok && tally_close(&k->v.tally, e);
}

/* ---- vouches and challenges */

static bool add_vouches(const struct stored_vouches *all, const struct voter *standing, int64_t at, struct known *k)
{
	k->v.vouches = calloc(all->n + 1, sizeof(*k->v.vouches));
	for (size_t i = 0; k->v.vouches != NULL && i < all->n; i++) {
		const struct stored_vouch *v = &all->v[i];

		if (evidence_status(&standing[i], &v->key) != VOTE_COUNTED)
			continue;
		k->v.vouches[k->v.vouches_n++] = (struct fact_vouch){ .member = v->entry.member,
			.age = v->entry.age,
			.elapsed = at - v->entry.time,
			.live = v->entry.live,
			.reason = v->reasoned };
	}
	return k->v.vouches != NULL;
}

/* Those that are not void now. */
static bool load_vouches(
	struct worker *w, const struct group *g, const struct stored_proposal *p, int64_t now, struct known *k, struct err *e)
{
	struct stored_vouches all = { 0 };
	struct voter *standing = NULL;
	struct id16 *members = NULL;
	bool ok = true;

	if (charter_vouches_on(k->c, p->question) == NULL)
		return true;
	if (!store_vouch_all(w, g->g, &p->subject, &all, NULL, e))
		return false;
	standing = calloc(all.n + 1, sizeof(*standing));
	members = calloc(all.n + 1, sizeof(*members));
	if (standing == NULL || members == NULL)
		ok = err_memory(e);
	for (size_t i = 0; ok && i < all.n; i++)
		members[i] = all.v[i].entry.member;
	ok = ok && store_member_standing(w, g->g, &p->p, 0, members, all.n, standing, e) &&
		(add_vouches(&all, standing, evidence_instant(&p->p, now), k) || err_memory(e));
	free(standing);
	free(members);
	stored_vouches_free(&all);
	return ok;
}

/* Those of the applicant that are good for its proposal. */
static bool load_met(struct worker *w, const struct group *g, const struct proposal *p, struct known *k, struct err *e)
{
	const struct challenge_claim claim = { p->subject, p->key };
	struct stored_challenges all = { 0 };
	bool *good, ok;

	if (p->question == Q_EXPEL || p->question == Q_AMEND)
		return true;
	if (!store_challenge_all(w, g->g, &claim, 1, &all, e))
		return false;
	good = calloc(all.n + 1, sizeof(*good));
	k->v.met = calloc(all.n + 1, sizeof(*k->v.met));
	ok = (good != NULL && k->v.met != NULL) || err_memory(e);
	if (ok)
		human_applicant(p, all.v, all.n, good);
	for (size_t i = 0; ok && i < all.n; i++)
		if (good[i])
			k->v.met[k->v.met_n++] = all.v[i].c;
	free(good);
	stored_challenges_free(&all);
	return ok;
}

/* ---- all of it */

static bool load(struct worker *w, const struct group *g, uint64_t number, struct known *k, struct err *e)
{
	struct stored_proposal p;
	struct voter subject;
	int64_t now;

	if (!store_proposal_load(w, g->g, number, STORE_READ, &p, e) || !charters_by_version(w, g->g, p.version, &k->c, e) ||
		!load_votes(w, g, &p, k, e) || !load_words(w, g, &p.subject, k, e) ||
		!store_member_standing(w, g->g, &p.p, k->c->voting.probation, &p.p.member, 1, &subject, e) || !db_now(w->db, &now, e) ||
		!load_vouches(w, g, &p, now, k, e) || !load_met(w, g, &p.p, k, e))
		return false;
	k->decided = p.decided;
	return evidence_facts(k->c, &p.p, &subject, p.decided || now >= p.closes, &k->v, e);
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
		/* nor `needed`, which follows from the votes where those cast are its base */
		return json_pack("{s:s,s:b,s:s}", "what", what, "met", 0, "missing", "the charter shows no votes before the decision");
	return json_pack("{s:s,s:b,s:I,s:I,s:s}", "what", what, "met", n->met_now, "needed", (json_int_t)n->needed, "seen",
		(json_int_t)n->seen, "missing", n->text);
}

static json_t *tell(const struct known *k, struct err *e)
{
	struct decision_trace trace = { 0 };
	json_t *list = json_array();
	enum verdict v;
	bool ok = (list != NULL || err_memory(e)) &&
		charter_decide(k->c, charter_requirement(k->c, k->v.facts.question, false), &k->v.facts, &v, &trace, e);

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
	json_t *list = load(w, g, number, &k, e) ? tell(&k, e) : NULL;

	verified_free(&k.v);
	return list;
}

/* Nobody has voted yet: the group as it is stands for the electorate, and now for the time when it is asked. */
json_t *read_asks_of(struct worker *w, const struct group *g, const struct charter *c, const struct digest *application,
	const struct digest *key, struct err *e)
{
	struct proposal p = {
		.genesis = g->genesis, .charter = c->object.digest, .question = Q_ADMIT, .subject = *application, .key = *key
	};
	struct known k = { .c = c };
	json_t *list = NULL;

	p.term = c->voting.term;
	if (db_now(w->db, &p.opened, e) && read_members_count(w, g, &p.electorate_n, e) && load_words(w, g, application, &k, e) &&
		load_met(w, g, &p, &k, e) && evidence_facts(c, &p, NULL, false, &k.v, e))
		list = tell(&k, e);
	verified_free(&k.v);
	return list;
}
