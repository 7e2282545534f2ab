/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/altcha.h"

#define TERMS "AQQ-terms_of-this"
#define UNTIL 1800000000

static const struct altcha_keys keys = { (const uint8_t *)"signature-signature-signature-32",
	(const uint8_t *)"key-key-key-key-key-key-key--32!" };

/* What altcha-lib 2.8.0 made of these keys, and solved. */
static const char challenge[] =
	"{\"parameters\":{\"algorithm\":\"ARGON2ID\",\"cost\":1,\"data\":{"
	"\"counterSignature\":\"e0212edda842256081c923248b6a24f9b7e354bfbd1860de059583cd79935a54\",\"terms\":\"" TERMS "\"},"
	"\"expiresAt\":1800000000,\"keyLength\":32,\"keyPrefix\":\"6c65adc01f21e309e28c0faa1b95bae1\","
	"\"keySignature\":\"86dd5e0c303fbe241d82b4f35c4286ab771465905a85e4019ce0b4fd03327c7f\",\"memoryCost\":8192,"
	"\"nonce\":\"708d8ad5a3828e93420814af13a4d8ba\",\"parallelism\":1,\"salt\":\"e77e57c87afb77fc2abf3798b56cc5e5\"},"
	"\"signature\":\"4bb486a9b0f430c9ae6f7dc9a7cb8285c6f7f8a1984b004c3b5afef9b2d9e94e\"}";
static const char solution[] =
	"{\"counter\":5,\"derivedKey\":\"6c65adc01f21e309e28c0faa1b95bae1d433740e1a1405e4f3192670c27920ee\",\"time\":41.7}";

static struct work_done known(void)
{
	struct work_done w = { .counter = 5 };

	assert_true(hex_decode("708d8ad5a3828e93420814af13a4d8ba", 32, w.puzzle.nonce, WORK_NONCE));
	assert_true(hex_decode("e77e57c87afb77fc2abf3798b56cc5e5", 32, w.puzzle.salt, WORK_NONCE));
	assert_true(hex_decode("6c65adc01f21e309e28c0faa1b95bae1d433740e1a1405e4f3192670c27920ee", 64, w.key, WORK_KEY));
	return w;
}

/* The widget's text, with one place of it written otherwise. */
static struct buf brought(const char *from, const char *to)
{
	struct buf b = { 0 }, out = { 0 };
	const char *at;

	buf_printf(&b, "{\"challenge\":%s,\"solution\":%s}", challenge, solution);
	assert_non_null(buf_cstr(&b));
	at = strstr((const char *)b.p, from);
	assert_non_null(at);
	buf_add(&out, b.p, (size_t)(at - (const char *)b.p));
	buf_printf(&out, "%s%s", to, at + strlen(from));
	assert_false(out.failed);
	buf_free(&b);
	return out;
}

static bool read_text(struct slice json, struct altcha_solution *out, struct err *e)
{
	const size_t n = base64url_length(json.n);
	char *text = malloc(n + 1);
	bool rc;

	assert_non_null(text);
	base64url_encode(json.p, json.n, text);
	rc = altcha_read(slice_of(text, n), out, e);
	free(text);
	return rc;
}

static void check(const char *from, const char *to, const char *terms, const char *name)
{
	struct buf json = brought(from, to);
	struct altcha_solution s = { 0 };
	struct work_done w = { .counter = 77 };
	struct err e = { 0 };

	assert_false(read_text(buf_slice(&json), &s, &e) && altcha_verify(&s, &keys, terms, &w, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(w.counter, 77);
	buf_free(&json);
}

static void a_challenge_is_what_others_make_of_it(void **state)
{
	const struct work_done w = known();
	struct buf text = { 0 };
	json_t *made = NULL;

	(void)state;
	assert_true(altcha_print(&w, TERMS, UNTIL, &keys, &made, NULL));
	assert_true(json_write(made, &text, NULL));
	assert_string_equal(buf_cstr(&text), challenge);
	json_decref(made);
	buf_free(&text);
}

static void a_solution_of_others_is_good(void **state)
{
	const struct work_done w = known();
	struct buf json = brought("time", "time");
	struct altcha_solution s;
	struct work_done out = { 0 };

	(void)state;
	assert_true(read_text(buf_slice(&json), &s, NULL));
	assert_int_equal(s.until, UNTIL);
	assert_string_equal(s.terms, TERMS);
	assert_true(altcha_verify(&s, &keys, TERMS, &out, NULL));
	assert_memory_equal(&out.puzzle, &w.puzzle, sizeof(w.puzzle));
	assert_memory_equal(out.key, w.key, sizeof(w.key));
	assert_int_equal(out.counter, 5);
	assert_true(work_holds(&out, work_effort(5), NULL));
	buf_free(&json);
}

static void the_widget_writes_base64_of_the_other_alphabet(void **state)
{
	struct altcha_solution s;
	struct work_done out;
	struct err e = { 0 };
	char text[2100];

	(void)state;
	/* Of three lengths in a row one ends without padding, one with '=', one with "==". '?' and '>' give '/' and '+'. */
	for (size_t spaces = 0; spaces < 3; spaces++) {
		struct buf json = brought("{\"challenge\"", "   {\"challenge\"" + 3 - spaces);
		size_t n = base64url_length(json.n);

		base64url_encode(json.p, json.n, text);
		for (size_t i = 0; i < n; i++)
			text[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
		while (n % 4 != 0)
			text[n++] = '=';
		assert_true(altcha_read(slice_of(text, n), &s, &e));
		assert_true(altcha_verify(&s, &keys, TERMS, &out, NULL));
		buf_free(&json);
	}
	assert_false(altcha_read(slice_str("eyJ+Pz8/fn5+IjowfQ=="), &s, &e));
	assert_string_equal(e.name, "unknown_member");
}

static void what_was_altered_is_forged(void **state)
{
	static const char *const alter[][2] = {
		{ "e0212edd", "f0212edd" }, /* counterSignature */
		{ TERMS, "BQQ-terms_of-this" }, { "1800000000", "1800000001" }, { "\"keyPrefix\":\"6c", "\"keyPrefix\":\"00" },
		{ "86dd5e0c", "86dd5e0d" }, /* keySignature */
		{ "708d8ad5", "708d8ad6" }, /* nonce */
		{ "e77e57c8", "e77e57c9" }, /* salt */
		{ "4bb486a9", "4bb486a8" }, /* signature */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(alter) / sizeof(*alter); i++)
		check(alter[i][0], alter[i][1], TERMS, "challenge_forged");
}

static void cheaper_parameters_are_not_read(void **state)
{
	(void)state;
	check("ARGON2ID", "ARGON2I", TERMS, "bad_value");
	check("\"cost\":1", "\"cost\":2", TERMS, "out_of_range");
	check("8192", "8", TERMS, "out_of_range");
	check("\"parallelism\":1", "\"parallelism\":2", TERMS, "out_of_range");
	check("\"keyLength\":32", "\"keyLength\":16", TERMS, "out_of_range");
	check("\"salt\"", "\"secret\":1,\"salt\"", TERMS, "unknown_member");
	check("\"cost\":1,", "", TERMS, "missing_member");
}

static void another_answer_is_wrong(void **state)
{
	(void)state;
	check("\"counter\":5", "\"counter\":4", TERMS, "answer_wrong");
	check("\"counter\":5", "\"counter\":4294967295", TERMS, "answer_wrong");
	check("20ee\"", "20ef\"", TERMS, "answer_wrong");
	check("\"counter\":5", "\"counter\":4294967296", TERMS, "out_of_range");
	check("\"counter\":5", "\"counter\":5.0", TERMS, "bad_json");
}

static void other_terms_are_foreign(void **state)
{
	(void)state;
	check("time", "time", "AQQ-terms_of-that", "challenge_foreign");
	check("time", "time", "", "challenge_foreign");
}

static void other_keys_know_nothing(void **state)
{
	const struct altcha_keys signature = { keys.key, keys.key }, key = { keys.signature, keys.signature };
	struct buf json = brought("time", "time");
	struct altcha_solution s;
	struct work_done out;
	struct err e = { 0 };

	(void)state;
	assert_true(read_text(buf_slice(&json), &s, NULL));
	assert_false(altcha_verify(&s, &signature, TERMS, &out, &e));
	assert_string_equal(e.name, "challenge_forged");
	err_clear(&e);
	assert_false(altcha_verify(&s, &key, TERMS, &out, &e));
	assert_string_equal(e.name, "answer_wrong");
	buf_free(&json);
}

static void unread(struct slice text, const char *name)
{
	struct altcha_solution s = { .until = 77 };
	struct err e = { 0 };

	assert_false(altcha_read(text, &s, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(s.until, 77);
}

static void other_texts_are_not_read(void **state)
{
	char text[ALTCHA_SOLUTION_MAX + 1], deep[ALTCHA_SOLUTION_MAX / 2];

	(void)state;
	memset(text, 'A', sizeof(text));
	unread(slice_of(text, sizeof(text)), "too_large");
	unread(slice_of(text, ALTCHA_SOLUTION_MAX), "bad_json");
	unread(slice_str(""), "bad_json");
	unread(slice_str("===="), "bad_value");
	unread(slice_str("e30= "), "bad_value");
	unread(slice_str("e30"), "missing_member");
	unread(slice_str("W10"), "wrong_type");
	memset(deep, '[', sizeof(deep));
	base64url_encode(deep, sizeof(deep), text);
	unread(slice_str(text), "too_deep");
	check("41.7", "4.1.7", TERMS, "bad_json");
	check("\"time\":41.7", "\"counter\":6", TERMS, "bad_json");
	check("\"time\":41.7", "\"other\":1", TERMS, "unknown_member");
	check("6c65adc01f21e309e28c0faa1b95bae1d433", "6C65ADC01f21e309e28c0faa1b95bae1d433", TERMS, "bad_value");
	check("41.7}}", "41.7}}}", TERMS, "bad_json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_is_what_others_make_of_it),
		cmocka_unit_test(a_solution_of_others_is_good),
		cmocka_unit_test(the_widget_writes_base64_of_the_other_alphabet),
		cmocka_unit_test(what_was_altered_is_forged),
		cmocka_unit_test(cheaper_parameters_are_not_read),
		cmocka_unit_test(another_answer_is_wrong),
		cmocka_unit_test(other_terms_are_foreign),
		cmocka_unit_test(other_keys_know_nothing),
		cmocka_unit_test(other_texts_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
