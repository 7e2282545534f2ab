/* SPDX-License-Identifier: ISC
 * issue.durable: certificates that last, of admissions by three votes, by the path that gauthd takes (sync with evidence, certify,
 * publish), real PostgreSQL and gauth-signer; against `cfssl serve` that keeps its certificates in the same PostgreSQL. Both
 * certify P-256 keys with a P-256 key; of the three voters one has a P-256 key, and two have Ed25519, as the notary has. Each lane
 * publishes one request after the other, where the rival has 32 connections. Decisions are made before the clock starts; what it covers
 * begins with the signer's deciding them again. The rival's requests come over HTTP, ours from within, as in the daemon.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/command.h"
#include "peer/csr.h"
#include "peer/pem.h"
#include "peer/profile.h"
#include "tests/lib/folk.h"
#include "tests/lib/load.h"
#include "tests/lib/measure.h"
#include "tests/lib/serving.h"

enum { LANES = 2, EACH = 128, ROUNDS = 5, CONNECTIONS = 32, RIVAL = 1000, SEEDS_EVERY = 32, WAIT_MS = 60000 };

struct lane {
	struct worker *w;
	struct folk f;
	pthread_t thread;
	size_t published;
};
struct stage {
	struct pg *pg;
	struct realm *realms[LANES];
	struct serving signer;
	char socket[SERVING_SOCKET];
	struct lane lanes[LANES];
	struct serving rival;
	struct buf requests[CONNECTIONS];
};
/* What one round cost: certificates a second; microseconds of CPU a certificate. */
struct round {
	double rate, ours, signer, postgres;
};

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "bench: %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

/* ---- admissions up to the decision */

static void three_votes(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":3}}");
	charters_set(charter, "/tests", "[]");
}

static void *decide_some(void *arg)
{
	struct lane *l = arg;
	struct err e = { 0 };

	for (size_t i = 0; i < EACH; i++) {
		struct sig_key *k = sig_key_generate(SIG_P256, &e);
		uint64_t number;

		must(k != NULL, "key", &e);
		if (i % SEEDS_EVERY == 0)
			must(act_seeds(l->w, l->f.g.g, &e), "act_seeds", &e);
		number = folk_propose(&l->f, l->w, k);
		for (size_t v = 0; v < CHARTERS_FOUNDERS; v++)
			must(*folk_cast(&l->f, l->w, number, v, CHOICE_YES) == '\0', "vote", NULL);
		must(folk_decide(&l->f, l->w, number), "decision", NULL);
		sig_key_free(k);
	}
	return NULL;
}

static void *publish_all(void *arg)
{
	struct lane *l = arg;
	struct err e = { 0 };
	size_t n = 1;

	l->published = 0;
	while (n > 0) {
		must(act_publish(l->w, l->f.g.g, &n, &e), "act_publish", &e);
		l->published += n;
	}
	return NULL;
}

static void all_lanes(struct stage *s, void *(*run)(void *))
{
	for (size_t i = 0; i < LANES; i++)
		if (pthread_create(&s->lanes[i].thread, NULL, run, &s->lanes[i]) != 0)
			abort();
	for (size_t i = 0; i < LANES; i++)
		pthread_join(s->lanes[i].thread, NULL);
}

static double own_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct round issue(struct stage *s)
{
	const pid_t pg = s->pg->postmaster.pid;
	double wall, ours, signer, postgres, n = 0;

	all_lanes(s, decide_some);
	ours = own_cpu();
	signer = measure_tree(s->signer.p.pid);
	postgres = measure_tree(pg);
	wall = measure_wall();
	all_lanes(s, publish_all);
	wall = measure_wall() - wall;
	for (size_t i = 0; i < LANES; i++)
		n += (double)s->lanes[i].published;
	must(n >= LANES * EACH, "as many certificates as decisions", NULL);
	return (struct round){ .rate = n / wall,
		.ours = (own_cpu() - ours) * 1e6 / n,
		.signer = (measure_tree(s->signer.p.pid) - signer) * 1e6 / n,
		.postgres = (measure_tree(pg) - postgres) * 1e6 / n };
}

/* A realm for each group: issuing keys are bound to one. */
static struct realm *p256_realm(struct pg *pg)
{
	struct realm *r = realm_new(pg);
	struct err e = { 0 };

	sig_key_free(r->issuing);
	r->issuing = sig_key_generate(SIG_P256, &e);
	must(r->issuing != NULL && profile_spki_digest(sig_key_pub(r->issuing), &r->keys->issuing_spki), "issuing key", &e);
	r->keys->issuing_alg = SIG_P256;
	return r;
}

static void open_stage(struct stage *s)
{
	static const char *const names[LANES] = { "left", "right" };

	s->pg = pg_start();
	for (size_t i = 0; i < LANES; i++)
		s->realms[i] = p256_realm(s->pg);
	serving_signer(&s->signer, s->realms, LANES, s->socket);
	for (size_t i = 0; i < LANES; i++) {
		s->realms[i]->a.signer_path = s->socket;
		s->lanes[i] = (struct lane){ .w = s->realms[i]->w, .f = folk_new(s->realms[i], names[i], three_votes) };
		publish_all(&s->lanes[i]);
	}
}

/* ---- cfssl */

static const char CFSSL_SCHEMA[] =
	"CREATE SCHEMA cfssl;"
	"CREATE TABLE cfssl.certificates (serial_number bytea NOT NULL, authority_key_identifier bytea NOT NULL, ca_label bytea,"
	" status bytea NOT NULL, reason int, expiry timestamptz, revoked_at timestamptz, pem bytea NOT NULL,"
	" PRIMARY KEY (serial_number, authority_key_identifier));";

static void write_config(const struct stage *s, const char *path)
{
	FILE *f = fopen(path, "w");

	must(f != NULL, path, NULL);
	/* libpq's words, each understood by cfssl's driver as well */
	fprintf(f, "{\"driver\":\"postgres\",\"data_source\":\"%s sslmode=disable search_path=cfssl\"}\n", s->pg->owner);
	must(fclose(f) == 0, path, NULL);
}

static void make_requests(struct stage *s)
{
	struct err e = { 0 };

	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct sig_key *k = sig_key_generate(SIG_P256, &e);
		struct buf csr = { 0 }, pem = { 0 }, body = { 0 };
		json_t *doc;

		must(k != NULL && csr_make(s->realms[0]->keys->crypto, k, "peer", &csr, &e), "request", &e);
		must(pem_write("CERTIFICATE REQUEST", buf_slice(&csr), &pem), "PEM", NULL);
		doc = json_pack("{s:s,s:[s]}", "certificate_request", buf_cstr(&pem), "hosts", "peer.example");
		must(doc != NULL && json_write(doc, &body, &e), "request", &e);
		load_post(&s->requests[i], "/api/v1/cfssl/sign", buf_slice(&body));
		json_decref(doc);
		buf_free(&body);
		buf_free(&pem);
		buf_free(&csr);
		sig_key_free(k);
	}
}

static void open_rival(struct stage *s)
{
	char key[600], ca[600], config[600];
	const char *const make[] = { "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
		"-out", ca, "-subj", "/CN=rival", "-days", "30", NULL };
	const struct process_options openssl = { .name = "openssl", .path = "/usr/bin/openssl", .args = make };
	struct db *db = pg_connect(s->pg->owner);
	struct err e = { 0 };

	snprintf(key, sizeof(key), "%s/rival-key.pem", s->pg->dir);
	snprintf(ca, sizeof(ca), "%s/rival.pem", s->pg->dir);
	snprintf(config, sizeof(config), "%s/rival.json", s->pg->dir);
	must(command_run(&openssl, WAIT_MS, NULL, &e), "openssl", &e);
	pg_do(db, CFSSL_SCHEMA);
	db_close(db);
	write_config(s, config);
	serving_cfssl(&s->rival, s->realms[0], ca, key, config);
	make_requests(s);
}

static struct slice request(void *arg, size_t i)
{
	struct stage *s = arg;

	return buf_slice(&s->requests[i % CONNECTIONS]);
}

static struct round run_rival(struct stage *s)
{
	struct load l = { .port = s->rival.port,
		.connections = CONNECTIONS,
		.status = 200,
		.needle = "\"success\":true",
		.request = request,
		.arg = s,
		.n = RIVAL };
	const pid_t pg = s->pg->postmaster.pid;
	double ours = measure_tree(s->rival.p.pid), postgres = measure_tree(pg);

	load_run(&l);
	must(l.bad == 0, l.why, NULL);
	return (struct round){ .rate = (double)l.n / l.seconds,
		.ours = (measure_tree(s->rival.p.pid) - ours) * 1e6 / (double)l.n,
		.postgres = (measure_tree(pg) - postgres) * 1e6 / (double)l.n };
}

/* ---- the comparison */

static double cpu(const struct round *r)
{
	return r->ours + r->signer + r->postgres;
}

static void tell(const char *name, const struct round *r)
{
	fprintf(stderr, "bench: %-6s %6.0f certificates/s, CPU each: program %.0f us, signer %.0f us, PostgreSQL %.0f us\n", name, r->rate,
		r->ours, r->signer, r->postgres);
}

static void compare(struct stage *s)
{
	double rate[ROUNDS], faster[ROUNDS], each[ROUNDS], less[ROUNDS], signer[ROUNDS];

	(void)run_rival(s);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct round a = issue(s), b = run_rival(s);

		tell("issue", &a);
		tell("cfssl", &b);
		rate[i] = a.rate;
		faster[i] = a.rate / b.rate;
		each[i] = cpu(&a);
		less[i] = cpu(&b) / cpu(&a);
		signer[i] = a.signer;
	}
	measure_print("issue.durable", measure_median(rate, ROUNDS), "certificates/s", measure_median(faster, ROUNDS),
		"cfssl serve with its PostgreSQL store, 32 connections");
	measure_print("issue.durable.cpu", measure_median(each, ROUNDS), "us/certificate", measure_median(less, ROUNDS),
		"cfssl serve with its PostgreSQL store, 32 connections");
	measure_print("issue.durable.cpu_signer", measure_median(signer, ROUNDS), "us/certificate", 0, NULL);
}

int main(void)
{
	struct stage s = { 0 };

	open_stage(&s);
	open_rival(&s);
	compare(&s);
	serving_stop(&s.rival);
	serving_stop(&s.signer);
	for (size_t i = 0; i < CONNECTIONS; i++)
		buf_free(&s.requests[i]);
	for (size_t i = 0; i < LANES; i++) {
		folk_free(&s.lanes[i].f);
		realm_free(s.realms[i]);
	}
	pg_stop(s.pg);
	return 0;
}
