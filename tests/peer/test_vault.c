/* SPDX-License-Identifier: ISC
 * What an agent keeps: that it is there again, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/peer/vaults.h"

static void what_is_kept_is_there_again(void **state)
{
	const struct digest ceremony = named(1), other = named(2);
	struct vault_share s = share_of(7, 1, 3);
	uint8_t first[SEED_BYTES], again[SEED_BYTES], another[SEED_BYTES];
	struct vault *v = open_it();
	struct stat st;

	(void)state;
	assert_true(vault_seed(v, &ceremony, first, NULL));
	assert_true(vault_seed(v, &other, another, NULL));
	assert_memory_not_equal(first, another, SEED_BYTES);
	assert_null(vault_post(v, &ceremony, PHASE_DEAL, 0));
	assert_true(vault_keep_post(v, &ceremony, PHASE_DEAL, 0, "{\"dealt\": 1}", NULL));
	assert_true(vault_keep_share(v, &s, NULL));
	vault_close(v);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	v = open_it();
	assert_true(vault_seed(v, &ceremony, again, NULL));
	assert_memory_equal(first, again, SEED_BYTES);
	assert_string_equal(vault_post(v, &ceremony, PHASE_DEAL, 0), "{\"dealt\": 1}");
	assert_null(vault_post(v, &ceremony, PHASE_DEAL, 1));
	assert_null(vault_post(v, &other, PHASE_DEAL, 0));
	assert_memory_equal(&vault_share_of(v, &s.transcript)->share, &s.share, sizeof(s.share));
	assert_int_equal(vault_share_at(v, 0)->epoch, 3);
	assert_null(vault_share_at(v, 1));
	assert_int_equal(digest_compare(vault_ceremony_at(v, 0), &ceremony), 0);
	assert_null(vault_ceremony_at(v, 2));
	vault_close(v);
}

/* A share counts once everybody has confirmed; then that of the epoch before is gone, and that of another key is not. */
static void shares_serve_when_their_ceremony_is_done(void **state)
{
	const struct vault_share first = share_of(7, 1, 1), second = share_of(7, 2, 2), third = share_of(7, 3, 3),
				 other = share_of(8, 4, 1);
	struct vault *v = open_it();
	uint8_t seed[SEED_BYTES], again[SEED_BYTES];

	(void)state;
	assert_true(vault_keep_share(v, &first, NULL) && vault_keep_share(v, &other, NULL));
	assert_null(vault_share(v, &first.key));
	assert_true(vault_settle(v, &first.ceremony, true, NULL) && vault_settle(v, &other.ceremony, true, NULL));
	assert_int_equal(vault_share(v, &first.key)->epoch, 1);

	assert_true(vault_seed(v, &second.ceremony, seed, NULL));
	assert_true(vault_keep_post(v, &second.ceremony, PHASE_JOIN, 0, "{}", NULL));
	assert_true(vault_keep_share(v, &second, NULL));
	assert_int_equal(vault_share(v, &first.key)->epoch, 1);
	assert_true(vault_settle(v, &second.ceremony, false, NULL));
	assert_null(vault_share_of(v, &second.transcript));
	assert_int_equal(vault_share(v, &first.key)->epoch, 1);
	assert_null(vault_post(v, &second.ceremony, PHASE_JOIN, 0));
	assert_true(vault_seed(v, &second.ceremony, again, NULL));
	assert_memory_not_equal(seed, again, SEED_BYTES);

	assert_true(vault_keep_share(v, &third, NULL));
	assert_true(vault_settle(v, &third.ceremony, true, NULL));
	vault_close(v);
	v = open_it();
	assert_int_equal(vault_share(v, &first.key)->epoch, 3);
	assert_null(vault_share_of(v, &first.transcript));
	assert_int_equal(vault_share(v, &other.key)->epoch, 1);
	vault_close(v);
}

static void nonces_are_spent_once(void **state)
{
	const struct digest ceremony = named(5);
	uint8_t first[SEED_BYTES], again[SEED_BYTES], second[SEED_BYTES];
	struct vault *v = open_it();
	struct err e = { 0 };

	(void)state;
	given(v, 0, first);
	given(v, 0, again);
	given(v, 1, second);
	assert_memory_equal(first, again, SEED_BYTES);
	assert_memory_not_equal(first, second, SEED_BYTES);
	vault_close(v);
	v = open_it();
	assert_int_equal(vault_burnt(v), 0);
	assert_true(vault_nonce(v, &ceremony, 0, again, NULL));
	assert_memory_equal(first, again, SEED_BYTES);
	assert_true(vault_nonce_spend(v, &ceremony, 0, 3, "{\"parts\": 1}", NULL));
	assert_string_equal(vault_post(v, &ceremony, PHASE_SIGN, 3), "{\"parts\": 1}");
	assert_false(vault_nonce_spend(v, &ceremony, 0, 4, "{}", &e));
	assert_string_equal(e.name, "nonce_used");
	assert_null(vault_post(v, &ceremony, PHASE_SIGN, 4));
	/* Whatever happens now: on disk the answer is there, and the seed is not. */
	vault_close(v);
	v = open_it();
	assert_string_equal(vault_post(v, &ceremony, PHASE_SIGN, 3), "{\"parts\": 1}");
	assert_false(has(v, 0));
	assert_true(has(v, 1));
	assert_true(vault_settle(v, &ceremony, false, NULL));
	assert_false(has(v, 1));
	vault_close(v);
}

static void it_has_room_for_so_much(void **state)
{
	struct vault *v = open_it();
	struct err e = { 0 };
	uint8_t seed[SEED_BYTES];
	struct vault_share s;

	(void)state;
	for (int i = 0; i < VAULT_CEREMONIES_MAX; i++) {
		const struct digest c = named((uint8_t)i);

		assert_true(vault_seed(v, &c, seed, &e));
	}
	s = share_of(200, 200, 1);
	assert_false(vault_seed(v, &s.ceremony, seed, &e));
	assert_string_equal(e.name, "vault_full");
	for (int i = 0; i < VAULT_SHARES_MAX; i++) {
		s = share_of(1, (uint8_t)i, (uint32_t)i);
		assert_true(vault_keep_share(v, &s, NULL));
	}
	assert_true(vault_keep_share(v, &s, NULL)); /* the same ceremony's again */
	s = share_of(1, 200, 200);
	err_clear(&e);
	assert_false(vault_keep_share(v, &s, &e));
	assert_string_equal(e.name, "vault_full");
	vault_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_kept_is_there_again, fresh),
		cmocka_unit_test_setup(shares_serve_when_their_ceremony_is_done, fresh),
		cmocka_unit_test_setup(nonces_are_spent_once, fresh),
		cmocka_unit_test_setup(it_has_room_for_so_much, fresh),
	};

	return cmocka_run_group_tests_name("vault", tests, setup, teardown);
}
