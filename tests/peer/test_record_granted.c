/* SPDX-License-Identifier: ISC
 * Records of renewals and recoveries that passed: they are decided again, and each part that is exchanged is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/granted.h"

static struct sig_key *next;

static int up(void **state)
{
	(void)state;
	next = envelope_key(SIG_ED25519);
	return 0;
}

static int close(void **state)
{
	sig_key_free(next);
	return down(state);
}

/* A record as it stands, to be spoiled; the hall is that of the one before. */
static json_t *made(enum granted kind)
{
	granted_open(kind, next);
	return granted_record(kind, next);
}

static void passes(enum granted kind, enum question q)
{
	json_t *doc = made(kind);
	struct err e = { 0 };
	struct audit a;

	if (!record_holds(w->c, doc, NULL, &a, &e))
		fail_msg("%u: %s: %s", kind, e.name, e.text);
	assert_int_equal(a.outcome, OUTCOME_YES);
	assert_int_equal(a.question, q);
	assert_true(a.has_gmc);
	assert_int_equal(a.yes, kind == RECOVERY_BY_VOUCHES ? 0 : 2);
	assert_int_equal(a.vouches, kind == RECOVERY_BY_VOUCHES ? 2 : 0);
	assert_memory_equal(&a.member, &w->members[HOLDER].member, sizeof(a.member));
	audit_free(&a);
	json_decref(doc);
}

static void test_a_renewal_by_votes(void **state)
{
	(void)state;
	passes(RENEWAL_BY_VOTES, Q_RENEW);
}

static void test_a_recovery_by_votes(void **state)
{
	(void)state;
	passes(RECOVERY_BY_VOTES, Q_RECOVER);
}

static void test_a_recovery_by_vouches(void **state)
{
	(void)state;
	passes(RECOVERY_BY_VOUCHES, Q_RECOVER);
}

/* ---- parts exchanged */

static void put_certificate(json_t *doc, size_t i)
{
	struct buf der = { 0 };

	world_gmc(w, i, &der);
	assert_true(object_set_base64(doc, "gmc", buf_slice(&der)));
	buf_free(&der);
}

static void no_certificate(json_t *doc)
{
	json_object_del(doc, "gmc");
	json_object_del(doc, "authority");
}

static void the_certificate_of_before(json_t *doc)
{
	put_certificate(doc, HOLDER);
}

static void anothers_certificate(json_t *doc)
{
	put_certificate(doc, 0);
}

static void no_authority(json_t *doc)
{
	json_object_del(doc, "authority");
}

static void a_vote_left_out(json_t *doc)
{
	json_array_remove(json_object_get(doc, "votes"), 0);
}

static void a_vote_not_counted(json_t *doc)
{
	json_object_set_new(json_array_get(json_object_get(doc, "votes"), 1), "status", json_integer(1));
}

static void a_vouch_left_out(json_t *doc)
{
	json_array_remove(json_object_get(doc, "evidence"), 0);
}

static void no_holder(json_t *doc)
{
	json_object_del(doc, "holder");
}

static void the_new_key_as_the_holders(json_t *doc)
{
	json_object_set_new(json_object_get(doc, "holder"), "key", jwk_print(sig_key_pub(next)));
}

static void the_last_entry_left_out(json_t *doc)
{
	json_t *all = json_object_get(doc, "entries");

	json_array_remove(all, json_array_size(all) - 1);
}

static void the_decision_for_the_proposal(json_t *doc)
{
	json_object_set(doc, "proposal", json_object_get(doc, "decision"));
}

static void the_other_kind_of_request(json_t *doc)
{
	const char *is = json_object_get(doc, "renewal") != NULL ? "renewal" : "recovery";

	json_object_set(doc, is[2] == 'n' ? "recovery" : "renewal", json_object_get(doc, is));
	json_object_del(doc, is);
}

static void test_exchanged(void **state)
{
	static const struct {
		void (*spoil)(json_t *doc);
		const char *name;
		enum granted from, to;
	} rows[] = {
		{ no_certificate, "gmc_missing", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ the_certificate_of_before, "gmc_differs", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ anothers_certificate, "tbs_differs", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ no_authority, "missing_member", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ a_vote_left_out, "votes_differ", RENEWAL_BY_VOTES, RECOVERY_BY_VOTES },
		{ a_vote_not_counted, "vote_status", RENEWAL_BY_VOTES, RECOVERY_BY_VOTES },
		{ a_vouch_left_out, "evidence_missing", RECOVERY_BY_VOUCHES, RECOVERY_BY_VOUCHES },
		{ no_holder, "missing_member", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ the_new_key_as_the_holders, "wrong_key", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ the_last_entry_left_out, "bad_proof", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ the_decision_for_the_proposal, "wrong_typ", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
		{ the_other_kind_of_request, "bad_record", RENEWAL_BY_VOTES, RECOVERY_BY_VOUCHES },
	};

	(void)state;
	for (enum granted kind = 0; kind < GRANTED; kind++) {
		json_t *good = made(kind);

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			json_t *doc;

			if (kind < rows[i].from || kind > rows[i].to)
				continue;
			doc = json_deep_copy(good);
			rows[i].spoil(doc);
			refused(doc, rows[i].name);
		}
		json_decref(good);
		hall_close(h);
	}
	open_hall(NULL);
}

/* ---- what the log says is not what follows from the decision */

static const char *lie;

static void untrue(const struct world *world, struct entry *en)
{
	const struct digest other = digest_fill(7);

	(void)world;
	if (en->event == EVENT_REKEYED && strcmp(lie, "old_key") == 0)
		en->old_key = other;
	if (en->event == EVENT_REKEYED && strcmp(lie, "new_key") == 0)
		en->key = other;
	if (en->event == EVENT_REKEYED && strcmp(lie, "whose") == 0)
		en->member = world->members[0].member;
	if (en->event != EVENT_ISSUED)
		return;
	if (strcmp(lie, "key") == 0)
		en->key = other;
	if (strcmp(lie, "member") == 0)
		en->member = world->members[0].member;
	if (strcmp(lie, "until") == 0)
		en->until++;
	if (strcmp(lie, "serial") == 0)
		en->serial.b[3] ^= 1;
	if (strcmp(lie, "tbs") == 0)
		en->tbs = other;
	if (strcmp(lie, "cause") == 0)
		en->object = other;
}

static void test_untrue_entries(void **state)
{
	static const struct {
		const char *lie, *name;
		enum granted from;
	} rows[] = {
		{ "key", "entry_differs", RENEWAL_BY_VOTES },
		{ "member", "entry_differs", RENEWAL_BY_VOTES },
		{ "until", "entry_differs", RENEWAL_BY_VOTES },
		{ "serial", "serial_differs", RENEWAL_BY_VOTES },
		{ "tbs", "tbs_differs", RENEWAL_BY_VOTES },
		{ "cause", "entry_differs", RENEWAL_BY_VOTES },
		{ "old_key", "entry_differs", RECOVERY_BY_VOTES },
		{ "new_key", "entry_differs", RECOVERY_BY_VOTES },
		{ "whose", "entry_differs", RECOVERY_BY_VOTES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (enum granted kind = rows[i].from; kind < GRANTED; kind++) {
			lie = rows[i].lie;
			granted_open(kind, next);
			w->twist_entry = untrue;
			refused(granted_record(kind, next), rows[i].name);
			hall_close(h);
		}
	open_hall(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_renewal_by_votes, up, close),
		cmocka_unit_test_setup_teardown(test_a_recovery_by_votes, up, close),
		cmocka_unit_test_setup_teardown(test_a_recovery_by_vouches, up, close),
		cmocka_unit_test_setup_teardown(test_exchanged, up, close),
		cmocka_unit_test_setup_teardown(test_untrue_entries, up, close),
	};

	return cmocka_run_group_tests_name("record_granted", tests, NULL, NULL);
}
