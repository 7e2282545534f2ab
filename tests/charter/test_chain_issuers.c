/* SPDX-License-Identifier: ISC
 * What a further version may say of an issuing key that its predecessor names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/lib/charters.h"

/* The CA certificate was made by the first version: what a later one says of the key could not be had. */
static void issuing_keys_stay_as_they_are(void **state)
{
	static const char *const changes[][3] = { { "issuing/0/until", "2000000001", "issuer_changed" },
		{ "issuing/0/from", "1", "issuer_changed" }, { "issuing/0/alg", "\"P-256\"", "issuer_changed" },
		{ "issuing/0/spki", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"", "" },
		{ "notaries/0/until", "2000000001", "" } };
	struct charters *t = charters_new();
	struct err e = { 0 };
	struct charter *one = charters_parse(charters_first(t), &e);

	(void)state;
	assert_non_null(one);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char pointer[64];
		json_t *doc = charters_next(t, one);
		struct charter *two;

		snprintf(pointer, sizeof(pointer), "/authority/%s", changes[i][0]);
		charters_set(doc, pointer, changes[i][1]);
		two = charters_parse(doc, &e);
		assert_non_null(two);
		assert_int_equal(chain_follows(two, one, &e), changes[i][2][0] == '\0');
		assert_string_equal(e.name, changes[i][2]);
		err_clear(&e);
		charter_free(two);
	}
	charter_free(one);
	charters_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issuing_keys_stay_as_they_are),
	};

	return cmocka_run_group_tests_name("chain_issuers", tests, NULL, NULL);
}
