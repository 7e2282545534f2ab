/* SPDX-License-Identifier: ISC */
#include "tests/lib/realm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/forest.h"
#include "base/time.h"
#include "peer/csr.h"
#include "peer/profile.h"

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "tests/lib/realm: %s: %s: %s %s\n", what, e->name, e->text, e->pointer);
	exit(1);
}

struct realm *realm_new(struct pg *pg)
{
	struct realm *r = calloc(1, sizeof(*r));
	struct err e = { 0 };

	if (r == NULL)
		abort();
	r->pg = pg;
	r->keys = charters_new();
	r->issuing = sig_key_generate(SIG_ED25519, &e);
	must(r->issuing != NULL && profile_spki_digest(sig_key_pub(r->issuing), &r->keys->issuing_spki), "issuing key", &e);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		r->founders[i] = sig_key_generate(i == 1 ? SIG_P256 : SIG_ED25519, &e);
		buf_free(&r->keys->csr[i]);
		must(r->founders[i] != NULL && csr_make(r->keys->crypto, r->founders[i], NULL, &r->keys->csr[i], &e), "founder", &e);
	}
	r->a = (struct authority){ .conninfo = pg->daemon, .notary = r->keys->notary, .forest = forest_new(&e) };
	must(r->a.forest != NULL, "forest", &e);
	jwk_thumbprint(sig_key_pub(r->keys->notary), &r->a.notary_thumb);
	r->w = realm_worker(r);
	return r;
}

void realm_free(struct realm *r)
{
	if (r == NULL)
		return;
	worker_close(r->w);
	forest_free(r->a.forest);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		sig_key_free(r->founders[i]);
	sig_key_free(r->issuing);
	charters_free(r->keys);
	free(r);
}

int realm_start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

int realm_stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

struct worker *realm_worker(struct realm *r)
{
	struct err e = { 0 };
	struct worker *w = worker_open(&r->a, &e);

	must(w != NULL, "worker", &e);
	return w;
}

static void set_number(json_t *doc, const char *pointer, int64_t v)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)v);
	charters_set(doc, pointer, text);
}

json_t *realm_first(const struct realm *r, const char *name)
{
	json_t *doc = charters_first(r->keys);

	json_object_set_new(doc, "group", json_string(name));
	set_number(doc, "/effective", time_now() - 3600);
	return doc;
}

json_t *realm_next(const struct realm *r, const struct group *g)
{
	static const struct statement st = { "realm_head", "SELECT size, root FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	const struct charter *newest;
	struct db_args a = { 0 };
	struct digest root;
	struct err e = { 0 };
	PGresult *res;
	json_t *doc;

	must(charters_newest(r->w, g->g, &newest, &e), "charters_newest", &e);
	doc = charters_next(r->keys, newest);
	arg_int4(&a, g->g);
	must(db_run(r->w->db, &st, &a, &res, &e) && PQntuples(res) == 1 && res_digest(res, 0, 1, &root), "head", &e);
	must(object_set_tree(doc, "log", (uint64_t)res_int(res, 0, 0), &root), "log", &e);
	PQclear(res);
	json_object_set_new(doc, "group", json_string(g->name));
	set_number(doc, "/effective", time_now() + 3600);
	return doc;
}

json_t *realm_proposed(const struct realm *r, json_t *payload, size_t n)
{
	struct signed_charter sc = charters_signed(r->keys, payload, n);
	json_t *doc = signed_charter_print(buf_slice(&sc.charter->payload), sc.approvals, NULL);

	if (sc.charter->authority.issuing_n > 0)
		json_object_set_new(doc, "issuing", json_pack("[o]", jwk_print(sig_key_pub(r->issuing))));
	signed_charter_free(&sc);
	return doc;
}

struct group realm_found(struct realm *r, const char *name, json_t *payload)
{
	json_t *doc = realm_proposed(r, payload == NULL ? realm_first(r, name) : payload, 2);
	struct answer out = { 0 };
	struct err e = { 0 };
	struct group g;

	must(act_create(r->w, doc, &out, &e), "act_create", &e);
	must(group_find(r->w, name, &g, &e), "group_find", &e);
	answer_free(&out);
	json_decref(doc);
	return g;
}
