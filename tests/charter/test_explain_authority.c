/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charter/explain.h"
#include "tests/charter/wise.h"

static void must_say(const struct charter *c, const char *text)
{
	struct buf out = { 0 };

	explain_authority(c, 3, &out);
	assert_string_equal(buf_cstr(&out), text);
	buf_free(&out);
}

static void where_it_is_and_how_long(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->authority.addresses_n = 0;
	c->authority.notaries_n = 2;
	c->authority.notaries[0].until = 1900000000;
	c->authority.notaries[1].until = 1890000000;
	c->authority.issuing[0].until = 1890000000;
	c->authority.revocation[0].until = 1900000000;
	must_say(c,
		"The charter says nowhere where the authority is found. It has 2 notary keys, the last until 2030-03-17T17:46:40Z; 1 issuing "
		"key, until 2029-11-22T00:00:00Z; 1 revocation key, until 2030-03-17T17:46:40Z.");
	c->authority.addresses_n = 3;
	c->authority.addresses[0].url = "https://a.example";
	c->authority.addresses[1].url = "https://b.example/groups";
	c->authority.addresses[2].url = "https://c.example";
	c->authority.issuing_n = 0;
	must_say(c,
		"It is found at https://a.example, https://b.example/groups and https://c.example. It has 2 notary keys, the last until "
		"2030-03-17T17:46:40Z; no issuing key; 1 revocation key, until 2030-03-17T17:46:40Z.");
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_it_is_and_how_long),
	};

	return cmocka_run_group_tests_name("explain_authority", tests, NULL, NULL);
}
