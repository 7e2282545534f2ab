/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "peer/toil.h"

/* Set with a counter that is known here. */
static json_t *set(uint32_t counter)
{
	struct work_puzzle p = { { 1 }, { 2 } };
	uint8_t key[WORK_KEY];
	char nonce[33], salt[33], prefix[33];

	assert_true(work_derive(&p, counter, key, NULL));
	hex_encode(p.nonce, WORK_NONCE, nonce);
	hex_encode(p.salt, WORK_NONCE, salt);
	hex_encode(key, WORK_PREFIX, prefix);
	return json_pack("{s:{s:s, s:i, s:i, s:i, s:i, s:s, s:s, s:s}, s:s}", "parameters", "algorithm", "ARGON2ID", "cost", 1,
		"memoryCost", 8192, "parallelism", 1, "keyLength", 32, "nonce", nonce, "salt", salt, "keyPrefix", prefix, "signature",
		"00");
}

static void count(void *arg, uint64_t tried)
{
	*(uint64_t *)arg = tried;
}

static void the_counter_is_found(void **state)
{
	static const struct {
		uint32_t counter;
		size_t hands;
	} rows[] = { { 0, 1 }, { 9, 1 }, { 9, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *doc = set(rows[i].counter);
		uint64_t tried = 0;
		struct toil t;
		struct work_done w;

		assert_true(toil_read(doc, &t, NULL));
		assert_true(toil_find(&t, 0, 20, rows[i].hands, count, &tried, &w, NULL));
		assert_int_equal(w.counter, rows[i].counter);
		assert_true(work_holds(&w, work_effort(rows[i].counter), NULL));
		assert_in_range(tried, 0, 20);
		json_decref(doc);
	}
}

static void what_cannot_be_done_ends(void **state)
{
	json_t *doc = set(9);
	struct err e = { 0 };
	struct toil t;
	struct work_done w;

	(void)state;
	assert_true(toil_read(doc, &t, NULL));
	assert_false(toil_find(&t, 4, 9, 2, NULL, NULL, &w, &e));
	assert_string_equal(e.name, "not_found");
	json_decref(doc);
}

static void other_work_is_refused(void **state)
{
	static const struct {
		const char *name, *value, *error;
	} rows[] = { { "algorithm", "\"SHA-256\"", "feature_unsupported" }, { "memoryCost", "16384", "feature_unsupported" },
		{ "cost", "2", "feature_unsupported" }, { "nonce", "\"00\"", "out_of_range" },
		{ "salt", "\"zz000000000000000000000000000000\"", "bad_value" }, { "keyPrefix", "7", "wrong_type" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *doc = set(1), *v = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);
		struct err e = { 0 };
		struct toil t;

		json_object_set_new(json_object_get(doc, "parameters"), rows[i].name, v);
		assert_false(toil_read(doc, &t, &e));
		assert_string_equal(e.name, rows[i].error);
		json_decref(doc);
	}
}

static void the_answer_has_challenge_and_solution(void **state)
{
	json_t *doc = set(3), *back;
	struct buf text = { 0 }, plain = { 0 };
	struct toil t;
	struct work_done w;

	(void)state;
	assert_true(toil_read(doc, &t, NULL) && toil_find(&t, 0, 4, 1, NULL, NULL, &w, NULL) && toil_answer(doc, &w, &text, NULL));
	assert_true(base64url_decode(buf_slice(&text), &plain));
	back = json_read(buf_slice(&plain), 4096, NULL);
	assert_true(json_equal(json_object_get(back, "challenge"), doc));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(back, "solution"), "counter")), 3);
	json_decref(back);
	json_decref(doc);
	buf_free(&text);
	buf_free(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_counter_is_found),
		cmocka_unit_test(what_cannot_be_done_ends),
		cmocka_unit_test(other_work_is_refused),
		cmocka_unit_test(the_answer_has_challenge_and_solution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
