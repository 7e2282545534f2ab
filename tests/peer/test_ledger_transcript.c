/* SPDX-License-Identifier: ISC
 * Keys that members hold together, as whoever follows the log lets them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/jwk.h"
#include "tests/lib/following.h"
#include "voting/transcript.h"

static struct transcript made;
static struct point other_key;

static void of_two(json_t *charter)
{
	charters_set(charter, "/voting/scheme", "\"threshold\"");
	charters_set(charter, "/voting/threshold", "2");
	charters_set(charter, "/authority/issuing", "[]");
}

static void name_key(json_t *charter, const struct point *key)
{
	struct sig_pub pub = { .alg = SIG_ED25519 };
	char text[DIGEST_TEXT];
	struct digest spki;
	json_t *one;

	memcpy(pub.b, key->b, sizeof(key->b));
	assert_true(profile_spki_digest(&pub, &spki));
	digest_text(&spki, text);
	one = json_pack(
		"{s:s,s:s,s:i,s:I,s:s}", "spki", text, "alg", "Ed25519", "from", 0, "until", (json_int_t)4000000000, "held_by", "members");
	assert_int_equal(json_array_append_new(json_object_get(json_object_get(charter, "authority"), "issuing"), one), 0);
}

static void names_it(json_t *charter)
{
	of_two(charter);
	name_key(charter, &made.commitment[0]);
}

static void names_another(json_t *charter)
{
	of_two(charter);
	name_key(charter, &other_key);
}

static void names_both(json_t *charter)
{
	names_it(charter);
	name_key(charter, &other_key);
}

static void of_three(json_t *charter)
{
	names_it(charter);
	charters_set(charter, "/voting/threshold", "3");
}

/* A key that two of the founders hold, of which nobody has to know a share here. */
static void make_key(void)
{
	struct scalar s;

	memset(&made, 0, sizeof(made));
	made.genesis = w->genesis;
	made.epoch = 1;
	made.t = 2;
	for (size_t k = 0; k < made.t; k++) {
		scalar_random(&s);
		point_base(&s, &made.commitment[k]);
	}
	scalar_random(&s);
	point_base(&s, &other_key);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		made.holders[made.n++] = (struct keyholder){ (share_id)(i + 1), w->members[i].member, *sig_key_pub(w->members[i].key) };
}

static json_t *sign(size_t n)
{
	struct buf payload = { 0 };
	json_t *one[CHARTERS_FOUNDERS], *list;

	assert_true(transcript_payload(&made, &payload, NULL));
	for (size_t i = 0; i < n; i++) {
		const struct sig_key *key = w->members[i].key;

		one[i] = jws_sign(w->c, KIND_TRANSCRIPT, buf_slice(&payload), &key, 1, NULL);
		assert_non_null(one[i]);
	}
	list = transcript_gather(one, n, NULL);
	assert_non_null(list);
	for (size_t i = 0; i < n; i++)
		json_decref(one[i]);
	buf_free(&payload);
	return list;
}

/* The next charter, with a transcript (taken; NULL: none). */
static void amend(void (*change)(json_t *charter), json_t *transcript)
{
	world_draft(w, change)->transcript = transcript;
	world_amend(w, NULL, NULL);
}

static void founded(void)
{
	begin(of_two);
	make_key();
}

static void test_the_key_comes_with_its_transcript(void **state)
{
	struct digest cause, spki;
	struct sig_pub key;

	(void)state;
	founded();
	assert_int_equal(w->log_n, 2 + CHARTERS_FOUNDERS);
	transcript_key(&made, &key);
	assert_true(profile_spki_digest(&key, &spki));
	assert_null(ledger_issuer_key(f->l, &spki));
	amend(names_it, sign(CHARTERS_FOUNDERS));
	follower_accepts(f);
	assert_non_null(ledger_issuer_key(f->l, &spki));

	/* The founders' certificates follow, unasked, once the charter is in force; each once. */
	w->issuer = (struct issuer){ key, w->now - PROFILE_BACKDATE, 4000000000 };
	w->now = w->charter->effective;
	profile_founder_cause(&w->genesis, &w->members[2].member, &cause);
	world_issue(w, 2, ORIGIN_FOUNDING, &cause, NULL);
	follower_accepts(f);
	mark = world_mark(w);
	world_issue(w, 2, ORIGIN_FOUNDING, &cause, NULL);
	refused("already_issued");
	profile_founder_cause(&w->genesis, &w->members[1].member, &cause);
	world_issue(w, 0, ORIGIN_FOUNDING, &cause, NULL);
	refused("log_unknown");
}

static void test_founders_wait_for_the_key(void **state)
{
	struct digest cause;

	(void)state;
	founded();
	profile_founder_cause(&w->genesis, &w->members[0].member, &cause);
	world_issue(w, 0, ORIGIN_FOUNDING, &cause, NULL);
	refused("issuer_unknown");
}

static void test_what_no_transcript_bears_out(void **state)
{
	(void)state;
	founded();
	amend(names_it, NULL);
	refused("transcript_missing");
	amend(names_both, sign(CHARTERS_FOUNDERS));
	refused("transcript_missing");
	amend(names_another, sign(CHARTERS_FOUNDERS));
	refused("transcript_differs");
	amend(of_three, sign(CHARTERS_FOUNDERS));
	refused("transcript_differs");
	amend(of_two, sign(CHARTERS_FOUNDERS));
	refused("transcript_differs");
	amend(names_it, sign(CHARTERS_FOUNDERS - 1));
	refused("transcript_unsigned");
	amend(NULL, sign(CHARTERS_FOUNDERS));
	refused("transcript_differs");
	made.genesis.b[0] ^= 1;
	amend(names_it, sign(CHARTERS_FOUNDERS));
	refused("wrong_context");
}

/* A setup in which the authority gave somebody's number, or key, to itself. */
static void test_holders_are_members_under_their_own_numbers(void **state)
{
	struct sig_key *foreign = envelope_key(SIG_ED25519), *own;

	(void)state;
	founded();
	made.holders[2].number = 5;
	amend(names_it, sign(CHARTERS_FOUNDERS));
	refused("wrong_context");
	made.holders[2].number = 3;
	made.holders[2].member.b[3] ^= 1;
	amend(names_it, sign(CHARTERS_FOUNDERS));
	refused("not_a_member");
	made.holders[2].member.b[3] ^= 1;
	own = w->members[2].key;
	w->members[2].key = foreign;
	made.holders[2].key = *sig_key_pub(foreign);
	amend(names_it, sign(CHARTERS_FOUNDERS));
	w->members[2].key = own;
	refused("wrong_key");
	sig_key_free(foreign);
}

static void test_who_is_gone_holds_nothing(void **state)
{
	json_t *all;

	(void)state;
	founded();
	all = sign(CHARTERS_FOUNDERS);
	world_leave(w, 1);
	follower_accepts(f);
	mark = world_mark(w);
	amend(names_it, all);
	refused("not_a_member");
}

static void test_numbers_are_places_in_the_log(void **state)
{
	struct digest key;
	struct err e = { 0 };

	(void)state;
	founded();
	jwk_thumbprint(sig_key_pub(w->members[1].key), &key);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		assert_int_equal(ledger_number(f->l, &w->members[i].member), i + 1);
		assert_int_equal(id16_compare(ledger_numbered(f->l, (uint32_t)i + 1), &w->members[i].member), 0);
	}
	assert_int_equal(ledger_number(f->l, &(struct id16){ { 9 } }), 0);
	assert_null(ledger_numbered(f->l, 0));
	assert_null(ledger_numbered(f->l, CHARTERS_FOUNDERS + 1));
	assert_true(ledger_holder(f->l, 2, &w->members[1].member, &key, &e));
	assert_false(ledger_holder(f->l, 2, &w->members[1].member, &w->members[0].thumb, &e));
	assert_string_equal(e.name, "wrong_key");
	err_clear(&e);
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	assert_true(ledger_holder(f->l, 2, &w->members[1].member, &key, &e));
	assert_false(ledger_holder(f->l, 2, &w->members[0].member, &key, &e));
	assert_string_equal(e.name, "wrong_context");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_comes_with_its_transcript),
		TEST(founders_wait_for_the_key),
		TEST(what_no_transcript_bears_out),
		TEST(holders_are_members_under_their_own_numbers),
		TEST(who_is_gone_holds_nothing),
		TEST(numbers_are_places_in_the_log),
	};

	return cmocka_run_group_tests_name("ledger_transcript", tests, NULL, NULL);
}
