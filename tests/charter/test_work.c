/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "charter/work.h"

/* nonce 00..0f, salt 10..1f */
static struct work_puzzle puzzle(void)
{
	struct work_puzzle p;

	for (uint8_t i = 0; i < WORK_NONCE; i++) {
		p.nonce[i] = i;
		p.salt[i] = (uint8_t)(i + WORK_NONCE);
	}
	return p;
}

static struct work_done solved(uint32_t counter)
{
	struct work_done w = { .puzzle = puzzle(), .counter = counter };

	assert_true(work_derive(&w.puzzle, counter, w.key, NULL));
	return w;
}

/* Keys that another implementation gives: argon2id of hash-wasm 4.13, parallelism 1, 1 pass, 8192 KiB, 32 bytes, over nonce and counter. */
static void keys_are_those_of_others(void **state)
{
	static const struct {
		uint32_t counter;
		const char *key;
	} known[] = {
		{ 0, "802a00c06473be5a77d1d520beb9a676bf1633544a428aa1447421b1799d9df4" },
		{ 1, "5a5051a014352ab5670f8dd80e5d8d640c3aeb51a22d01a95dc49b2da7a32a03" },
		{ 513, "ac87d9d56d7f0bde5ca0593da3b5f122da447891958c708b1944febdf2a8a9fb" },
	};
	char hex[2 * WORK_KEY + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct work_done w = solved(known[i].counter);

		hex_encode(w.key, sizeof(w.key), hex);
		assert_string_equal(hex, known[i].key);
	}
}

static void effort_is_memory_filled(void **state)
{
	(void)state;
	assert_int_equal(work_effort(0), 0);
	assert_int_equal(work_effort(128), 1048576);
	assert_true(work_effort(UINT32_MAX) == WORK_EFFORT_MAX);
	assert_int_equal(work_counter(1), 1);
	assert_int_equal(work_counter(8192), 1);
	assert_int_equal(work_counter(8193), 2);
	assert_int_equal(work_counter(1048576), 128);
	assert_int_equal(work_counter(WORK_EFFORT_MAX), UINT32_MAX);
}

static void refused(const struct work_done *w, int64_t effort, const char *name)
{
	struct err e = { 0 };

	assert_false(work_holds(w, effort, &e));
	assert_string_equal(e.name, name);
}

static void what_was_done_holds(void **state)
{
	struct work_done w = solved(3), other;

	(void)state;
	assert_true(work_holds(&w, 1, NULL));
	assert_true(work_holds(&w, 3 * 8192, NULL));
	refused(&w, 3 * 8192 + 1, "work_short");
	other = w;
	other.counter++;
	refused(&other, 8192, "work_wrong");
	other = w;
	other.key[WORK_KEY - 1] ^= 1;
	refused(&other, 8192, "work_wrong");
	other = w;
	other.puzzle.nonce[0] ^= 1;
	refused(&other, 8192, "work_wrong");
	other = w;
	other.puzzle.salt[WORK_NONCE - 1] ^= 1;
	refused(&other, 8192, "work_wrong");
}

static void cannot_read(json_t *doc, const char *name)
{
	struct err e = { 0 };
	struct at at = at_root(doc, &e);
	struct work_done w = { .counter = 7 };

	assert_false(work_read(&at, &w));
	assert_string_equal(e.name, name);
	assert_int_equal(w.counter, 7);
	json_decref(doc);
}

static json_t *with(const char *member, json_t *value)
{
	struct work_done w = solved(2);
	json_t *doc = work_print(&w);

	assert_int_equal(value == NULL ? json_object_del(doc, member) : json_object_set_new(doc, member, value), 0);
	return doc;
}

static void what_is_printed_is_read(void **state)
{
	struct work_done w = solved(UINT32_MAX), back;
	json_t *doc = work_print(&w);
	struct err e = { 0 };
	struct at at = at_root(doc, &e);

	(void)state;
	assert_true(work_read(&at, &back));
	assert_memory_equal(&back, &w, sizeof(w));
	json_decref(doc);
	cannot_read(with("counter", NULL), "missing_member");
	cannot_read(with("counter", json_integer(INT64_C(1) << 32)), "out_of_range");
	cannot_read(with("counter", json_integer(-1)), "out_of_range");
	cannot_read(with("key", json_string("AAAA")), "out_of_range");
	cannot_read(with("nonce", json_string("AAAAAAAAAAAAAAAAAAAAAAA")), "out_of_range");
	cannot_read(with("salt", json_integer(1)), "wrong_type");
	cannot_read(with("memory", json_integer(1)), "unknown_member");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_others),
		cmocka_unit_test(effort_is_memory_filled),
		cmocka_unit_test(what_was_done_holds),
		cmocka_unit_test(what_is_printed_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
