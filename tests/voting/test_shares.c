/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/curves.h"

enum { T = 4 };

/* f(x) = 5 + 3 x + 2 x^2 + x^3, whose values anybody can compute. */
static void make(struct scalar f[static T])
{
	f[0] = number(5);
	f[1] = number(3);
	f[2] = number(2);
	f[3] = number(1);
}

static void a_share_is_the_polynomials_value(void **state)
{
	static const uint64_t want[] = { 11, 27, 59, 113 };
	struct scalar f[T], y, w;

	(void)state;
	make(f);
	for (share_id id = 1; id <= 4; id++) {
		shares_at(f, T, id, &y);
		w = number(want[id - 1]);
		assert_memory_equal(&y, &w, sizeof(w));
	}
	shares_at(f, T, 65535, &y);
	w = number(5 + 3 * 65535ULL + 2 * 65535ULL * 65535 + 65535ULL * 65535 * 65535);
	assert_memory_equal(&y, &w, sizeof(w));
}

static void its_public_part_follows_from_the_commitment(void **state)
{
	struct scalar f[T];
	struct point c[T], p, want;
	struct share s;

	(void)state;
	make(f);
	shares_commit(f, T, c);
	want = times(113);
	shares_public(c, T, 4, &p);
	assert_true(point_equal(&p, &want));
	for (uint32_t id = 1; id < 65536; id += 4369) {
		s.id = (share_id)id;
		shares_at(f, T, s.id, &s.value);
		assert_true(shares_verify(&s, c, T, NULL));
	}
}

static void another_share_is_refused(void **state)
{
	struct scalar f[T], one = number(1);
	struct point c[T];
	struct share s = { .id = 3 };
	struct err e = { 0 };

	(void)state;
	make(f);
	shares_commit(f, T, c);
	shares_at(f, T, 2, &s.value); /* another member's */
	assert_false(shares_verify(&s, c, T, &e));
	assert_string_equal(e.name, "bad_share");
	shares_at(f, T, 3, &s.value);
	assert_true(shares_verify(&s, c, T, NULL));
	assert_false(shares_verify(&s, c, T - 1, NULL));
	scalar_add(&s.value, &one, &s.value);
	assert_false(shares_verify(&s, c, T, NULL));
}

/* The sum of coefficient times share, which is f(at). */
static void gives(const struct scalar *f, const share_id *ids, size_t n, share_id at)
{
	struct scalar sum = number(0), lambda, y, want;

	assert_true(shares_ids_check(ids, n, NULL));
	for (size_t i = 0; i < n; i++) {
		shares_at(f, T, ids[i], &y);
		shares_lagrange(ids, n, i, at, &lambda);
		scalar_mul(&lambda, &y, &y);
		scalar_add(&sum, &y, &sum);
	}
	shares_at(f, T, at, &want);
	assert_memory_equal(&sum, &want, sizeof(sum));
}

static void t_shares_give_every_other(void **state)
{
	struct scalar f[T];
	const share_id sets[][T] = { { 1, 2, 3, 4 }, { 2, 3, 5, 8 }, { 1, 300, 40000, 65535 }, { 65532, 65533, 65534, 65535 } };
	const share_id more[] = { 1, 2, 3, 4, 9, 10, 77 };

	(void)state;
	for (size_t k = 0; k < T; k++)
		scalar_random(&f[k]);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		gives(f, sets[i], T, 0);
		gives(f, sets[i], T, 6);
		gives(f, sets[i], T, 65531);
		gives(f, sets[i], T, sets[i][1]);
	}
	gives(f, more, sizeof(more) / sizeof(more[0]), 0);
}

/* Differences of 16 bits in a row: as many as act together, whose products fill 64 bits again and again. */
static void many_shares_too(void **state)
{
	static share_id ids[SHARES_MAX];
	struct scalar f[T];

	(void)state;
	for (size_t k = 0; k < T; k++)
		scalar_random(&f[k]);
	for (size_t i = 0; i < SHARES_MAX; i++)
		ids[i] = (share_id)(i < SHARES_MAX / 2 ? i + 1 : 65535 - SHARES_MAX + i);
	gives(f, ids, SHARES_MAX, 0);
	gives(f, ids, SHARES_MAX, 30000);
}

/* Fewer than t give something else. */
static void fewer_do_not(void **state)
{
	struct scalar f[T], sum = number(0), lambda, y;
	const share_id ids[] = { 1, 2, 3 };

	(void)state;
	make(f);
	for (size_t i = 0; i < 3; i++) {
		shares_at(f, T, ids[i], &y);
		shares_lagrange(ids, 3, i, 0, &lambda);
		scalar_mul(&lambda, &y, &y);
		scalar_add(&sum, &y, &sum);
	}
	assert_memory_not_equal(&sum, &f[0], sizeof(sum));
}

static void refuses(const share_id *ids, size_t n)
{
	struct err e = { 0 };

	assert_false(shares_ids_check(ids, n, &e));
	assert_string_equal(e.name, "bad_identifiers");
}

static void nobody_is_zero_and_nobody_twice(void **state)
{
	static share_id many[SHARES_MAX + 1];

	(void)state;
	refuses((const share_id[]){ 0, 1, 2 }, 3);
	refuses((const share_id[]){ 1, 2, 2, 3 }, 4);
	refuses((const share_id[]){ 1, 3, 2 }, 3);
	refuses((const share_id[]){ 0 }, 1);
	refuses(many, 0);
	for (size_t i = 0; i <= SHARES_MAX; i++)
		many[i] = (share_id)(i + 1);
	assert_true(shares_ids_check(many, SHARES_MAX, NULL));
	refuses(many, SHARES_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_the_polynomials_value),
		cmocka_unit_test(its_public_part_follows_from_the_commitment),
		cmocka_unit_test(another_share_is_refused),
		cmocka_unit_test(t_shares_give_every_other),
		cmocka_unit_test(many_shares_too),
		cmocka_unit_test(fewer_do_not),
		cmocka_unit_test(nobody_is_zero_and_nobody_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
