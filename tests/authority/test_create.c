/* SPDX-License-Identifier: ISC
 * Founding groups on a real store; the ledger, which believes nothing, follows what was logged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/ctl.h"
#include "base/time.h"
#include "peer/csr.h"
#include "peer/ledger.h"
#include "tests/lib/realm.h"

static int64_t ask(struct realm *r, const char *sql)
{
	return pg_number(r->w->db, sql);
}

/* Runs act_create on a payload with n approvals; frees the payload. */
static bool create(struct realm *r, json_t *payload, size_t n, struct answer *out, struct err *e)
{
	json_t *doc = realm_proposed(r, payload, n);
	bool rc = act_create(r->w, doc, out, e);

	json_decref(doc);
	return rc;
}

static json_t *answered(struct answer *a)
{
	struct err e = { 0 };
	json_t *doc = json_read(buf_slice(&a->text), 4096, &e);

	assert_non_null(doc);
	return doc;
}

static void assert_answer(struct answer *a, const char *state, int approved, bool fresh)
{
	json_t *doc = answered(a);

	assert_string_equal(json_string_value(json_object_get(doc, "state")), state);
	assert_int_equal(json_integer_value(json_object_get(doc, "approved")), approved);
	assert_int_equal(json_integer_value(json_object_get(doc, "needed")), 2);
	assert_string_equal(json_string_value(json_object_get(doc, "charter")), a->id);
	assert_int_equal(a->fresh, fresh);
	json_decref(doc);
}

/* ---- a group is founded */

static void follow(struct realm *r, const struct group *g, struct ledger *l)
{
	static const struct statement st = { "test_entries",
		"SELECT l.payload, coalesce(c.doc, o.doc) FROM log l"
		" LEFT JOIN charters c ON c.g = l.g AND c.digest = l.object AND l.event = 0"
		" LEFT JOIN objects o ON o.g = l.g AND o.digest = l.object"
		" WHERE l.g = $1 ORDER BY l.idx" };
	struct db_args a = { 0 };
	struct err e = { 0 };
	PGresult *res;

	arg_int4(&a, g->g);
	assert_true(ledger_issuer(l, sig_key_pub(r->issuing), &e));
	assert_true(db_run(r->w->db, &st, &a, &res, &e));
	for (int i = 0; i < PQntuples(res); i++) {
		json_t *object = res_null(res, i, 1) ? NULL : json_read(res_bytes(res, i, 1), RECORD_MAX, &e);
		const struct ledger_item item = { .entry = res_bytes(res, i, 0), .object = object };

		if (!ledger_extend(l, r->w->crypto, &item, time_now(), &e))
			fail_msg("entry %d: %s: %s", i, e.name, e.text);
		json_decref(object);
	}
	PQclear(res);
}

static void test_the_ledger_agrees(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "agreed", NULL);
	struct digest root, stored;
	struct db_args a = { 0 };
	struct err e = { 0 };
	struct ledger *l = ledger_new(&g.genesis, &e);
	static const struct statement head = { "test_head", "SELECT root FROM heads WHERE g = $1 AND size = $2" };
	PGresult *res;

	follow(r, &g, l);
	assert_int_equal(ledger_size(l), 2 + 2 * CHARTERS_FOUNDERS);
	assert_int_equal(g.log_size, ledger_size(l));
	assert_int_equal(g.log_time, ledger_time(l));
	assert_true(ledger_root(l, g.log_size, &root));
	arg_int4(&a, g.g);
	arg_int8(&a, (int64_t)g.log_size);
	assert_true(db_run(r->w->db, &head, &a, &res, &e));
	assert_true(res_digest(res, 0, 0, &stored));
	assert_int_equal(digest_compare(&root, &stored), 0);
	PQclear(res);
	ledger_free(l);
}

static void test_what_is_stored(void **state)
{
	struct realm *r = *state;
	struct group g = realm_found(r, "stored", NULL);

	assert_true(g.open);
#define COUNT(table) ask(r, "SELECT count(*) FROM " table " JOIN groups s USING (g) WHERE s.name = 'stored'")
	assert_int_equal(COUNT("members"), 3);
	assert_int_equal(COUNT("member_keys"), 3);
	assert_int_equal(COUNT("charters"), 1);
	assert_int_equal(COUNT("seeds"), 192);
	assert_int_equal(COUNT("heads"), 1);
	assert_int_equal(COUNT("authorities"), 1);
	assert_int_equal(COUNT("(SELECT * FROM certificates WHERE state = 'intended' AND origin = 0 AND number IS NULL) c"), 3);
	assert_int_equal(COUNT("(SELECT g FROM drafts WHERE state = 'logged') d"), 1);
}

/* ---- approvals come one by one */

static void test_one_approval_waits_for_the_other(void **state)
{
	struct realm *r = *state;
	json_t *payload = realm_first(r, "waiting"), *doc;
	struct answer a = { 0 };
	struct err e = { 0 };
	struct group g;

	assert_true(create(r, json_incref(payload), 1, &a, &e));
	assert_answer(&a, "open", 1, true);
	doc = answered(&a);
	assert_int_equal(json_array_size(json_object_get(doc, "missing")), 3);
	assert_string_equal(json_string_value(json_array_get(json_object_get(doc, "missing"), 0)), "Ben");
	json_decref(doc);
	assert_false(group_find(r->w, "waiting", &g, &e));
	assert_true(err_is(&e, "not_found"));
	err_clear(&e);

	/* the same again changes nothing, the second approval founds the group */
	assert_true(create(r, json_incref(payload), 1, &a, &e));
	assert_answer(&a, "open", 1, false);
	assert_true(create(r, json_incref(payload), 2, &a, &e));
	assert_answer(&a, "logged", 2, true);
	assert_true(group_find(r->w, "waiting", &g, &e));

	/* and again */
	assert_true(create(r, payload, 2, &a, &e));
	assert_answer(&a, "logged", 2, false);
	assert_int_equal(ask(r, "SELECT count(*) FROM log l JOIN groups USING (g) WHERE name = 'waiting'"), 8);
	answer_free(&a);
}

static void test_the_issuing_key_need_come_once(void **state)
{
	struct realm *r = *state;
	json_t *payload = realm_first(r, "once"), *doc = realm_proposed(r, json_incref(payload), 1), *again = realm_proposed(r, payload, 2);
	struct answer a = { 0 };
	struct err e = { 0 };

	json_object_del(again, "issuing");
	assert_false(act_create(r->w, again, &a, &e));
	assert_string_equal(e.name, "issuer_unknown");
	err_clear(&e);
	assert_true(act_create(r->w, doc, &a, &e));
	assert_true(act_create(r->w, again, &a, &e));
	assert_answer(&a, "logged", 2, true);
	json_decref(doc);
	json_decref(again);
	answer_free(&a);
}

static void test_two_halves_meet(void **state)
{
	struct realm *r = *state;
	json_t *payload = realm_first(r, "halves"), *one = realm_proposed(r, json_incref(payload), 1), *two = realm_proposed(r, payload, 2);
	struct answer a = { 0 };
	struct err e = { 0 };
	struct group g;

	json_array_remove(json_object_get(two, "approvals"), 0);
	assert_true(act_propose_charter(r->w, "halves", two, &a, &e) == false);
	assert_string_equal(e.name, "not_found"); /* nobody reserves a name that way */
	err_clear(&e);
	assert_true(act_create(r->w, one, &a, &e));
	assert_true(act_propose_charter(r->w, "halves", two, &a, &e));
	assert_answer(&a, "logged", 2, true);
	assert_true(group_find(r->w, "halves", &g, &e));
	json_decref(one);
	json_decref(two);
	answer_free(&a);
}

/* A name that approvals never came for is free again; what was approved for the draft counts for nothing then. */
static void test_a_draft_may_be_dropped(void **state)
{
	struct realm *r = *state;
	struct authority owner = r->a;
	struct worker *w;
	json_t *payload = realm_first(r, "dropped"), *one = realm_proposed(r, json_incref(payload), 1),
	       *two = realm_proposed(r, payload, 2);
	struct digest genesis, none = { 0 };
	struct answer a = { 0 };
	struct err e = { 0 };

	owner.conninfo = r->pg->owner;
	w = worker_open(&owner, &e);
	assert_non_null(w);
	assert_true(act_create(r->w, one, &a, &e));
	assert_false(drop_group(r->w, "dropped", &genesis, &e)); /* the daemon deletes nothing */
	err_clear(&e);
	assert_true(drop_group(w, "dropped", &genesis, &e));
	assert_int_not_equal(digest_compare(&genesis, &none), 0);
	assert_false(drop_group(w, "dropped", &genesis, &e));
	assert_string_equal(e.name, "not_found");
	err_clear(&e);
	assert_false(act_propose_charter(r->w, "dropped", two, &a, &e));
	assert_string_equal(e.name, "not_found");
	err_clear(&e);
	assert_true(create(r, realm_first(r, "dropped"), 2, &a, &e));
	assert_answer(&a, "logged", 2, true);
	assert_false(drop_group(w, "dropped", &genesis, &e));
	assert_string_equal(e.name, "group_founded");
	worker_close(w);
	json_decref(one);
	json_decref(two);
	answer_free(&a);
}

/* ---- refusals */

static void refuse(struct realm *r, json_t *payload, const char *name)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	int64_t groups = ask(r, "SELECT count(*) FROM groups");

	assert_false(create(r, payload, 2, &a, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(ask(r, "SELECT count(*) FROM groups"), groups);
	answer_free(&a);
}

static void test_a_name_is_taken_once(void **state)
{
	struct realm *r = *state;
	json_t *other = realm_first(r, "taken");

	(void)realm_found(r, "taken", NULL);
	charters_set(other, "/purpose", "\"Another purpose.\"");
	refuse(r, other, "name_taken");
}

static void test_requests_of_founders(void **state)
{
	struct realm *r = *state;
	json_t *broken = realm_first(r, "refused"), *twice = realm_first(r, "refused"), *foreign = realm_first(r, "refused");

	charters_set(broken, "/founders/0/csr", "\"AAAA\"");
	refuse(r, broken, "bad_csr");
	charters_set(foreign, "/membership/keys", "[\"Ed25519\"]");
	refuse(r, foreign, "foreign_key");

	/* two requests for one key: made anew, so that they differ as bytes */
	struct buf csr = { 0 };
	struct err e = { 0 };
	assert_true(csr_make(r->w->crypto, r->founders[0], "again", &csr, &e));
	json_t *founder = json_array_get(json_object_get(twice, "founders"), 2);
	assert_true(object_set_base64(founder, "csr", buf_slice(&csr)));
	refuse(r, twice, "key_in_use");
	buf_free(&csr);
}

static void test_what_is_not_served(void **state)
{
	struct realm *r = *state;
	json_t *scheme = realm_first(r, "refused"), *tests = realm_first(r, "refused");

	charters_set(scheme, "/voting/scheme", "\"multisignature\"");
	refuse(r, scheme, "feature_unsupported");
	charters_set(tests, "/tests/0/expect", "\"no\"");
	refuse(r, tests, "test_failed");
}

static void test_another_notary(void **state)
{
	struct realm *r = *state;
	json_t *payload = realm_first(r, "refused");
	struct err e = { 0 };
	struct sig_key *other = sig_key_generate(SIG_ED25519, &e);

	assert_true(object_set_key(
		json_array_get(json_object_get(json_object_get(payload, "authority"), "notaries"), 0), "key", sig_key_pub(other)));
	refuse(r, payload, "not_a_notary");
	sig_key_free(other);
}

static void test_issuing_keys(void **state)
{
	struct realm *r = *state;
	json_t *doc = realm_proposed(r, realm_first(r, "refused"), 2);
	struct answer a = { 0 };
	struct err e = { 0 };

	json_object_set_new(doc, "issuing", json_pack("[o]", jwk_print(sig_key_pub(r->founders[0]))));
	assert_false(act_create(r->w, doc, &a, &e));
	assert_string_equal(e.name, "bad_value");
	assert_string_equal(e.pointer, "/issuing/0");
	err_clear(&e);
	json_object_set_new(doc, "issuing", json_pack("[]"));
	assert_false(act_create(r->w, doc, &a, &e));
	assert_string_equal(e.name, "issuer_unknown");
	json_decref(doc);
}

static void test_approvals_that_do_not_verify(void **state)
{
	struct realm *r = *state;
	json_t *doc = realm_proposed(r, realm_first(r, "refused"), 2), *other = realm_proposed(r, realm_first(r, "other"), 1);
	struct answer a = { 0 };
	struct err e = { 0 };

	json_array_append(json_object_get(doc, "approvals"), json_array_get(json_object_get(other, "approvals"), 0));
	assert_false(act_create(r->w, doc, &a, &e));
	assert_string_equal(e.name, "wrong_context");
	json_decref(doc);
	json_decref(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_ledger_agrees),
		cmocka_unit_test(test_what_is_stored),
		cmocka_unit_test(test_one_approval_waits_for_the_other),
		cmocka_unit_test(test_the_issuing_key_need_come_once),
		cmocka_unit_test(test_two_halves_meet),
		cmocka_unit_test(test_a_name_is_taken_once),
		cmocka_unit_test(test_a_draft_may_be_dropped),
		cmocka_unit_test(test_requests_of_founders),
		cmocka_unit_test(test_what_is_not_served),
		cmocka_unit_test(test_another_notary),
		cmocka_unit_test(test_issuing_keys),
		cmocka_unit_test(test_approvals_that_do_not_verify),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
