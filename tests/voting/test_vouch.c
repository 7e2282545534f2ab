/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/vouch.h"
#include "tests/voting/objects.h"

static const struct vouch vouch = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.application = { { 3 } },
	.member = { { 4 } },
	.has_reason = true,
	.reason = { { 5 } },
	.iat = 6 };

static json_t *make(void)
{
	return vouch_print(&vouch);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct vouch v;

	return vouch_parse(j, &v, e);
}

static void what_is_printed_is_read(void **state)
{
	(void)state;
	for (int reason = 0; reason < 2; reason++) {
		struct vouch v = vouch, back;
		struct digest d;
		struct jws *j;

		v.has_reason = reason;
		j = envelope_of(KIND_VOUCH, vouch_print(&v));
		jws_digest(j, KIND_VOUCH, &d);
		assert_true(vouch_parse(j, &back, NULL));
		assert_memory_equal(&back.digest, &d, sizeof(d));
		assert_memory_equal(&back.genesis, &v.genesis, sizeof(d));
		assert_memory_equal(&back.charter, &v.charter, sizeof(d));
		assert_memory_equal(&back.application, &v.application, sizeof(d));
		assert_memory_equal(&back.member, &v.member, sizeof(v.member));
		assert_int_equal(back.has_reason, reason);
		assert_int_equal(back.reason.b[0], reason ? 5 : 0);
		assert_int_equal(back.iat, 6);
		envelope_free(j);
	}
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "application", NULL, "missing_member", "/application" },
		{ "application", "\"\"", "bad_value", "/application" },
		{ "member", "\"A\"", "bad_value", "/member" },
		{ "member", NULL, "missing_member", "/member" },
		{ "reason", "null", "wrong_type", "/reason" },
		{ "reason", "\"because\"", "bad_value", "/reason" },
		{ "iat", "-1", "out_of_range", "/iat" },
		{ "iat", NULL, "missing_member", "/iat" },
		{ "weight", "2", "unknown_member", "/weight" },
	};

	(void)state;
	refused(KIND_VOUCH, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

static void does_not_fit(const struct vouch *v, const struct proposal *p, const char *said)
{
	struct err e = { 0 };

	assert_false(vouch_fits(v, p, &e));
	assert_string_equal(e.name, "wrong_context");
	assert_non_null(strstr(e.text, said));
}

static void a_vouch_fits_the_proposal_about_its_application(void **state)
{
	struct proposal p = { .genesis = vouch.genesis, .charter = vouch.charter, .subject = vouch.application, .question = Q_ADMIT };
	struct vouch v = vouch;

	(void)state;
	assert_true(vouch_fits(&v, &p, NULL));
	v.genesis.b[31] ^= 1;
	does_not_fit(&v, &p, "group");
	v = vouch;
	v.application.b[31] ^= 1;
	does_not_fit(&v, &p, "application");
	v = vouch;
	v.charter.b[31] ^= 1;
	does_not_fit(&v, &p, "charter");
	p.question = Q_EXPEL; /* a motion with the digest of an application */
	does_not_fit(&vouch, &p, "application");
}

static void late(int64_t iat, const char *said)
{
	struct vouch v = vouch;
	struct err e = { 0 };

	v.iat = iat;
	assert_false(vouch_in_time(&v, 10000, 20000, &e));
	assert_string_equal(e.name, "vouch_late");
	assert_non_null(strstr(e.text, said));
}

static void a_vouch_is_made_while_the_proposal_is_open(void **state)
{
	static const int64_t good[] = { 10000 - VOUCH_SLACK, 10000, 20000, 20000 + VOUCH_SLACK };
	struct vouch v = vouch;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		v.iat = good[i];
		assert_true(vouch_in_time(&v, 10000, 20000, NULL));
	}
	late(10000 - VOUCH_SLACK - 1, "before");
	late(20000 + VOUCH_SLACK + 1, "after");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(a_vouch_fits_the_proposal_about_its_application),
		cmocka_unit_test(a_vouch_is_made_while_the_proposal_is_open),
	};

	return cmocka_run_group_tests_name("vouch", tests, NULL, NULL);
}
