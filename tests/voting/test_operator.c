/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/operator.h"
#include "tests/voting/objects.h"

static const struct operator_word word = { .genesis = { { 1 } }, .charter = { { 2 } }, .subject = { { 3 } }, .approve = true, .iat = 9 };

static json_t *make(void)
{
	return operator_print(&word);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct operator_word w;

	return operator_parse(j, &w, e);
}

static void what_is_printed_is_read(void **state)
{
	(void)state;
	for (int approve = 0; approve < 2; approve++) {
		struct operator_word w = word, back;
		struct digest d;
		struct jws *j;

		w.approve = approve;
		j = envelope_of(KIND_OPERATOR, operator_print(&w));
		jws_digest(j, KIND_OPERATOR, &d);
		assert_true(operator_parse(j, &back, NULL));
		assert_int_equal(back.approve, approve);
		assert_int_equal(back.iat, 9);
		assert_memory_equal(&back.subject, &w.subject, sizeof(w.subject));
		assert_memory_equal(&back.charter, &w.charter, sizeof(w.charter));
		assert_memory_equal(&back.genesis, &w.genesis, sizeof(w.genesis));
		assert_memory_equal(&back.digest, &d, sizeof(d));
		envelope_free(j);
	}
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "verdict", "\"yes\"", "bad_value", "/verdict" },
		{ "verdict", NULL, "missing_member", "/verdict" },
		{ "subject", NULL, "missing_member", "/subject" },
		{ "charter", "3", "wrong_type", "/charter" },
		{ "iat", "253402300800", "out_of_range", "/iat" },
		{ "member", "1", "unknown_member", "/member" },
	};

	(void)state;
	refused(KIND_OPERATOR, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
	};

	return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
