/* SPDX-License-Identifier: ISC
 * Administrators, and the windows of the authority's keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/wise.h"

static void administrators(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->administrators.threshold = 3;
	found(c, 9, "all_administrators", "/administrators/threshold", LINT_WARNING);
	c->administrators.threshold = 1;
	found(c, 9, "one_approval", "/administrators/threshold", LINT_WARNING);
	c->administrators.offline = 0;
	assert_null(find(c, 9, "no_offline_approval", "/administrators/offline"));
	c->administrators.keys[1].passkey.rp = "example.org";
	found(c, 9, "no_offline_approval", "/administrators/offline", LINT_WARNING);
	c->administrators.n = 1;
	found(c, 9, "one_administrator", "/administrators/keys", LINT_WARNING);
	free(c);
}

static void windows(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->authority.notaries[0].until = START + 30 * DAY;
	assert_null(find(c, 9, "window_ends_soon", "/authority/notaries/0/until"));
	c->authority.notaries[0].until--;
	found(c, 9, "window_ends_soon", "/authority/notaries/0/until", LINT_WARNING);
	c->authority.issuing[0].from = START;
	assert_null(find(c, 9, "none_in_force", "/authority/issuing"));
	c->authority.issuing[0].from = START + 1;
	found(c, 9, "none_in_force", "/authority/issuing", LINT_ERROR);
	c->authority.revocation[0].until = START;
	found(c, 9, "none_in_force", "/authority/revocation", LINT_ERROR);
	c->authority.addresses_n = 0;
	found(c, 9, "no_address", "/authority/addresses", LINT_WARNING);
	free(c);
}

static void one_lost_key(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	assert_null(find(c, 9, "no_recovery", "/administrators"));
	c->administrators.threshold = 3;
	found(c, 9, "no_recovery", "/administrators", LINT_WARNING);
	c->administrators.threshold = 2;
	c->administrators.keys[0].passkey.rp = c->administrators.keys[1].passkey.rp = "example.org";
	found(c, 9, "no_recovery", "/administrators", LINT_WARNING);
	c->recovery.administrators = true;
	assert_null(find(c, 9, "no_recovery", "/administrators"));
	free(c);
}

static void recovery_keys(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->recovery.n = 2;
	c->recovery.keys[0].thumb = key_of(300);
	c->recovery.keys[1].thumb = c->administrators.keys[2].thumb;
	assert_null(find(c, 9, "recovery_key_shared", "/recovery/administrators/keys/1"));
	assert_null(find(c, 9, "recovery_unvoted", "/recovery/administrators/veto"));
	c->recovery.administrators = true;
	found(c, 9, "recovery_key_shared", "/recovery/administrators/keys/1", LINT_WARNING);
	assert_null(find(c, 9, "recovery_key_shared", "/recovery/administrators/keys/0"));
	found(c, 9, "recovery_unvoted", "/recovery/administrators/veto", LINT_WARNING);
	found(c, 9, "recovery_at_once", "/recovery/administrators/notice", LINT_WARNING);
	c->recovery.notice = DAY;
	assert_null(find(c, 9, "recovery_at_once", "/recovery/administrators/notice"));
	c->recovery.notice = 0;
	c->amending.notice = DAY;
	assert_null(find(c, 9, "recovery_at_once", "/recovery/administrators/notice"));
	c->amending.notice = 0;
	c->recovery.veto = 3;
	assert_null(find(c, 9, "recovery_at_once", "/recovery/administrators/notice"));
	assert_null(find(c, 9, "recovery_unvoted", "/recovery/administrators/veto"));
	c->recovery.veto = 0;
	c->amendment = NULL;
	assert_null(find(c, 9, "recovery_unvoted", "/recovery/administrators/veto"));
	free(c);
}

static void one_key_for_both_seeds(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	assert_null(find(c, 9, "seeder_is_notary", "/membership/seeder"));
	c->membership.has_seeder = true;
	found(c, 9, "seeder_is_notary", "/membership/seeder", LINT_WARNING);
	c->membership.seeder.b[0] ^= 1;
	assert_null(find(c, 9, "seeder_is_notary", "/membership/seeder"));
	free(c);
}

static void administrators_who_are_the_server(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->administrators.keys[1].thumb = c->authority.notaries[0].thumb;
	found(c, 9, "administrator_online", "/administrators/keys/1", LINT_WARNING);
	assert_null(find(c, 9, "administrator_online", "/administrators/keys/0"));
	c->authority.revocation[0].thumb = c->administrators.keys[2].thumb;
	found(c, 9, "administrator_online", "/administrators/keys/2", LINT_WARNING);
	free(c);
}

static void windows_among_each_other(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);

	(void)state;
	c->authority.notaries[0].until += DAY;
	assert_null(find(c, 9, "ends_before_others", "/authority/issuing"));
	c->authority.notaries[0].until++;
	found(c, 9, "ends_before_others", "/authority/issuing", LINT_WARNING);
	found(c, 9, "ends_before_others", "/authority/revocation", LINT_WARNING);
	assert_null(find(c, 9, "ends_before_others", "/authority/notaries"));
	c->authority.issuing_n = 2;
	c->authority.issuing[1].from = c->authority.issuing[0].until;
	c->authority.issuing[1].until = c->authority.issuing[0].until + 90 * DAY;
	assert_null(find(c, 9, "window_gap", "/authority/issuing/0/until"));
	c->authority.issuing[1].from++;
	found(c, 9, "window_gap", "/authority/issuing/0/until", LINT_WARNING);
	c->authority.addresses[0].until = START + 3650 * (int64_t)DAY;
	assert_null(find(c, 9, "window_without_end", "/authority/addresses/0/until"));
	c->authority.addresses[0].until++;
	found(c, 9, "window_without_end", "/authority/addresses/0/until", LINT_WARNING);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(administrators),
		cmocka_unit_test(windows),
		cmocka_unit_test(one_lost_key),
		cmocka_unit_test(recovery_keys),
		cmocka_unit_test(one_key_for_both_seeds),
		cmocka_unit_test(administrators_who_are_the_server),
		cmocka_unit_test(windows_among_each_other),
	};

	return cmocka_run_group_tests_name("lint_keys", tests, NULL, NULL);
}
