/* SPDX-License-Identifier: ISC
 * What the store itself refuses, whoever asks: the constraints behind the invariants 2, 4, 5, 6, 7 and 8 (docs/DESIGN.md), and what the
 * daemon's role may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "tests/lib/pg.h"

/* d('x') is some digest, m('x') some member. */
static const char words[] = "CREATE FUNCTION d(t text) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(t::bytea) $$;"
			    "CREATE FUNCTION m(t text) RETURNS bytea LANGUAGE sql AS $$ SELECT substr(sha256(t::bytea), 1, 16) $$;";

/* Two groups with a charter, a log of two entries, a member with a key; in the first a proposal, a vote, a decision, a certificate. */
static const char *const ground[] = {
	"INSERT INTO groups (name, genesis, state) VALUES ('one', d('one'), 'open'), ('two', d('two'), 'open')",
	"INSERT INTO charters (g, version, digest, payload, doc, effective, idx)"
	" VALUES (1, 1, d('c1'), 'p', 'd', 0, 0), (2, 1, d('c2'), 'p', 'd', 0, 0)",
	"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (1, 0, 0, 0, d('x'), 'p', d('x')), (1, 1, 0, 1, d('x'), 'p', d('x')),"
	" (2, 0, 0, 0, d('x'), 'p', d('x'))",
	"INSERT INTO members (g, member, name, node, decision, joined)"
	" VALUES (1, m('1'), 'a', m('n'), d('d'), 1), (1, m('2'), 'b', m('n'), d('d'), 1),"
	" (2, m('1'), 'a', m('n'), d('d'), 1)",
	"INSERT INTO member_keys (g, key, member, pub, since) VALUES (1, d('k1'), m('1'), d('p'), 1), (1, d('k2'), m('2'), d('p'), 1)",
	"INSERT INTO applications (g, digest, number, key, pub, name, doc, receipt, idx, log_size, version, state, stored, seed)"
	" VALUES (1, d('a1'), 0, d('k3'), d('p'), 'c', 'd', 'r', 1, 1, 1, 'proposed', 0, 0)",
	"INSERT INTO proposals (g, number, digest, question, subject, version, idx, opened, closes, n, doc)"
	" VALUES (1, 1, d('q1'), 0, d('a1'), 1, 2, 0, 60, 2, 'd'), (1, 2, d('q2'), 1, d('m2'), 1, 3, 0, 60, 2, 'd')",
	"INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, stored) VALUES (1, 1, m('1'), d('v1'), 0, d('k1'), 'd', 'r', 0)",
	"INSERT INTO decisions (g, number, digest, outcome, doc, decided, idx) VALUES (1, 1, d('e1'), 0, 'd', 0, 4)",
	"INSERT INTO ballots (g, number, vote, status) VALUES (1, 1, d('v1'), 0)",
	"INSERT INTO certificates (g, cause, serial, member, key, number, origin, tbs, not_before, until, idx, state)"
	" VALUES (1, d('e1'), m('s1'), m('1'), d('k1'), 1, 1, 't', 0, 1, 5, 'intended')",
	"INSERT INTO revocations (g, idx, object, member, cause, since) VALUES (1, 6, d('r'), m('2'), 0, 0)",
	"INSERT INTO authorities (g, spki, pub, der) VALUES (1, d('i'), 'p', 'd')",
	"INSERT INTO vouches (g, application, member, digest, key, doc, receipt, reasoned, reason, salt, idx, time, age, live)"
	" VALUES (1, d('a1'), m('1'), d('u1'), d('k1'), 'd', 'r', true, 'why', '\\x00', 7, 0, 0, 1)",
	"INSERT INTO challenges (g, digest, subject, key, notary, doc, receipt, iat, until, stored)"
	" VALUES (1, d('h1'), d('a1'), d('k3'), d('n'), 'd', 'r', 0, 60, 0)",
	"INSERT INTO evidence (g, number, object) VALUES (1, 1, d('u1'))",
};

struct store {
	struct pg *pg;
	struct db *owner, *daemon;
};

static int start(void **state)
{
	static struct store s;

	s.pg = pg_start();
	s.owner = pg_connect(s.pg->owner);
	s.daemon = pg_connect(s.pg->daemon);
	pg_do(s.owner, words);
	for (size_t i = 0; i < sizeof(ground) / sizeof(ground[0]); i++)
		pg_do(s.owner, ground[i]);
	*state = &s;
	return 0;
}

static int end(void **state)
{
	struct store *s = *state;

	db_close(s->owner);
	db_close(s->daemon);
	pg_stop(s->pg);
	return 0;
}

static void all_refused(struct db *db, const char *const *sql, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!pg_refuses(db, sql[i], name))
			fail_msg("%s", sql[i]);
}

#define REFUSED(db, list, name) all_refused(db, list, sizeof(list) / sizeof((list)[0]), name)

#define VOTE "INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, stored) VALUES "

static void one_counted_vote_for_each_member(void **state)
{
	struct store *s = *state;
	static const char *const bad[] = {
		VOTE "(1, 1, m('1'), d('v2'), 1, d('k1'), 'd', 'r', 0)", /* a second one */
		VOTE "(1, 1, m('2'), d('v1'), 0, d('k2'), 'd', 'r', 0)", /* the same vote again */
		VOTE "(1, 9, m('2'), d('v3'), 0, d('k2'), 'd', 'r', 0)", /* on no proposal */
		VOTE "(2, 1, m('1'), d('v3'), 0, d('k1'), 'd', 'r', 0)", /* in another group */
		VOTE "(1, 1, m('9'), d('v3'), 0, d('k2'), 'd', 'r', 0)", /* by nobody */
		VOTE "(1, 1, m('2'), d('v3'), 0, d('k9'), 'd', 'r', 0)", /* by no member's key */
		VOTE "(1, 1, m('2'), d('v3'), 3, d('k2'), 'd', 'r', 0)", /* of no such choice */
		VOTE "(1, 1, m('2'), '\\x00', 0, d('k2'), 'd', 'r', 0)",
	};

	REFUSED(s->daemon, bad, "database_conflict");
	pg_do(s->daemon, VOTE "(1, 1, m('2'), d('v4'), 1, d('k2'), 'd', 'r', 0)");
	pg_do(s->daemon, "UPDATE votes SET replaced = d('v5') WHERE digest = d('v4')");
	pg_do(s->daemon, VOTE "(1, 1, m('2'), d('v5'), 1, d('k2'), 'd', 'r', 0)");
}

static void a_vote_stands(void **state)
{
	struct store *s = *state;
	static const char *const by_anybody[] = {
		"UPDATE votes SET choice = 1 WHERE digest = d('v1')",
		"UPDATE votes SET stored = 1 WHERE digest = d('v1')",
		"UPDATE votes SET receipt = 'x' WHERE digest = d('v1')",
		"DELETE FROM votes",
		"UPDATE words SET approve = true",
		"UPDATE ballots SET status = 1",
		"DELETE FROM ballots",
		"UPDATE decisions SET outcome = 1",
		"DELETE FROM decisions",
	};
	static const char *const by_the_daemon[] = {
		"UPDATE votes SET choice = 1",
		"DELETE FROM votes",
		"TRUNCATE votes CASCADE",
		"DELETE FROM decisions",
		"UPDATE decisions SET outcome = 1",
		"UPDATE ballots SET status = 1",
	};

	pg_do(s->owner,
		"INSERT INTO words (g, subject, key, digest, approve, doc, receipt, stored) VALUES (1, d('a1'), d('o'), d('w'), false, 'd', 'r', 0)");
	REFUSED(s->owner, by_anybody, "database_conflict");
	REFUSED(s->daemon, by_the_daemon, "database_error");
	assert_true(pg_refuses(s->daemon,
		"INSERT INTO words (g, subject, key, digest, approve, doc, receipt, stored) VALUES (1, d('a1'), d('o'), d('w2'), true, 'd', 'r', 0)",
		"database_conflict"));
	assert_true(pg_refuses(s->daemon,
		"INSERT INTO decisions (g, number, digest, outcome, doc, decided, idx) VALUES (1, 1, d('e9'), 1, 'd', 0, 9)",
		"database_conflict"));
}

#define CERTIFICATE "INSERT INTO certificates (g, cause, serial, member, key, number, origin, tbs, not_before, until, idx, state) VALUES "

static void one_certificate_for_a_cause(void **state)
{
	struct store *s = *state;
	static const char *const bad[] = {
		CERTIFICATE "(1, d('e1'), m('s2'), m('1'), d('k1'), NULL, 1, 't', 0, 1, 9, 'intended')", /* a second one for the cause */
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k1'), 1, 1, 't', 0, 1, 9, 'intended')",    /* for the admission */
		CERTIFICATE "(1, d('e2'), m('s1'), m('1'), d('k1'), NULL, 2, 't', 0, 1, 9, 'intended')", /* the serial again */
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k1'), NULL, 2, 't', 0, 1, 5, 'intended')", /* the log entry again */
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k1'), 2, 1, 't', 0, 1, 9, 'intended')",    /* without a decision */
		CERTIFICATE "(1, d('e2'), m('s2'), m('9'), d('k1'), NULL, 2, 't', 0, 1, 9, 'intended')",
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k9'), NULL, 2, 't', 0, 1, 9, 'intended')",
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k1'), NULL, 2, 't', 0, 0, 9, 'intended')",
		CERTIFICATE "(1, d('e2'), m('s2'), m('1'), d('k1'), NULL, 2, 't', 0, 1, 9, 'published')", /* without its bytes */
	};
	static const char *const changed[] = {
		"UPDATE certificates SET serial = m('s3')",
		"UPDATE certificates SET until = 2",
		"UPDATE certificates SET tbs = 'u'",
		"DELETE FROM certificates",
		"UPDATE authorities SET der = 'e'",
		"DELETE FROM authorities",
	};

	REFUSED(s->daemon, bad, "database_conflict");
	REFUSED(s->owner, changed, "database_conflict");
	pg_do(s->daemon, CERTIFICATE "(1, d('e3'), m('s3'), m('1'), d('k1'), NULL, 2, 't', 0, 1, 9, 'intended')");
	pg_do(s->daemon, "UPDATE certificates SET state = 'published', der = 'd' WHERE cause = d('e3')");
	assert_true(pg_refuses(
		s->daemon, "UPDATE certificates SET state = 'abandoned', der = NULL WHERE cause = d('e3')", "database_conflict"));
	assert_true(pg_refuses(s->daemon, "DELETE FROM certificates", "database_error"));
}

static void one_application_for_a_key_and_one_proposal_for_it(void **state)
{
	struct store *s = *state;
#define APPLICATION \
	"INSERT INTO applications (g, digest, number, key, pub, name, doc, receipt, idx, log_size, version, state, stored, seed) VALUES "
#define PROPOSAL "INSERT INTO proposals (g, number, digest, question, subject, member, version, idx, opened, closes, n, doc) VALUES "
	static const char *const bad[] = {
		APPLICATION "(1, d('a2'), 1, d('k3'), d('p'), 'c', 'd', 'r', 1, 1, 1, 'received', 0, 7)", /* the key again */
		APPLICATION "(1, d('a1'), 1, d('k4'), d('p'), 'c', 'd', 'r', 1, 1, 1, 'received', 0, 7)",
		APPLICATION "(1, d('a2'), 0, d('k4'), d('p'), 'c', 'd', 'r', 1, 1, 1, 'received', 0, 7)",
		APPLICATION "(1, d('a2'), 1, d('k4'), d('p'), 'c', 'd', 'r', 1, 1, 2, 'received', 0, 7)", /* no such charter */
		PROPOSAL "(1, 3, d('q3'), 0, d('a1'), NULL, 1, 9, 0, 60, 2, 'd')",                        /* the application again */
		PROPOSAL "(1, 3, d('q1'), 0, d('a2'), NULL, 1, 9, 0, 60, 2, 'd')",
		PROPOSAL "(1, 3, d('q3'), 0, d('a2'), NULL, 1, 2, 0, 60, 2, 'd')",
		PROPOSAL "(1, 3, d('q3'), 0, d('a2'), NULL, 2, 9, 0, 60, 2, 'd')",
		PROPOSAL "(1, 3, d('q3'), 0, d('a2'), NULL, 1, 9, 60, 60, 2, 'd')",
	};

	REFUSED(s->daemon, bad, "database_conflict");
	pg_do(s->daemon, PROPOSAL "(1, 3, d('q3'), 1, d('m3'), m('2'), 1, 9, 0, 60, 2, 'd')");
	assert_true(pg_refuses(s->daemon, PROPOSAL "(1, 4, d('q4'), 1, d('m4'), m('2'), 1, 10, 0, 60, 2, 'd')", "database_conflict"));
	pg_do(s->daemon, "UPDATE proposals SET outcome = 1 WHERE number = 3");
	pg_do(s->daemon, PROPOSAL "(1, 4, d('q4'), 1, d('m4'), m('2'), 1, 10, 0, 60, 2, 'd')");
}

static void charters_are_one_chain_and_proposals_keep_theirs(void **state)
{
	struct store *s = *state;
#define CHARTER "INSERT INTO charters (g, version, digest, payload, doc, effective, idx) VALUES "
	static const char *const gaps[] = {
		CHARTER "(1, 3, d('c3'), 'p', 'd', 0, 9)",
		CHARTER "(1, 1, d('c3'), 'p', 'd', 0, 9)",
		CHARTER "(1, 2, d('c1'), 'p', 'd', 0, 9)",
		CHARTER "(1, 0, d('c3'), 'p', 'd', 0, 9)",
	};
	static const char *const changed[] = {
		"UPDATE charters SET doc = 'x'",
		"UPDATE charters SET effective = 1",
		"DELETE FROM charters",
		"UPDATE proposals SET version = 2 WHERE number = 1",
		"UPDATE proposals SET closes = 61 WHERE number = 1",
		"UPDATE proposals SET n = 1 WHERE number = 1",
		"UPDATE proposals SET subject = d('a9') WHERE number = 1",
		"DELETE FROM proposals",
	};

	REFUSED(s->daemon, gaps, "database_conflict");
	pg_do(s->daemon, CHARTER "(1, 2, d('c4'), 'p', 'd', 0, 9)");
	REFUSED(s->owner, changed, "database_conflict");
	pg_do(s->daemon, "UPDATE proposals SET outcome = 0 WHERE number = 1");
	assert_true(pg_refuses(s->daemon, "UPDATE proposals SET outcome = 1 WHERE number = 1", "database_conflict"));
	assert_true(pg_refuses(s->daemon, "UPDATE proposals SET version = 2 WHERE number = 1", "database_error"));
	assert_true(pg_refuses(s->daemon, "UPDATE charters SET doc = 'x'", "database_error"));
}

static void the_log_only_grows(void **state)
{
	struct store *s = *state;
	static const char *const bad[] = {
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (1, 3, 0, 0, d('x'), 'p', d('x'))", /* a gap */
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (1, 1, 0, 0, d('x'), 'p', d('x'))",
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (1, -1, 0, 0, d('x'), 'p', d('x'))",
		"INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (2, 2, 0, 0, d('x'), 'p', d('x'))",
		"UPDATE log SET payload = 'q'",
		"UPDATE log SET idx = 5 WHERE g = 1 AND idx = 1",
		"DELETE FROM log WHERE g = 1 AND idx = 1",
		"TRUNCATE log CASCADE",
		"DELETE FROM heads",
		"UPDATE heads SET root = d('z')",
	};

	pg_do(s->owner, "INSERT INTO heads (g, size, root, time, doc) VALUES (1, 2, d('h'), 0, 'd')");
	REFUSED(s->owner, bad, "database_conflict");
	assert_true(pg_refuses(s->daemon, "DELETE FROM log", "database_error"));
	assert_true(pg_refuses(s->daemon, "UPDATE log SET payload = 'q'", "database_error"));
	assert_true(pg_refuses(s->daemon, "TRUNCATE log CASCADE", "database_error"));
	pg_do(s->daemon, "INSERT INTO log (g, idx, time, event, object, payload, leaf) VALUES (1, 2, 0, 0, d('x'), 'p', d('x'))");
}

static void revocations_stand(void **state)
{
	struct store *s = *state;
	static const char *const changed[] = {
		"DELETE FROM revocations",
		"UPDATE revocations SET since = 9",
		"INSERT INTO revocations (g, idx, object, member, cause, since) VALUES (1, 6, d('r2'), m('1'), 0, 0)",
		"INSERT INTO revocations (g, idx, object, member, cause, since) VALUES (1, 9, d('r2'), m('9'), 0, 0)",
	};

	REFUSED(s->owner, changed, "database_conflict");
	assert_true(pg_refuses(s->daemon, "DELETE FROM revocations", "database_error"));
	assert_true(pg_refuses(s->daemon, "UPDATE revocations SET cause = 1", "database_error"));
}

static void a_key_and_a_member_serve_once(void **state)
{
	struct store *s = *state;
	static const char *const bad[] = {
		"INSERT INTO members (g, member, name, node, decision, joined) VALUES (1, m('1'), 'z', m('n'), d('d9'), 9)",
		"INSERT INTO member_keys (g, key, member, pub, since) VALUES (1, d('k1'), m('2'), d('p'), 9)", /* another's key */
		"INSERT INTO member_keys (g, key, member, pub, since) VALUES (1, d('k9'), m('1'), d('p'), 9)", /* a second live one */
		"INSERT INTO member_keys (g, key, member, pub, since) VALUES (2, d('k9'), m('2'), d('p'), 9)", /* of no member */
		"UPDATE members SET ended = 3 WHERE member = m('1')",
	};

	REFUSED(s->daemon, bad, "database_conflict");
	assert_true(pg_refuses(s->daemon, "DELETE FROM members", "database_error"));
	assert_true(pg_refuses(s->daemon, "DELETE FROM member_keys", "database_error"));
	assert_true(pg_refuses(s->daemon, "UPDATE members SET decision = d('z')", "database_error"));
}

#define VOUCH "INSERT INTO vouches (g, application, member, digest, key, doc, receipt, reasoned, idx, time, age, live) VALUES "

static void one_vouch_for_each_member_and_application(void **state)
{
	struct store *s = *state;
	static const char *const bad[] = {
		VOUCH "(1, d('a1'), m('1'), d('u2'), d('k1'), 'd', 'r', false, 8, 0, 0, 1)", /* a second one */
		VOUCH "(1, d('a1'), m('2'), d('u1'), d('k2'), 'd', 'r', false, 8, 0, 0, 1)", /* the same vouch again */
		VOUCH "(1, d('a1'), m('2'), d('u2'), d('k2'), 'd', 'r', false, 7, 0, 0, 1)", /* the log entry again */
		VOUCH "(1, d('a9'), m('2'), d('u2'), d('k2'), 'd', 'r', false, 8, 0, 0, 1)", /* for no application */
		VOUCH "(1, d('a1'), m('9'), d('u2'), d('k2'), 'd', 'r', false, 8, 0, 0, 1)", /* by nobody */
		VOUCH "(1, d('a1'), m('2'), d('u2'), d('k9'), 'd', 'r', false, 8, 0, 0, 1)", /* by no member's key */
		VOUCH "(1, d('a1'), m('2'), d('u2'), d('k2'), 'd', 'r', false, 8, 0, -1, 1)",
		VOUCH "(1, d('a1'), m('2'), d('u2'), d('k2'), 'd', 'r', false, 8, 0, 0, 0)", /* it is live itself */
	};

	REFUSED(s->daemon, bad, "database_conflict");
	pg_do(s->daemon, VOUCH "(1, d('a1'), m('2'), d('u3'), d('k2'), 'd', 'r', false, 8, 0, 0, 1)");
}

static void a_vouch_stands_but_for_its_text(void **state)
{
	struct store *s = *state;
	static const char *const by_anybody[] = {
		"UPDATE vouches SET member = m('3') WHERE digest = d('u1')",
		"UPDATE vouches SET doc = 'x' WHERE digest = d('u1')",
		"UPDATE vouches SET reasoned = false WHERE digest = d('u1')",
		"UPDATE vouches SET time = 1 WHERE digest = d('u1')",
		"UPDATE vouches SET age = 1 WHERE digest = d('u1')",
		"UPDATE vouches SET live = 2 WHERE digest = d('u1')",
		"DELETE FROM vouches WHERE digest = d('u1')",
	};
	static const char *const by_the_daemon[] = {
		"UPDATE vouches SET age = 1",
		"UPDATE vouches SET reasoned = false",
		"DELETE FROM vouches",
		"TRUNCATE vouches CASCADE",
	};

	REFUSED(s->owner, by_anybody, "database_conflict");
	REFUSED(s->daemon, by_the_daemon, "database_error");
	pg_do(s->daemon, "UPDATE vouches SET reason = NULL, salt = NULL WHERE digest = d('u1')");
}

static void challenges_and_evidence_stand(void **state)
{
	struct store *s = *state;
#define CHALLENGE "INSERT INTO challenges (g, digest, subject, key, notary, doc, receipt, iat, until, stored) VALUES "
#define EVIDENCE "INSERT INTO evidence (g, number, object) VALUES "
	static const char *const bad[] = {
		CHALLENGE "(1, d('h1'), d('a1'), d('k3'), d('n'), 'd', 'r', 0, 60, 0)", /* the same challenge again */
		CHALLENGE "(9, d('h2'), d('a1'), d('k3'), d('n'), 'd', 'r', 0, 60, 0)", /* in no group */
		CHALLENGE "(1, d('h2'), d('a1'), d('k3'), d('n'), 'd', 'r', 60, 60, 0)", EVIDENCE "(1, 1, d('u1'))", /* once more */
		EVIDENCE "(1, 2, d('u1'))",                                                                          /* of no decision */
	};
	static const char *const by_anybody[] = {
		"UPDATE challenges SET until = 61",
		"UPDATE challenges SET key = d('k4')",
		"DELETE FROM challenges",
		"UPDATE evidence SET object = d('u9')",
		"DELETE FROM evidence",
	};
	static const char *const by_the_daemon[] = {
		"UPDATE challenges SET until = 61",
		"DELETE FROM challenges",
		"TRUNCATE challenges CASCADE",
		"UPDATE evidence SET object = d('u9')",
		"DELETE FROM evidence",
		"TRUNCATE evidence CASCADE",
	};

	REFUSED(s->daemon, bad, "database_conflict");
	REFUSED(s->owner, by_anybody, "database_conflict");
	REFUSED(s->daemon, by_the_daemon, "database_error");
	pg_do(s->daemon, CHALLENGE "(1, d('h2'), d('a1'), d('k3'), d('n'), 'd', 'r', 0, 60, 0)");
	pg_do(s->daemon, EVIDENCE "(1, 1, d('h2'))");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_counted_vote_for_each_member),
		cmocka_unit_test(a_vote_stands),
		cmocka_unit_test(one_certificate_for_a_cause),
		cmocka_unit_test(one_application_for_a_key_and_one_proposal_for_it),
		cmocka_unit_test(charters_are_one_chain_and_proposals_keep_theirs),
		cmocka_unit_test(the_log_only_grows),
		cmocka_unit_test(revocations_stand),
		cmocka_unit_test(a_key_and_a_member_serve_once),
		cmocka_unit_test(one_vouch_for_each_member_and_application),
		cmocka_unit_test(a_vouch_stands_but_for_its_text),
		cmocka_unit_test(challenges_and_evidence_stand),
	};

	return cmocka_run_group_tests_name("schema", tests, start, end);
}
