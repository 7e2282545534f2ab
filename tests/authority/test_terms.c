/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "authority/terms.h"

static const uint8_t key[TERMS_KEY] = { 7 };

static struct terms some(void)
{
	struct terms t = { .kind = PUZZLE_WORK, .secret = 3, .effort = 1048576, .iat = 1700000000, .until = 1700001800 };

	memset(t.ticket.b, 1, sizeof(t.ticket.b));
	memset(t.id.b, 2, sizeof(t.id.b));
	memset(t.genesis.b, 3, sizeof(t.genesis.b));
	memset(t.charter.b, 4, sizeof(t.charter.b));
	memset(t.key.b, 5, sizeof(t.key.b));
	memset(t.subject.b, 6, sizeof(t.subject.b));
	snprintf(t.origin, sizeof(t.origin), "groups.example:8443");
	snprintf(t.label, sizeof(t.label), "turnstile");
	return t;
}

static void refused(const char *text, const char *name)
{
	struct terms t = { .secret = 77 };
	struct err e = { 0 };

	assert_false(terms_read(text, key, &t, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(t.secret, 77);
}

static void what_is_written_is_read(void **state)
{
	struct terms in = some(), out;
	char text[TERMS_TEXT], again[TERMS_TEXT];
	uint32_t secret;

	(void)state;
	terms_write(&in, key, text);
	assert_true(terms_secret(text, &secret, NULL));
	assert_int_equal(secret, 3);
	assert_true(terms_read(text, key, &out, NULL));
	terms_write(&out, key, again);
	assert_string_equal(text, again);
	assert_int_equal(out.kind, PUZZLE_WORK);
	assert_int_equal(out.effort, 1048576);
	assert_int_equal(out.iat, 1700000000);
	assert_int_equal(out.until, 1700001800);
	assert_memory_equal(&out.subject, &in.subject, sizeof(in.subject));
	assert_string_equal(out.origin, "groups.example:8443");
	assert_string_equal(out.label, "turnstile");
}

static void the_longest_fits(void **state)
{
	struct terms in = some(), out;
	char text[TERMS_TEXT];

	(void)state;
	memset(in.origin, 'o', sizeof(in.origin) - 1);
	memset(in.label, 'l', sizeof(in.label) - 1);
	terms_write(&in, key, text);
	assert_true(terms_read(text, key, &out, NULL));
	assert_int_equal(strlen(out.origin), TERMS_ORIGIN - 1);
	assert_int_equal(strlen(out.label), TERMS_LABEL - 1);
}

/* Every field makes other terms, so none can be exchanged for another's. */
static void each_field_is_bound(void **state)
{
	const struct terms plain = some();
	struct terms t[12];
	char first[TERMS_TEXT], other[TERMS_TEXT];

	(void)state;
	for (size_t i = 0; i < 12; i++)
		t[i] = plain;
	t[0].kind = PUZZLE_EXTERNAL;
	t[1].ticket.b[0]++;
	t[2].id.b[0]++;
	t[3].genesis.b[0]++;
	t[4].charter.b[0]++;
	t[5].key.b[0]++;
	t[6].subject.b[0]++;
	t[7].effort++;
	t[8].iat++;
	t[9].until++;
	t[10].origin[0]++;
	snprintf(t[11].origin, sizeof(t[11].origin), "groups.example:8443turn");
	snprintf(t[11].label, sizeof(t[11].label), "stile");
	terms_write(&plain, key, first);
	for (size_t i = 0; i < 12; i++) {
		size_t n = strlen(first);

		terms_write(&t[i], key, other);
		/* other fields under the first one's MAC */
		memcpy(other + strlen(other) - 42, first + n - 42, 42);
		assert_string_not_equal(first, other);
		refused(other, "challenge_forged");
	}
}

static void what_was_changed_is_forged(void **state)
{
	const struct terms in = some();
	const uint8_t foreign[TERMS_KEY] = { 8 };
	struct terms out;
	char text[TERMS_TEXT];
	struct err e = { 0 };
	size_t n;

	(void)state;
	terms_write(&in, key, text);
	n = strlen(text);
	assert_false(terms_read(text, foreign, &out, &e));
	assert_true(err_is(&e, "challenge_forged"));
	for (size_t i = 3; i < n - 1; i++) {
		char kept = text[i];

		text[i] = kept == 'A' ? 'B' : 'A';
		refused(text, "challenge_forged");
		text[i] = kept;
	}
	text[n - 4] = '\0';
	refused(text, "challenge_forged");
}

static void what_is_no_text_of_terms(void **state)
{
	char longer[TERMS_TEXT + 8];

	(void)state;
	memset(longer, 'A', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	refused(longer, "bad_value");
	refused("", "bad_value");
	refused("AQ", "bad_value");
	refused("no base64url!", "bad_value");
	refused("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "bad_value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_longest_fits),
		cmocka_unit_test(each_field_is_bound),
		cmocka_unit_test(what_was_changed_is_forged),
		cmocka_unit_test(what_is_no_text_of_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
