/* SPDX-License-Identifier: ISC
 * vote.group_commit: what storing all waiting votes by one commit saves. Against the same program with one vote a transaction, and against
 * PostgreSQL's own load program that runs the same statements. Real gauthd, PostgreSQL, HTTP and signatures; every answer is a receipt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/acts.h"
#include "authority/command.h"
#include "authority/pgbin.h"
#include "tests/lib/crowd.h"
#include "tests/lib/load.h"
#include "tests/lib/measure.h"
#include "tests/lib/serving.h"

enum {
	MEMBERS = 2000,
	PROPOSALS = 128,
	CONNECTIONS = 64,
	GROUPED = 12000,
	SINGLE = 6000,
	ROUNDS = 5,
	WARM = 500,
	LANES = 3,
	REST_US = 1200000
};

static const unsigned lanes[LANES] = { 8, 16, 32 };

struct stage {
	struct crowd *crowd;
	struct db *db;
	struct buf *requests;
	size_t next; /* vote */
};
/* What one round cost. */
struct round {
	double rate, gauthd, postgres, p99; /* votes/s; microseconds of CPU a vote; milliseconds */
	double syncs;                       /* of the write-ahead log, a vote */
};

static struct slice request(void *arg, size_t i)
{
	const struct stage *s = arg;

	return buf_slice(&s->requests[i]);
}

static void prepare(struct stage *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->requests[i].n = 0;
		crowd_vote(s->crowd, s->next++, &s->requests[i]);
	}
}

static void send_all(struct stage *s, unsigned port, size_t n, struct load *l)
{
	*l = (struct load){
		.port = port, .connections = CONNECTIONS, .status = 202, .needle = "\"receipt\"", .request = request, .arg = s, .n = n
	};
	load_run(l);
	if (l->good == n)
		return;
	fprintf(stderr, "bench: %zu of %zu votes got no receipt: %s\n", l->bad, n, l->why);
	exit(1);
}

/* Backends report what they did a second late. */
static int64_t syncs(struct stage *s)
{
	usleep(REST_US);
	return pg_number(s->db, "SELECT wal_sync FROM pg_stat_wal");
}

static struct round run(struct stage *s, const char *settings, size_t n)
{
	pid_t pg = s->crowd->r->pg->postmaster.pid;
	double of_gauthd, of_pg;
	struct serving g;
	struct round out;
	struct load l;
	int64_t wal;

	serving_gauthd(&g, s->crowd->r, NULL, settings);
	prepare(s, WARM);
	send_all(s, g.port, WARM, &l);
	prepare(s, n);
	wal = syncs(s);
	of_gauthd = measure_tree(g.p.pid);
	of_pg = measure_tree(pg);
	send_all(s, g.port, n, &l);
	out.gauthd = (measure_tree(g.p.pid) - of_gauthd) * 1e6 / (double)n;
	out.postgres = (measure_tree(pg) - of_pg) * 1e6 / (double)n;
	out.rate = (double)n / l.seconds;
	out.p99 = l.p99;
	out.syncs = (double)(syncs(s) - wal) / (double)n;
	serving_stop(&g);
	return out;
}

static struct round run_grouped(struct stage *s, unsigned lane)
{
	(void)lane;
	return run(s, "[threads]\nworkers = 4\nbatch = 256\nbatches = 1\n", GROUPED);
}

static struct round run_single(struct stage *s, unsigned lane)
{
	char settings[128];

	snprintf(settings, sizeof(settings), "[threads]\nworkers = %u\nbatch = 1\nbatches = %u\n", lane, lane);
	return run(s, settings, SINGLE);
}

/* ---- the same statements by pgbench, in a PostgreSQL of its own, so that no gauthd ever examines what it wrote */

static struct buf statement(struct db *db, const char *name)
{
	static const struct statement st = { "bench_prepared", "SELECT statement FROM pg_prepared_statements WHERE name = $1" };
	struct db_args a = { 0 };
	struct buf out = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_text(&a, name);
	if (!db_run(db, &st, &a, &r, &e) || PQntuples(r) != 1) {
		fprintf(stderr, "bench: no statement %s was prepared\n", name);
		exit(1);
	}
	buf_add_slice(&out, res_bytes(r, 0, 0));
	PQclear(r);
	return out;
}

/* Appends the statement with each $i replaced by values[i - 1]. */
static void add_statement(struct buf *script, struct db *db, const char *name, const char *const *values)
{
	struct buf text = statement(db, name);
	const char *p = buf_cstr(&text);

	while (*p != '\0') {
		char *end = NULL;
		unsigned long i = *p == '$' ? strtoul(p + 1, &end, 10) : 0;

		if (i > 0)
			buf_add_str(script, values[i - 1]);
		else
			buf_add(script, p, 1);
		p = i > 0 ? end : p + 1;
	}
	buf_add_str(script, ";\n");
	buf_free(&text);
}

#define ID16 "ARRAY[decode(lpad(to_hex(:m::bigint), 32, '0'), 'hex')]"
#define KEY "ARRAY[decode(lpad(to_hex(:m::bigint), 64, '0'), 'hex')]"

/* One vote through the real path has the connection prepare what it takes. Vote k of the script is of member k / PROPOSALS. */
static void write_script(struct crowd *c, const char *path)
{
	static const char *const context[] = { "ARRAY['bench']", "ARRAY[:p]", KEY };
	static const char *const proposal[] = { "ARRAY[:g]", "ARRAY[:p]" }, *const member[] = { "ARRAY[:g]", ID16 };
	static const char *const vote[] = { "ARRAY[:g]", "ARRAY[:p]", ID16, "ARRAY[sha256(int8send(:k::bigint))]", "ARRAY[0]", KEY,
		"ARRAY[:doc]", "ARRAY[:receipt]", "ARRAY[NULL]", "ARRAY['']", ":now::bigint" };
	struct buf script = { 0 };
	FILE *f = fopen(path, "w");

	buf_printf(&script, "\\set i :i + 1\n\\set k :base + :client_id * :each + :i\n\\set m :k / %d\n\\set p :k %% %d + 1\n", PROPOSALS,
		PROPOSALS);
	add_statement(&script, c->r->w->db, "vote_contexts", context);
	buf_add_str(&script, "BEGIN;\n");
	add_statement(&script, c->r->w->db, "vote_lock_proposals", proposal);
	add_statement(&script, c->r->w->db, "vote_lock_members", member);
	add_statement(&script, c->r->w->db, "db_now", NULL);
	add_statement(&script, c->r->w->db, "vote_insert", vote);
	buf_add_str(&script, "COMMIT;\n");
	if (f == NULL || fwrite(script.p, 1, script.n, f) != script.n || fchmod(fileno(f), 0644) != 0 || fclose(f) != 0)
		abort();
	buf_free(&script);
}

struct rival {
	struct crowd *crowd;
	char script[512], program[PGBIN_MAX + 16];
	char doc[2048], receipt[2048]; /* "doc=" and a real one */
	long long base;
};

/* Its members have numbers for names and keys. */
static void add_members(const struct rival *v)
{
	struct db *db = pg_connect(v->crowd->r->pg->owner);
	const int g = v->crowd->g.g;
	char sql[512];

	snprintf(sql, sizeof(sql),
		"INSERT INTO members (g, member, name, node, decision, joined) SELECT g, d, 'm', d, genesis, 1"
		" FROM groups, generate_series(0, %d) i, LATERAL (SELECT decode(lpad(to_hex(i), 32, '0'), 'hex') AS d) x WHERE g = %d",
		MEMBERS, g);
	pg_do(db, sql);
	snprintf(sql, sizeof(sql),
		"INSERT INTO member_keys (g, key, member, pub, since) SELECT %d, k, substr(k, 17), k, 1"
		" FROM generate_series(0, %d) i, LATERAL (SELECT decode(lpad(to_hex(i), 64, '0'), 'hex') AS k) x",
		g, MEMBERS);
	pg_do(db, sql);
	/* as an autovacuum would within a minute */
	pg_do(db, "ANALYZE");
	db_close(db);
}

static struct answer vote_once(struct crowd *c)
{
	struct answer out = { 0 };
	struct buf q = { 0 };
	struct err e = { 0 };
	struct jws j;
	json_t *doc;
	const char *body;

	crowd_vote(c, 0, &q);
	body = strstr(buf_cstr(&q), "\r\n\r\n") + 4;
	doc = json_read(slice_str(body), 65536, &e);
	struct at at = { .v = json_object_get(doc, "vote"), .e = &e };
	struct vote_in in = { .group = c->g.name, .number = 1, .jws = &j, .doc = at.v };
	if (!jws_read(&at, &j))
		abort();
	act_vote(c->r->w, &in, 1);
	if (!err_ok(&in.e)) {
		fprintf(stderr, "bench: %s: %s\n", in.e.name, in.e.text);
		exit(1);
	}
	out = in.answer;
	jws_free(&j);
	json_decref(doc);
	buf_free(&q);
	return out;
}

static void rival_open(struct rival *v, struct crowd *c)
{
	struct answer a = vote_once(c);
	struct err e = { 0 };

	v->crowd = c;
	v->base = PROPOSALS; /* member 0 of the script comes after the vote that was cast */
	snprintf(v->receipt, sizeof(v->receipt), "receipt=%s", buf_cstr(&a.text));
	snprintf(v->doc, sizeof(v->doc), "doc=%s", buf_cstr(&a.text));
	snprintf(v->script, sizeof(v->script), "%s/vote.sql", c->r->pg->dir);
	write_script(c, v->script);
	add_members(v);
	if (!pgbin_find("", v->program, &e)) {
		fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
		exit(1);
	}
	strcat(v->program, "/pgbench");
	answer_free(&a);
}

/* Votes a second. */
static double rival_run(struct rival *v, unsigned clients)
{
	char group[32], count[32], each[48], base[48], of[16];
	const char *const args[] = { "-n", "-M", "prepared", "-j", "1", "-c", of, "-t", count, "-f", v->script, "-D", "i=-1", "-D", group,
		"-D", each, "-D", base, "-D", "now=1", "-D", v->doc, "-D", v->receipt, v->crowd->r->pg->daemon, NULL };
	/* as authority/db.c has it */
	static const char *const env[] = { "PGOPTIONS=-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off", "LC_ALL=C",
		NULL };
	struct process_options o = { .name = "pgbench", .path = v->program, .args = args, .env = env };
	struct buf out = { 0 };
	struct err e = { 0 };
	const char *tps;
	double rate;

	snprintf(of, sizeof(of), "%u", clients);
	snprintf(count, sizeof(count), "%d", SINGLE / (int)clients);
	snprintf(each, sizeof(each), "each=%s", count);
	snprintf(group, sizeof(group), "g=%d", (int)v->crowd->g.g);
	snprintf(base, sizeof(base), "base=%lld", v->base);
	v->base += SINGLE;
	if (!command_run(&o, 60000, &out, &e) || (tps = strstr(buf_cstr(&out), "tps = ")) == NULL) {
		fprintf(stderr, "bench: pgbench: %s: %.*s\n", e.text, (int)out.n, (const char *)out.p);
		exit(1);
	}
	rate = atof(tps + 6);
	buf_free(&out);
	return rate;
}

/* ---- the comparison */

static void tell(const char *name, const struct round *r)
{
	fprintf(stderr, "bench: %-10s %7.0f votes/s, CPU a vote: gauthd %.0f us, PostgreSQL %.0f us; %.3f syncs a vote, p99 %.1f ms\n",
		name, r->rate, r->gauthd, r->postgres, r->syncs, r->p99);
}

static double cpu(const struct round *r)
{
	return r->gauthd + r->postgres;
}

/* The number of lanes with which one vote a transaction is fastest, and with which pgbench is. */
static void find_best(struct stage *s, struct rival *v, unsigned *single, unsigned *rival)
{
	double best = 0, best_rival = 0;

	for (size_t i = 0; i < LANES; i++) {
		struct round r = run_single(s, lanes[i]);
		double tps = rival_run(v, lanes[i]);

		tell("single", &r);
		fprintf(stderr, "bench: pgbench    %7.0f votes/s; both with %u connections\n", tps, lanes[i]);
		if (r.rate > best)
			*single = lanes[i];
		if (tps > best_rival)
			*rival = lanes[i];
		best = r.rate > best ? r.rate : best;
		best_rival = tps > best_rival ? tps : best_rival;
	}
}

static void compare(struct stage *s, struct rival *v)
{
	double rate[ROUNDS], gauthd[ROUNDS], postgres[ROUNDS], less[ROUNDS], faster[ROUNDS], by_pgbench[ROUNDS];
	unsigned single = 0, rival = 0;
	char base[96];

	find_best(s, v, &single, &rival);
	for (size_t i = 0; i < ROUNDS; i++) {
		struct round many = run_grouped(s, 0), one = run_single(s, single);
		double tps = rival_run(v, rival);

		tell("grouped", &many);
		tell("single", &one);
		fprintf(stderr, "bench: pgbench    %7.0f votes/s\n", tps);
		if (many.syncs <= 0 || one.syncs <= 0) {
			fprintf(stderr, "bench: nothing was synced to disk\n");
			exit(1);
		}
		rate[i] = many.rate;
		gauthd[i] = many.gauthd;
		postgres[i] = many.postgres;
		less[i] = cpu(&one) / cpu(&many);
		faster[i] = many.rate / one.rate;
		by_pgbench[i] = many.rate / tps;
	}
	snprintf(base, sizeof(base), "one vote a transaction, %u connections", single);
	measure_print("vote.group_commit.cpu", measure_median(gauthd, ROUNDS) + measure_median(postgres, ROUNDS), "us/vote",
		measure_median(less, ROUNDS), base);
	measure_print("vote.group_commit.cpu_gauthd", measure_median(gauthd, ROUNDS), "us/vote", 0, NULL);
	measure_print("vote.group_commit.cpu_postgresql", measure_median(postgres, ROUNDS), "us/vote", 0, NULL);
	measure_print("vote.group_commit", measure_median(rate, ROUNDS), "votes/s", measure_median(faster, ROUNDS), base);
	snprintf(base, sizeof(base), "pgbench with the same statements, %u connections", rival);
	measure_print("vote.vs_pgbench", measure_median(rate, ROUNDS), "votes/s", measure_median(by_pgbench, ROUNDS), base);
}

int main(void)
{
	struct pg *pg = pg_start(), *other = pg_start();
	struct realm *r = realm_new(pg), *quiet = realm_new(other);
	struct crowd *bench = crowd_new(quiet, "bench", 1, PROPOSALS);
	struct stage s = { .crowd = crowd_new(r, "crowd", MEMBERS, PROPOSALS),
		.db = pg_connect(pg->owner),
		.requests = calloc(GROUPED, sizeof(*s.requests)) };
	struct rival v = { 0 };

	if (s.requests == NULL ||
		pg_number(s.db, "SELECT (current_setting('fsync') = 'on' AND current_setting('synchronous_commit') = 'on')::int") != 1)
		abort();
	rival_open(&v, bench);
	compare(&s, &v);
	for (size_t i = 0; i < GROUPED; i++)
		buf_free(&s.requests[i]);
	free(s.requests);
	db_close(s.db);
	crowd_free(s.crowd);
	crowd_free(bench);
	realm_free(r);
	realm_free(quiet);
	pg_stop(pg);
	pg_stop(other);
	return 0;
}
