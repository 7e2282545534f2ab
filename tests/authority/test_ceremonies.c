/* SPDX-License-Identifier: ISC
 * Ceremonies of a threshold group over a real store: from founding without a key to the charter that names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "authority/boards.h"
#include "base/time.h"
#include "peer/profile.h"
#include "tests/authority/troupe.h"
#include "tests/lib/folk.h"

static json_t *says(struct troupe *t, uint64_t number, size_t player)
{
	struct view v = troupe_read(t, number);
	json_t *said = troupe_says(t, &v, &t->players[player]);

	troupe_close(&v);
	return said;
}

static void refuses(struct troupe *t, uint64_t number, json_t *envelope, const char *name)
{
	struct err e = { 0 };

	assert_false(troupe_posts(t, number, envelope, &e));
	assert_string_equal(e.name, name);
}

static void posts(struct troupe *t, uint64_t number, json_t *envelope)
{
	struct err e = { 0 };

	if (!troupe_posts(t, number, envelope, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void key_of(struct troupe *t, uint64_t number, struct sig_pub *out)
{
	struct view v = troupe_read(t, number);

	assert_true(v.dealing->done);
	assert_non_null(json_object_get(v.doc, "transcript"));
	transcript_key(&v.dealing->transcript, out);
	troupe_close(&v);
}

/* The next charter, which names this key for the members. */
static json_t *naming(struct troupe *t, const struct sig_pub *key, uint32_t threshold)
{
	json_t *doc = realm_next(t->r, &t->g), *issuer;
	char text[DIGEST_TEXT], number[16];
	struct digest spki;

	assert_true(profile_spki_digest(key, &spki));
	digest_text(&spki, text);
	snprintf(number, sizeof(number), "%u", (unsigned)threshold);
	charters_set(doc, "/voting/scheme", "\"threshold\"");
	charters_set(doc, "/voting/threshold", number);
	issuer = json_pack("[{s:s,s:s,s:i,s:I,s:s}]", "spki", text, "alg", "Ed25519", "from", 0, "until", (json_int_t)4000000000, "held_by",
		"members");
	json_object_set_new(json_object_get(doc, "authority"), "issuing", issuer);
	return doc;
}

static bool proposed(struct troupe *t, json_t *payload, struct err *e)
{
	json_t *doc = realm_proposed(t->r, payload, 2);
	struct answer a = { 0 };
	bool rc;

	json_object_del(doc, "issuing"); /* the key is known from the ceremony */
	rc = act_propose_charter(t->r->w, t->g.name, doc, &a, e);
	json_decref(doc);
	answer_free(&a);
	return rc;
}

static void founders_make_a_key(void **state)
{
	struct troupe t = troupe_found(*state, "making", 2);
	struct stored_ceremony row;
	struct err e = { 0 };
	struct sig_pub key;

	assert_int_equal(pg_number(t.r->w->db, "SELECT count(*) FROM certificates c JOIN groups USING (g) WHERE name = 'making'"), 0);
	troupe_work(&t);
	troupe_work(&t); /* again: one at a time */
	row = troupe_ceremony(&t);
	assert_int_equal(row.number, 1);
	assert_int_equal(row.purpose, CEREMONY_KEY);
	troupe_play(&t, 1);
	row = troupe_ceremony(&t);
	assert_int_equal(row.outcome, CEREMONY_DONE);
	assert_int_equal(row.size, 12);
	troupe_work(&t);
	assert_int_equal(troupe_ceremony(&t).number, 1);

	key_of(&t, 1, &key);
	if (!proposed(&t, naming(&t, &key, 2), &e))
		fail_msg("%s: %s", e.name, e.text);
	/* It is effective in an hour: until then nobody gets a certificate. */
	troupe_work(&t);
	assert_int_equal(pg_number(t.r->w->db, "SELECT count(*) FROM certificates c JOIN groups USING (g) WHERE name = 'making'"), 0);
}

/* Whoever follows the log takes the key from the transcript, and the certificates that are intended under it. */
static void founders_are_certified_by_their_key(void **state)
{
	struct troupe t = troupe_found(*state, "certified", 3);
	const int64_t effective = time_now() + 2;
	struct ledger *l;
	struct err e = { 0 };
	struct sig_pub key, issuer;
	struct digest cause;
	struct buf tbs = { 0 };
	json_t *doc;

	troupe_work(&t);
	troupe_play(&t, 1);
	key_of(&t, 1, &key);
	doc = naming(&t, &key, 3);
	json_object_set_new(doc, "effective", json_integer(effective));
	if (!proposed(&t, doc, &e))
		fail_msg("%s: %s", e.name, e.text);
	while (time_now() < effective)
		usleep(50000);
	troupe_work(&t);
	troupe_work(&t);
	assert_int_equal(pg_number(t.r->w->db,
				 "SELECT count(*) FROM certificates c JOIN groups USING (g) WHERE name = 'certified'"
				 " AND c.state = 'intended' AND members_key IS NOT NULL AND origin = 0"),
		CHARTERS_FOUNDERS);
	l = troupe_ledger(&t);
	profile_founder_cause(&t.g.genesis, &t.r->keys->member[1], &cause);
	assert_true(ledger_tbs(l, &cause, &issuer, &tbs, &e));
	assert_true(sig_pub_equal(&issuer, &key));
	assert_int_equal(ledger_number(l, &t.r->keys->member[2]), 3);
	buf_free(&tbs);
	ledger_free(l);
}

static void charters_name_keys_that_were_made(void **state)
{
	struct troupe t = troupe_found(*state, "naming", 2);
	struct err e = { 0 };
	struct sig_pub key;
	json_t *doc;

	assert_false(proposed(&t, naming(&t, sig_key_pub(t.r->issuing), 2), &e));
	assert_string_equal(e.name, "issuer_unknown");
	troupe_work(&t);
	troupe_play(&t, 1);
	key_of(&t, 1, &key);
	err_clear(&e);
	assert_false(proposed(&t, naming(&t, &key, 3), &e));
	assert_string_equal(e.name, "transcript_differs");
	/* Its public key may come from anybody; that members made it together may not. */
	doc = realm_proposed(t.r, naming(&t, sig_key_pub(t.r->issuing), 2), 2);
	err_clear(&e);
	assert_false(act_propose_charter(t.r->w, t.g.name, doc, &(struct answer){ 0 }, &e));
	assert_string_equal(e.name, "transcript_missing");
	json_decref(doc);
}

static void two_of_three(json_t *charter)
{
	charters_set(charter, "/voting/scheme", "\"threshold\"");
	charters_set(charter, "/voting/threshold", "2");
	charters_set(charter, "/authority/issuing", "[]");
}

static void nobody_applies_before_there_is_a_key(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "early", two_of_three);
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	const struct application a = folk_application(&f, r->w, k);
	struct err e = { 0 };

	assert_false(folk_send_application(&f, r->w, &a, k, NULL, &e));
	assert_string_equal(e.name, "key_missing");
	sig_key_free(k);
	folk_free(&f);
}

static void posts_are_repeated_not_altered(void **state)
{
	struct troupe t = troupe_found(*state, "repeats", 2);
	json_t *first, *other;

	troupe_work(&t);
	first = says(&t, 1, 0);
	other = says(&t, 1, 0); /* another box */
	posts(&t, 1, json_incref(first));
	posts(&t, 1, first);
	assert_int_equal(troupe_ceremony(&t).size, 1);
	refuses(&t, 1, other, "already_posted");
	assert_int_equal(pg_number(t.r->w->db, "SELECT count(*) FROM contradictions JOIN groups USING (g) WHERE name = 'repeats'"), 1);
	assert_int_equal(troupe_ceremony(&t).size, 1);
}

static void only_participants_post(void **state)
{
	struct troupe t = troupe_found(*state, "strangers", 2);
	struct player *p = &t.players[0];
	struct sig_key *own = p->key;

	troupe_work(&t);
	p->key = t.players[2].key;
	refuses(&t, 1, says(&t, 1, 0), "wrong_key");
	p->key = own;
	refuses(&t, 2, says(&t, 1, 0), "not_found");
	posts(&t, 1, says(&t, 1, 0));
}

/* What another process of the authority stored meanwhile is taken in, and what was rolled back is forgotten. */
static void boards_are_what_the_store_has(void **state)
{
	struct realm *r = *state;
	struct troupe t = troupe_found(r, "caching", 2);
	struct err e = { 0 };
	struct boards *own = boards_new(&e), *other = boards_new(&e);

	troupe_work(&t);
	r->a.boards = own;
	posts(&t, 1, says(&t, 1, 0));
	r->a.boards = other;
	posts(&t, 1, says(&t, 1, 1));
	r->a.boards = own;
	posts(&t, 1, says(&t, 1, 2));
	assert_int_equal(troupe_ceremony(&t).phase, PHASE_DEAL);
	r->a.boards = NULL;
	posts(&t, 1, says(&t, 1, 0));
	r->a.boards = other;
	posts(&t, 1, says(&t, 1, 1));
	r->a.boards = own;
	troupe_play(&t, 1);
	r->a.boards = NULL;
	boards_free(own);
	boards_free(other);
	assert_int_equal(troupe_ceremony(&t).outcome, CEREMONY_DONE);
}

/* Who is silent is named, and the next time the others go on alone; then everybody is asked again. */
static void the_silent_are_left_out_once(void **state)
{
	struct troupe t = troupe_found(*state, "silence", 2);
	struct view v;
	struct sig_pub key;

	troupe_work(&t);
	t.players[1].absent = true;
	troupe_play(&t, 1);
	troupe_work(&t);
	assert_int_equal(troupe_ceremony(&t).outcome, CEREMONY_RUNS);
	troupe_wait(&t, 1);
	troupe_work(&t);
	v = troupe_read(&t, 1);
	assert_true(v.dealing->failed);
	assert_string_equal(v.dealing->of[1].fault, "silent");
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(v.doc, "faults"), 0), "fault")), "silent");
	troupe_close(&v);
	assert_int_equal(troupe_ceremony(&t).number, 2);
	v = troupe_read(&t, 2);
	assert_int_equal(v.ceremony->n, 2);
	assert_int_equal(ceremony_place(v.ceremony, 2), -1);
	troupe_close(&v);

	/* Another one falls silent, and who was silent before is asked again: it has been left out once. */
	t.players[1].absent = false;
	t.players[0].absent = true;
	troupe_play(&t, 2);
	troupe_wait(&t, 2);
	troupe_work(&t);
	v = troupe_read(&t, 3);
	assert_int_equal(v.ceremony->n, 2);
	assert_int_equal(ceremony_place(v.ceremony, 1), -1);
	troupe_close(&v);
	troupe_play(&t, 3);
	key_of(&t, 3, &key);
}

static void nothing_is_posted_when_it_is_over(void **state)
{
	struct troupe t = troupe_found(*state, "over", 2);
	json_t *late;

	troupe_work(&t);
	late = says(&t, 1, 0);
	troupe_wait(&t, 1);
	troupe_work(&t);
	refuses(&t, 1, late, "ceremony_over");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(founders_make_a_key),
		cmocka_unit_test(founders_are_certified_by_their_key),
		cmocka_unit_test(charters_name_keys_that_were_made),
		cmocka_unit_test(nobody_applies_before_there_is_a_key),
		cmocka_unit_test(posts_are_repeated_not_altered),
		cmocka_unit_test(only_participants_post),
		cmocka_unit_test(boards_are_what_the_store_has),
		cmocka_unit_test(the_silent_are_left_out_once),
		cmocka_unit_test(nothing_is_posted_when_it_is_over),
	};

	return cmocka_run_group_tests_name("ceremonies", tests, realm_start, realm_stop);
}
