/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/trusts.h"

static struct world *w;

static int up(void **state)
{
	(void)state;
	w = world_new(NULL);
	return 0;
}

static int down(void **state)
{
	(void)state;
	world_free(w);
	return 0;
}

static void refused(json_t *doc, const char *name)
{
	struct err e = { 0 };
	struct trust *t = trust_of(w->c, doc, &w->genesis, &e);

	assert_null(t);
	assert_string_equal(e.name, name);
}

/* A head or list under test in the place of the good one. */
static json_t *with(const char *member, json_t *value)
{
	json_t *doc = world_trust(w, NULL);

	assert_int_equal(json_object_set_new(doc, member, value), 0);
	return doc;
}

static json_t *head_by(const struct head *h, const struct sig_key *k)
{
	struct jws j = envelope(w->c, KIND_HEAD, head_print(h), k);
	json_t *o = envelope_json(&j);

	jws_free(&j);
	return o;
}

static struct head good_head(void)
{
	return (struct head){ .genesis = w->genesis, .size = w->log_n, .root = world_root(w, w->log_n), .time = w->now };
}

static void test_reads(void **state)
{
	struct err e = { 0 };
	struct trust *t = trust_of(w->c, world_trust(w, NULL), NULL, &e);

	(void)state;
	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_string_equal(t->group, "demo");
	assert_memory_equal(&t->genesis, &w->genesis, sizeof(w->genesis));
	assert_int_equal(t->charters_n, 1);
	assert_int_equal(t->authorities_n, 1);
	assert_true(t->has_head && t->has_revocations);
	assert_int_equal(t->head.size, w->log_n);
	assert_int_equal(t->fresh_until, w->now + 2 * 3600 + 86400);
	assert_ptr_equal(trust_newest(t), trust_charter(t, &w->genesis));
	assert_null(trust_charter(t, &t->head.root));
	assert_ptr_equal(trust_authority(t, t->authorities[0].ski), &t->authorities[0]);
	assert_null(trust_authority(t, w->genesis.b));
	trust_free(t);
	trust_free(NULL);
}

static void test_without_head_and_list(void **state)
{
	json_t *doc = world_trust(w, NULL);
	struct err e = { 0 };
	struct trust *t;

	(void)state;
	json_object_del(doc, "head");
	json_object_del(doc, "revocations");
	t = trust_of(w->c, doc, &w->genesis, &e);
	assert_non_null(t);
	assert_false(t->has_head || t->has_revocations);
	assert_int_equal(t->fresh_until, 0);
	trust_free(t);
}

static void test_document_is_kept(void **state)
{
	json_t *doc = world_trust(w, NULL), *copy = json_deep_copy(doc);
	struct trust *t = trust_of(w->c, doc, NULL, NULL);

	(void)state;
	assert_non_null(t);
	assert_true(json_equal(t->doc, copy));
	json_decref(copy);
	trust_free(t);
}

static void test_other_group(void **state)
{
	struct digest other = digest_fill(9);
	struct err e = { 0 };
	char text[DIGEST_TEXT];

	(void)state;
	assert_null(trust_of(w->c, world_trust(w, NULL), &other, &e));
	assert_string_equal(e.name, "wrong_context");
	digest_text(&other, text);
	e = (struct err){ 0 };
	assert_null(trust_of(w->c, with("genesis", json_string(text)), NULL, &e));
	assert_string_equal(e.name, "wrong_context");
}

static void test_form(void **state)
{
	(void)state;
	assert_null(trust_parse(w->c, slice_str("{"), NULL, NULL));
	refused(with("surprise", json_true()), "unknown_member");
	refused(with("kind", json_string("gmc-record")), "wrong_kind");
	refused(with("group", json_string("other")), "bad_trust");
	refused(with("charters", json_array()), "out_of_range");
	refused(with("authorities", json_object()), "wrong_type");
	refused(with("head", json_null()), "bad_jws");
}

static void test_charters(void **state)
{
	json_t *doc = world_trust(w, NULL), *list = json_object_get(doc, "charters"), *one;

	(void)state;
	assert_int_equal(json_array_append(list, json_array_get(list, 0)), 0);
	refused(doc, "charter_rollback");
	doc = world_trust(w, NULL);
	one = json_deep_copy(json_array_get(json_object_get(doc, "charters"), 0));
	assert_int_equal(json_array_remove(json_object_get(one, "approvals"), 0), 0);
	assert_int_equal(json_array_set_new(json_object_get(doc, "charters"), 0, one), 0);
	refused(doc, "approvals_missing");
	doc = world_trust(w, NULL);
	one = json_deep_copy(json_array_get(json_object_get(doc, "charters"), 0));
	json_object_set_new(one, "record", json_object());
	assert_int_equal(json_array_set_new(json_object_get(doc, "charters"), 0, one), 0);
	refused(doc, "record_unasked");
}

static json_t *with_ca(const struct buf *der)
{
	json_t *wrap = json_object(), *list = json_array(), *doc;

	assert_true(object_set_base64(wrap, "der", buf_slice(der)));
	assert_int_equal(json_array_append(list, json_object_get(wrap, "der")), 0);
	json_decref(wrap);
	doc = with("authorities", list);
	return doc;
}

static void sealed_ca(const struct sig_key *by, const struct digest *genesis, const struct sig_key *k, int64_t until, struct buf *out)
{
	struct buf tbs = { 0 };
	uint8_t sig[SIG_BYTES];

	buf_free(out);
	assert_true(profile_ca(genesis, sig_key_pub(k), w->issuer.not_before, until, &tbs));
	assert_true(sig_sign(w->c, by, buf_slice(&tbs), sig, NULL));
	assert_true(profile_seal(buf_slice(&tbs), sig_key_pub(by)->alg, sig, out));
	buf_free(&tbs);
}

static void test_authorities(void **state)
{
	struct sig_key *other = envelope_key(SIG_ED25519);
	struct digest group = digest_fill(3);
	struct buf ca = { 0 };
	json_t *doc;

	(void)state;
	world_gmc(w, 0, &ca);
	refused(with_ca(&ca), "bad_trust");
	sealed_ca(w->issuing, &group, w->issuing, w->issuer.not_after, &ca);
	refused(with_ca(&ca), "bad_trust");
	sealed_ca(other, &w->genesis, other, w->issuer.not_after, &ca);
	refused(with_ca(&ca), "bad_trust");
	sealed_ca(w->issuing, &w->genesis, w->issuing, w->issuer.not_after + 1, &ca);
	refused(with_ca(&ca), "bad_trust");
	sealed_ca(other, &w->genesis, w->issuing, w->issuer.not_after, &ca);
	refused(with_ca(&ca), "bad_signature");
	doc = world_trust(w, NULL);
	json_array_append(json_object_get(doc, "authorities"), json_array_get(json_object_get(doc, "authorities"), 0));
	refused(doc, "bad_trust");
	buf_free(&ca);
	sig_key_free(other);
}

static void test_head(void **state)
{
	struct sig_key *other = envelope_key(SIG_ED25519);
	struct head h = good_head();
	json_t *doc;

	(void)state;
	refused(with("head", head_by(&h, other)), "not_a_notary");
	refused(with("head", head_by(&h, w->keys->revocation)), "not_a_notary");
	h.time = CHARTERS_UNTIL;
	refused(with("head", head_by(&h, w->keys->notary)), "not_a_notary");
	h = good_head();
	h.genesis = digest_fill(1);
	refused(with("head", head_by(&h, w->keys->notary)), "wrong_context");
	h = good_head();
	h.root = digest_fill(1);
	refused(with("head", head_by(&h, w->keys->notary)), "forked");
	doc = world_trust(w, NULL);
	json_object_set(doc, "head", json_object_get(doc, "revocations"));
	refused(doc, "wrong_typ");
	sig_key_free(other);
}

static void test_head_signature(void **state)
{
	struct head h = good_head();
	struct jws j = envelope(w->c, KIND_HEAD, head_print(&h), w->keys->notary);

	(void)state;
	envelope_break(&j, 0);
	refused(with("head", envelope_json(&j)), "bad_signature");
	jws_free(&j);
}

static void test_list(void **state)
{
	struct revocations l = world_revocations(w);

	(void)state;
	refused(world_trust(w, world_list(w, &l, w->keys->notary)), "not_a_revocation_key");
	l.genesis = digest_fill(1);
	refused(world_trust(w, world_list(w, &l, w->keys->revocation)), "wrong_context");
	l = world_revocations(w);
	l.charter = digest_fill(1);
	refused(world_trust(w, world_list(w, &l, w->keys->revocation)), "bad_trust");
	l = world_revocations(w);
	l.version = 2;
	refused(world_trust(w, world_list(w, &l, w->keys->revocation)), "bad_trust");
	l = world_revocations(w);
	l.next_update++;
	refused(world_trust(w, world_list(w, &l, w->keys->revocation)), "bad_trust");
	l = world_revocations(w);
	l.this_update = CHARTERS_UNTIL;
	l.next_update = CHARTERS_UNTIL + 1;
	refused(world_trust(w, world_list(w, &l, w->keys->revocation)), "not_a_revocation_key");
}

/* The key's own window ends before the list's grace. */
static void test_fresh_until_the_key_ends(void **state)
{
	struct revocations l = world_revocations(w);
	struct trust *t;

	(void)state;
	l.this_update = CHARTERS_UNTIL - 10;
	l.next_update = CHARTERS_UNTIL + 10;
	t = trust_of(w->c, world_trust(w, world_list(w, &l, w->keys->revocation)), NULL, NULL);
	assert_non_null(t);
	assert_int_equal(t->fresh_until, CHARTERS_UNTIL - 1);
	trust_free(t);
}

/* Version 2, which has another notary and another revocation key. */
static json_t *second(struct sig_key *k)
{
	json_t *doc = charters_next(w->keys, w->charter), *jwk = jwk_print(sig_key_pub(k)), *out;
	char *text = json_dumps(jwk, JSON_COMPACT);
	struct signed_charter sc;

	charters_set(doc, "/authority/notaries/0/key", text);
	charters_set(doc, "/authority/revocation/0/key", text);
	sc = charters_signed(w->keys, doc, 2);
	out = signed_charter_print(buf_slice(&sc.charter->payload), sc.approvals, NULL);
	signed_charter_free(&sc);
	json_decref(jwk);
	free(text);
	return out;
}

static json_t *with_second(json_t *doc, struct sig_key *k)
{
	assert_int_equal(json_array_append_new(json_object_get(doc, "charters"), second(k)), 0);
	return doc;
}

/* The old keys count until the next version must have reached the log, and no longer. */
static void test_superseded_keys(void **state)
{
	int64_t end = CHARTERS_EFFECTIVE + 86400 + 604800 + 86400;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct head h = good_head();
	struct revocations l;
	struct trust *t;

	(void)state;
	h.size++;
	h.time = end - 1;
	t = trust_of(w->c, with_second(with("head", head_by(&h, w->keys->notary)), k), NULL, NULL);
	assert_non_null(t);
	assert_int_equal(trust_newest(t)->version, 2);
	trust_free(t);
	h.time = end;
	refused(with_second(with("head", head_by(&h, w->keys->notary)), k), "not_a_notary");
	t = trust_of(w->c, with_second(with("head", head_by(&h, k)), k), NULL, NULL);
	assert_non_null(t);
	trust_free(t);
	w->now = end;
	l = world_revocations(w);
	w->now = CHARTERS_EFFECTIVE + 60;
	refused(with_second(world_trust(w, world_list(w, &l, w->keys->revocation)), k), "not_a_revocation_key");
	t = trust_of(w->c, with_second(world_trust(w, world_list(w, &l, k)), k), NULL, NULL);
	assert_non_null(t);
	trust_free(t);
	sig_key_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reads, up, down),
		cmocka_unit_test_setup_teardown(test_without_head_and_list, up, down),
		cmocka_unit_test_setup_teardown(test_document_is_kept, up, down),
		cmocka_unit_test_setup_teardown(test_other_group, up, down),
		cmocka_unit_test_setup_teardown(test_form, up, down),
		cmocka_unit_test_setup_teardown(test_charters, up, down),
		cmocka_unit_test_setup_teardown(test_authorities, up, down),
		cmocka_unit_test_setup_teardown(test_head, up, down),
		cmocka_unit_test_setup_teardown(test_head_signature, up, down),
		cmocka_unit_test_setup_teardown(test_list, up, down),
		cmocka_unit_test_setup_teardown(test_fresh_until_the_key_ends, up, down),
		cmocka_unit_test_setup_teardown(test_superseded_keys, up, down),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
