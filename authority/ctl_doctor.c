/* SPDX-License-Identifier: ISC
 * gauthctl doctor: what is not as it should be, and what helps. */
#include "authority/ctl.h"

#include <stdarg.h>
#include <string.h>

#include "authority/charters.h"
#include "authority/signer.h"
#include "base/time.h"

enum { SOON = 30 * 86400, CLOCK_SLACK = 5 };
enum finding { FINE, WARNING, WRONG };

struct doctor {
	struct ctl *c;
	json_t *found;
	bool wrong;
	int64_t now; /* of the database */
	struct group g;
	const struct charter *charter; /* in force, of g */
};

static void say(struct doctor *d, enum finding f, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void say(struct doctor *d, enum finding f, const char *fmt, ...)
{
	static const char *const words[] = { "ok", "warning", "WRONG" };
	char text[ERR_TEXT_MAX], safe[TERM_SAFE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->wrong = d->wrong || f == WRONG;
	term_line(&d->c->term, words[f], "%s", term_safe(text, safe));
	json_array_append_new(d->found, json_pack("{s:s,s:s}", "finding", words[f], "text", safe));
}

static void say_error(struct doctor *d, const char *what, const struct err *e)
{
	say(d, WRONG, "%s: %s (%s)", what, e->text, e->name);
}

/* The number that a statement about the group (its one parameter) gives; -1 when it can not be asked. */
static int64_t ask(struct doctor *d, const struct statement *st, bool of_group)
{
	struct db_args a = { 0 };
	struct err e = { 0 };
	int64_t v = -1;
	PGresult *r;

	if (of_group)
		arg_int4(&a, d->g.g);
	if (!db_run(d->c->w->db, st, &a, &r, &e)) {
		say_error(d, st->name, &e);
		return -1;
	}
	if (PQntuples(r) == 1)
		v = res_int(r, 0, 0);
	PQclear(r);
	return v;
}

/* ---- the machine */

static void check_database(struct doctor *d)
{
	static const struct statement version = { "doctor_version", "SELECT current_setting('server_version_num')::int" };
	static const struct statement durable = { "doctor_durable",
		"SELECT (current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on')::int" };
	static const struct statement sums = { "doctor_sums", "SELECT (current_setting('data_checksums') = 'on')::int" };
	int64_t v = ask(d, &version, false), apart;

	say(d, v >= 130000 ? FINE : WRONG, "PostgreSQL %lld%s", (long long)(v / 10000), v >= 130000 ? "" : ": 13 or newer is needed");
	if (ask(d, &durable, false) != 1)
		say(d, WRONG, "fsync or full_page_writes is off: a power cut loses acknowledged votes; turn them on");
	if (ask(d, &sums, false) != 1)
		say(d, WARNING, "the cluster has no data checksums: pg_checksums --enable adds them");
	apart = time_now() - d->now;
	if (apart > CLOCK_SLACK || apart < -CLOCK_SLACK)
		say(d, WARNING, "this machine's clock and the database's are %lld s apart: decisions use the database's", (long long)apart);
}

static void check_signer(struct doctor *d)
{
	struct err e = { 0 };

	if (worker_signer(d->c->w, &e) != NULL)
		say(d, FINE, "the signer answers");
	else if (d->c->embedded != NULL)
		say(d, WARNING, "gauthd does not run (so neither does the signer): gauthd --state %s", d->c->state);
	else
		say_error(d, "the signer does not answer", &e);
}

/* ---- a group */

static void check_keys(struct doctor *d)
{
	const struct charter_key *notary = charter_notary(d->charter, &d->c->a.notary_thumb, d->now);
	int64_t until = 0;

	if (notary == NULL)
		say(d, WRONG, "%s: charter %u does not name this authority's notary key for now: its administrators write a new version",
			d->g.name, (unsigned)d->charter->version);
	else if (notary->until < d->now + SOON)
		say(d, WARNING, "%s: the notary key's time ends in %lld days: write a new charter version", d->g.name,
			(long long)((notary->until - d->now) / 86400));
	for (size_t i = 0; i < d->charter->authority.issuing_n; i++)
		if (d->charter->authority.issuing[i].until > until)
			until = d->charter->authority.issuing[i].until;
	if (until < d->now + SOON)
		say(d, until < d->now ? WRONG : WARNING, "%s: the issuing key's time ends in %lld days: write a new charter version",
			d->g.name, (long long)((until - d->now) / 86400));
}

static void check_work(struct doctor *d)
{
	static const struct statement late = { "doctor_late",
		"SELECT count(*) FROM proposals WHERE g = $1 AND outcome IS NULL AND coalesce(waits, closes) < now_s() - 300" };
	static const struct statement unsigned_ = { "doctor_unsigned",
		"SELECT count(*) FROM certificates c JOIN log l ON l.g = c.g AND l.idx = c.idx"
		" WHERE c.g = $1 AND c.state = 'intended' AND l.time < now_s() - 300" };
	static const struct statement list = { "doctor_list", "SELECT coalesce(max(next), 0) - now_s() FROM lists WHERE g = $1" };
	int64_t n = ask(d, &late, true);

	if (n > 0)
		say(d, WARNING, "%s: %lld proposals are past their end and not decided: does gauthd run?", d->g.name, (long long)n);
	n = ask(d, &unsigned_, true);
	if (n > 0)
		say(d, WARNING, "%s: %lld certificates wait for the signer", d->g.name, (long long)n);
	if (ask(d, &list, true) < 0)
		say(d, WRONG, "%s: the revocation list is stale, and peers answer \"cannot tell\": gauthd and its signer make a new one",
			d->g.name);
}

static void check_log(struct doctor *d)
{
	struct signer_state theirs;
	struct err e = { 0 };

	if (d->c->w->signer == NULL)
		return;
	if (!signer_hello(d->c->w->signer, &d->g.genesis, &theirs, &e)) {
		say_error(d, d->g.name, &e);
		return;
	}
	if (theirs.epoch > 0 && theirs.epoch < d->g.signer_epoch)
		say(d, WRONG, "%s: this signer's state is older than the one that served the group last; switch the old machine off",
			d->g.name);
	if (theirs.size > d->g.log_size)
		say(d, WRONG, "%s: the signer knows %llu entries, the database %llu: an old database was restored; restore a newer one",
			d->g.name, (unsigned long long)theirs.size, (unsigned long long)d->g.log_size);
}

static void check_group(struct doctor *d)
{
	struct err e = { 0 };

	if (!d->g.open) {
		say(d, FINE, "%s: a draft that waits for approvals: gauthctl group show %s", d->g.name, d->g.name);
		return;
	}
	if (d->g.stopped)
		say(d, WRONG, "%s: stopped, because its signer is ahead of the database", d->g.name);
	if (!read_charter_now(d->c->w, &d->g, &d->charter, &e)) {
		say_error(d, d->g.name, &e);
		return;
	}
	check_keys(d);
	check_work(d);
	check_log(d);
	say(d, FINE, "%s: charter %u, %llu entries", d->g.name, (unsigned)d->charter->version, (unsigned long long)d->g.log_size);
}

static void check_groups(struct doctor *d)
{
	static const struct statement st = { "doctor_groups", "SELECT g FROM groups ORDER BY name" };
	struct err e = { 0 };
	PGresult *r;

	if (!db_run(d->c->w->db, &st, NULL, &r, &e)) {
		say_error(d, "groups", &e);
		return;
	}
	for (int i = 0; i < PQntuples(r); i++)
		if (group_by_id(d->c->w, (int32_t)res_int(r, i, 0), &d->g, &e))
			check_group(d);
	if (PQntuples(r) == 0)
		say(d, FINE, "no group yet: gauthctl group create NAME --founder FILE.csr");
	PQclear(r);
}

int ctl_doctor(struct ctl *c)
{
	struct doctor d = { .c = c, .found = json_array() };
	int rc;

	if (!ctl_worker(c) || !db_now(c->w->db, &d.now, &c->e)) {
		json_decref(d.found);
		return ctl_fail(c);
	}
	say(&d, FINE, "state %s, schema %d", c->place.dir, db_schema_version());
	check_database(&d);
	check_signer(&d);
	check_groups(&d);
	rc = ctl_document(c, json_pack("{s:o}", "findings", d.found));
	return d.wrong ? CTL_FAILED : rc;
}
