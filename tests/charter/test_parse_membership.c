/* SPDX-License-Identifier: ISC
 * What a charter says of memberships. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

static struct charter *with(const struct charters *t, const char *at, const char *json)
{
	json_t *doc = charters_first(t);

	charters_set(doc, at, json);
	return must_parse(doc);
}

static void every_option_is_read(void **state)
{
	struct charter *c = with(*state, "/membership",
		"{\"life\":3600,\"keys\":[\"P-256\"],\"names\":\"key\",\"overlay\":\"o\",\"reload\":true,\"class\":\"client\","
		"\"removal\":\"emergency\",\"suspension\":120,\"earlier\":\"readmit\",\"rejoin\":9,\"limit\":70,\"per_day\":2,"
		"\"sponsor\":{\"per\":3,\"window\":600,\"depth\":2}}");

	assert_int_equal(c->membership.life, 3600);
	assert_false(c->membership.ed25519);
	assert_true(c->membership.p256);
	assert_int_equal(c->membership.names, NAMES_KEY);
	assert_true(c->membership.reload);
	assert_true(c->membership.client);
	assert_int_equal(c->membership.removal, REMOVAL_EMERGENCY);
	assert_int_equal(c->membership.suspension, 120);
	assert_true(c->membership.earlier_again);
	assert_int_equal(c->membership.rejoin, 9);
	assert_int_equal(c->membership.limit, 70);
	assert_int_equal(c->membership.per_day, 2);
	assert_int_equal(c->membership.sponsor.per, 3);
	assert_int_equal(c->membership.sponsor.window, 600);
	assert_int_equal(c->membership.sponsor.depth, 2);
	charter_free(c);
}

static void what_is_not_said_has_a_default(void **state)
{
	struct charter *c = must_parse(charters_first(*state));

	assert_false(c->membership.reload || c->membership.client || c->membership.earlier_again);
	assert_int_equal(c->membership.removal, REMOVAL_VOTES);
	assert_int_equal(c->membership.sponsor.per, 0);
	assert_int_equal(c->membership.limit, 0);
	charter_free(c);
}

static void what_is_wrong_is_refused(void **state)
{
	static const struct flaw flaws[] = {
		{ "/membership/reload", "true", "bad_charter", "/membership/reload" },
		{ "/membership/limit", "1", "bad_charter", "/membership/limit" },
		{ "/membership/keys", "[\"P-256\",\"P-256\"]", "bad_charter", "/membership/keys/1" },
		{ "/membership/sponsor", "{\"per\":0,\"window\":60,\"depth\":1}", "out_of_range", "/membership/sponsor/per" },
		{ "/membership/sponsor", "{\"per\":1,\"window\":59,\"depth\":1}", "out_of_range", "/membership/sponsor/window" },
		{ "/membership/sponsor", "{\"per\":1,\"window\":60,\"depth\":9}", "out_of_range", "/membership/sponsor/depth" },
		{ "/membership/sponsor", "{\"per\":1,\"window\":60}", "missing_member", "/membership/sponsor/depth" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_read),
		cmocka_unit_test(what_is_not_said_has_a_default),
		cmocka_unit_test(what_is_wrong_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
