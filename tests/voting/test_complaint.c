/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/objects.h"
#include "voting/complaint.h"

static const struct complaint observed = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.member = { { 3 } },
	.by = { { 4 } },
	.about = COMPLAINT_OBSERVED,
	.what = OBSERVED_MISROUTED,
	.when = 5,
	.has_text = true,
	.text = { { 6 } },
	.iat = 1700000000 };
static const struct vote yes = {
	.genesis = { { 1 } }, .charter = { { 2 } }, .proposal = { { 5 } }, .choice = CHOICE_YES, .member = { { 3 } }, .iat = 8
};
static struct crypto *crypto;
static struct sig_key *keys[2];

static json_t *make_observed(void)
{
	return complaint_print(&observed);
}

static json_t *sign(const struct vote *v, const struct sig_key *k)
{
	json_t *out = object_sign(crypto, KIND_VOTE, vote_print(v), k, NULL);

	assert_non_null(out);
	return out;
}

/* About two votes by these keys. */
static json_t *made(const struct vote *first, const struct vote *second, const struct sig_key *const by[static 2])
{
	struct complaint x = observed;
	json_t *o;

	x.about = COMPLAINT_VOTES;
	x.envelopes = json_pack("[o,o]", sign(first, by[0]), sign(second, by[1]));
	x.votes[0].key = *sig_key_pub(by[0]);
	x.votes[1].key = *sig_key_pub(by[1]);
	o = complaint_print(&x);
	json_decref(x.envelopes);
	return o;
}

static struct vote no(void)
{
	struct vote v = yes;

	v.choice = CHOICE_NO;
	return v;
}

static json_t *make_votes(void)
{
	const struct sig_key *const by[] = { keys[0], keys[1] };
	struct vote second = no();

	return made(&yes, &second, by);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct complaint x;
	bool rc = complaint_parse(j, &x, e);

	if (rc)
		complaint_free(&x);
	return rc;
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_COMPLAINT, make_observed()), *v = envelope_of(KIND_COMPLAINT, make_votes());
	struct complaint x, y;
	struct digest d;
	json_t *again;
	struct buf text = { 0 };

	(void)state;
	jws_digest(j, KIND_COMPLAINT, &d);
	assert_true(complaint_parse(j, &x, NULL));
	assert_memory_equal(&x.digest, &d, sizeof(d));
	assert_memory_equal(&x.genesis, &observed.genesis, sizeof(d));
	assert_memory_equal(&x.charter, &observed.charter, sizeof(d));
	assert_memory_equal(&x.member, &observed.member, sizeof(x.member));
	assert_memory_equal(&x.by, &observed.by, sizeof(x.by));
	assert_int_equal(x.what, OBSERVED_MISROUTED);
	assert_int_equal(x.when, 5);
	assert_true(x.has_text && x.text.b[0] == 6);
	assert_int_equal(x.iat, 1700000000);
	complaint_free(&x);
	assert_true(complaint_parse(v, &y, NULL));
	assert_int_equal(y.about, COMPLAINT_VOTES);
	assert_int_equal(y.votes[1].vote.choice, CHOICE_NO);
	again = complaint_print(&y);
	assert_true(json_write(again, &text, NULL));
	assert_true(slice_equal(buf_slice(&text), buf_slice(&v->payload)));
	json_decref(again);
	buf_free(&text);
	complaint_free(&y);
	complaint_free(NULL);
	envelope_free(j);
	envelope_free(v);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change seen[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "member", "\"A\"", "bad_value", "/member" },
		{ "by", NULL, "missing_member", "/by" },
		{ "by", "\"03000000000000000000000000000000\"", "not_allowed", "" },
		{ "about", NULL, "missing_member", "/about" },
		{ "about", "[]", "wrong_type", "/about" },
		{ "about", "{}", "missing_member", "/about/observed" },
		{ "about", "{\"observed\":{\"what\":\"rude\",\"when\":1}}", "bad_value", "/about/observed/what" },
		{ "about", "{\"observed\":{\"what\":\"other\"}}", "missing_member", "/about/observed/when" },
		{ "about", "{\"observed\":{\"what\":\"other\",\"when\":-1}}", "out_of_range", "/about/observed/when" },
		{ "about", "{\"observed\":{\"what\":\"other\",\"when\":1,\"who\":1}}", "unknown_member", "/about/observed/who" },
		{ "about/votes", "[]", "unknown_member", "/about/observed" },
		{ "iat", "-1", "out_of_range", "/iat" },
		{ "other", "1", "unknown_member", "/other" },
	};
	const struct change votes[] = {
		{ "about/votes", "[]", "out_of_range", "/about/votes" },
		{ "about/keys", NULL, "missing_member", "/about/keys" },
		{ "about/keys", "[1,2]", "bad_key", "/about/keys/0" },
		{ "about/keys", "[]", "out_of_range", "/about/keys" },
		{ "about/votes", "[1,2]", "bad_jws", "/about/votes/0" },
		{ "about/when", "1", "unknown_member", "/about/when" },
	};

	(void)state;
	refused(KIND_COMPLAINT, make_observed, parse, seen, sizeof(seen) / sizeof(seen[0]));
	refused(KIND_COMPLAINT, make_votes, parse, votes, sizeof(votes) / sizeof(votes[0]));
}

static void it_speaks_of_one_member_of_one_group(void **state)
{
	struct complaint x = observed;
	struct digest other = { { 9 } };
	struct id16 nobody = { { 9 } };
	struct err e = { 0 };

	(void)state;
	assert_true(complaint_fits(&x, &x.genesis, &x.member, x.iat - COMPLAINT_SLACK, NULL));
	assert_false(complaint_fits(&x, &other, &x.member, x.iat, &e));
	assert_string_equal(e.name, "wrong_context");
	err_clear(&e);
	assert_false(complaint_fits(&x, &x.genesis, &nobody, x.iat, &e));
	assert_string_equal(e.name, "wrong_context");
	err_clear(&e);
	assert_false(complaint_fits(&x, &x.genesis, &x.member, x.iat - COMPLAINT_SLACK - 1, &e));
	assert_string_equal(e.name, "complaint_late");
}

static void agrees(const struct vote *a, const struct vote *b, bool change)
{
	struct err e = { 0 };

	assert_false(votes_contradict(a, b, change, &e));
	assert_string_equal(e.name, "no_contradiction");
}

static void votes_contradict_each_other(void **state)
{
	struct vote second = no();

	(void)state;
	assert_true(votes_contradict(&yes, &second, false, NULL));
	assert_true(votes_contradict(&yes, &second, true, NULL));
	agrees(&yes, &yes, false);
	second.genesis.b[0]++;
	agrees(&yes, &second, false);
	second = no();
	second.proposal.b[0]++;
	agrees(&yes, &second, false);
	second = no();
	second.charter.b[0]++;
	agrees(&yes, &second, false);
	second = no();
	second.member.b[0]++;
	agrees(&yes, &second, false);
}

/* Of a chain no two contradict each other, and where it forks two do. */
static void who_changes_its_mind_does_not_contradict_itself(void **state)
{
	struct vote first = yes, second = no(), third = no();

	(void)state;
	second.has_replaces = true;
	second.replaces.b[0] = 1;
	agrees(&first, &second, true);
	assert_true(votes_contradict(&first, &second, false, NULL));
	first.has_replaces = third.has_replaces = true;
	first.replaces.b[0] = 2;
	agrees(&first, &second, true);
	third.replaces = first.replaces;
	assert_true(votes_contradict(&first, &third, true, NULL));
}

static void judged(json_t *o, const char *name)
{
	struct jws *j = envelope_of(KIND_COMPLAINT, o);
	struct complaint x;
	struct err e = { 0 };

	assert_true(complaint_parse(j, &x, NULL));
	assert_int_equal(complaint_proves(crypto, &x, false, &e), name == NULL);
	assert_string_equal(e.name, name == NULL ? "" : name);
	complaint_free(&x);
	envelope_free(j);
}

static void it_proves_itself(void **state)
{
	const struct sig_key *const by[] = { keys[0], keys[1] };
	struct vote second = no(), other = yes;
	json_t *o;

	(void)state;
	judged(make_votes(), NULL);
	judged(make_observed(), NULL);
	other.member.b[0]++;
	judged(made(&other, &second, by), "wrong_context");
	other = yes;
	other.genesis.b[0]++;
	judged(made(&other, &second, by), "wrong_context");
	judged(made(&yes, &yes, by), "no_contradiction");
	o = make_votes();
	json_array_insert(json_object_get(json_object_get(o, "about"), "keys"), 0,
		json_array_get(json_object_get(json_object_get(o, "about"), "keys"), 1));
	json_array_remove(json_object_get(json_object_get(o, "about"), "keys"), 2);
	judged(o, "wrong_key");
}

static int make_keys(void **state)
{
	(void)state;
	crypto = crypto_new(NULL);
	keys[0] = sig_key_generate(SIG_ED25519, NULL);
	keys[1] = sig_key_generate(SIG_P256, NULL);
	return crypto == NULL || keys[0] == NULL || keys[1] == NULL;
}

static int free_keys(void **state)
{
	(void)state;
	sig_key_free(keys[0]);
	sig_key_free(keys[1]);
	crypto_free(crypto);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(it_speaks_of_one_member_of_one_group),
		cmocka_unit_test(votes_contradict_each_other),
		cmocka_unit_test(who_changes_its_mind_does_not_contradict_itself),
		cmocka_unit_test(it_proves_itself),
	};

	return cmocka_run_group_tests_name("complaint", tests, make_keys, free_keys);
}
