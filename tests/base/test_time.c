/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

static void text_and_back(void **state)
{
	static const struct {
		int64_t t;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1078012800, "2004-02-29T00:00:00Z" },
		{ 1795953600, "2026-11-29T12:00:00Z" },
		{ 2147483648, "2038-01-19T03:14:08Z" },
		{ 4107542399, "2100-02-28T23:59:59Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ TIME_MAX, "9999-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[TIME_TEXT];
		int64_t t = -1;

		time_text(cases[i].t, text);
		assert_string_equal(text, cases[i].text);
		assert_true(time_parse(text, &t));
		assert_true(t == cases[i].t);
	}
}

static void outside_times_are_still_written(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	time_text(-1, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	time_text(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
}

static void other_spellings_are_refused(void **state)
{
	static const char *const texts[] = { "", "2026", "2026-11-29", "2026-11-29T12:00:00", "2026-11-29T12:00:00z",
		"2026-11-29t12:00:00Z", "2026-11-29 12:00:00Z", "2026-11-29T12:00:00.0Z", "2026-11-29T12:00:00+00:00",
		"2026-11-29T12:00:00Z ", " 2026-11-29T12:00:00Z", "2026-00-29T12:00:00Z", "2026-13-29T12:00:00Z", "2026-11-00T12:00:00Z",
		"2026-11-31T12:00:00Z", "2026-02-29T12:00:00Z", "2100-02-29T00:00:00Z", "2026-01-32T00:00:00Z", "2026-11-29T24:00:00Z",
		"2026-11-29T12:60:00Z", "2016-12-31T23:59:60Z", "2026-11-29T12:00:60Z", "1969-12-31T23:59:59Z", "-026-11-29T12:00:00Z",
		"10000-01-01T00:00:00Z", "2026-1-029T12:00:00Z", "2026-11-29T1:200:00Z" };
	int64_t t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (time_parse(texts[i], &t))
			fail_msg("%s was accepted", texts[i]);
	assert_int_equal(t, 42);
}

/* Against the C library, over the days of some centuries on both sides of 1970. */
static void civil_as_the_library_has_it(void **state)
{
	(void)state;
	for (int64_t t = -86400LL * 365 * 500; t < 86400LL * 365 * 800; t += 86400 * 3 + 12345) {
		struct time_civil c;
		time_t tt = t;
		struct tm tm;

		gmtime_r(&tt, &tm);
		time_civil(t, &c);
		if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.day != tm.tm_mday || c.hour != tm.tm_hour ||
			c.minute != tm.tm_min || c.second != tm.tm_sec)
			fail_msg("%lld is not %d-%d-%d", (long long)t, c.year, c.month, c.day);
		assert_true(time_from_civil(&c) == t);
	}
}

static void durations_in_words(void **state)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} cases[] = { { 0, "0 seconds" }, { 1, "1 second" }, { 45, "45 seconds" }, { 60, "1 minute" }, { 5400, "1 hour 30 minutes" },
		{ 604800, "7 days" }, { 90061, "1 day 1 hour" }, { 86700, "1 day 5 minutes" }, { -90, "minus 1 minute 30 seconds" },
		{ INT64_MIN, "minus 106751991167300 days 15 hours" }, { INT64_MAX, "106751991167300 days 15 hours" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[TIME_WORDS];

		time_words(cases[i].seconds, words);
		assert_string_equal(words, cases[i].words);
	}
}

static void durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = { { "0", 0 }, { "3600", 3600 }, { "45s", 45 }, { "90m", 5400 }, { "2h", 7200 }, { "7d", 604800 }, { "1w", 604800 },
		{ "253402300799", TIME_MAX } };
	static const char *const bad[] = { "", "d", "-1", "+1", " 1", "1 ", "1.5h", "1y", "1dd", "1d2h", "0x10", "253402300800",
		"99999999999w", "9999999999999999999999", "7D" };
	int64_t s = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_duration_parse(bad[i], &s))
			fail_msg("%s was accepted", bad[i]);
	assert_int_equal(s, 42);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(time_duration_parse(cases[i].text, &s));
		assert_true(s == cases[i].seconds);
	}
}

static void the_clock_runs(void **state)
{
	int64_t before = (int64_t)time(NULL) - 2, now = time_now();

	(void)state;
	assert_true(now >= before && now <= before + 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(outside_times_are_still_written),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(civil_as_the_library_has_it),
		cmocka_unit_test(durations_in_words),
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(the_clock_runs),
	};

	return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
