/* SPDX-License-Identifier: ISC */
#include "tests/lib/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/seeds.h"
#include "authority/store_member.h"
#include "base/time.h"
#include "peer/application.h"
#include "tests/lib/load.h"

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "tests/lib/crowd: %s: %s: %s\n", what, e->name, e->text);
	exit(1);
}

/* ---- members */

static bool join(struct log_writer *lw, struct crowd_member *m, struct err *e)
{
	struct entry en = { .event = EVENT_JOINED, .object = lw->group.genesis };
	struct stored_member row = { .decision = lw->group.genesis };

	m->key = sig_key_generate(SIG_ED25519, e);
	if (m->key == NULL)
		return false;
	bytes_random(m->member.b, sizeof(m->member.b));
	bytes_random(row.node.b, sizeof(row.node.b));
	jwk_thumbprint(sig_key_pub(m->key), &en.key);
	row.member = en.member = m->member;
	row.pub = *sig_key_pub(m->key);
	row.key = en.key;
	en.node = row.node;
	if (!log_append(lw, &en, e))
		return false;
	row.joined = en.index;
	return store_member_insert(lw->w, lw->group.g, &row, e);
}

static bool join_all(struct db *db, void *arg, struct err *e)
{
	struct crowd *c = arg;
	struct log_writer *lw;
	bool rc = true;

	(void)db;
	if (!log_open(c->r->w, c->g.g, &lw, e))
		return false;
	for (size_t i = 0; i < c->n && rc; i++)
		rc = join(lw, &c->m[i], e);
	rc = rc && log_finish(lw, e);
	log_close(lw);
	return rc;
}

/* What an autovacuum finds out within a minute: the tables have grown since they were empty. */
static void analyze(const struct crowd *c)
{
	struct db *db = pg_connect(c->r->pg->owner);

	pg_do(db, "ANALYZE");
	db_close(db);
}

/* ---- proposals */

static void read_head(struct crowd *c, struct application *a)
{
	static const struct statement st = { "crowd_head", "SELECT size, root FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	struct db_args args = { 0 };
	struct err e = { 0 };
	PGresult *res;

	arg_int4(&args, c->g.g);
	must(db_run(c->r->w->db, &st, &args, &res, &e) && PQntuples(res) == 1 && res_digest(res, 0, 1, &a->log_root), "head", &e);
	a->log_size = (uint64_t)res_int(res, 0, 0);
	PQclear(res);
}

static void apply(struct crowd *c, struct application *a)
{
	struct crypto *crypto = c->r->keys->crypto;
	struct err e = { 0 };
	struct sig_key *key = sig_key_generate(SIG_ED25519, &e);
	struct buf csr = { 0 };
	uint8_t nonce[16];
	struct answer out = { 0 };
	struct jws j;
	json_t *doc;

	must(key != NULL && csr_make(crypto, key, NULL, &csr, &e), "request", &e);
	memcpy(a->csr, csr.p, csr.n);
	a->csr_n = csr.n;
	bytes_random(nonce, sizeof(nonce));
	doc = object_sign(crypto, KIND_APPLICATION, application_print(a, nonce), key, &e);
	must(doc != NULL, "application", &e);
	struct at at = { .v = doc, .e = &e };
	must(jws_read(&at, &j) && act_apply(c->r->w, c->g.name, &j, doc, NULL, NULL, &out, &e), "act_apply", &e);
	jws_digest(&j, KIND_APPLICATION, &a->digest);
	jws_free(&j);
	answer_free(&out);
	json_decref(doc);
	buf_free(&csr);
	sig_key_free(key);
}

static void propose(struct crowd *c)
{
	struct application a = { .genesis = c->g.genesis, .charter = c->charter, .name = "Applicant", .iat = time_now() };
	struct err e = { 0 };

	read_head(c, &a);
	for (size_t i = 0; i < c->proposals_n; i++) {
		apply(c, &a);
		must(act_open(c->r->w, c->g.g, &a.digest, &e), "act_open", &e);
	}
}

static void read_proposals(struct crowd *c)
{
	static const struct statement st = { "crowd_proposals", "SELECT digest FROM proposals WHERE g = $1 ORDER BY number" };
	struct db_args args = { 0 };
	struct err e = { 0 };
	PGresult *res;

	arg_int4(&args, c->g.g);
	must(db_run(c->r->w->db, &st, &args, &res, &e) && (size_t)PQntuples(res) == c->proposals_n, "proposals", &e);
	for (size_t i = 0; i < c->proposals_n; i++)
		must(res_digest(res, (int)i, 0, &c->proposals[i]), "proposal", &e);
	PQclear(res);
}

/* ---- the crowd */

static json_t *payload(const struct realm *r, const char *name)
{
	json_t *doc = realm_first(r, name);

	charters_set(doc, "/admission", "{\"votes\":{\"fraction\":\"1/1\"}}");
	charters_set(doc, "/tests", "[]");
	return doc;
}

struct crowd *crowd_new(struct realm *r, const char *name, size_t members, size_t proposals)
{
	struct crowd *c = calloc(1, sizeof(*c));
	const struct charter *charter;
	struct err e = { 0 };

	if (c == NULL || proposals > SEEDS_COMMITTED)
		abort();
	*c = (struct crowd){ .r = r,
		.n = members,
		.m = calloc(members + 1, sizeof(*c->m)),
		.proposals = calloc(proposals + 1, sizeof(*c->proposals)),
		.proposals_n = proposals };
	if (c->m == NULL || c->proposals == NULL)
		abort();
	c->g = realm_found(r, name, payload(r, name));
	must(db_transaction(r->w->db, join_all, c, &e) && charters_by_version(r->w, c->g.g, 1, &charter, &e), "members", &e);
	c->charter = charter->object.digest;
	analyze(c);
	propose(c);
	read_proposals(c);
	return c;
}

void crowd_free(struct crowd *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		sig_key_free(c->m[i].key);
	free(c->m);
	free(c->proposals);
	free(c);
}

void crowd_vote(const struct crowd *c, size_t i, struct buf *out)
{
	const struct crowd_member *m = &c->m[i / c->proposals_n];
	struct vote v = { .genesis = c->g.genesis,
		.charter = c->charter,
		.proposal = c->proposals[i % c->proposals_n],
		.choice = CHOICE_YES,
		.member = m->member,
		.iat = time_now() };
	struct buf body = { 0 };
	struct err e = { 0 };
	char path[128];
	json_t *doc;

	if (i / c->proposals_n >= c->n)
		abort();
	doc = object_sign(c->r->keys->crypto, KIND_VOTE, vote_print(&v), m->key, &e);
	must(doc != NULL, "vote", &e);
	doc = json_pack("{s:o}", "vote", doc);
	must(json_write(doc, &body, &e), "vote", &e);
	snprintf(path, sizeof(path), "/v1/groups/%s/proposals/%zu/votes", c->g.name, i % c->proposals_n + 1);
	load_post(out, path, buf_slice(&body));
	buf_free(&body);
	json_decref(doc);
}
