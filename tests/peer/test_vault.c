/* SPDX-License-Identifier: ISC
 * What an agent keeps: that it is there again, that nobody else reads it, and that one process at a time has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/file.h"
#include "peer/vault.h"

static char dir[] = "/tmp/ch-vault-XXXXXX";
static char path[64];
static struct sig_key *key;

static int setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/agent.vault", dir);
	key = sig_key_generate(SIG_ED25519, NULL);
	return key == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	char lock[80];

	(void)state;
	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(path);
	unlink(lock);
	sig_key_free(key);
	return rmdir(dir);
}

static int fresh(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct vault *open_it(void)
{
	struct err e = { 0 };
	struct vault *v = vault_open(path, key, &e);

	if (v == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return v;
}

static struct digest named(uint8_t b)
{
	struct digest d;

	memset(d.b, b, sizeof(d.b));
	return d;
}

static struct vault_share share_of(uint8_t of_key, uint8_t ceremony, uint32_t epoch)
{
	struct vault_share s = { .key = named(of_key),
		.ceremony = named(ceremony),
		.transcript = named((uint8_t)(ceremony + 100)),
		.epoch = epoch,
		.share = { .id = 300 } };

	scalar_random(&s.share.value);
	return s;
}

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

static void one_process_has_it(void **state)
{
	struct vault *v = open_it();
	struct err e = { 0 };

	(void)state;
	assert_null(vault_open(path, key, &e));
	assert_string_equal(e.name, "vault_busy");
	vault_close(v);
	vault_close(open_it());
	vault_close(NULL);
}

static void refused(const char *name)
{
	struct err e = { 0 };

	assert_null(vault_open(path, key, &e));
	assert_string_equal(e.name, name);
}

/* Nothing of it can be read without the member's key, and no byte of it can be changed. */
static void nobody_else_reads_or_changes_it(void **state)
{
	struct sig_key *mine = key, *other = sig_key_generate(SIG_P256, NULL);
	const struct vault_share s = share_of(7, 1, 1);
	struct vault *v = open_it();
	struct buf file = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(vault_keep_share(v, &s, NULL));
	vault_close(v);
	key = other;
	refused("vault_unreadable");
	key = mine;
	assert_true(file_read(path, 1 << 20, &file, &e));
	for (size_t i = 0; i + CURVE_BYTES <= file.n; i++)
		assert_memory_not_equal(file.p + i, s.share.value.b, CURVE_BYTES);
	for (size_t i = 0; i < file.n; i += 7) {
		file.p[i] ^= 1;
		assert_true(file_write(path, 0600, buf_slice(&file), &e));
		refused("vault_unreadable");
		file.p[i] ^= 1;
	}
	for (size_t n = 0; n < file.n; n += 11) {
		assert_true(file_write(path, 0600, slice_of(file.p, n), &e));
		refused("vault_unreadable");
	}
	assert_true(file_write(path, 0644, buf_slice(&file), &e));
	refused("file_exposed");
	assert_true(file_write(path, 0600, buf_slice(&file), &e));
	v = open_it();
	assert_non_null(vault_share_of(v, &s.transcript));

	/* The member changes its key: from then on it is read under the new one alone. */
	assert_true(vault_rekey(v, other, &e));
	vault_close(v);
	refused("vault_unreadable");
	key = other;
	v = open_it();
	assert_non_null(vault_share_of(v, &s.transcript));
	vault_close(v);
	key = mine;
	sig_key_free(other);
	buf_free(&file);
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
		cmocka_unit_test_setup(one_process_has_it, fresh),
		cmocka_unit_test_setup(nobody_else_reads_or_changes_it, fresh),
		cmocka_unit_test_setup(it_has_room_for_so_much, fresh),
	};

	return cmocka_run_group_tests_name("vault", tests, setup, teardown);
}
