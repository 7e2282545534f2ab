/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/measurement.h"
#include "tests/voting/objects.h"

static const struct measurement seen = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.member = { { 8 } },
	.has_candidate = true,
	.candidate = { { 3 } },
	.uptime = 4,
	.activity = 5,
	.history = 6,
	.iat = 7 };
static const struct measurement told = {
	.genesis = { { 1 } }, .charter = { { 2 } }, .member = { { 8 } }, .clients = 4, .bandwidth = 5, .memory = 6, .iat = 7
};

static json_t *make(void)
{
	return measurement_print(&seen);
}

static json_t *make_load(void)
{
	return measurement_print(&told);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct measurement m;

	return measurement_parse(j, &m, e);
}

static void what_is_printed_is_read(void **state)
{
	struct measurement m;
	struct jws *j = envelope_of(KIND_MEASUREMENT, make());

	(void)state;
	assert_true(measurement_parse(j, &m, NULL));
	assert_true(m.has_candidate);
	assert_int_equal(m.member.b[0], 8);
	assert_int_equal(m.candidate.b[0], 3);
	assert_int_equal(m.uptime, 4);
	assert_int_equal(m.activity, 5);
	assert_int_equal(m.history, 6);
	assert_int_equal(m.iat, 7);
	envelope_free(j);
	j = envelope_of(KIND_MEASUREMENT, make_load());
	assert_true(measurement_parse(j, &m, NULL));
	assert_false(m.has_candidate);
	assert_int_equal(m.clients, 4);
	assert_int_equal(m.bandwidth, 5);
	assert_int_equal(m.memory, 6);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "member", NULL, "missing_member", "/member" },
		{ "candidate", NULL, "bad_value", "" },
		{ "candidate", "\"\"", "bad_value", "/candidate" },
		{ "uptime", "-1", "out_of_range", "/uptime" },
		{ "activity", NULL, "missing_member", "/activity" },
		{ "history", "\"3\"", "wrong_type", "/history" },
		{ "load", "{}", "bad_value", "" }, /* of both */
		{ "iat", NULL, "missing_member", "/iat" },
		{ "colour", "2", "unknown_member", "/colour" },
	};
	const struct change loads[] = {
		{ "load", NULL, "bad_value", "" },
		{ "load/clients", NULL, "missing_member", "/load/clients" },
		{ "load/memory", "-1", "out_of_range", "/load/memory" },
		{ "load/colour", "1", "unknown_member", "/load/colour" },
		{ "uptime", "1", "bad_value", "" },
	};

	(void)state;
	refused(KIND_MEASUREMENT, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
	refused(KIND_MEASUREMENT, make_load, parse, loads, sizeof(loads) / sizeof(loads[0]));
}

static void one_is_made_when_it_is_logged(void **state)
{
	static const struct {
		int64_t apart;
		bool good;
	} rows[] = { { 0, true }, { MEASUREMENT_SLACK, true }, { -MEASUREMENT_SLACK, true }, { MEASUREMENT_SLACK + 1, false },
		{ -MEASUREMENT_SLACK - 1, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = { 0 };

		assert_int_equal(measurement_in_time(&seen, seen.iat + rows[i].apart, &e), rows[i].good);
		assert_string_equal(e.name, rows[i].good ? "" : "measure_late");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(one_is_made_when_it_is_logged),
	};

	return cmocka_run_group_tests_name("measurement", tests, NULL, NULL);
}
