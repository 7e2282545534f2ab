/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "web/form.h"

static void refused(const char *text, enum form_kind kind)
{
	struct err e = { 0 };
	struct form f;

	if (form_parse(slice_str(text), kind, &f, &e))
		fail_msg("taken: %s", text);
	assert_true(err_is(&e, "bad_request"));
	assert_int_equal(f.n, 0);
}

static void pairs_are_read(void **state)
{
	struct form f;

	(void)state;
	assert_true(form_parse(slice_str("a=1&b=x+y%26%3d&c&d="), FORM_QUERY, &f, NULL));
	assert_int_equal(f.n, 4);
	assert_string_equal(form_get(&f, "a"), "1");
	assert_string_equal(form_get(&f, "b"), "x y&=");
	assert_string_equal(form_get(&f, "c"), "");
	assert_string_equal(form_get(&f, "d"), "");
	assert_null(form_get(&f, "e"));
	form_free(&f);
	assert_true(form_parse(slice_str(""), FORM_QUERY, &f, NULL));
	assert_int_equal(f.n, 0);
	assert_true(form_parse(slice_str("t=1&t=2&m=a%0d%0ab"), FORM_BODY, &f, NULL));
	assert_string_equal(f.pair[1].value, "2");
	assert_string_equal(form_get(&f, "m"), "a\r\nb");
	form_free(&f);
}

static void odd_pairs_are_refused(void **state)
{
	char many[4 * FORM_PAIRS_MAX + 8] = "";

	(void)state;
	refused("a=1&a=2", FORM_QUERY);
	refused("a=%", FORM_QUERY);
	refused("a=%4", FORM_QUERY);
	refused("a=%4g", FORM_QUERY);
	refused("a=%00", FORM_BODY);
	refused("a=%0a", FORM_QUERY);
	refused("a%0a=1", FORM_BODY);
	refused("a=%ff", FORM_BODY);
	refused("a=%ed%a0%80", FORM_BODY);
	refused("a=%c0%80", FORM_BODY);
	refused("=1", FORM_QUERY);
	refused("a=1&&b=2", FORM_QUERY);
	refused("a=1&", FORM_QUERY);
	for (int i = 0; i <= FORM_PAIRS_MAX; i++)
		strcat(many, i == 0 ? "t=1" : "&t=1");
	refused(many, FORM_BODY);
}

static void numbers_have_bounds(void **state)
{
	struct err e = { 0 };
	struct form f;
	int64_t v;

	(void)state;
	assert_true(form_parse(slice_str("a=7&b=-3&c=1x&d=&g=99999999999999999999"), FORM_QUERY, &f, NULL));
	assert_true(form_int(&f, "a", 0, 10, 5, &v, &e) && v == 7);
	assert_true(form_int(&f, "b", -5, 10, 5, &v, &e) && v == -3);
	assert_true(form_int(&f, "e", 0, 10, 5, &v, &e) && v == 5);
	assert_false(form_int(&f, "a", 8, 10, 8, &v, &e));
	assert_true(err_is(&e, "bad_value"));
	assert_false(form_int(&f, "c", 0, 10, 5, &v, NULL));
	assert_false(form_int(&f, "d", 0, 10, 5, &v, NULL));
	assert_false(form_int(&f, "g", 0, INT64_MAX, 5, &v, NULL));
	form_free(&f);
}

static void names_can_be_held_to_a_list(void **state)
{
	static const char *const few[] = { "a", NULL };
	static const char *const both[] = { "b", "a", NULL };
	struct err e = { 0 };
	struct form f;

	(void)state;
	assert_true(form_parse(slice_str("a=7&b=8"), FORM_QUERY, &f, NULL));
	assert_true(form_only(&f, both, &e));
	assert_false(form_only(&f, few, &e));
	assert_true(err_is(&e, "bad_request"));
	form_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_read),
		cmocka_unit_test(odd_pairs_are_refused),
		cmocka_unit_test(numbers_have_bounds),
		cmocka_unit_test(names_can_be_held_to_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
