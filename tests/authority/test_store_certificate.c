/* SPDX-License-Identifier: ISC
 * How many certificates a member is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/store_certificate.h"
#include "base/time.h"
#include "tests/lib/folk.h"

static void test_a_member_does_not_renew_without_end(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "renewmany", NULL);
	struct renewal x = folk_renewal(&f, &r->keys->member[0]);
	struct err e = { 0 };
	uint64_t n;

	/* the founder's own is the first of sixteen */
	for (int i = 1; i < 16; i++) {
		x.iat++;
		assert_true(folk_send_renewal(&f, r->w, &x, r->founders[0], NULL, &e));
	}
	assert_true(store_certificate_since(r->w, f.g.g, &x.member, time_now() - 60, &n, &e));
	assert_int_equal(n, 16);
	assert_true(store_certificate_since(r->w, f.g.g, &x.member, time_now() + 60, &n, &e));
	assert_int_equal(n, 0);
	x.iat++;
	assert_false(folk_send_renewal(&f, r->w, &x, r->founders[0], NULL, &e));
	assert_string_equal(e.name, "too_many");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM certificates WHERE g = %d"), 18);
	/* others may */
	x = folk_renewal(&f, &r->keys->member[1]);
	err_clear(&e);
	assert_true(folk_send_renewal(&f, r->w, &x, r->founders[1], NULL, &e));
	folk_follow(&f);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_member_does_not_renew_without_end),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
