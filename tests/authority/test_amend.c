/* SPDX-License-Identifier: ISC
 * Further versions of a charter: drafts, approvals, votes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "authority/amend.h"
#include "authority/drafts.h"
#include "base/time.h"
#include "peer/profile.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/realm.h"

static bool propose(struct realm *r, const char *group, json_t *payload, size_t n, char *became, struct err *e)
{
	json_t *doc = realm_proposed(r, payload, n), *told;
	struct answer a = { 0 };
	bool rc = act_propose_charter(r->w, group, doc, &a, e);

	json_decref(doc);
	if (!rc)
		return false;
	told = json_read(buf_slice(&a.text), 4096, e);
	snprintf(became, 16, "%s", json_string_value(json_object_get(told, "state")));
	json_decref(told);
	answer_free(&a);
	return true;
}

static void expect(struct realm *r, const char *group, json_t *payload, size_t n, const char *state)
{
	struct err e = { 0 };
	char became[16];

	if (!propose(r, group, payload, n, became, &e))
		fail_msg("%s: %s %s", e.name, e.text, e.pointer);
	assert_string_equal(became, state);
}

static void refuse(struct realm *r, const char *group, json_t *payload, size_t n, const char *name)
{
	struct err e = { 0 };
	char became[16];

	assert_false(propose(r, group, payload, n, became, &e));
	assert_string_equal(e.name, name);
}

static uint32_t version(struct realm *r, const struct group *g, int64_t time)
{
	struct err e = { 0 };
	uint32_t v;

	assert_true(charters_in_force(r->w, g->g, time, &v, &e));
	return v;
}

/* A first charter whose successors are voted on. */
static json_t *voted(struct realm *r, const char *name)
{
	json_t *doc = realm_first(r, name);

	charters_set(doc, "/amendment", "{\"votes\":{\"count\":2}}");
	return doc;
}

/* ---- approvals alone */

static void test_a_version_is_logged_and_comes_into_force(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "versions", NULL);
	json_t *next = realm_next(r, &g);
	int64_t now = time_now();

	expect(r, "versions", json_incref(next), 1, "open");
	expect(r, "versions", json_incref(next), 2, "logged");
	expect(r, "versions", next, 2, "logged"); /* again */
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM charters JOIN groups USING (g) WHERE name = 'versions'"), 2);
	assert_int_equal(pg_number(r->w->db, "SELECT log_size FROM groups WHERE name = 'versions'"), 9);
	assert_int_equal(version(r, &g, now), 1);
	assert_int_equal(version(r, &g, now + 7200), 2);
	expect(r, "versions", realm_next(r, &g), 2, "logged");
	assert_int_equal(version(r, &g, now + 7200), 3);
}

static void test_versions_form_one_chain(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "onechain", NULL);
	json_t *second = realm_next(r, &g), *other = realm_next(r, &g), *gap = realm_next(r, &g), *elsewhere = realm_next(r, &g);

	charters_set(gap, "/version", "3");
	charters_set(gap, "/previous", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"");
	refuse(r, "onechain", gap, 2, "charter_gap");
	refuse(r, "versions", elsewhere, 2, "wrong_context");

	charters_set(other, "/purpose", "\"Another second version.\"");
	expect(r, "onechain", json_incref(other), 1, "open");
	expect(r, "onechain", second, 2, "logged");
	refuse(r, "onechain", other, 2, "charter_fork");
	assert_int_equal(
		pg_number(r->w->db, "SELECT count(*) FROM drafts JOIN groups USING (g) WHERE name = 'onechain' AND drafts.state = 'void'"),
		1);
}

/* Nothing of it remains, and the next one with the same number is good. */
static void test_a_version_fails_its_own_tests(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "failing", NULL);
	json_t *next = realm_next(r, &g);

	charters_set(next, "/tests", "[{\"name\":\"nobody says yes\",\"members\":3,\"expect\":\"yes\"}]");
	refuse(r, "failing", next, 2, "test_failed");
	assert_int_equal(
		pg_number(r->w->db, "SELECT count(*) FROM drafts JOIN groups USING (g) WHERE name = 'failing' AND version = 2"), 0);
	expect(r, "failing", realm_next(r, &g), 2, "logged");
}

static void test_what_a_version_continues_from(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "continues", NULL);
	json_t *next = realm_next(r, &g);

	charters_set(next, "/log/size", "7");
	refuse(r, "continues", next, 2, "forked");
}

static void test_a_draft_that_is_late(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "late", NULL);
	json_t *next = realm_next(r, &g);

	charters_set(next, "/effective", "1700000000");
	refuse(r, "late", next, 2, "draft_void");
}

static void test_a_draft_that_nobody_approves(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "nobody", NULL);

	refuse(r, "nobody", realm_next(r, &g), 0, "approvals_missing");
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM drafts JOIN groups USING (g) WHERE name = 'nobody' AND version = 2"), 0);
}

/* One administrator of several does not fill the store, and the others' drafts stand first all the same. */
static void test_one_administrator_has_so_many_open_drafts(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "flood", NULL);
	char became[16];

	for (int i = 0; i < 17; i++) {
		json_t *payload = realm_next(r, &g);
		char purpose[32];

		snprintf(purpose, sizeof(purpose), "\"draft %d\"", i);
		charters_set(payload, "/purpose", purpose);
		if (i == 16)
			refuse(r, "flood", payload, 1, "too_many");
		else
			assert_true(propose(r, "flood", payload, 1, became, NULL));
	}
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM drafts JOIN groups USING (g) WHERE name = 'flood' AND version = 2"), 16);
}

static void test_new_issuing_keys_come_with_their_public_key(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "newkey", NULL);
	json_t *next = realm_next(r, &g);

	charters_set(next, "/authority/issuing/1", "@/authority/issuing/0");
	charters_set(next, "/authority/issuing/1/spki", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"");
	refuse(r, "newkey", next, 2, "issuer_unknown");
}

/* A further version whose list of issuing keys has a new one at this place: the name of the refusal, or "". Static text. */
static const char *with_new_key(struct realm *r, const char *group, size_t at)
{
	static struct err e;
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	char pointer[32], spki[DIGEST_TEXT], text[DIGEST_TEXT + 2];
	struct answer a = { 0 };
	struct digest d;
	struct group g;
	json_t *next, *doc;

	assert_true(group_find(r->w, group, &g, NULL));
	next = realm_next(r, &g);
	assert_true(profile_spki_digest(sig_key_pub(k), &d));
	digest_text(&d, spki);
	snprintf(text, sizeof(text), "\"%s\"", spki);
	snprintf(pointer, sizeof(pointer), "/authority/issuing/%zu", at);
	if (at > 0)
		charters_set(next, pointer, "@/authority/issuing/0");
	snprintf(pointer, sizeof(pointer), "/authority/issuing/%zu/spki", at);
	charters_set(next, pointer, text);
	doc = realm_proposed(r, next, 2);
	json_object_set_new(doc, "issuing", json_pack("[o]", jwk_print(sig_key_pub(k))));
	e = (struct err){ 0 };
	(void)act_propose_charter(r->w, group, doc, &a, &e);
	json_decref(doc);
	answer_free(&a);
	sig_key_free(k);
	return e.name;
}

/* The signer and every follower of the log take eight: the ninth does not come into it. */
static void test_a_group_has_so_many_issuing_keys(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "manykeys", NULL);
	json_t *next;

	for (size_t i = 1; i < CHARTER_ISSUERS_MAX; i++)
		assert_string_equal(with_new_key(r, "manykeys", i % 2), "");
	assert_string_equal(with_new_key(r, "manykeys", 1), "too_many_issuers");
	assert_int_equal(version(r, &g, time_now() + 7200), CHARTER_ISSUERS_MAX);
	expect(r, "manykeys", realm_next(r, &g), 2, "logged"); /* with the first one */
	/* a key that was away comes back as it was, or not at all */
	assert_int_equal(pg_number(r->w->db,
				 "SELECT count(*) FROM authorities JOIN groups USING (g) WHERE name = 'manykeys' AND version IS NOT NULL"),
		CHARTER_ISSUERS_MAX);
	g = realm_found(r, "comesback", NULL);
	assert_string_equal(with_new_key(r, "comesback", 0), "");
	next = realm_next(r, &g);
	charters_set(next, "/authority/issuing/0/until", "2000000001");
	refuse(r, "comesback", next, 2, "issuer_changed");
	expect(r, "comesback", realm_next(r, &g), 2, "logged");
}

/* ---- votes */

static void test_the_group_votes_where_it_said_so(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "voted", voted(r, "voted"));
	json_t *next = realm_next(r, &g);

	expect(r, "voted", json_incref(next), 1, "open");
	expect(r, "voted", json_incref(next), 2, "voting");
	expect(r, "voted", next, 2, "voting");
	assert_int_equal(
		pg_number(r->w->db, "SELECT count(*) FROM proposals JOIN groups USING (g) WHERE name = 'voted' AND question = 2 AND n = 3"),
		1);
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM charters JOIN groups USING (g) WHERE name = 'voted'"), 1);
}

struct passing {
	struct worker *w;
	int32_t g;
	struct digest draft;
	bool drop, stands;
};

static bool pass(struct db *db, void *arg, struct err *e)
{
	struct passing *p = arg;
	const struct digest decision = digest_fill(9);
	struct log_writer *lw;
	bool rc;

	(void)db;
	if (!log_open(p->w, p->g, &lw, e))
		return false;
	rc = charter_stands(lw, &p->draft, &p->stands, e);
	if (rc && p->stands)
		rc = p->drop ? charter_drop(lw, &p->draft, e) : charter_log(lw, &p->draft, &decision, e) && log_finish(lw, e);
	log_close(lw);
	return rc;
}

static struct digest draft_of(struct realm *r, json_t *payload)
{
	struct signed_charter sc = charters_signed(r->keys, payload, 0);
	struct digest d = sc.charter->object.digest;

	signed_charter_free(&sc);
	return d;
}

static void test_what_becomes_of_votes(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "becomes", voted(r, "becomes"));
	json_t *first = realm_next(r, &g), *second = realm_next(r, &g), *third = realm_next(r, &g);
	struct passing p = { .w = r->w, .g = g.g };
	struct err e = { 0 };

	charters_set(second, "/purpose", "\"Second.\"");
	charters_set(third, "/purpose", "\"Third.\"");
	expect(r, "becomes", json_incref(first), 2, "voting");
	expect(r, "becomes", json_incref(second), 2, "voting");

	/* not wanted: and it can not be proposed again */
	p.draft = draft_of(r, json_incref(first));
	p.drop = true;
	assert_true(db_transaction(r->w->db, pass, &p, &e));
	assert_true(p.stands);
	refuse(r, "becomes", first, 2, "draft_void");

	/* wanted */
	p.draft = draft_of(r, json_incref(second));
	p.drop = false;
	expect(r, "becomes", json_incref(third), 2, "voting");
	assert_true(db_transaction(r->w->db, pass, &p, &e));
	assert_true(p.stands);
	expect(r, "becomes", second, 2, "logged");
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM charters JOIN groups USING (g) WHERE name = 'becomes'"), 2);

	/* the other that was before the group then stands no more */
	p.draft = draft_of(r, third);
	assert_true(db_transaction(r->w->db, pass, &p, &e));
	assert_false(p.stands);
}

/* Where no notice is asked for, a vote may take longer than the version was to wait. */
static void test_a_vote_that_takes_its_time(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "slow", voted(r, "slow"));
	json_t *next = realm_next(r, &g);
	struct passing p = { .w = r->w, .g = g.g };
	const int64_t effective = time_now() + 1;
	struct err e = { 0 };

	json_object_set_new(next, "effective", json_integer(effective));
	expect(r, "slow", json_incref(next), 2, "voting");
	p.draft = draft_of(r, next);
	while (time_now() <= effective)
		usleep(20000);
	assert_true(db_transaction(r->w->db, pass, &p, &e));
	assert_true(p.stands);
	assert_int_equal(version(r, &g, time_now()), 2);
}

static void test_a_vote_under_a_version_that_is_not_in_force(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "early", NULL);
	json_t *second = realm_next(r, &g);

	charters_set(second, "/amendment", "{\"votes\":{\"count\":2}}");
	expect(r, "early", second, 2, "logged");
	refuse(r, "early", realm_next(r, &g), 2, "charter_not_in_force");
}

/* ---- the old notary does not take part */

/* The next version, whose one notary is an heir with this key. */
static json_t *inherited(struct realm *r, const struct group *g, const struct sig_key *heir)
{
	json_t *doc = realm_next(r, g), *notaries = json_object_get(json_object_get(doc, "authority"), "notaries");

	assert_int_equal(json_object_set_new(json_array_get(notaries, 0), "key", jwk_print(sig_key_pub(heir))), 0);
	while (json_array_size(notaries) > 1)
		json_array_remove(notaries, 1);
	return doc;
}

static void test_an_heir_takes_over(void **state)
{
	struct realm *r = *state;
	struct group left = realm_found(r, "left", NULL), asked = realm_found(r, "asked", voted(r, "asked")), later;
	struct authority heir = r->a;
	struct worker *own = r->w;
	json_t *next;
	struct err e = { 0 };

	later = realm_found(r, "later", NULL);
	heir.notary = r->founders[0];
	jwk_thumbprint(sig_key_pub(heir.notary), &heir.notary_thumb);
	r->w = worker_open(&heir, &e);
	assert_non_null(r->w);
	/* a version that names somebody else opens the log to nobody */
	refuse(r, "left", realm_next(r, &left), 2, "not_a_notary");
	next = inherited(r, &left, heir.notary);
	expect(r, "left", json_incref(next), 1, "open");
	assert_int_equal(pg_number(r->w->db, "SELECT log_size FROM groups WHERE name = 'left'"), 8);
	expect(r, "left", next, 2, "logged");
	/* where members are asked, a notary whom they know asks them */
	refuse(r, "asked", inherited(r, &asked, heir.notary), 2, "not_a_notary");
	assert_int_equal(pg_number(r->w->db, "SELECT proposals FROM groups WHERE name = 'asked'"), 0);
	/* what peers have pinned is logged however long the heir was on its way */
	next = inherited(r, &later, heir.notary);
	charters_set(next, "/effective", "1700000000");
	expect(r, "later", next, 2, "logged");
	worker_close(r->w);
	r->w = own;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_version_is_logged_and_comes_into_force),
		cmocka_unit_test(test_versions_form_one_chain),
		cmocka_unit_test(test_a_version_fails_its_own_tests),
		cmocka_unit_test(test_what_a_version_continues_from),
		cmocka_unit_test(test_a_draft_that_is_late),
		cmocka_unit_test(test_a_draft_that_nobody_approves),
		cmocka_unit_test(test_one_administrator_has_so_many_open_drafts),
		cmocka_unit_test(test_new_issuing_keys_come_with_their_public_key),
		cmocka_unit_test(test_a_group_has_so_many_issuing_keys),
		cmocka_unit_test(test_the_group_votes_where_it_said_so),
		cmocka_unit_test(test_what_becomes_of_votes),
		cmocka_unit_test(test_a_vote_that_takes_its_time),
		cmocka_unit_test(test_a_vote_under_a_version_that_is_not_in_force),
		cmocka_unit_test(test_an_heir_takes_over),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
