/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"

static void all_are(const char *const *texts, size_t n, bool clean)
{
	for (size_t i = 0; i < n; i++)
		if (text_is_clean(slice_str(texts[i])) != clean)
			fail_msg("text %zu was %s: %s", i, clean ? "refused" : "accepted", texts[i]);
}
#define ALL_ARE(texts, clean) all_are(texts, sizeof(texts) / sizeof((texts)[0]), clean)

static void names_of_many_lands(void **state)
{
	static const char *const texts[] = { "", " ", "Ada Lovelace, 1815-1852 (!)", "Zo\u00eb", "Nguy\u1ec5n",
		"\u03a9\u03bc\u03ad\u03b3\u03b1", "\u1f88", "\u0416\u0451\u0439", "\u05e2\u05b4\u05d1",
		"\u0645\u064f\u062d\u064e\u0645\u064e\u0651", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u09ac\u09be\u0982\u09b2\u09be",
		"\u0ba4\u0bae\u0bbf\u0bb4\u0bcd", "\u0e17\u0e35\u0e48", "\u0e17\u0e38\u0e48", "\ud55c\uad6d", "\u1100\u3131", "\u304c",
		"\u65e5\u672c", "\U0001f600", "\U00020000", "\u1ecc\u0301y\u1ecd\u0300", "x\u0302", "a\u0316\u0315", "\u00e9\u0302" };

	(void)state;
	ALL_ARE(texts, true);
}

static void what_hides(void **state)
{
	static const char *const texts[] = { "a\nb", "a\tb", "a\rb", "\x1b[1m", "\x7f", "\xc2\x80", "\xc2\x85", "\xc2\x9f", "a\u00adb",
		"a\u034fb", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "a\u200bb", "a\u200cb", "a\u200db", "\u200e",
		"\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u206f", "\u3164", "\u2764\ufe0f",
		"\ufeff", "\uffa0", "\ufff9", "\U0001bca0", "\U0001d173", "\U000e0001", "\U000e0061", "\U000e0100" };

	(void)state;
	ALL_ARE(texts, false);
	assert_false(text_is_clean(slice_of("a\0b", 3)));
}

static void what_means_nothing(void **state)
{
	static const char *const texts[] = { "\ue000", "\uf8ff", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0002ffff",
		"\U00040000", "\U000f0000", "\U0010ffff" };

	(void)state;
	ALL_ARE(texts, false);
	assert_true(text_is_clean(slice_str("\ufffd\ufdcf\ufdf0\ud7fb\U0003134a"))); /* beside them */
}

static void bad_utf8(void **state)
{
	static const char *const texts[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xe2\x82",
		"\xe2(\xac", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xff", "ok\xc3\xa9\xa9" };

	(void)state;
	ALL_ARE(texts, false);
	assert_false(text_is_clean(slice_of("\xc3\xa9", 1)));
}

static void not_nfc(void **state)
{
	static const char *const texts[] = {
		/* would compose */
		"e\u0301",
		"Zoe\u0308",
		"o\u0323",
		"\u1ecd\u0302",
		"\u0438\u0306",
		"\u0627\u0653",
		"\u0928\u093c",
		"\u09c7\u09be",
		"\u0bc6\u0bbe",
		"\u0dd9\u0dca",
		"\u304b\u3099",
		"\u1100\u1161",
		"\uac00\u11a8",
		"\u2203\u0338",
		"\U00011099\U000110ba",
		"a\u0316\u0301",
		/* singletons and exclusions */
		"\u0340",
		"\u0344",
		"\u0374",
		"\u037e",
		"\u0387",
		"\u0958",
		"\u1f71",
		"\u2126",
		"\u212a",
		"\u212b",
		"\uf900",
		"\ufb1d",
		"\U0002f800",
		/* order of marks */
		"x\u0302\u0323",
		"a\u0315\u0316",
		"\u0645\u0651\u064e",
		"\u0e17\u0e48\u0e38",
		/* a lower mark slips under one that is composed already: these two are one letter in NFC */
		"\u00e2\u0323",
		"\u014d\u0328",
		"\u0622\u0655",
		"\u1f80\u0300",
		/* a mark on nothing */
		"\u0302",
		"\u0316x",
	};

	(void)state;
	ALL_ARE(texts, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_many_lands),
		cmocka_unit_test(what_hides),
		cmocka_unit_test(what_means_nothing),
		cmocka_unit_test(bad_utf8),
		cmocka_unit_test(not_nfc),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
