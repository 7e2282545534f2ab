/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "voting/signing_read.h"

enum { ITEMS = 4 };

static struct round_commitment list[ITEMS];
static struct round_part parts[ITEMS];

static int fill(void **state)
{
	struct scalar k;

	(void)state;
	for (size_t i = 0; i < ITEMS; i++) {
		scalar_random(&k);
		point_base(&k, &list[i].hiding);
		scalar_random(&k);
		point_base(&k, &list[i].binding);
		scalar_random(&parts[i].z);
		parts[i].r = list[i].hiding;
		list[i].id = parts[i].id = 7;
	}
	return 0;
}

static void what_is_printed_is_read(void **state)
{
	json_t *o = signing_sign_body(parts, list, ITEMS);
	struct err e = { 0 };
	const struct at at = at_root(o, &e);
	struct round_commitment *c = signing_read_commitments(&at, 7, ITEMS);
	struct round_part *p = signing_read_parts(&at, 7, ITEMS);

	(void)state;
	assert_non_null(c);
	assert_non_null(p);
	for (size_t i = 0; i < ITEMS; i++) {
		assert_int_equal(c[i].id, 7);
		assert_int_equal(p[i].id, 7);
		assert_true(point_equal(&c[i].hiding, &list[i].hiding) && point_equal(&c[i].binding, &list[i].binding));
		assert_memory_equal(&p[i].z, &parts[i].z, sizeof(p[i].z));
		assert_true(point_equal(&p[i].r, &parts[i].r));
	}
	free(c);
	free(p);
	json_decref(o);
}

/* Each of the points, and each of the numbers, is looked at. */
static void every_one_is_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ITEMS; i++) {
		const struct round_commitment kept = list[i];
		const struct round_part part = parts[i];
		struct err e = { 0 };
		struct at at;
		json_t *o;

		memset(i % 2 == 0 ? list[i].hiding.b : list[i].binding.b, 0xff, CURVE_BYTES);
		memset(parts[i].z.b, 0xff, CURVE_BYTES);
		o = signing_sign_body(parts, list, ITEMS);
		at = at_root(o, &e);
		assert_null(signing_read_commitments(&at, 7, ITEMS));
		assert_string_equal(e.name, "bad_point");
		err_clear(&e);
		assert_null(signing_read_parts(&at, 7, ITEMS));
		assert_string_equal(e.name, "bad_scalar");
		json_decref(o);
		list[i] = kept;
		parts[i] = part;
	}
}

static void there_are_as_many_as_items(void **state)
{
	json_t *o = signing_commit_body(list, ITEMS);
	struct err e = { 0 };
	const struct at at = at_root(o, &e);

	(void)state;
	assert_null(signing_read_commitments(&at, 7, ITEMS - 1));
	assert_string_equal(e.name, "out_of_range");
	err_clear(&e);
	assert_null(signing_read_commitments(&at, 7, ITEMS + 1));
	assert_string_equal(e.name, "out_of_range");
	err_clear(&e);
	assert_null(signing_read_parts(&at, 7, ITEMS));
	assert_string_equal(e.name, "missing_member");
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(every_one_is_checked),
		cmocka_unit_test(there_are_as_many_as_items),
	};

	return cmocka_run_group_tests_name("signing_read", tests, fill, NULL);
}
