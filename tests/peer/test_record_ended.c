/* SPDX-License-Identifier: ISC
 * Admissions without a certificate: the log says that membership, key or serial ended before anybody signed one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/jwk.h"
#include "tests/lib/recorded.h"

enum { APPLICANT = 3 };

/* An admission, and then something else. */
static void admitted(void)
{
	open_hall(NULL);
	admit();
	world_log(w, (struct entry){ .event = EVENT_SEEDS, .object = digest_fill(1) }, NULL);
}

static void ends(struct entry en)
{
	en.object = digest_fill(2);
	h->ended = world_log(w, en, NULL);
}

static void ends_well(struct entry en)
{
	struct audit a;
	json_t *doc;

	ends(en);
	doc = hall_record(h, true);
	record_holds(w->c, doc, NULL, &a, NULL);
	assert_int_equal(a.outcome, OUTCOME_YES);
	assert_false(a.has_gmc);
	assert_true(a.has_ending);
	assert_int_equal(a.ending, en.event);
	assert_int_equal(a.ending_index, h->ended);
	audit_free(&a);
	json_decref(doc);
}

static void ends_badly(struct entry en)
{
	ends(en);
	refused(hall_record(h, true), "entry_differs");
}

static void test_reasons(void **state)
{
	struct id16 member, serial;

	(void)state;
	admitted();
	member = w->members[APPLICANT].member;
	profile_serial(&w->decision.digest, &serial);
	ends_well((struct entry){ .event = EVENT_LEFT, .member = member });
	ends_well((struct entry){ .event = EVENT_EXPELLED, .member = member });
	ends_well((struct entry){ .event = EVENT_REVOKED, .member = member, .has_key = true, .key = w->application.thumb });
	ends_well((struct entry){ .event = EVENT_REVOKED, .member = member, .has_serial = true, .serial = serial });
}

static void test_no_reasons(void **state)
{
	struct id16 member, other, serial;

	(void)state;
	admitted();
	member = w->members[APPLICANT].member;
	other = w->members[0].member;
	profile_serial(&w->decision.digest, &serial);
	ends_badly((struct entry){ .event = EVENT_SEEDS });
	ends_badly((struct entry){ .event = EVENT_LEFT, .member = other });
	ends_badly((struct entry){ .event = EVENT_REVOKED, .member = other, .has_serial = true, .serial = serial });
	ends_badly((struct entry){ .event = EVENT_REVOKED, .member = member, .has_key = true, .key = w->members[0].thumb });
	ends_badly((struct entry){ .event = EVENT_REVOKED, .member = member, .has_serial = true, .serial = other });
	ends_badly((struct entry){ .event = EVENT_REKEYED, .member = member, .old_key = w->members[0].thumb });
	/* the admission itself, and what came before it */
	h->ended = h->decided + 1;
	refused(hall_record(h, true), "log_order");
	h->ended = 1;
	refused(hall_record(h, true), "log_order");
}

/* The right reason, at a place where the log has another entry. */
static void made_up(json_t *doc, uint64_t index)
{
	struct entry en = w->log[h->ended].entry;
	struct buf bytes = { 0 };

	en.index = index;
	assert_true(entry_print(&en, &bytes, NULL) && object_set_base64(doc, "ended", buf_slice(&bytes)));
	buf_free(&bytes);
}

static void test_it_stands_in_the_log(void **state)
{
	json_t *doc, *other;

	(void)state;
	open_hall(NULL);
	admit();
	world_leave(w, APPLICANT);
	h->ended = w->log_n - 1;
	other = hall_record(h, true);
	world_log(w, (struct entry){ .event = EVENT_SEEDS, .object = digest_fill(1) }, NULL);
	doc = hall_record(h, true);
	made_up(doc, h->ended + 1);
	refused(doc, "bad_proof");
	doc = hall_record(h, true);
	made_up(doc, w->log_n);
	refused(doc, "bad_proof");
	doc = hall_record(h, true);
	json_object_set(doc, "nodes", json_object_get(other, "nodes"));
	json_decref(other);
	refused(doc, "bad_proof");
	doc = hall_record(h, true);
	json_object_del(doc, "authority");
	refused(doc, "missing_member");
	doc = hall_record(h, true);
	json_object_del(doc, "ended");
	refused(doc, "missing_member");
	doc = hall_record(h, true);
	json_object_del(doc, "ended");
	json_object_del(doc, "authority");
	refused(doc, "bad_proof");
}

static void test_it_is_alone(void **state)
{
	json_t *doc, *ended;

	(void)state;
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	world_leave(w, APPLICANT);
	h->ended = w->log_n - 1;
	ended = hall_record(h, true);
	json_object_set(ended, "gmc", json_object_get(doc, "gmc"));
	json_decref(doc);
	refused(ended, "unknown_member");
	down(NULL);
	open_hall(NULL);
	hall_cast(h, 0, CHOICE_NO);
	hall_cast(h, 1, CHOICE_NO);
	hall_decide(h, OUTCOME_NO);
	world_leave(w, 2);
	h->ended = w->log_n - 1;
	doc = hall_record(h, true);
	json_object_set_new(doc, "authority", json_string("AAAA"));
	refused(doc, "unknown_member");
}

/* The group took another notary meanwhile, which signs the head: who trusts that charter takes it. */
static struct sig_key *second;

static void another_notary(json_t *charter)
{
	json_t *first = json_array_get(json_object_get(json_object_get(charter, "authority"), "notaries"), 0);

	json_object_set_new(first, "key", jwk_print(sig_key_pub(second)));
}

static void test_a_later_notary(void **state)
{
	struct signed_charter both[2] = { 0 };
	struct trust pin = { .charters = both, .charters_n = 2 };
	struct sig_key *keep;
	struct err e = { 0 };
	struct audit a;
	json_t *doc;

	(void)state;
	second = envelope_key(SIG_ED25519);
	open_hall(NULL);
	both[0] = w->signed_charter;
	admit();
	world_draft(w, another_notary);
	world_amend(w, NULL, NULL);
	both[1] = w->later[0];
	w->now = both[1].charter->effective + 1;
	keep = w->keys->notary;
	w->keys->notary = second;
	world_leave(w, APPLICANT);
	h->ended = w->log_n - 1;
	doc = hall_record(h, true);
	w->keys->notary = keep;
	pin.genesis = w->genesis;
	record_holds(w->c, doc, &pin, &a, NULL);
	audit_free(&a);
	assert_false(record_holds(w->c, doc, NULL, &a, &e));
	assert_string_equal(e.name, "not_a_notary");
	json_decref(doc);
	sig_key_free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reasons),
		TEST(no_reasons),
		TEST(it_stands_in_the_log),
		TEST(it_is_alone),
		TEST(a_later_notary),
	};

	return cmocka_run_group_tests_name("record_ended", tests, NULL, NULL);
}
