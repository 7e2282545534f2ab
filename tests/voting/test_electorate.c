/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/electorate.h"
#include "tests/voting/objects.h"

static struct elector elector(uint8_t i)
{
	return (struct elector){ .member = id_with(i), .key = digest_with((uint8_t)(i + 100)), .weight = 1 };
}

/* n electors, added from the last to the first. */
static struct electorate make(uint8_t n)
{
	struct electorate l = { 0 };

	for (uint8_t i = n; i > 0; i--) {
		struct elector one = elector(i);

		assert_true(electorate_add(&l, &one, NULL));
	}
	electorate_sort(&l);
	return l;
}

static void members_are_found(void **state)
{
	struct electorate l = make(40);
	struct id16 none = id_with(41), zero = id_with(0);

	(void)state;
	assert_int_equal(l.n, 40);
	for (uint8_t i = 1; i <= 40; i++) {
		struct id16 id = id_with(i);

		assert_int_equal(electorate_find(&l, &id), i - 1);
	}
	assert_int_equal(electorate_find(&l, &none), -1);
	assert_int_equal(electorate_find(&l, &zero), -1);
	electorate_free(&l);
	assert_int_equal(electorate_find(&l, &none), -1);
	electorate_free(NULL);
}

/* Figures of another implementation: Python's hashlib. */
static void the_leaf_is_that_of_the_format(void **state)
{
	struct elector one = { .weight = 1 };
	struct electorate none = { 0 };
	struct digest leaf, root;
	char text[DIGEST_TEXT];

	(void)state;
	memset(&one.member, 1, sizeof(one.member));
	memset(&one.key, 2, sizeof(one.key));
	elector_leaf(&one, &leaf);
	digest_text(&leaf, text);
	assert_string_equal(text, "sha256:a37ebf8f60eab04ddb4376c19be5cfc245a170946801dc07e23cdb0a9e78d8d0");
	assert_true(electorate_root(&none, &root, NULL));
	digest_text(&root, text);
	assert_string_equal(text, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void every_elector_has_its_path(void **state)
{
	(void)state;
	for (uint8_t n = 1; n <= 20; n++) {
		struct electorate l = make(n);
		struct digest root, path[MERKLE_PATH_MAX];
		struct merkle_tree t;

		assert_true(electorate_root(&l, &root, NULL));
		assert_true(electorate_tree(&l, &t, NULL));
		for (size_t i = 0; i < n; i++) {
			size_t len = merkle_tree_inclusion(&t, i, n, path);
			struct elector other = l.e[i];

			assert_true(elector_verify(&l.e[i], i, n, path, len, &root));
			assert_false(elector_verify(&l.e[i], i + 1, n, path, len, &root));
			other.key.b[0] ^= 1;
			assert_false(elector_verify(&other, i, n, path, len, &root));
			other = l.e[i];
			other.weight = 2;
			assert_false(elector_verify(&other, i, n, path, len, &root));
		}
		merkle_tree_free(&t);
		electorate_free(&l);
	}
}

static void the_order_of_adding_does_not_matter(void **state)
{
	struct electorate a = make(9), b = { 0 };
	struct digest first, second;

	(void)state;
	for (uint8_t i = 1; i <= 9; i++) {
		struct elector one = elector((uint8_t)(i * 2 % 10 + i * 2 / 10));

		assert_true(electorate_add(&b, &one, NULL));
	}
	electorate_sort(&b);
	assert_true(electorate_root(&a, &first, NULL));
	assert_true(electorate_root(&b, &second, NULL));
	assert_memory_equal(&first, &second, sizeof(first));
	electorate_free(&a);
	electorate_free(&b);
}

static void the_subject_is_not_counted_among_those_without(void **state)
{
	struct electorate l = make(4);

	(void)state;
	assert_int_equal(electorate_without(&l, NULL), 0);
	l.e[1].weight = l.e[3].weight = 0;
	assert_int_equal(electorate_without(&l, NULL), 2);
	assert_int_equal(electorate_without(&l, &l.e[1].member), 1);
	assert_int_equal(electorate_without(&l, &l.e[0].member), 2);
	electorate_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found),
		cmocka_unit_test(the_leaf_is_that_of_the_format),
		cmocka_unit_test(every_elector_has_its_path),
		cmocka_unit_test(the_order_of_adding_does_not_matter),
		cmocka_unit_test(the_subject_is_not_counted_among_those_without),
	};

	return cmocka_run_group_tests_name("electorate", tests, NULL, NULL);
}
