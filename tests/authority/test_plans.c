/* SPDX-License-Identifier: ISC
 * Once tables are large and the server knows it, no statement of an admission's life reads one of them whole: each finds what it wants by
 * an index, and the session's enable_seqscan is not what makes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/store_answer.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"

enum { PLANS_MAX = 200 };

/* A connection knows a statement by its address, so these stay until the end. */
struct plan {
	struct statement st;
	char name[80], sql[400];
};

static void keep_an_answer(struct worker *w)
{
	const struct answer_key k = { .principal = "p", .route = "r", .key = "k" };
	struct buf text = { 0 };
	struct err e = { 0 };
	int status;

	assert_true(store_answer_find(w, &k, &status, &text, &e));
	assert_true(store_answer_keep(w, &k, 202, "{}", &e));
	buf_free(&text);
}

/* so that applying counts who is in, who waits and who came today, and that deciding gathers vouches and challenges */
static void with_everything(json_t *charter)
{
	charters_set(charter, "/membership/limit", "100000");
	charters_set(charter, "/membership/per_day", "100000");
	charters_set(charter, "/membership/names", "\"name\"");
	charters_set(charter, "/membership/sponsor", "{\"per\":1000,\"window\":86400,\"depth\":2}");
	charters_set(charter, "/readmission", "{\"wait\":0,\"requirement\":{\"votes\":{\"count\":3}}}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"penalty\":86400}");
	charters_set(charter, "/admission",
		"{\"any\":[{\"votes\":{\"count\":2}},"
		"{\"all\":[{\"vouches\":{\"count\":1,\"budget\":9,\"window\":86400}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}]}");
	charters_set(charter, "/tests", "[]");
}

/* Somebody who comes in by a vouch and a challenge. */
static void be_vouched_for(struct realm *r, struct folk *f)
{
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest application = folk_apply(f, r->w, k);
	struct challenge met;

	assert_string_equal(folk_vouch_for(f, r->w, &application, 0), "");
	met = folk_challenge(f, &application, k);
	assert_string_equal(folk_meet(f, r->w, false, &met), "");
	assert_true(folk_decide(f, r->w, (uint64_t)folk_number(f, "SELECT proposals FROM groups WHERE g = %d")));
	sig_key_free(k);
}

/* Afterwards the worker's connection has prepared what applying, voting, deciding and living as a member take. */
static void live(struct realm *r, struct folk *f)
{
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL), *next = sig_key_generate(SIG_ED25519, NULL);
	struct id16 member = folk_admit(f, r->w, k);
	struct renewal renewal = folk_renewal(f, &member);
	struct revocation revocation = folk_revocation(f, REVOKE_KEY);
	struct err e = { 0 };

	assert_true(folk_send_renewal(f, r->w, &renewal, k, NULL, &e));
	assert_true(folk_send_rekey(f, r->w, &member, k, next, NULL, &e));
	jwk_thumbprint(sig_key_pub(next), &revocation.key);
	assert_true(folk_send_revocation(f, r->w, &revocation, next, NULL, &e));
	(void)folk_move(f, r->w, 0, &r->keys->member[1]);
	keep_an_answer(r->w);
	be_vouched_for(r, f);
	sig_key_free(k);
	sig_key_free(next);
}

/* Members, keys, applications, proposals and votes by the thousand, all of one group, as they are after years; most are done with. */
static void grow(struct realm *r, int32_t g)
{
	static const char *const fill[] = {
		"INSERT INTO members (g, member, name, node, decision, joined) SELECT %d, substr(d, 1, 16), 'm', substr(d, 17), d, 1000000 + i"
		" FROM generate_series(1, 5000) i, LATERAL (SELECT sha256(int4send(i)) AS d) x",
		"INSERT INTO member_keys (g, key, member, pub, since) SELECT g, sha256(member), member, sha256(node), joined"
		" FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO applications (g, digest, number, key, pub, name, doc, receipt, idx, log_size, version, state, stored, seed)"
		" SELECT g, decision, joined, sha256(member), sha256(node), 'm', repeat('d', 500), 'r', joined, 1, 1, 'member', 1, joined"
		" FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO proposals (g, number, digest, question, subject, version, idx, opened, closes, n, doc, outcome)"
		" SELECT g, joined, sha256(decision), 0, decision, 1, joined, 1, 2, 3, repeat('d', 500), 0"
		" FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, stored)"
		" SELECT p.g, p.number, m.member, sha256(p.digest || m.member), 0, sha256(m.member), repeat('d', 500), 'r', 1"
		" FROM proposals p JOIN members m ON m.g = p.g AND m.joined BETWEEN p.number AND p.number + 2 WHERE p.g = %d AND p.outcome = 0"
		" AND m.name = 'm'",
		"INSERT INTO vouches (g, application, member, digest, key, doc, receipt, reasoned, idx, time, age, live)"
		" SELECT g, decision, member, decision, sha256(member), repeat('d', 500), 'r', false, joined, joined, 1, 1"
		" FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO sponsors (g, member, sponsor) SELECT m.g, m.member, s.member FROM members m JOIN members s ON s.g = m.g"
		" AND s.joined = m.joined - 1 AND s.name = 'm' WHERE m.g = %d AND m.name = 'm'",
		"INSERT INTO charges (g, member, idx, time) SELECT g, member, joined, joined FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO challenges (g, digest, subject, key, notary, doc, receipt, iat, until, stored)"
		" SELECT g, decision, decision, sha256(member), decision, repeat('d', 500), 'r', 1, 2, 1 FROM members WHERE g = %d AND name = 'm'",
		"INSERT INTO answers (principal, route, key, body, status, answer, until)"
		" SELECT i, 'r', 'k', sha256(int4send(i + %d)), 202, repeat('d', 500), 9000000000 FROM generate_series(1, 5000) i",
		"ANALYZE",
	};
	struct db *owner = pg_connect(r->pg->owner);

	for (size_t i = 0; i < sizeof(fill) / sizeof(fill[0]); i++) {
		char sql[1024];

		snprintf(sql, sizeof(sql), fill[i], g);
		pg_do(owner, sql);
	}
	db_close(owner);
}

/* What its task has read everything for. */
static bool reads_all(const char *name)
{
	static const char *const names[] = { "electors_at", "member_count" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool is_large(const char *table)
{
	static const char *const names[] = { "members ", "member_keys ", "applications ", "proposals ", "votes ", "answers ", "vouches ",
		"challenges ", "evidence ", "sponsors ", "charges " };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(table, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static PGresult *ask(struct db *db, const struct statement *st)
{
	struct err e = { 0 };
	PGresult *r;

	if (!db_run(db, st, NULL, &r, &e))
		fail_msg("%s: %s", st->sql, e.text);
	return r;
}

/* Does the plan of this statement, which takes n parameters, read a large table whole? */
static bool scans(struct db *db, const char *name, int n, struct plan *p)
{
	static const char word[] = "Seq Scan on ";
	bool rc = false;
	PGresult *r;

	snprintf(p->name, sizeof(p->name), "plan_of_%s", name);
	snprintf(p->sql, sizeof(p->sql), "EXPLAIN EXECUTE %s%s", name, n > 0 ? "(NULL" : "");
	for (int i = 1; i < n; i++)
		strcat(p->sql, ", NULL");
	strcat(p->sql, n > 0 ? ")" : "");
	p->st = (struct statement){ p->name, p->sql };
	r = ask(db, &p->st);
	assert_true(PQntuples(r) > 0);
	for (int i = 0; i < PQntuples(r); i++) {
		const char *scan = strstr(res_text(r, i, 0), word);

		if (scan != NULL && is_large(scan + strlen(word))) {
			print_message("%s: %s\n", name, scan);
			rc = true;
		}
	}
	PQclear(r);
	return rc;
}

static bool is_named(const PGresult *names, const char *name)
{
	for (int i = 0; i < PQntuples(names); i++)
		if (strcmp(res_text(names, i, 0), name) == 0)
			return true;
	return false;
}

static void test_an_admission_reads_no_table_whole(void **state)
{
	static const struct statement prepared = { "plans_prepared",
		"SELECT name, cardinality(parameter_types) FROM pg_prepared_statements WHERE name <> 'plans_prepared' ORDER BY name" };
	static const char *const among[] = { "vouch_insert", "vouch_live", "vouch_all", "challenge_insert", "challenge_all",
		"gathered_keep", "room_day", "sponsor_spent", "sponsor_keep", "sponsor_charge", "sponsor_count", "return_key",
		"return_name", "return_expelled", "return_blamed" };
	struct realm *r = *state;
	struct folk f = folk_new(r, "large", with_everything);
	struct plan *plans = calloc(PLANS_MAX, sizeof(*plans));
	PGresult *names;
	int found = 0;

	assert_non_null(plans);
	live(r, &f);
	grow(r, f.g.g);
	pg_do(r->w->db, "SET enable_seqscan = on; DISCARD PLANS");
	names = ask(r->w->db, &prepared);
	assert_in_range(PQntuples(names), 50, PLANS_MAX);
	for (size_t i = 0; i < sizeof(among) / sizeof(among[0]); i++)
		assert_true(is_named(names, among[i]));
	for (int i = 0; i < PQntuples(names); i++) {
		const char *name = res_text(names, i, 0);

		found += !reads_all(name) && scans(r->w->db, name, (int)res_int(names, i, 1), &plans[i]);
	}
	assert_int_equal(found, 0);
	PQclear(names);
	free(plans);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_admission_reads_no_table_whole),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
