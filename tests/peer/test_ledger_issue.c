/* SPDX-License-Identifier: ISC
 * Who joins, and what is issued to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void test_founders(void **state)
{
	struct digest cause, unknown = digest_fill(1);
	struct buf want = { 0 }, got = { 0 };
	struct sig_key *other = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	(void)state;
	begin(NULL);
	electorate_is(3);
	assert_ptr_equal(ledger_newest(f->l), ledger_charter_by(f->l, &w->genesis));
	for (size_t i = 0; i < 3; i++) {
		profile_founder_cause(&w->genesis, &w->members[i].member, &cause);
		certificate_is(&cause, i);
	}
	no_certificate(&unknown, "log_unknown");
	assert_true(profile_ca(&w->genesis, &w->issuer.key, w->issuer.not_before, w->issuer.not_after, &want));
	assert_true(ledger_ca(f->l, &w->issuer.key, &got, NULL));
	assert_true(slice_equal(buf_slice(&want), buf_slice(&got)));
	assert_false(ledger_ca(f->l, sig_key_pub(other), &got, &e));
	assert_string_equal(e.name, "issuer_unknown");
	sig_key_free(other);
	buf_free(&want);
	buf_free(&got);
}

static void test_too_many_issuers(void **state)
{
	struct sig_key *k;
	struct err e = { 0 };
	int n = 1;

	(void)state;
	begin(NULL);
	for (bool taken = true; taken; n += taken) {
		k = envelope_key(SIG_ED25519);
		taken = ledger_issuer(f->l, sig_key_pub(k), &e);
		sig_key_free(k);
	}
	assert_string_equal(e.name, "too_many_issuers");
	assert_int_equal(n, 8);
	assert_true(ledger_issuer(f->l, &w->issuer.key, NULL)); /* it has that one */
}

static void named(json_t *charter)
{
	charters_set(charter, "/membership/names", "\"name\"");
}

static void test_names(void **state)
{
	struct digest cause;

	(void)state;
	ask(named);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	certificate_is(&w->decision.digest, 3);
	profile_founder_cause(&w->genesis, &w->members[1].member, &cause);
	certificate_is(&cause, 1);
}

static void named_by_key(json_t *charter)
{
	charters_set(charter, "/membership/names", "\"key\"");
}

/* A new key brings a new name. */
static void test_names_of_keys(void **state)
{
	(void)state;
	ask(named_by_key);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	certificate_is(&w->decision.digest, 3);
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	world_renew(w, 0);
	follower_accepts(f);
}

static void shorter(json_t *charter)
{
	charters_set(charter, "/membership/life", "3600");
}

/* A certificate is made under the charter of its proposal, a renewal under the one in force. */
static void test_charters_of_certificates(void **state)
{
	struct gmc_fields before, after;
	struct buf tbs = { 0 };
	struct err e = { 0 };
	struct sig_pub issuer;

	(void)state;
	ask(NULL);
	world_draft(w, shorter);
	world_amend(w, NULL, NULL);
	w->charter = w->signed_charter.charter;
	w->now = w->later[0].charter->effective + 1;
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	certificate_is(&w->decision.digest, 3);
	before = world_fields(w, 3);
	assert_int_equal(before.not_after - before.not_before, 604800 + PROFILE_BACKDATE);
	w->charter = w->later[0].charter;
	world_renew(w, 3);
	follower_accepts(f);
	if (!ledger_tbs(f->l, &w->log[w->log_n - 1].entry.object, &issuer, &tbs, &e))
		fail_msg("%s: %s", e.name, e.text);
	after = before;
	assert_int_equal(w->log[w->log_n - 1].entry.until, w->now + 3600);
	assert_memory_not_equal(&after.charter, &w->charter->object.digest, sizeof(after.charter));
	buf_free(&tbs);
}

static void consequence(size_t back, void (*change)(struct entry *en), const char *name)
{
	struct entry en;

	follower_decide(f, "yy", OUTCOME_YES);
	for (size_t i = 0; i < back; i++)
		buf_free(&w->log[--w->log_n].bytes);
	en = *last();
	change(&en);
	world_rewrite(w, w->log_n - 1, &en);
	refused(name);
}

ENTRY(entry_member, en->member.b[0] ^= 1)
ENTRY(entry_founder, en->member = w->members[0].member)
ENTRY(entry_key, en->key = digest_fill(1))
ENTRY(entry_node, en->node.b[0] ^= 1)
ENTRY(entry_object, en->object = digest_fill(1))
ENTRY(entry_serial, en->serial.b[15] ^= 1)
ENTRY(entry_tbs, en->tbs = digest_fill(1))
ENTRY(entry_until, en->until++)
ENTRY(entry_earlier, en->until--)

static void test_joined_and_issued(void **state)
{
	(void)state;
	ask(NULL);
	consequence(1, entry_member, "log_unknown");
	consequence(1, entry_key, "log_unknown");
	consequence(1, entry_node, "log_unknown");
	consequence(1, entry_object, "log_order");
	consequence(0, entry_member, "not_a_member");
	consequence(0, entry_founder, "key_revoked");
	consequence(0, entry_key, "key_revoked");
	consequence(0, entry_object, "log_order");
	consequence(0, entry_serial, "serial_differs");
	consequence(0, entry_tbs, "tbs_differs");
	consequence(0, entry_until, "tbs_differs");
	consequence(0, entry_earlier, "tbs_differs");
}

/* Consequences without what they follow from. */
static void test_out_of_nothing(void **state)
{
	struct entry joined = { .event = EVENT_JOINED }, expelled = { .event = EVENT_EXPELLED };

	(void)state;
	ask(NULL);
	joined.object = digest_fill(1);
	joined.member = w->proposal.member;
	joined.key = w->application.thumb;
	joined.node = w->proposal.node;
	world_log(w, joined, NULL);
	refused("log_unknown");
	joined.object = w->genesis;
	world_log(w, joined, NULL);
	refused("log_order");
	expelled.object = digest_fill(1);
	expelled.member = w->members[0].member;
	world_log(w, expelled, NULL);
	refused("log_unknown");
	follower_decide(f, "nn", OUTCOME_NO);
	joined.object = expelled.object = w->decision.digest;
	world_log(w, joined, NULL);
	refused("log_unknown");
	follower_decide(f, "nn", OUTCOME_NO);
	world_log(w, expelled, NULL);
	refused("log_unknown");
	follower_decide(f, "yy", OUTCOME_YES);
	joined.object = expelled.object = w->decision.digest;
	world_log(w, expelled, NULL);
	refused("log_unknown"); /* it was an admission */
	follower_decide(f, "yy", OUTCOME_YES);
	joined.object = w->decision.digest;
	world_log(w, joined, NULL);
	refused("log_order");
}

/* The applicant's key became a member's meanwhile, or was one. */
static void test_a_key_in_use(void **state)
{
	struct sig_key *applicant;

	(void)state;
	begin(NULL);
	applicant = w->applicant;
	w->applicant = w->members[0].key;
	world_apply(w);
	w->applicant = applicant;
	world_propose_admission(w);
	refused("key_in_use");
}

static void test_a_key_rekeyed_to(void **state)
{
	(void)state;
	begin(NULL);
	world_rekey(w, 0, envelope_key(SIG_ED25519));
	follower_accepts(f);
	world_apply(w);
	world_propose_admission(w);
	f->h = calloc(1, sizeof(*f->h));
	f->h->w = w;
	f->h->ev.votes = f->h->votes;
	f->h->ev.objects = f->h->objects;
	follower_accepts(f);
	mark = world_mark(w);
	{
		/* member 1 takes the applicant's key while its application waits */
		struct buf der = { 0 };
		struct err e = { 0 };

		assert_true(sig_key_to_pkcs8(w->applicant, &der, &e));
		world_rekey(w, 1, sig_key_from_pkcs8(buf_slice(&der), &e));
		buf_free(&der);
	}
	follower_accepts(f);
	mark = world_mark(w);
	follower_decide(f, "yy", OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes);
	refused("key_in_use");
}

static void only_p256(json_t *charter)
{
	charters_set(charter, "/membership/keys", "[\"P-256\"]");
}

static void other_issuing(json_t *charter)
{
	charters_set(charter, "/authority/issuing/0/spki", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"");
}

static void no_issuing(json_t *charter)
{
	other_issuing(charter);
	charters_set(charter, "/authority/issuing/0/until", "1800000000");
}

static void under_two(void (*change)(json_t *charter), size_t member, const char *name)
{
	begin(NULL);
	world_draft(w, change);
	world_amend(w, NULL, NULL);
	w->now = w->later[0].charter->effective;
	follower_accepts(f);
	mark = world_mark(w);
	world_renew(w, member);
	refused(name);
	follower_free(f);
}

static void test_what_a_charter_takes(void **state)
{
	(void)state;
	under_two(only_p256, 0, "not_allowed");
	under_two(no_issuing, 0, "issuer_unknown");
	under_two(other_issuing, 0, "issuer_unknown");
	begin(NULL);
	world_draft(w, only_p256);
	world_amend(w, NULL, NULL);
	w->now = w->later[0].charter->effective;
	world_renew(w, 2); /* a P-256 key */
	follower_accepts(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(founders),
		TEST(too_many_issuers),
		TEST(names),
		TEST(names_of_keys),
		TEST(charters_of_certificates),
		TEST(joined_and_issued),
		TEST(out_of_nothing),
		TEST(a_key_in_use),
		TEST(a_key_rekeyed_to),
		TEST(what_a_charter_takes),
	};

	return cmocka_run_group_tests_name("ledger_issue", tests, NULL, NULL);
}
