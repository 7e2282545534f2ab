/* SPDX-License-Identifier: ISC
 * New administrators, named by recovery keys: drafts, approvals, the members' veto. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/amend.h"
#include "base/time.h"
#include "tests/lib/realm.h"

/* The notary's key and the revocation key are as good as any. */
static struct group found(struct realm *r, const char *name, const char *veto)
{
	json_t *doc = realm_first(r, name);

	charters_set(doc, "/recovery", "{\"administrators\":{\"threshold\":2,\"keys\":[],\"notice\":7200}}");
	charters_set(doc, "/recovery/administrators/veto", veto);
	charters_set(doc, "/recovery/administrators/keys/0", "{\"name\":\"Eve\"}");
	charters_set(doc, "/recovery/administrators/keys/0/key", "@/authority/notaries/0/key");
	charters_set(doc, "/recovery/administrators/keys/1", "{\"name\":\"Fay\"}");
	charters_set(doc, "/recovery/administrators/keys/1/key", "@/authority/revocation/0/key");
	return realm_found(r, name, doc);
}

static json_t *next(struct realm *r, const struct group *g, int64_t after)
{
	json_t *doc = realm_next(r, g);

	charters_set(doc, "/administrators/keys/1", NULL);
	json_object_set_new(doc, "effective", json_integer(time_now() + after));
	return doc;
}

/* What becomes of a draft with one more approval: its state, or the refusal's name. Borrows the payload. */
static void becomes(struct realm *r, const char *group, json_t *payload, const struct sig_key *k, const char *want)
{
	struct signed_charter sc = charters_signed(r->keys, json_incref(payload), 0);
	struct answer a = { 0 };
	struct err e = { 0 };
	json_t *doc, *told;

	json_array_append_new(sc.approvals, approval_sign(r->keys->crypto, sc.charter, k, time_now(), &e));
	doc = signed_charter_print(buf_slice(&sc.charter->payload), sc.approvals, NULL);
	if (!act_propose_charter(r->w, group, doc, &a, &e)) {
		assert_string_equal(e.name, want);
	} else {
		told = json_read(buf_slice(&a.text), 4096, &e);
		assert_string_equal(json_string_value(json_object_get(told, "state")), want);
		assert_int_equal(json_integer_value(json_object_get(told, "needed")), 2);
		json_decref(told);
	}
	answer_free(&a);
	json_decref(doc);
	signed_charter_free(&sc);
}

static void test_after_the_notice_alone(void **state)
{
	struct realm *r = *state;
	struct group g = found(r, "noveto", "0");
	json_t *good = next(r, &g, 7300), *soon = next(r, &g, 7100), *more = next(r, &g, 7300);

	charters_set(more, "/purpose", "\"ours\"");
	becomes(r, "noveto", more, r->keys->notary, "recovery_changes");
	becomes(r, "noveto", soon, r->keys->notary, "notice_short");
	becomes(r, "noveto", good, r->keys->notary, "open");
	becomes(r, "noveto", good, r->keys->admins[0], "approvals_mixed");
	becomes(r, "noveto", good, r->keys->notary, "open");
	becomes(r, "noveto", good, r->keys->revocation, "logged");
	json_decref(good);
	json_decref(soon);
	json_decref(more);
}

static void test_the_members_are_asked(void **state)
{
	struct realm *r = *state;
	struct group g = found(r, "vetoed", "2");
	json_t *soon = next(r, &g, 7300), *good = next(r, &g, 7300 + 31 * 86400);

	becomes(r, "vetoed", soon, r->keys->notary, "notice_short");
	becomes(r, "vetoed", good, r->keys->notary, "open");
	becomes(r, "vetoed", good, r->keys->revocation, "voting");
	assert_int_equal(pg_number(r->w->db,
				 "SELECT count(*) FROM proposals JOIN groups USING (g) WHERE name = 'vetoed' AND question = 2 AND again"),
		1);
	assert_int_equal(pg_number(r->w->db, "SELECT count(*) FROM charters JOIN groups USING (g) WHERE name = 'vetoed'"), 1);
	json_decref(soon);
	json_decref(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_after_the_notice_alone),
		cmocka_unit_test(test_the_members_are_asked),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
