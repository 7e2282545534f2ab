/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/challenge.h"
#include "tests/voting/objects.h"
#include "tests/lib/labour.h"

static const struct challenge challenge = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.subject = { { 3 } },
	.key = { { 4 } },
	.type = CHALLENGE_CAPTCHA,
	.captcha = CAPTCHA_LOGIC,
	.iat = 1000,
	.until = 1000 + CHALLENGE_LIFE_MAX };

static json_t *make(void)
{
	return challenge_print(&challenge);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct challenge c;

	return challenge_parse(j, &c, e);
}

/* Printed, read, and as a fact. */
static struct fact_challenge read_back(const struct challenge *c, struct challenge *back)
{
	struct jws *j = envelope_of(KIND_CHALLENGE, challenge_print(c));
	struct fact_challenge fact;
	struct digest d;

	jws_digest(j, KIND_CHALLENGE, &d);
	assert_true(challenge_parse(j, back, NULL));
	assert_memory_equal(&back->digest, &d, sizeof(d));
	assert_memory_equal(&back->genesis, &c->genesis, sizeof(d));
	assert_memory_equal(&back->charter, &c->charter, sizeof(d));
	assert_memory_equal(&back->subject, &c->subject, sizeof(d));
	assert_memory_equal(&back->key, &c->key, sizeof(d));
	assert_int_equal(back->iat, c->iat);
	assert_int_equal(back->until, c->until);
	challenge_fact(back, &fact);
	assert_int_equal(fact.type, c->type);
	envelope_free(j);
	return fact;
}

static void what_is_printed_is_read(void **state)
{
	static const enum captcha_kind kinds[] = { CAPTCHA_GRAPHIC, CAPTCHA_LOGIC, CAPTCHA_AUDIO };
	struct challenge c = challenge, back;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		c.captcha = kinds[i];
		assert_int_equal(read_back(&c, &back).captcha, kinds[i]);
	}
	labour(&c, INT64_C(1) << 40);
	assert_int_equal(read_back(&c, &back).effort, c.effort);
	c.type = CHALLENGE_EXTERNAL;
	snprintf(c.provider, sizeof(c.provider), "post-office");
	assert_string_equal(read_back(&c, &back).provider, "post-office");
}

static void work_shows_itself(void **state)
{
	struct challenge c = challenge, back;
	struct err e = { 0 };

	(void)state;
	assert_true(challenge_proves(&c, &e));
	labour(&c, 3 * WORK_MEMORY);
	read_back(&c, &back);
	assert_true(challenge_proves(&back, &e));
	back.effort++;
	assert_false(challenge_proves(&back, &e));
	assert_string_equal(e.name, "work_short");
	err_clear(&e);
	back.effort--;
	back.work.key[0] ^= 1;
	assert_false(challenge_proves(&back, &e));
	assert_string_equal(e.name, "work_wrong");
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "subject", NULL, "missing_member", "/subject" },
		{ "key", "\"A\"", "out_of_range", "/key" },
		{ "met", NULL, "missing_member", "/met" },
		{ "met", "{}", "bad_value", "/met" },
		{ "met", "[]", "wrong_type", "/met" },
		{ "met", "{\"captcha\":\"logic\",\"work\":1}", "bad_value", "/met" },
		{ "met", "{\"captcha\":\"smell\"}", "bad_value", "/met/captcha" },
		{ "met", "{\"work\":0}", "out_of_range", "/met/work" },
		{ "met", "{\"work\":35184372080641}", "out_of_range", "/met/work" },
		{ "met", "{\"work\":1}", "missing_member", "/met/proof" },
		{ "met", "{\"work\":1,\"proof\":{\"nonce\":\"AA\"}}", "out_of_range", "/met/proof/nonce" },
		{ "met", "{\"captcha\":\"logic\",\"proof\":{}}", "bad_value", "/met" },
		{ "met", "{\"work\":\"hard\"}", "wrong_type", "/met/work" },
		{ "met", "{\"external\":\"Post\"}", "bad_value", "/met/external" },
		{ "met", "{\"luck\":1}", "unknown_member", "/met/luck" },
		{ "iat", NULL, "missing_member", "/iat" },
		{ "iat", "253402300800", "out_of_range", "/iat" },
		{ "until", "1000", "bad_value", "/until" },
		{ "until", "999", "bad_value", "/until" },
		{ "until", "87401", "bad_value", "/until" },
		{ "until", NULL, "missing_member", "/until" },
		{ "member", "1", "unknown_member", "/member" },
	};

	(void)state;
	refused(KIND_CHALLENGE, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

static void does_not_fit(const struct challenge *c, const struct proposal *p, const char *said)
{
	struct err e = { 0 };

	assert_false(challenge_fits(c, p, &challenge.subject, &challenge.key, &e));
	assert_string_equal(e.name, "wrong_context");
	assert_non_null(strstr(e.text, said));
}

static void a_challenge_fits_one_purpose_of_one_key(void **state)
{
	struct proposal p = { .genesis = challenge.genesis, .charter = challenge.charter };
	struct challenge c = challenge;

	(void)state;
	assert_true(challenge_fits(&c, &p, &challenge.subject, &challenge.key, NULL));
	c.genesis.b[31] ^= 1;
	does_not_fit(&c, &p, "group");
	c = challenge;
	c.charter.b[31] ^= 1;
	does_not_fit(&c, &p, "charter");
	c = challenge;
	c.subject.b[31] ^= 1;
	does_not_fit(&c, &p, "purpose");
	c = challenge;
	c.key.b[31] ^= 1;
	does_not_fit(&c, &p, "key");
}

enum { OPENED = 1000000, AT = 1100000 };

static bool in_term(int64_t iat, int64_t until)
{
	const struct proposal p = { .opened = OPENED };
	struct challenge c = challenge;
	struct err e = { 0 };
	bool ok;

	c.iat = iat;
	c.until = until;
	ok = challenge_in_term(&c, &p, AT, &e);
	assert_string_equal(e.name, ok ? "" : "challenge_late");
	return ok;
}

static void an_applicants_challenge_is_of_its_application(void **state)
{
	(void)state;
	assert_true(in_term(OPENED - CHALLENGE_BEFORE, OPENED + 1));
	assert_false(in_term(OPENED - CHALLENGE_BEFORE - 1, OPENED + 1));
	assert_false(in_term(OPENED - 10, OPENED));
	assert_true(in_term(AT + CHALLENGE_SLACK, AT + 1000));
	assert_false(in_term(AT + CHALLENGE_SLACK + 1, AT + 1000));
}

static bool covers(int64_t vote)
{
	struct challenge c = challenge;
	struct err e = { 0 };
	bool ok;

	c.iat = 10000;
	c.until = 20000;
	ok = challenge_covers(&c, vote, &e);
	assert_string_equal(e.name, ok ? "" : "challenge_late");
	return ok;
}

static void a_voters_challenge_is_of_its_vote(void **state)
{
	(void)state;
	assert_false(covers(10000 - CHALLENGE_SLACK - 1));
	assert_true(covers(10000 - CHALLENGE_SLACK));
	assert_true(covers(20000 + CHALLENGE_SLACK - 1));
	assert_false(covers(20000 + CHALLENGE_SLACK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(work_shows_itself),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(a_challenge_fits_one_purpose_of_one_key),
		cmocka_unit_test(an_applicants_challenge_is_of_its_application),
		cmocka_unit_test(a_voters_challenge_is_of_its_vote),
	};

	return cmocka_run_group_tests_name("challenge", tests, NULL, NULL);
}
