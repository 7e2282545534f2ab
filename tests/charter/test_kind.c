/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "charter/kind.h"

static void each_kind_stands_once(void **state)
{
	const struct kind *k;
	size_t n = 0;

	(void)state;
	for (; (k = kind_at(n)) != NULL; n++) {
		assert_ptr_equal(kind_find(k->name), k); /* a second row of the name would not be found */
		assert_int_equal(strncmp(k->name, "gmc-", 4), 0);
		assert_true(k->max >= OBJECT_MAX);
		assert_true(strlen(k->name) < 32);
	}
	assert_int_equal(n, 35);
	assert_null(kind_at(n + 1));
	assert_null(kind_at(SIZE_MAX));
}

static void no_other_name_is_a_kind(void **state)
{
	static const char *const names[] = { "", "gmc", "gmc-", "gmc-nothing", "gmc-vot", "gmc-votes", "GMC-VOTE", "vote", " gmc-vote" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (kind_find(names[i]) != NULL)
			fail_msg("\"%s\" is a kind", names[i]);
}

/* What docs/formats.md promises; containers hold the largest of what they carry, in base64url. */
static void sizes(void **state)
{
	static const struct {
		const char *name;
		size_t max;
	} rows[] = { { KIND_VOTE, 16384 }, { KIND_SEEDS, 32768 }, { KIND_CHARTER, 65536 }, { KIND_RECORD, 16777216 },
		{ KIND_REVOCATIONS, 67108864 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kind_find(rows[i].name)->max, rows[i].max);
	assert_true(kind_find(KIND_TRUST)->max > REVOCATIONS_MAX / 3 * 4);
	assert_true(kind_find(KIND_SIGNED_CHARTER)->max > RECORD_MAX + CHARTER_MAX / 3 * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_stands_once),
		cmocka_unit_test(no_other_name_is_a_kind),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
