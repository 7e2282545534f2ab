/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/receipt.h"
#include "tests/voting/objects.h"

static const struct receipt receipt = { .genesis = { { 1 } }, .object = { { 2 } }, .stored = 100, .due = 200 };

static json_t *make(void)
{
	return receipt_print(&receipt);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct receipt r;

	return receipt_parse(j, &r, e);
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_RECEIPT, make());
	struct receipt back;
	struct digest d;

	(void)state;
	jws_digest(j, KIND_RECEIPT, &d);
	assert_true(receipt_parse(j, &back, NULL));
	assert_int_equal(back.stored, 100);
	assert_int_equal(back.due, 200);
	assert_memory_equal(&back.object, &receipt.object, sizeof(back.object));
	assert_memory_equal(&back.genesis, &receipt.genesis, sizeof(back.genesis));
	assert_memory_equal(&back.digest, &d, sizeof(d));
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "due", "99", "out_of_range", "/due" },
		{ "due", NULL, "missing_member", "/due" },
		{ "stored", "-1", "out_of_range", "/stored" },
		{ "object", NULL, "missing_member", "/object" },
		{ "charter", SOME_DIGEST, "unknown_member", "/charter" },
	};

	(void)state;
	refused(KIND_RECEIPT, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
	};

	return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
