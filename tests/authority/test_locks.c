/* SPDX-License-Identifier: ISC
 * What waits for what, without luck: another session holds a row, the act waits for it, and then sees what that session did.
 * Each of these locks holds one of the invariants 1 to 3; make mutation takes them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/seeds.h"
#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "voting/decision.h"

/* A group with proposal 1 open, a session that holds rows, and an act that runs beside it on a worker of its own. */
struct scene {
	struct folk f;
	struct sig_key *applicant;
	struct db *other;
	struct worker *w;
	pthread_t thread;
	struct digest application;
	const char *refusal; /* of the vote or vouch */
	bool decided;
};

static struct scene scene_under(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	struct scene s = { .f = folk_new(r, name, change), .applicant = envelope_key(SIG_ED25519), .other = pg_connect(r->pg->owner) };

	s.w = realm_worker(r);
	assert_int_equal(folk_propose(&s.f, r->w, s.applicant), 1);
	return s;
}

static struct scene scene_new(struct realm *r, const char *name)
{
	return scene_under(r, name, NULL);
}

static void scene_end(struct scene *s)
{
	db_close(s->other);
	worker_close(s->w);
	sig_key_free(s->applicant);
	folk_free(&s->f);
}

/* Runs SQL in the other session, with %d for the group and %s for a member in hex. */
static void other(struct scene *s, const char *sql, const struct id16 *member)
{
	char text[8192], hex[33] = "";
	int n;

	if (member != NULL)
		hex_encode(member->b, sizeof(member->b), hex);
	n = snprintf(text, sizeof(text), sql, s->f.g.g, hex);
	assert_true(n > 0 && (size_t)n < sizeof(text));
	pg_do(s->other, text);
}

static void *vote(void *arg)
{
	struct scene *s = arg;

	s->refusal = folk_cast(&s->f, s->w, 1, 0, CHOICE_YES);
	return NULL;
}

static void *vouch(void *arg)
{
	struct scene *s = arg;

	s->refusal = folk_vouch_for(&s->f, s->w, &s->application, 0);
	return NULL;
}

static void *decide(void *arg)
{
	struct scene *s = arg;
	struct err e = { 0 };

	if (!act_decide(s->w, s->f.g.g, 1, &s->decided, &e))
		fail_msg("%s: %s", e.name, e.text);
	return NULL;
}

/* Starts the act and comes back once it waits for a lock. */
static void begin(struct scene *s, void *(*act)(void *))
{
	assert_int_equal(pthread_create(&s->thread, NULL, act, s), 0);
	assert_int_not_equal(pg_waiting(s->other), 0);
}

static void finish(struct scene *s)
{
	pg_do(s->other, "COMMIT");
	assert_int_equal(pthread_join(s->thread, NULL), 0);
}

static void a_vote_waits_for_the_decision(void **state)
{
	struct scene s = scene_new(*state, "closing");

	other(&s, "BEGIN; SELECT FROM proposals WHERE g = %d FOR UPDATE", NULL);
	begin(&s, vote);
	other(&s, "UPDATE proposals SET outcome = 1 WHERE g = %d", NULL);
	finish(&s);
	assert_string_equal(s.refusal, "closed");
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM votes WHERE g = %d"), 0);
	scene_end(&s);
}

static void a_vote_waits_for_its_voter_to_leave(void **state)
{
	struct realm *r = *state;
	struct scene s = scene_new(r, "leaving");
	const struct id16 *member = &r->keys->member[0];

	other(&s, "BEGIN; SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE", member);
	begin(&s, vote);
	other(&s, "UPDATE members SET ended = 50, ending = 6, cause = 5 WHERE g = %d AND member = '\\x%s'", member);
	finish(&s);
	assert_string_equal(s.refusal, "not_a_member");
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM votes WHERE g = %d"), 0);
	scene_end(&s);
}

static void by_vouches(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":1,\"budget\":1,\"window\":86400}}");
	charters_set(charter, "/tests", "[]");
}

static struct scene scene_of_vouches(struct realm *r, const char *name)
{
	struct scene s = scene_under(r, name, by_vouches);
	struct stored_proposal p;
	struct err e = { 0 };

	if (!store_proposal_load(r->w, s.f.g.g, 1, STORE_READ, &p, &e))
		fail_msg("%s: %s", e.name, e.text);
	s.application = p.subject;
	return s;
}

static void no_vouch(struct scene *s, const char *refusal)
{
	assert_string_equal(s->refusal, refusal);
	assert_int_equal(folk_number(&s->f, "SELECT count(*) FROM vouches WHERE g = %d"), 0);
	scene_end(s);
}

static void a_vouch_waits_for_the_decision(void **state)
{
	struct scene s = scene_of_vouches(*state, "closing-first");

	other(&s, "BEGIN; SELECT FROM proposals WHERE g = %d FOR UPDATE", NULL);
	begin(&s, vouch);
	other(&s, "UPDATE proposals SET outcome = 1 WHERE g = %d", NULL);
	finish(&s);
	no_vouch(&s, "not_open");
}

static void a_vouch_waits_for_its_voucher_to_leave(void **state)
{
	struct realm *r = *state;
	struct scene s = scene_of_vouches(r, "leaving-first");
	const struct id16 *member = &r->keys->member[0];

	other(&s, "BEGIN; SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE", member);
	begin(&s, vouch);
	other(&s, "UPDATE members SET ended = 50, ending = 6, cause = 5 WHERE g = %d AND member = '\\x%s'", member);
	finish(&s);
	no_vouch(&s, "not_a_member");
}

/* The budget is counted behind the log's lock: what another session spent meanwhile is seen. */
static void a_vouch_waits_for_another_by_its_voucher(void **state)
{
	struct realm *r = *state;
	struct scene s = scene_of_vouches(r, "spending");

	other(&s, "BEGIN; SELECT FROM groups WHERE g = %d FOR NO KEY UPDATE", NULL);
	begin(&s, vouch);
	other(&s,
		"INSERT INTO applications (g, digest, number, key, pub, name, doc, receipt, idx, log_size, version, state, stored, seed)"
		" SELECT g, sha256(digest), 1000, sha256(key), pub, 'other', doc, receipt, 1000, 1, 1, 'member', 1, 1000"
		" FROM applications WHERE g = %d",
		NULL);
	other(&s,
		"INSERT INTO vouches (g, application, member, digest, key, doc, receipt, reasoned, idx, time, age, live)"
		" SELECT g, sha256(a.digest), k.member, sha256(a.digest), k.key, 'd', 'r', false, 1000, now_s(), 1, 1"
		" FROM applications a JOIN member_keys k USING (g) WHERE g = %d AND a.number < 1000 AND k.member = '\\x%s'",
		&r->keys->member[0]);
	finish(&s);
	assert_string_equal(s.refusal, "budget_spent");
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM vouches WHERE g = %d"), 1);
	scene_end(&s);
}

/* A vote of founder 1 as a transaction puts it in that has not committed yet. */
static void vote_under_way(struct scene *s)
{
	struct realm *r = s->f.r;
	struct vote v = folk_vote(&s->f, r->w, 1, &r->keys->member[1], CHOICE_YES);
	const struct sig_key *key = r->founders[1];
	struct said said = said_by(r->w, KIND_VOTE, vote_print(&v), &key, 1);
	struct digest digest, thumb = envelope_thumb(key);
	char vote_hex[65], thumb_hex[65], member_hex[33], sql[8192];
	struct buf doc = { 0 };

	jws_digest(&said.j, KIND_VOTE, &digest);
	hex_encode(digest.b, sizeof(digest.b), vote_hex);
	hex_encode(thumb.b, sizeof(thumb.b), thumb_hex);
	hex_encode(v.member.b, sizeof(v.member.b), member_hex);
	assert_true(json_write(said.doc, &doc, NULL));
	snprintf(sql, sizeof(sql),
		"INSERT INTO votes (g, number, member, digest, choice, key, doc, receipt, stored)"
		" VALUES (%d, 1, '\\x%s', '\\x%s', 0, '\\x%s', '%.*s', 'r', now_s())",
		s->f.g.g, member_hex, vote_hex, thumb_hex, (int)doc.n, (const char *)doc.p);
	pg_do(s->other, sql);
	buf_free(&doc);
	said_free(&said);
}

static void a_decision_waits_for_votes_under_way(void **state)
{
	struct realm *r = *state;
	struct scene s = scene_new(r, "counting");

	assert_string_equal(folk_cast(&s.f, r->w, 1, 0, CHOICE_YES), "");
	other(&s, "BEGIN; SELECT FROM proposals WHERE g = %d FOR SHARE", NULL);
	begin(&s, decide);
	vote_under_way(&s);
	finish(&s);
	assert_true(s.decided);
	assert_int_equal(folk_outcome(&s.f, 1), OUTCOME_YES);
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM ballots WHERE g = %d AND status = 0"), 2);
	scene_end(&s);
}

static void a_decision_waits_for_voters_to_leave(void **state)
{
	struct realm *r = *state;
	struct scene s = scene_new(r, "emptying");
	const struct id16 *member = &r->keys->member[1];

	assert_string_equal(folk_cast(&s.f, r->w, 1, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&s.f, r->w, 1, 1, CHOICE_YES), "");
	other(&s, "BEGIN; SELECT FROM members WHERE g = %d AND member = '\\x%s' FOR UPDATE", member);
	begin(&s, decide);
	other(&s, "UPDATE members SET ended = 50, ending = 6, cause = 5 WHERE g = %d AND member = '\\x%s'", member);
	finish(&s);
	assert_false(s.decided);
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM decisions WHERE g = %d"), 0);
	scene_end(&s);
}

static void *commit_to_seeds(void *arg)
{
	struct scene *s = arg;
	struct err e = { 0 };

	if (!act_seeds(s->w, s->f.g.g, &e))
		fail_msg("%s: %s", e.name, e.text);
	return NULL;
}

/* A second daemon that runs low at the same moment finds what the first one did. */
static void seeds_wait_for_another_daemon(void **state)
{
	struct scene s = scene_new(*state, "two-daemons");

	other(&s, "UPDATE groups SET seeds_used = 129 WHERE g = %d", NULL);
	other(&s, "BEGIN; SELECT FROM groups WHERE g = %d FOR NO KEY UPDATE", NULL);
	begin(&s, commit_to_seeds);
	other(&s,
		"INSERT INTO seeds (g, number, seed, commitment, idx) SELECT %d, i, sha256(i::text::bytea), sha256(i::text::bytea), 0"
		" FROM generate_series(192, 383) i",
		NULL);
	finish(&s);
	assert_int_equal(folk_number(&s.f, "SELECT count(*) FROM seeds WHERE g = %d"), 2 * SEEDS_COMMITTED);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vote_waits_for_the_decision),
		cmocka_unit_test(a_vote_waits_for_its_voter_to_leave),
		cmocka_unit_test(a_vouch_waits_for_the_decision),
		cmocka_unit_test(a_vouch_waits_for_its_voucher_to_leave),
		cmocka_unit_test(a_vouch_waits_for_another_by_its_voucher),
		cmocka_unit_test(a_decision_waits_for_votes_under_way),
		cmocka_unit_test(a_decision_waits_for_voters_to_leave),
		cmocka_unit_test(seeds_wait_for_another_daemon),
	};

	return cmocka_run_group_tests_name("locks", tests, realm_start, realm_stop);
}
