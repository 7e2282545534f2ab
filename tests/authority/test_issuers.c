/* SPDX-License-Identifier: ISC
 * Charters that name issuing keys, with the signer that holds them, or does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/signer.h"
#include "peer/profile.h"
#include "tests/lib/folk.h"
#include "tests/lib/serving.h"
#include "voting/decision.h"

/* Two operators' worth of groups on one store and one signer. */
struct ground {
	struct pg *pg;
	struct realm *r, *other;
	struct serving signer;
	char socket[SERVING_SOCKET];
	json_t *first; /* the charter of the group "held" */
};

static int start(void **state)
{
	static struct ground s;
	struct realm *both[2];

	s.pg = pg_start();
	both[0] = s.r = realm_new(s.pg);
	both[1] = s.other = realm_new(s.pg);
	serving_signer(&s.signer, both, 2, s.socket);
	s.r->a.signer_path = s.other->a.signer_path = s.socket;
	*state = &s;
	return 0;
}

static int stop(void **state)
{
	struct ground *s = *state;

	realm_free(s->r);
	realm_free(s->other);
	serving_stop(&s->signer);
	pg_stop(s->pg);
	return 0;
}

/* Names a key at a place of the list; `doc` is a payload. */
static void name_key(json_t *payload, size_t at, const struct sig_pub *key)
{
	json_t *list = json_object_get(json_object_get(payload, "authority"), "issuing");
	char text[DIGEST_TEXT];
	struct digest spki;
	json_t *one;

	assert_true(profile_spki_digest(key, &spki));
	digest_text(&spki, text);
	one = json_pack("{s:s,s:s,s:i,s:I}", "spki", text, "alg", sig_alg_name(key->alg), "from", 0, "until", (json_int_t)CHARTERS_UNTIL);
	if (at < json_array_size(list))
		json_array_set_new(list, at, one);
	else
		json_array_append_new(list, one);
}

/* Proposes a payload, which is taken, with the approvals of two and a further key beside it: the name of the refusal, or "". Static. */
static const char *propose(struct realm *r, const char *group, json_t *payload, const struct sig_pub *key)
{
	static struct err e;
	const bool first = json_integer_value(json_object_get(payload, "version")) == 1;
	json_t *doc = realm_proposed(r, payload, 2);
	struct answer a = { 0 };

	e = (struct err){ 0 };
	if (key != NULL)
		json_object_set_new(doc, "issuing", json_pack("[o]", jwk_print(key)));
	if (first)
		(void)act_create(r->w, doc, &a, &e);
	else
		(void)act_propose_charter(r->w, group, doc, &a, &e);
	json_decref(doc);
	answer_free(&a);
	return e.name;
}

/* The signer has the whole log, and bound the keys that are in it. */
static void publish(struct realm *r, const char *group)
{
	struct err e = { 0 };
	struct group g;
	size_t n;

	if (!group_find(r->w, group, &g, &e) || !act_publish(r->w, g.g, &n, &e))
		fail_msg("%s: %s: %s", group, e.name, e.text);
}

static struct sig_pub new_key(struct realm *r)
{
	struct sig_pub issuing, revocation;
	struct err e = { 0 };

	assert_non_null(worker_signer(r->w, &e));
	assert_true(signer_create(r->w->signer, SIG_ED25519, &issuing, &revocation, &e));
	return issuing;
}

static void test_keys_of_nobody(void **state)
{
	struct ground *s = *state;
	struct sig_key *stranger = sig_key_generate(SIG_ED25519, NULL);
	const struct sig_pub *key = sig_key_pub(stranger);
	json_t *payload = realm_first(s->r, "nobodys");
	struct group g;

	name_key(payload, 0, key);
	assert_string_equal(propose(s->r, "nobodys", payload, key), "issuer_unknown");
	assert_int_equal(pg_number(s->r->w->db, "SELECT count(*) FROM groups"), 0);

	s->first = realm_first(s->r, "held");
	charters_set(s->first, "/purpose", "\"The first.\"");
	g = realm_found(s->r, "held", json_incref(s->first));
	payload = realm_next(s->r, &g);
	name_key(payload, 1, key);
	assert_string_equal(propose(s->r, "held", payload, key), "issuer_unknown");
	assert_int_equal(pg_number(s->r->w->db, "SELECT count(*) FROM drafts WHERE version = 2"), 0);
	publish(s->r, "held");
	sig_key_free(stranger);
}

static void test_keys_of_others(void **state)
{
	struct ground *s = *state;
	const struct sig_pub *theirs = sig_key_pub(s->other->issuing);
	struct group g = realm_found(s->other, "theirs", NULL);
	json_t *payload = realm_first(s->r, "taken");

	publish(s->other, "theirs");
	name_key(payload, 0, theirs);
	assert_string_equal(propose(s->r, "taken", payload, theirs), "key_bound");
	assert_true(group_find(s->r->w, "held", &g, NULL));
	payload = realm_next(s->r, &g);
	name_key(payload, 1, theirs);
	assert_string_equal(propose(s->r, "held", payload, theirs), "key_bound");
	assert_int_equal(pg_number(s->r->w->db, "SELECT count(*) FROM drafts WHERE version = 2"), 0);
}

static void test_without_a_signer(void **state)
{
	struct ground *s = *state;
	struct sig_pub key = new_key(s->r);
	json_t *payload, *first;
	struct group g;

	assert_true(group_find(s->r->w, "held", &g, NULL));
	payload = realm_next(s->r, &g);
	name_key(payload, 1, &key);
	worker_signer_lost(s->r->w);
	s->r->a.signer_path = "/nowhere";
	assert_string_equal(propose(s->r, "held", json_incref(payload), &key), "signer_unavailable");
	assert_string_equal(propose(s->r, "held", realm_next(s->r, &g), NULL), ""); /* it names no new key: nobody need be asked */
	first = realm_first(s->r, "new");
	name_key(first, 0, &key);
	assert_string_equal(propose(s->r, "new", first, &key), "signer_unavailable");
	/* a group that is there, or whose name is taken, needs no signer to be told */
	assert_string_equal(propose(s->r, "held", s->first, NULL), "");
	assert_string_equal(propose(s->r, "held", realm_first(s->r, "held"), NULL), "name_taken");
	s->r->a.signer_path = s->socket;
	json_decref(payload);

	payload = realm_next(s->r, &g);
	name_key(payload, 1, &key);
	assert_string_equal(propose(s->r, "held", payload, &key), "");
	publish(s->r, "held");
}

static void voted(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

/* A key that was free when the group began to vote has another group by the time it said yes: the log takes no such charter. */
static void test_a_key_that_is_taken_meanwhile(void **state)
{
	struct ground *s = *state;
	struct sig_pub first = new_key(s->r), second = new_key(s->r);
	json_t *payload = realm_first(s->r, "slow"), *taking = realm_first(s->other, "quick");
	struct folk f = { .r = s->r };
	struct err e = { 0 };

	voted(payload);
	name_key(payload, 0, &first);
	f.charter = charters_parse(json_deep_copy(payload), &e);
	assert_string_equal(propose(s->r, "slow", payload, &first), "");
	assert_true(group_find(s->r->w, "slow", &f.g, &e));
	publish(s->r, "slow");
	payload = realm_next(s->r, &f.g);
	name_key(payload, 0, &first);
	name_key(payload, 1, &second);
	assert_string_equal(propose(s->r, "slow", payload, &second), "");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d AND question = 2"), 1);

	name_key(taking, 0, &second);
	assert_string_equal(propose(s->other, "quick", taking, &second), "");
	publish(s->other, "quick");

	assert_string_equal(folk_cast(&f, f.r->w, 1, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, f.r->w, 1, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, f.r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_VOID);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM charters WHERE g = %d"), 1);
	publish(s->r, "slow"); /* it goes on */
	folk_free(&f);
}

/* Two groups name a key before the signer has seen the log of either: the store says which was first, and nobody is stopped. */
static void test_a_key_that_two_name_at_once(void **state)
{
	struct ground *s = *state;
	struct sig_pub own = new_key(s->r), key = new_key(s->r);
	json_t *next = realm_first(s->r, "one"), *first = realm_first(s->other, "another");
	struct group g;

	name_key(next, 0, &own);
	assert_string_equal(propose(s->r, "one", next, &own), "");
	assert_true(group_find(s->r->w, "one", &g, NULL));
	publish(s->r, "one");
	next = realm_next(s->r, &g);
	name_key(next, 0, &own);
	name_key(next, 1, &key);
	name_key(first, 0, &key);
	assert_string_equal(propose(s->r, "one", next, &key), "");
	assert_string_equal(propose(s->other, "another", first, &key), "key_bound");
	publish(s->r, "one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_of_nobody),
		cmocka_unit_test(test_keys_of_others),
		cmocka_unit_test(test_without_a_signer),
		cmocka_unit_test(test_a_key_that_is_taken_meanwhile),
		cmocka_unit_test(test_a_key_that_two_name_at_once),
	};

	return cmocka_run_group_tests_name("issuers", tests, start, stop);
}
