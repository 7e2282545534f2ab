/* SPDX-License-Identifier: ISC
 * challenge.redeem: challenges set and solved in a second, as gauthd does it: nothing is stored of what is set, and answers that wait
 * share a transaction. Against the usual design, which inserts each challenge when it sets it, and finds, counts and settles it when the
 * answer comes, in transactions of its own; prepared statements, the same PostgreSQL, as many connections as serve it best. What is
 * solved becomes part of an application by one UPDATE in that application's transaction in either design, and is left out. So is the
 * request for challenges, which either verifies in the same way; two more figures have what else is the same on both sides:
 * challenge.redeem.asked, with the request for each, its signature and the charter looked up; challenge.redeem.shown, with a picture
 * given out as well, which either notes in one transaction (drawing it is left out).
 */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/store_puzzle.h"
#include "authority/ticket.h"
#include "tests/lib/measure.h"
#include "tests/lib/tickets.h"
#include "web/queue.h"

enum { CLIENTS = 256, WORKERS = 4, ROUNDS = 5, EACH = 8192, TRIAL = 4096, THREADS_MAX = 64, MAC = 32, LIFE = 300, REST_US = 1200000 };
enum { LANES = 4 };
#define BUDGET 3.0

static const unsigned lanes[LANES] = { 8, 16, 32, 64 };

static void must(bool rc, const char *what, const struct err *e)
{
	if (rc)
		return;
	fprintf(stderr, "bench: %s: %s: %s\n", what, e == NULL ? "" : e->name, e == NULL ? "" : e->text);
	exit(1);
}

/* How much of a challenge's life is measured. */
enum extent { SET, ASKED, SHOWN };

struct stage;
/* Somebody with a key, who asks for a challenge, solves it, and begins again. */
struct client {
	struct job job;
	struct stage *s;
	struct said request;
	struct brought ticket; /* a real one, that others are made after */
	struct answer_in in;
	char text[TERMS_TEXT];
	char right[PUZZLE_ANSWER];
};
/* A thread with its connection. */
struct hand {
	struct stage *s;
	struct worker *w;
	unsigned i;
};
struct stage {
	struct folk f;
	struct db *db;
	struct hand hands[THREADS_MAX];
	struct client clients[CLIENTS];
	enum extent extent;
	struct queue *q;
	_Atomic size_t begun, done;
	size_t n;
};

/* ---- what both designs do */

static void ask(struct client *c, struct worker *w)
{
	struct answer out = { 0 };
	struct err e = { 0 };
	json_t *doc;

	must(act_ticket(w, c->s->f.g.name, &c->request.j, TICKETS_HERE, &out, &e), "act_ticket", &e);
	doc = json_read(buf_slice(&out.text), 65536, &e);
	must(doc != NULL && ticket_brought(w, c->s->f.g.name, NULL, tickets_member(doc, "ticket"), TICKETS_HERE, &c->ticket, &e), "ticket",
		&e);
	json_decref(doc);
	answer_free(&out);
}

/* Sets a challenge and reads its picture, which is done here with the authority's own secret. */
static void set(struct client *c, struct worker *w, struct terms *t)
{
	const struct secret *secret;
	struct err e = { 0 };

	if (c->s->extent >= ASKED)
		ask(c, w);
	must(secrets_newest(w, &secret, &e), "secret", &e);
	*t = c->ticket.terms;
	t->kind = PUZZLE_GRAPHIC;
	bytes_random(t->ticket.b, sizeof(t->ticket.b));
	secret_id(secret, &t->ticket, t->kind, 0, &t->id);
	t->until = t->iat + LIFE;
	terms_write(t, secret->terms, c->text);
	puzzle_answer(secret, t, c->right);
	c->in = (struct answer_in){ .group = c->s->f.g.name, .terms = c->text, .origin = TICKETS_HERE, .text = c->right, .id = t->id };
}

static void sign_requests(struct stage *s)
{
	const uint8_t nonce[TICKET_NONCE] = { 1 };
	struct err e = { 0 };

	for (size_t i = 0; i < CLIENTS; i++) {
		struct sig_key *k = sig_key_generate(SIG_ED25519, &e);
		struct ticket t;

		must(k != NULL, "key", &e);
		t = tickets_asked(&s->f, k);
		said_free(&s->clients[i].request);
		s->clients[i].s = s;
		s->clients[i].request = said_by(s->f.r->w, KIND_TICKET, ticket_print(&t, nonce), (const struct sig_key *const *)&k, 1);
		sig_key_free(k);
		ask(&s->clients[i], s->f.r->w);
	}
}

static void end(struct client *c)
{
	atomic_fetch_add(&c->s->done, 1);
}

/* ---- ours, by gauthd's own queue: lane 0 one at a time, lane 1 together */

static void run_asking(void *ctx, struct job *const *jobs, size_t n);
static void run_answers(void *ctx, struct job *const *jobs, size_t n);

static void put(struct client *c, size_t lane)
{
	c->job = (struct job){ .lane = lane, .group = c->s->f.g.name, .run = lane == 0 ? run_asking : run_answers };
	must(queue_claim(c->s->q), "queue", NULL);
	queue_put(c->s->q, &c->job);
}

static void run_asking(void *ctx, struct job *const *jobs, size_t n)
{
	struct client *c = (struct client *)jobs[0];
	struct worker *w = ctx;
	struct err e = { 0 };
	struct brought b;
	struct terms t;
	bool first;

	(void)n;
	set(c, w, &t);
	if (c->s->extent >= SHOWN) {
		must(ticket_brought(w, c->in.group, &c->in.id, c->in.terms, c->in.origin, &b, &e), "terms", &e);
		must(store_puzzle_show(w, b.group.g, &b.terms, 0, &first, &e) && first, "picture", &e);
	}
	put(c, 1);
}

static void run_answers(void *ctx, struct job *const *jobs, size_t n)
{
	struct answer_in in[QUEUE_BATCH_MAX];

	for (size_t i = 0; i < n; i++)
		in[i] = ((struct client *)jobs[i])->in;
	act_answer(ctx, in, n);
	for (size_t i = 0; i < n; i++) {
		struct client *c = (struct client *)jobs[i];
		struct stage *s = c->s;

		must(err_ok(&in[i].e), "act_answer", &in[i].e);
		answer_free(&in[i].answer);
		end(c);
		if (atomic_fetch_add(&s->begun, 1) < s->n)
			put(c, 0);
		else if (s->done == s->n)
			queue_close(s->q);
	}
}

static void *work(void *arg)
{
	struct job *jobs[QUEUE_BATCH_MAX];
	struct hand *h = arg;
	size_t n, lane;

	while ((n = queue_take(h->s->q, jobs)) > 0) {
		lane = jobs[0]->lane;
		jobs[0]->run(h->w, jobs, n);
		queue_done(h->s->q, lane);
	}
	return NULL;
}

/* ---- the usual design */

static const char USUAL_SCHEMA[] =
	"CREATE TABLE usual (id bytea PRIMARY KEY, g integer NOT NULL, key bytea NOT NULL, charter bytea NOT NULL, kind smallint NOT NULL,"
	" answer bytea NOT NULL, until bigint NOT NULL, shown boolean NOT NULL DEFAULT false, tries smallint NOT NULL DEFAULT 0,"
	" solved bigint);"
	"CREATE INDEX usual_until ON usual (until);"
	"GRANT SELECT, INSERT, UPDATE ON usual TO gauthd";

/* Of an answer; kept in place of it. */
static void mac(const struct id16 *id, const char *text, uint8_t out[static MAC])
{
	static const uint8_t key[crypto_auth_hmacsha256_KEYBYTES] = "the usual design's own key, 32 b";
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, sizeof(key));
	crypto_auth_hmacsha256_update(&state, id->b, sizeof(id->b));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, out);
}

static void usual_set(struct worker *w, int32_t g, const struct terms *t, const char *right)
{
	static const struct statement st = { "usual_set",
		"INSERT INTO usual (id, g, key, charter, kind, answer, until) VALUES ($1, $2, $3, $4, $5, $6, $7)" };
	struct db_args a = { 0 };
	struct err e = { 0 };
	uint8_t answer[MAC];

	mac(&t->id, right, answer);
	arg_id16(&a, &t->id);
	arg_int4(&a, g);
	arg_digest(&a, &t->key);
	arg_digest(&a, &t->charter);
	arg_int2(&a, (int16_t)t->kind);
	arg_bytes(&a, answer, sizeof(answer));
	arg_int8(&a, t->until);
	must(db_run(w->db, &st, &a, NULL, &e), "usual_set", &e);
}

static void usual_show(struct worker *w, const struct id16 *id)
{
	static const struct statement st = { "usual_show",
		"UPDATE usual SET shown = true WHERE id = $1 AND NOT shown AND until > now_s()" };
	struct db_args a = { 0 };
	struct err e = { 0 };

	arg_id16(&a, id);
	must(db_run(w->db, &st, &a, NULL, &e), "usual_show", &e);
}

/* In the transaction: it has the row, and the try is counted when anybody is told. */
static bool usual_answer(struct db *db, void *arg, struct err *e)
{
	static const struct statement find = { "usual_find",
		"SELECT answer, tries FROM usual WHERE id = $1 AND solved IS NULL AND until > now_s() FOR UPDATE" };
	static const struct statement count = { "usual_try", "UPDATE usual SET tries = tries + 1 WHERE id = $1" };
	static const struct statement solve = { "usual_solve", "UPDATE usual SET solved = now_s() WHERE id = $1" };
	const struct client *c = arg;
	struct db_args a = { 0 };
	uint8_t given[MAC];
	PGresult *r;
	bool right;

	arg_id16(&a, &c->in.id);
	if (!db_run(db, &find, &a, &r, e))
		return false;
	mac(&c->in.id, c->in.text, given);
	right = PQntuples(r) == 1 && res_int(r, 0, 1) < PUZZLE_TRIES && res_bytes(r, 0, 0).n == MAC &&
		bytes_equal_ct(res_bytes(r, 0, 0).p, given, MAC);
	PQclear(r);
	return db_run(db, &count, &a, NULL, e) && (right || err_set(e, "answer_wrong", "not solved")) && db_run(db, &solve, &a, NULL, e);
}

static void *work_usually(void *arg)
{
	struct hand *h = arg;
	struct client *c = &h->s->clients[h->i];
	struct err e = { 0 };
	struct terms t;

	while (atomic_fetch_add(&h->s->begun, 1) < h->s->n) {
		set(c, h->w, &t);
		usual_set(h->w, h->s->f.g.g, &t, c->right);
		if (h->s->extent >= SHOWN)
			usual_show(h->w, &t.id);
		must(db_transaction(h->w->db, usual_answer, c, &e), "answer", &e);
		end(c);
	}
	return NULL;
}

/* ---- the comparison */

/* What one round gave: challenges a second; syncs of the write-ahead log, a challenge. */
struct round {
	double rate, syncs;
};

/* Backends report what they did a second late. */
static double syncs(struct stage *s)
{
	usleep(REST_US);
	return (double)pg_number(s->db, "SELECT wal_sync FROM pg_stat_wal");
}

static struct round run(struct stage *s, unsigned threads, void *(*work_of)(void *arg), size_t n)
{
	double wal = syncs(s), wall = measure_wall();
	pthread_t thread[THREADS_MAX];

	for (unsigned i = 0; i < threads; i++)
		must(pthread_create(&thread[i], NULL, work_of, &s->hands[i]) == 0, "thread", NULL);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	wall = measure_wall() - wall;
	must(s->done == n, "as many solved as were to be", NULL);
	return (struct round){ .rate = (double)n / wall, .syncs = (syncs(s) - wal) / (double)n };
}

static void begin(struct stage *s, size_t begun, size_t n)
{
	sign_requests(s);
	s->begun = begun;
	s->done = 0;
	s->n = n;
}

static struct round ours(struct stage *s, size_t n)
{
	struct err e = { 0 };
	struct round out;

	begin(s, CLIENTS, n);
	s->q = queue_new(CLIENTS, 1, 1, QUEUE_BATCH_MAX, &e);
	must(s->q != NULL, "queue", &e);
	for (size_t i = 0; i < CLIENTS; i++)
		put(&s->clients[i], 0);
	out = run(s, WORKERS, work, n);
	queue_free(s->q);
	return out;
}

static struct round usual(struct stage *s, unsigned connections, size_t n)
{
	begin(s, 0, n);
	return run(s, connections, work_usually, n);
}

static void tell(const char *name, const struct round *r)
{
	fprintf(stderr, "bench: %-8s %6.0f challenges/s, %.3f syncs each\n", name, r->rate, r->syncs);
}

/* The number of connections with which the usual design is fastest. */
static unsigned find_best(struct stage *s)
{
	unsigned out = lanes[0];
	double best = 0;

	for (size_t i = 0; i < LANES; i++) {
		struct round r = usual(s, lanes[i], TRIAL);

		fprintf(stderr, "bench: usual    %6.0f challenges/s with %u connections\n", r.rate, lanes[i]);
		if (r.rate > best)
			out = lanes[i];
		best = r.rate > best ? r.rate : best;
	}
	return out;
}

/* Gives the ratio of the rates. */
static double compare(struct stage *s, const char *name, enum extent extent)
{
	double rate[ROUNDS], faster[ROUNDS], ratio;
	unsigned connections;
	char base[96];

	s->extent = extent;
	(void)ours(s, TRIAL);
	connections = find_best(s);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct round a = ours(s, EACH), b = usual(s, connections, EACH);

		tell("ours", &a);
		tell("usual", &b);
		must(a.syncs > 0 && b.syncs > 0, "syncs to disk", NULL);
		rate[i] = a.rate;
		faster[i] = a.rate / b.rate;
	}
	ratio = measure_median(faster, ROUNDS);
	snprintf(base, sizeof(base), "each in transactions of its own, %u connections", connections);
	measure_print(name, measure_median(rate, ROUNDS), "challenges/s", ratio, base);
	return ratio;
}

static void by_captcha(json_t *charter)
{
	charters_set(charter, "/admission", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/tests", "[]");
}

static struct stage *open_stage(struct pg *pg, struct realm *r)
{
	struct stage *s = calloc(1, sizeof(*s));

	must(s != NULL, "memory", NULL);
	s->f = folk_new(r, "bench", by_captcha);
	s->db = pg_connect(pg->owner);
	pg_do(s->db, USUAL_SCHEMA);
	must(pg_number(s->db, "SELECT (current_setting('fsync') = 'on' AND current_setting('synchronous_commit') = 'on')::int") == 1,
		"fsync", NULL);
	for (unsigned i = 0; i < THREADS_MAX; i++)
		s->hands[i] = (struct hand){ .s = s, .w = realm_worker(r), .i = i };
	return s;
}

static void close_stage(struct stage *s)
{
	for (unsigned i = 0; i < THREADS_MAX; i++)
		worker_close(s->hands[i].w);
	for (size_t i = 0; i < CLIENTS; i++)
		said_free(&s->clients[i].request);
	db_close(s->db);
	folk_free(&s->f);
	free(s);
}

int main(void)
{
	const struct puzzles_options o = { .kinds = "graphic", .per_key = 1000000000 };
	struct pg *pg = pg_start();
	struct realm *r = realm_new(pg);
	struct puzzles *p = puzzles_new(&o, NULL);
	struct stage *s;
	double ratio;

	must(p != NULL, "puzzles", NULL);
	r->a.puzzles = p;
	s = open_stage(pg, r);
	ratio = compare(s, "challenge.redeem", SET);
	fprintf(stderr, "bench: challenge.redeem      %.2f times the rate of each in transactions of its own, at least %.1f wanted: %s\n",
		ratio, BUDGET, ratio >= BUDGET ? "yes" : "no");
	(void)compare(s, "challenge.redeem.asked", ASKED);
	(void)compare(s, "challenge.redeem.shown", SHOWN);
	close_stage(s);
	realm_free(r);
	puzzles_free(p);
	pg_stop(pg);
	return 0;
}
