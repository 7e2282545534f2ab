/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/base/vectors.h"
#include "tests/voting/curves.h"
#include "voting/repair.h"

enum { T = 3, N = 5, NEW = 9 };

static const share_id helpers[T] = { 1, 2, 5 };

/* A key with t = 3 of 5, and what three of them make for number 9. */
struct mending {
	struct point commitment[T];
	struct share shares[N];
	struct point public[T];    /* of the helpers' shares */
	struct scalar parts[T][T]; /* [of][for] */
	struct point said[T][T];   /* what they commit to */
	struct scalar sums[T], want;
};

static void make(struct mending *m)
{
	struct scalar f[T];

	for (size_t k = 0; k < T; k++)
		scalar_random(&f[k]);
	shares_commit(f, T, m->commitment);
	deal(f, T, N, m->shares);
	shares_at(f, T, NEW, &m->want);
	for (size_t i = 0; i < T; i++) {
		shares_public(m->commitment, T, helpers[i], &m->public[i]);
		repair_split(fresh_seed(), &m->shares[helpers[i] - 1], helpers, T, i, NEW, m->parts[i], m->said[i]);
	}
}

/* What was said to helper j, and what it got. */
static void got_by(const struct mending *m, size_t j, struct scalar parts[static T], struct point said[static T])
{
	for (size_t i = 0; i < T; i++) {
		parts[i] = m->parts[i][j];
		said[i] = m->said[i][j];
	}
}

static void three_help_a_fourth(void **state)
{
	struct mending m;
	struct scalar parts[T];
	struct point said[T];
	struct share new = { .id = NEW };

	(void)state;
	make(&m);
	for (size_t i = 0; i < T; i++)
		assert_true(repair_split_check(m.said[i], &m.public[i], helpers, T, i, NEW, NULL));
	for (size_t j = 0; j < T; j++) {
		got_by(&m, j, parts, said);
		for (size_t i = 0; i < T; i++)
			assert_true(repair_check(&parts[i], &said[i], 1, NULL));
		repair_sum(parts, T, &m.sums[j]);
		assert_true(repair_check(&m.sums[j], said, T, NULL));
	}
	repair_sum(m.sums, T, &new.value);
	assert_memory_equal(&new.value, &m.want, sizeof(m.want));
	assert_true(shares_verify(&new, m.commitment, T, NULL));
}

static void who_sends_something_else_is_seen(void **state)
{
	struct mending m;
	struct scalar parts[T], one = number(1);
	struct point said[T];
	struct err e = { 0 };

	(void)state;
	make(&m);
	/* A part, or a sum. */
	got_by(&m, 1, parts, said);
	scalar_add(&parts[0], &one, &parts[0]);
	assert_false(repair_check(&parts[0], &said[0], 1, &e));
	assert_string_equal(e.name, "bad_share");
	repair_sum(parts, T, &m.sums[1]);
	assert_false(repair_check(&m.sums[1], said, T, NULL));
	/* A commitment, or a split for another place. */
	point_add(&m.said[0][2], &m.public[0], &m.said[0][2]);
	err_clear(&e);
	assert_false(repair_split_check(m.said[0], &m.public[0], helpers, T, 0, NEW, &e));
	assert_string_equal(e.name, "bad_commitment");
	assert_false(repair_split_check(m.said[1], &m.public[1], helpers, T, 1, NEW + 1, NULL));
	assert_false(repair_split_check(m.said[1], &m.public[2], helpers, T, 1, NEW, NULL));
}

/* Two splits of one share have nothing in common. */
static void parts_are_random(void **state)
{
	struct mending m;
	struct scalar again[T];
	struct point said[T];

	(void)state;
	make(&m);
	repair_split(fresh_seed(), &m.shares[0], helpers, T, 0, NEW, again, said);
	for (size_t j = 0; j < T; j++)
		assert_memory_not_equal(&again[j], &m.parts[0][j], sizeof(again[j]));
}

static void adds_up(const json_t *v, const char *of, size_t n, const char *sum)
{
	struct scalar parts[4], got;
	char name[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s_%zu", of, i + 1);
		parts[i] = scalar_hex(vectors_text(v, name));
	}
	repair_sum(parts, n, &got);
	is_hex(got.b, 32, vectors_text(v, sum));
}

static void the_zcash_foundations_sums(void **state)
{
	json_t *v = vectors_load("frost-zf/frost-ed25519/repair-share.json");

	(void)state;
	if (v == NULL)
		skip();
	adds_up(json_object_get(v, "scalar_generation"), "random_scalar", 3, "random_scalar_sum");
	adds_up(json_object_get(v, "sigma_generation"), "sigma", 4, "sigma_sum");
	json_decref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_help_a_fourth),
		cmocka_unit_test(who_sends_something_else_is_seen),
		cmocka_unit_test(parts_are_random),
		cmocka_unit_test(the_zcash_foundations_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
