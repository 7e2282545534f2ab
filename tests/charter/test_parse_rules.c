/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/decide.h"
#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

#define KEY_A "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

static void its_rules_are_read(void **state)
{
	struct charter *c = must_parse(charters_first(*state));

	assert_int_equal(c->admission->votes.count, 2);
	assert_int_equal(c->expulsion->votes.q, 3);
	assert_null(c->amendment);
	assert_null(c->renewal);
	assert_int_equal(c->voting.scheme, SCHEME_PLAIN);
	assert_int_equal(c->voting.show, SHOW_VOTES);
	assert_int_equal(c->voting.term, 604800);
	assert_false(c->voting.change);
	assert_true(c->membership.ed25519 && c->membership.p256);
	assert_int_equal(c->membership.names, NAMES_NONE);
	assert_string_equal(c->membership.overlay, "overlay.example");
	assert_int_equal(c->freshness.update, 3600);
	assert_int_equal(c->freshness.grace, 86400);
	assert_false(c->freshness.allow_unknown);
	assert_int_equal(c->visible, VISIBLE_EVERYONE);
	assert_int_equal(c->tests_n, 1);
	assert_int_equal(c->tests[0].question, Q_ADMIT);
	assert_int_equal(c->tests[0].members, 3);
	assert_int_equal(c->tests[0].yes, 2);
	assert_int_equal(c->tests[0].expect, VERDICT_YES);
	assert_false(c->readmission.present || c->recovery.present || c->vouching.present || c->membership.has_seeder);
	charter_free(c);
}

static json_t *with_every_option(const struct charters *t)
{
	json_t *doc = charters_first(t);

	charters_set(doc, "/amendment", "{\"authority\":{\"k\":1}}");
	charters_set(doc, "/renewal", "{\"authority\":{\"k\":2}}");
	charters_set(doc, "/readmission", "{\"wait\":100,\"requirement\":{\"votes\":{\"count\":3}}}");
	charters_set(doc, "/recovery",
		"{\"administrators\":{\"threshold\":1,\"keys\":[],\"notice\":5,\"veto\":2},\"member\":{\"authority\":{\"k\":1}}}");
	charters_set(doc, "/recovery/administrators/keys/0", "@/administrators/keys/0");
	charters_set(doc, "/voting",
		"{\"scheme\":\"threshold\",\"term\":60,\"change\":true,\"show\":\"nothing\",\"threshold\":2,\"probation\":9,"
		"\"human\":{\"captcha\":{\"kinds\":[\"logic\"]}}}");
	charters_set(doc, "/authority/issuing", "[]");
	charters_set(doc, "/vouching", "{\"probation\":7,\"cascade\":\"suspend\",\"human\":{\"work\":{\"effort\":5}}}");
	charters_set(doc, "/membership",
		"{\"life\":31536000,\"keys\":[\"P-256\"],\"names\":\"key\",\"overlay\":\"o\",\"nodes\":\"key\",\"seeder\":" KEY_A
		",\"reload\":true,\"limit\":3,\"per_day\":4,\"rejoin\":5,\"class\":\"client\",\"removal\":\"operators\"}");
	charters_set(doc, "/freshness/unknown", "\"allow\"");
	charters_set(doc, "/records/visible", "\"parties\"");
	charters_set(doc, "/administrators/offline", "0");
	charters_set(doc, "/tests/0",
		"{\"name\":\"t\",\"question\":\"expel\",\"members\":9,\"yes\":1,\"no\":2,\"abstain\":3,\"approvals\":2,"
		"\"listed\":true,\"closed\":true,\"expect\":\"not yet\"}");
	charters_set(doc, "/extensions", "{\"colour\":{\"critical\":false,\"value\":\"green\"}}");
	return doc;
}

static void every_option_is_read(void **state)
{
	struct charter *c = must_parse(with_every_option(*state));

	assert_int_equal(c->amendment->k, 1);
	assert_int_equal(c->renewal->k, 2);
	assert_true(c->readmission.present && c->readmission.wait == 100 && c->readmission.requirement->votes.count == 3);
	assert_true(c->recovery.present && c->recovery.administrators && c->recovery.threshold == 1 && c->recovery.n == 1);
	assert_true(c->recovery.notice == 5 && c->recovery.veto == 2 && c->recovery.member != NULL);
	assert_string_equal(c->recovery.keys[0].name, "Ada");
	assert_int_equal(c->voting.scheme, SCHEME_THRESHOLD);
	assert_true(c->voting.change && c->voting.show == SHOW_NOTHING && c->voting.threshold == 2 && c->voting.probation == 9);
	assert_int_equal(c->voting.human->captcha_kinds, CAPTCHA_LOGIC);
	assert_true(c->vouching.present && c->vouching.probation == 7 && c->vouching.cascade == 2 && c->vouching.human->effort == 5);
	assert_true(c->membership.life == 31536000 && c->membership.p256 && !c->membership.ed25519 && c->membership.names == NAMES_KEY);
	assert_true(c->membership.nodes_by_key && c->membership.has_seeder && c->membership.seeder.b[0] == 0xd7 && c->membership.reload);
	assert_true(c->membership.limit == 3 && c->membership.per_day == 4 && c->membership.rejoin == 5);
	assert_true(c->membership.client && c->membership.removal == REMOVAL_OPERATORS);
	assert_true(c->freshness.allow_unknown && c->visible == VISIBLE_PARTIES && c->administrators.offline == 0);
	assert_true(c->tests[0].question == Q_EXPEL && c->tests[0].no == 2 && c->tests[0].abstain == 3 && c->tests[0].approvals == 2);
	assert_true(c->tests[0].listed && c->tests[0].closed && c->tests[0].expect == VERDICT_NOT_YET);
	charter_free(c);
}

static json_t *of_three(const struct charters *t, const char *threshold, const char *issuing)
{
	json_t *doc = charters_first(t);

	charters_set(doc, "/voting/scheme", "\"threshold\"");
	if (threshold != NULL)
		charters_set(doc, "/voting/threshold", threshold);
	if (issuing != NULL)
		charters_set(doc, "/authority/issuing", issuing);
	return doc;
}

/* Three founders make the key, so no more can be needed, and the first version cannot name it. */
static void threshold_groups_begin_without_a_key(void **state)
{
	const struct {
		json_t *doc;
		const char *name, *pointer;
	} rows[] = {
		{ of_three(*state, NULL, "[]"), "missing_member", "/voting/threshold" },
		{ of_three(*state, "1", "[]"), "out_of_range", "/voting/threshold" },
		{ of_three(*state, "129", "[]"), "out_of_range", "/voting/threshold" },
		{ of_three(*state, "4", "[]"), "bad_charter", "/voting/threshold" },
		{ of_three(*state, "3", NULL), "bad_charter", "/authority/issuing" },
	};
	struct charter *c = must_parse(of_three(*state, "3", "[]"));

	assert_int_equal(c->voting.threshold, 3);
	assert_true(charter_supported(c, NULL));
	charter_free(c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = { 0 };

		assert_null(charters_parse(rows[i].doc, &e));
		assert_string_equal(e.name, rows[i].name);
		assert_string_equal(e.pointer, rows[i].pointer);
	}
}

static void rules_are_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/admission", NULL, "missing_member", "/admission" },
		{ "/admission/votes/count", "0", "bad_requirement", "/admission/votes/count" },
		{ "/expulsion", "null", "wrong_type", "/expulsion" },
		{ "/amendment", "{\"blood\":{}}", "unknown_leaf", "/amendment/blood" },
		{ "/renewal", "[]", "wrong_type", "/renewal" },
		{ "/readmission", "{}", "missing_member", "/readmission/wait" },
		{ "/readmission", "{\"wait\":1,\"requirement\":{}}", "bad_requirement", "/readmission/requirement" },
		{ "/recovery", "{}", "bad_charter", "/recovery" },
		{ "/recovery", "{\"member\":{}}", "bad_requirement", "/recovery/member" },
		{ "/recovery", "{\"administrators\":{\"threshold\":1,\"keys\":[],\"notice\":1,\"veto\":1}}", "out_of_range",
			"/recovery/administrators/keys" },
		{ "/recovery",
			"{\"administrators\":{\"threshold\":2,\"keys\":[{\"name\":\"R\",\"key\":" KEY_A "}],\"notice\":1,\"veto\":1}}",
			"bad_charter", "/recovery/administrators/threshold" },
		{ "/recovery", "{\"administrators\":{\"threshold\":1,\"keys\":[{\"name\":\"R\",\"key\":" KEY_A "}],\"notice\":1}}",
			"missing_member", "/recovery/administrators/veto" },
		{ "/voting", NULL, "missing_member", "/voting" },
		{ "/voting/scheme", "\"loud\"", "bad_value", "/voting/scheme" },
		{ "/voting/term", "59", "out_of_range", "/voting/term" },
		{ "/voting/term", "31536001", "out_of_range", "/voting/term" },
		{ "/voting/change", "1", "wrong_type", "/voting/change" },
		{ "/voting/show", "\"all\"", "bad_value", "/voting/show" },
		{ "/voting/threshold", "2", "bad_charter", "/voting/threshold" },
		{ "/voting/probation", "-1", "out_of_range", "/voting/probation" },
		{ "/voting/human", "{}", "bad_requirement", "/voting/human" },
		{ "/voting/more", "1", "unknown_member", "/voting/more" },
		{ "/vouching", "{}", "missing_member", "/vouching/probation" },
		{ "/vouching", "{\"probation\":1,\"cascade\":\"all\"}", "bad_value", "/vouching/cascade" },
		{ "/membership", NULL, "missing_member", "/membership" },
		{ "/membership/life", "59", "out_of_range", "/membership/life" },
		{ "/membership/life", "31536001", "out_of_range", "/membership/life" },
		{ "/membership/keys", "[]", "out_of_range", "/membership/keys" },
		{ "/membership/keys/0", "\"RSA\"", "bad_value", "/membership/keys/0" },
		{ "/membership/keys/1", "\"Ed25519\"", "bad_charter", "/membership/keys/1" },
		{ "/membership/names", "\"all\"", "bad_value", "/membership/names" },
		{ "/membership/overlay", "\"\"", "out_of_range", "/membership/overlay" },
		{ "/membership/overlay", "\"a..b\"", "bad_charter", "/membership/overlay" },
		{ "/membership/overlay", "\"a.\"", "bad_charter", "/membership/overlay" },
		{ "/membership/overlay", "\"-a\"", "bad_charter", "/membership/overlay" },
		{ "/membership/overlay", "\"a-.b\"", "bad_charter", "/membership/overlay" },
		{ "/membership/overlay", "\"a_b\"", "bad_charter", "/membership/overlay" },
		{ "/membership/overlay", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "bad_charter",
			"/membership/overlay" },
		{ "/membership/nodes", "\"dice\"", "bad_value", "/membership/nodes" },
		{ "/membership/seeder", "{\"kty\":1}", "bad_key", "/membership/seeder/kty" },
		{ "/membership/reload", "0", "wrong_type", "/membership/reload" },
		{ "/membership/limit", "0", "out_of_range", "/membership/limit" },
		{ "/membership/limit", "2", "bad_charter", "/membership/limit" },
		{ "/membership/per_day", "0", "out_of_range", "/membership/per_day" },
		{ "/membership/rejoin", "0", "out_of_range", "/membership/rejoin" },
		{ "/membership/class", "\"upper\"", "bad_value", "/membership/class" },
		{ "/membership/removal", "\"dice\"", "bad_value", "/membership/removal" },
		{ "/membership/more", "1", "unknown_member", "/membership/more" },
		{ "/freshness", "[]", "wrong_type", "/freshness" },
		{ "/freshness/update", "59", "out_of_range", "/freshness/update" },
		{ "/freshness/grace", "-1", "out_of_range", "/freshness/grace" },
		{ "/freshness/unknown", "\"maybe\"", "bad_value", "/freshness/unknown" },
		{ "/records", NULL, "missing_member", "/records" },
		{ "/records/visible", "\"nobody\"", "bad_value", "/records/visible" },
		{ "/tests", NULL, "missing_member", "/tests" },
		{ "/tests/1", "@/tests/0", "bad_charter", "/tests/1/name" },
		{ "/tests/0/expect", NULL, "missing_member", "/tests/0/expect" },
		{ "/tests/0/expect", "\"perhaps\"", "bad_value", "/tests/0/expect" },
		{ "/tests/0/question", "\"why\"", "bad_value", "/tests/0/question" },
		{ "/tests/0/yes", "4", "bad_charter", "/tests/0" },
		{ "/tests/0/approvals", "3", "bad_charter", "/tests/0/approvals" },
		{ "/tests/0/more", "1", "unknown_member", "/tests/0/more" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

/* 128 leaves in each of four requirements are as many as a charter may have: the one in the fifth is too many. */
static void leaves_are_counted_over_all_requirements(void **state)
{
	static const char *const places[] = { "/admission", "/expulsion", "/amendment", "/renewal" };
	struct buf text = { 0 };
	json_t *doc = charters_first(*state);
	struct err e = { 0 };

	buf_add_str(&text, "{\"any\":[{\"any\":[");
	for (int i = 0; i < 128; i++)
		buf_printf(&text, "%s{\"authority\":{\"k\":1}}", i == 0 ? "" : i == 64 ? "]},{\"any\":[" : ",");
	buf_add_str(&text, "]}]}");
	for (size_t i = 0; i < 4; i++)
		charters_set(doc, places[i], buf_cstr(&text));
	charter_free(must_parse(json_incref(doc)));
	charters_set(doc, "/readmission", "{\"wait\":1,\"requirement\":{\"authority\":{\"k\":1}}}");
	assert_null(charters_parse(doc, &e));
	assert_string_equal(e.name, "too_many_leaves");
	assert_string_equal(e.pointer, "/readmission/requirement/authority");
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_rules_are_read),
		cmocka_unit_test(every_option_is_read),
		cmocka_unit_test(threshold_groups_begin_without_a_key),
		cmocka_unit_test(rules_are_checked),
		cmocka_unit_test(leaves_are_counted_over_all_requirements),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
