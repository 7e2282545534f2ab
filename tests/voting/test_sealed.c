/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/curves.h"
#include "voting/sealed.h"

/* Somebody sends 77 to somebody, within a ceremony. */
struct letter {
	struct sealed_public once, to;
	struct sealed_secret once_secret, to_secret;
	struct scalar number;
	struct slice bound;
	struct sealed sealed;
};

static void make(struct letter *l)
{
	sealed_pair(fresh_seed(), "test", 0, &l->once, &l->once_secret);
	sealed_pair(fresh_seed(), "test", 0, &l->to, &l->to_secret);
	l->number = number(77);
	l->bound = slice_str("ceremony, 1, 2");
	assert_true(sealed_make(&l->number, &l->once_secret, &l->to, l->bound, &l->sealed, NULL));
}

static void refuses(const struct letter *l, const struct sealed_secret *mine, const char *name)
{
	struct scalar out = number(5), five = number(5);
	struct err e = { 0 };

	assert_false(sealed_open(&l->sealed, mine, l->bound, &out, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&out, &five, sizeof(out));
}

static void its_receiver_opens_it(void **state)
{
	struct letter l;
	struct scalar out;

	(void)state;
	make(&l);
	assert_true(sealed_open(&l.sealed, &l.to_secret, l.bound, &out, NULL));
	assert_memory_equal(&out, &l.number, sizeof(out));
	assert_memory_equal(l.sealed.b, l.once.b, SEALED_KEY);
	assert_int_equal(sizeof(l.sealed), 80);
}

static void nobody_else_does(void **state)
{
	struct letter l, other;

	(void)state;
	make(&l);
	make(&other);
	refuses(&l, &other.to_secret, "bad_seal");
	l.bound = slice_str("ceremony, 1, 3");
	refuses(&l, &l.to_secret, "bad_seal");
	for (size_t i = 0; i < sizeof(l.sealed); i++) {
		make(&l);
		l.sealed.b[i] ^= 1;
		refuses(&l, &l.to_secret, "bad_seal");
	}
}

static void what_is_in_it_is_a_number(void **state)
{
	struct letter l;
	struct scalar large;

	(void)state;
	make(&l);
	memset(&large, 0xff, sizeof(large));
	assert_true(sealed_make(&large, &l.once_secret, &l.to, l.bound, &l.sealed, NULL));
	refuses(&l, &l.to_secret, "bad_scalar");
}

static void denied(const struct letter *l, const struct scalar *n, const struct sealed_secret *once, const struct sealed_public *to,
	struct slice bound)
{
	struct err e = { 0 };

	assert_false(sealed_check(&l->sealed, n, once, to, bound, &e));
	assert_string_equal(e.name, "bad_seal");
}

/* The sender shows what it sent, and can show nothing else. */
static void its_sender_can_show_it(void **state)
{
	struct letter l, other;
	struct scalar n = number(78);

	(void)state;
	make(&l);
	make(&other);
	assert_true(sealed_check(&l.sealed, &l.number, &l.once_secret, &l.to, l.bound, NULL));
	denied(&l, &n, &l.once_secret, &l.to, l.bound);
	denied(&l, &l.number, &other.once_secret, &l.to, l.bound);
	denied(&l, &l.number, &l.once_secret, &other.to, l.bound);
	denied(&l, &l.number, &l.once_secret, &l.to, slice_str("ceremony, 1, 3"));
	l.sealed.b[50] ^= 1;
	denied(&l, &l.number, &l.once_secret, &l.to, l.bound);
}

static void a_key_that_opens_for_all_is_refused(void **state)
{
	struct letter l;
	struct sealed_public zero = { 0 }, one = { .b = { 1 } };
	struct err e = { 0 };

	(void)state;
	make(&l);
	assert_false(sealed_make(&l.number, &l.once_secret, &zero, l.bound, &l.sealed, &e));
	assert_string_equal(e.name, "weak_key");
	assert_false(sealed_make(&l.number, &l.once_secret, &one, l.bound, &l.sealed, NULL));
	/* Nor is one believed that was sent from such a key. */
	make(&l);
	memset(l.sealed.b, 0, SEALED_KEY);
	refuses(&l, &l.to_secret, "bad_seal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_receiver_opens_it),
		cmocka_unit_test(nobody_else_does),
		cmocka_unit_test(what_is_in_it_is_a_number),
		cmocka_unit_test(its_sender_can_show_it),
		cmocka_unit_test(a_key_that_opens_for_all_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
