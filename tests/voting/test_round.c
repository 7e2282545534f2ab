/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/curves.h"
#include "voting/round.h"

static void make(const struct share *mine, uint8_t fill, struct round_nonce *out)
{
	uint8_t random[ROUND_RANDOM];

	memset(random, fill, sizeof(random));
	random[0] ^= 1; /* so that both nonces differ */
	round_commit(mine, random, out);
}

/* The key hedges: with the same random bytes, two members have different nonces, and one member the same. */
static void nonces_follow_from_key_and_random_bytes(void **state)
{
	struct share a = { 1, number(7) }, b = { 1, number(8) };
	struct round_nonce one, again, other, later;
	struct point d, e;

	(void)state;
	make(&a, 5, &one);
	make(&a, 5, &again);
	make(&b, 5, &other);
	make(&a, 6, &later);
	assert_memory_equal(&one.hiding, &again.hiding, sizeof(one.hiding));
	assert_memory_equal(&one.binding, &again.binding, sizeof(one.binding));
	assert_memory_not_equal(&one.hiding, &other.hiding, sizeof(one.hiding));
	assert_memory_not_equal(&one.binding, &other.binding, sizeof(one.binding));
	assert_memory_not_equal(&one.hiding, &later.hiding, sizeof(one.hiding));
	assert_memory_not_equal(&one.hiding, &one.binding, sizeof(one.hiding));
	point_base(&one.hiding, &d);
	point_base(&one.binding, &e);
	assert_true(point_equal(&d, &one.commitment.hiding) && point_equal(&e, &one.commitment.binding));
}

static void a_nonce_is_taken_once(void **state)
{
	static const struct round_nonce none;
	struct share a = { 4, number(7) };
	struct round_nonce nonce, copy, out;
	struct err e = { 0 };

	(void)state;
	make(&a, 5, &nonce);
	copy = nonce;
	assert_true(round_take(&nonce, 4, &out, NULL));
	assert_memory_equal(&out.hiding, &copy.hiding, sizeof(out.hiding));
	assert_memory_equal(&out.binding, &copy.binding, sizeof(out.binding));
	assert_memory_equal(&nonce, &none, sizeof(nonce));
	assert_false(round_take(&nonce, 4, &out, &e));
	assert_string_equal(e.name, "nonce_used");
	assert_memory_equal(&out, &none, sizeof(out));
	assert_false(round_take(&nonce, 0, &out, NULL)); /* whose number an empty one has */
	/* Another member's is not given out, and not left either. */
	assert_false(round_take(&copy, 5, &out, NULL));
	assert_memory_equal(&out, &none, sizeof(out));
	assert_memory_equal(&copy, &none, sizeof(copy));
}

static void check(size_t n, size_t t, const share_id *ids, const char *name)
{
	static struct round_commitment list[SHARES_MAX + 1];
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		list[i].id = ids == NULL ? (share_id)(i + 1) : ids[i];
	assert_int_equal(round_check(list, n, t, &e), *name == '\0');
	assert_string_equal(e.name, name);
}

static void packages_name_enough_and_each_once(void **state)
{
	(void)state;
	check(3, 3, NULL, "");
	check(5, 3, NULL, "");
	check(2, 3, NULL, "bad_package");
	check(SHARES_MAX, 3, NULL, "");
	check(SHARES_MAX + 1, 3, NULL, "bad_package");
	check(0, 0, NULL, "bad_identifiers");
	check(3, 2, (const share_id[]){ 1, 2, 2 }, "bad_identifiers");
	check(3, 2, (const share_id[]){ 0, 1, 2 }, "bad_identifiers");
	check(3, 2, (const share_id[]){ 2, 1, 3 }, "bad_identifiers");
}

static void ones_own_stands_once(void **state)
{
	struct round_commitment list[3] = { { 1, times(11), times(12) }, { 5, times(21), times(22) }, { 9, times(31), times(32) } }, own;
	struct err e = { 0 };
	size_t at = 7;

	(void)state;
	own = list[1];
	assert_true(round_find(list, 3, &own, &at, NULL));
	assert_int_equal(at, 1);
	list[2].hiding = own.hiding; /* half of it is nobody's business */
	assert_true(round_find(list, 3, &own, &at, NULL));
	list[2].binding = own.binding;
	assert_false(round_find(list, 3, &own, &at, &e));
	assert_string_equal(e.name, "bad_package");
	own.binding = times(23);
	err_clear(&e);
	assert_false(round_find(list, 2, &own, &at, &e));
	assert_string_equal(e.name, "bad_package");
}

static void reported(const uint64_t *rs, size_t n, uint64_t want)
{
	struct round_part parts[8];
	struct point p = times(want);

	for (size_t i = 0; i < n; i++)
		parts[i].r = times(rs[i]);
	assert_true(point_equal(round_reported(parts, n), &p));
}

static void what_most_report_is_found(void **state)
{
	(void)state;
	reported((const uint64_t[]){ 5 }, 1, 5);
	reported((const uint64_t[]){ 5, 5, 6 }, 3, 5);
	reported((const uint64_t[]){ 6, 5, 5 }, 3, 5);
	reported((const uint64_t[]){ 6, 7, 5, 5, 5 }, 5, 5);
	reported((const uint64_t[]){ 5, 6, 5, 7, 5 }, 5, 5);
	reported((const uint64_t[]){ 5, 5, 5, 6, 7 }, 5, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nonces_follow_from_key_and_random_bytes),
		cmocka_unit_test(a_nonce_is_taken_once),
		cmocka_unit_test(packages_name_enough_and_each_once),
		cmocka_unit_test(ones_own_stands_once),
		cmocka_unit_test(what_most_report_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
