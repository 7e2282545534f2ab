/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "peer/entry.h"

/* Parts of the texts: a digest, an identifier, a thumbprint. */
#define D1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define D2 "sha256:2222222222222222222222222222222222222222222222222222222222222222"
#define ID "33333333333333333333333333333333"
#define T1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define T2 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define BEGIN(event) \
	"{\"kind\":\"gmc-entry\",\"format\":1,\"genesis\":\"" D1 "\",\"index\":7,\"time\":1800000000,\"event\":\"" event \
	"\",\"object\":\"" D2 "\""

/* One text for every event, each as entry_print writes it. */
static const char *const texts[EVENTS] = {
	[EVENT_CHARTER] = BEGIN("charter") ",\"version\":2,\"approvals\":\"" D1 "\",\"decision\":\"" D2 "\"}",
	[EVENT_SEEDS] = BEGIN("seeds") "}",
	[EVENT_APPLICATION] = BEGIN("application") "}",
	[EVENT_PROPOSAL] = BEGIN("proposal") "}",
	[EVENT_DECISION] = BEGIN("decision") "}",
	[EVENT_JOINED] = BEGIN("joined") ",\"member\":\"" ID "\",\"key\":\"" T1 "\",\"node\":\"" ID "\"}",
	[EVENT_LEFT] = BEGIN("left") ",\"member\":\"" ID "\",\"cause\":\"cessation\"}",
	[EVENT_EXPELLED] = BEGIN("expelled") ",\"member\":\"" ID "\",\"cause\":\"privilege_withdrawn\"}",
	[EVENT_SUSPENDED] = BEGIN("suspended") ",\"member\":\"" ID "\",\"cause\":\"hold\",\"until\":1800600000}",
	[EVENT_RESTORED] = BEGIN("restored") ",\"member\":\"" ID "\",\"cause\":\"unspecified\"}",
	[EVENT_LAPSED] = BEGIN("lapsed") ",\"member\":\"" ID "\",\"cause\":\"unspecified\"}",
	[EVENT_REKEYED] = BEGIN("rekeyed") ",\"member\":\"" ID "\",\"old\":\"" T1 "\",\"key\":\"" T2 "\"}",
	[EVENT_ISSUED] =
		BEGIN("issued") ",\"member\":\"" ID "\",\"key\":\"" T1 "\",\"serial\":\"" ID "\",\"tbs\":\"" D1 "\",\"until\":1800600000}",
	[EVENT_REVOKED] = BEGIN("revoked") ",\"member\":\"" ID "\",\"cause\":\"key_compromise\",\"key\":\"" T2 "\"}",
	[EVENT_VOUCHED] = BEGIN("vouched") ",\"member\":\"" ID "\",\"application\":\"" D1 "\",\"age\":86400,\"live\":3}",
	[EVENT_FROZEN] = BEGIN("frozen") ",\"until\":1800600000}",
	[EVENT_REJOINED] = BEGIN("rejoined") ",\"member\":\"" ID "\",\"node\":\"" ID "\"}",
	[EVENT_CANDIDATE] = BEGIN("candidate") ",\"key\":\"" T1 "\"}",
	[EVENT_MEASURED] = BEGIN("measured") ",\"member\":\"" ID "\",\"candidate\":\"" D1 "\"}",
	[EVENT_DRAWN] = BEGIN("drawn") "}",
	[EVENT_INVITED] = BEGIN("invited") ",\"key\":\"" T1 "\",\"until\":1800600000,\"candidate\":\"" D1 "\"}",
};

static void refused(const char *text, const char *name)
{
	struct entry en;
	struct err e = { 0 };

	assert_false(entry_parse(slice_str(text), &en, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(en.index, 0);
}

static struct entry accepted(const char *text)
{
	struct entry en;
	struct err e = { 0 };

	if (!entry_parse(slice_str(text), &en, &e))
		fail_msg("%s: %s (%s)", e.name, e.text, text);
	return en;
}

static void every_event_comes_back_as_it_was_written(void **state)
{
	(void)state;
	for (int i = 0; i < EVENTS; i++) {
		struct entry en = accepted(texts[i]);
		struct buf b = { 0 };

		assert_int_equal(en.event, i);
		assert_int_equal(en.index, 7);
		assert_int_equal(en.time, 1800000000);
		assert_true(entry_print(&en, &b, NULL));
		assert_string_equal(buf_cstr(&b), texts[i]);
		buf_free(&b);
	}
}

static void values_land_where_they_belong(void **state)
{
	struct entry en = accepted(texts[EVENT_CHARTER]);

	(void)state;
	assert_int_equal(en.version, 2);
	assert_int_equal(en.approvals.b[0], 0x11);
	assert_true(en.has_decision);
	assert_int_equal(en.decision.b[31], 0x22);
	en = accepted(texts[EVENT_REKEYED]);
	assert_int_equal(en.old_key.b[5], 0);
	assert_int_equal(en.key.b[5], 1);
	assert_int_equal(en.member.b[0], 0x33);
	en = accepted(texts[EVENT_ISSUED]);
	assert_int_equal(en.until, 1800600000);
	assert_int_equal(en.serial.b[15], 0x33);
	assert_int_equal(en.tbs.b[0], 0x11);
	assert_int_equal(en.object.b[0], 0x22);
	assert_int_equal(en.genesis.b[0], 0x11);
	en = accepted(texts[EVENT_EXPELLED]);
	assert_int_equal(en.cause, CAUSE_PRIVILEGE);
	en = accepted(texts[EVENT_VOUCHED]);
	assert_int_equal(en.member.b[0], 0x33);
	assert_int_equal(en.application.b[0], 0x11);
	assert_int_equal(en.age, 86400);
	assert_int_equal(en.live, 3);
}

static void a_charter_without_a_vote_has_no_decision(void **state)
{
	static const char text[] = BEGIN("charter") ",\"version\":1,\"approvals\":\"" D1 "\"}";
	struct entry en = accepted(text);
	struct buf b = { 0 };

	(void)state;
	assert_false(en.has_decision);
	assert_true(entry_print(&en, &b, NULL));
	assert_string_equal(buf_cstr(&b), text);
	buf_free(&b);
	refused(BEGIN("charter") ",\"version\":1,\"approvals\":\"" D1 "\",\"decision\":\"" D2 "\"}", "bad_value");
	refused(BEGIN("charter") ",\"version\":0,\"approvals\":\"" D1 "\"}", "out_of_range");
	refused(BEGIN("charter") ",\"version\":4294967296,\"approvals\":\"" D1 "\"}", "out_of_range");
}

static void a_revocation_names_a_key_or_a_serial(void **state)
{
	struct entry en = accepted(BEGIN("revoked") ",\"member\":\"" ID "\",\"cause\":\"superseded\",\"serial\":\"" ID "\"}");

	(void)state;
	assert_true(en.has_serial);
	assert_false(en.has_key);
	refused(BEGIN("revoked") ",\"member\":\"" ID "\",\"cause\":\"superseded\"}", "bad_value");
	refused(BEGIN("revoked") ",\"member\":\"" ID "\",\"cause\":\"superseded\",\"key\":\"" T1 "\",\"serial\":\"" ID "\"}", "bad_value");
}

/* A member that another event has is as unknown as one that none has. */
static void members_of_other_events_are_refused(void **state)
{
	(void)state;
	refused(BEGIN("seeds") ",\"member\":\"" ID "\"}", "unknown_member");
	refused(BEGIN("left") ",\"member\":\"" ID "\",\"cause\":\"cessation\",\"key\":\"" T1 "\"}", "unknown_member");
	refused(BEGIN("joined") ",\"member\":\"" ID "\",\"key\":\"" T1 "\",\"node\":\"" ID "\",\"until\":1}", "unknown_member");
	refused(BEGIN("seeds") ",\"colour\":1}", "unknown_member");
}

/* Every member is taken out in turn: each is missed. */
static void nothing_may_be_missing(void **state)
{
	(void)state;
	for (int i = 0; i < EVENTS; i++) {
		json_t *whole = json_loads(texts[i], 0, NULL);
		const char *name;
		json_t *value;

		assert_non_null(whole);
		json_object_foreach(whole, name, value)
		{
			json_t *less = json_copy(whole);
			struct buf b = { 0 };
			struct entry en;
			struct err e = { 0 };

			json_object_del(less, name);
			assert_true(json_write(less, &b, NULL));
			if (strcmp(name, "decision") == 0 || (i == EVENT_MEASURED && strcmp(name, "candidate") == 0))
				assert_true(entry_parse(buf_slice(&b), &en, &e));
			else
				assert_false(entry_parse(buf_slice(&b), &en, &e));
			buf_free(&b);
			json_decref(less);
		}
		json_decref(whole);
	}
	refused(BEGIN("issued") ",\"member\":\"" ID "\",\"key\":\"" T1 "\",\"serial\":\"" ID "\",\"tbs\":\"" D1 "\"}", "missing_member");
}

static void foreign_words_and_numbers_are_refused(void **state)
{
	(void)state;
	refused(BEGIN("crowned") "}", "bad_value");
	refused(BEGIN("left") ",\"member\":\"" ID "\",\"cause\":\"boredom\"}", "bad_value");
	refused(BEGIN("issued") ",\"member\":\"" ID "\",\"key\":\"" T1 "\",\"serial\":\"" ID "\",\"tbs\":\"" D1
				"\",\"until\":253402300800}",
		"out_of_range");
	refused(BEGIN("vouched") ",\"member\":\"" ID "\",\"application\":\"" D1 "\",\"age\":-1,\"live\":1}", "out_of_range");
	refused(BEGIN("vouched") ",\"member\":\"" ID "\",\"application\":\"" D1 "\",\"age\":0,\"live\":0}", "out_of_range");
	refused("{\"kind\":\"gmc-head\",\"format\":1}", "wrong_kind");
	refused("{\"kind\":\"gmc-entry\",\"format\":1,\"genesis\":\"" D1 "\",\"index\":-1,\"time\":1,\"event\":\"seeds\",\"object\":\"" D2
		"\"}",
		"out_of_range");
}

static void causes_have_the_reasons_of_rfc_5280(void **state)
{
	static const uint8_t want[CAUSES] = { 0, 1, 3, 4, 5, 9, 6 };

	(void)state;
	for (int i = 0; i < CAUSES; i++) {
		assert_int_equal(cause_reason((enum cause)i), want[i]);
		assert_string_equal(cause_name((enum cause)i), cause_words[i]);
	}
	assert_null(cause_words[CAUSES]);
	assert_string_equal(cause_name((enum cause)99), "unspecified");
	assert_string_equal(event_name(EVENT_REVOKED), "revoked");
	assert_string_equal(event_name((enum event)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_comes_back_as_it_was_written),
		cmocka_unit_test(values_land_where_they_belong),
		cmocka_unit_test(a_charter_without_a_vote_has_no_decision),
		cmocka_unit_test(a_revocation_names_a_key_or_a_serial),
		cmocka_unit_test(members_of_other_events_are_refused),
		cmocka_unit_test(nothing_may_be_missing),
		cmocka_unit_test(foreign_words_and_numbers_are_refused),
		cmocka_unit_test(causes_have_the_reasons_of_rfc_5280),
	};

	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
