/* SPDX-License-Identifier: ISC
 * The vault's file: that nobody else reads it, that one process at a time has it, and that a copy of it has no nonces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/peer/vaults.h"

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

static void burns(size_t n)
{
	struct vault *v = open_it();

	assert_int_equal(vault_burnt(v), n);
	assert_int_equal(has(v, 0), n == 0);
	assert_non_null(vault_share_at(v, 0)); /* the share stays */
	vault_close(v);
}

/* A backup brings back nonces that may have served since; a copy has each of them a second time. */
static void copies_have_no_nonces(void **state)
{
	const struct vault_share s = share_of(7, 1, 1);
	uint8_t seed[SEED_BYTES];
	struct buf file = { 0 };
	char lock[80], aside[80];
	struct vault *v = open_it();

	(void)state;
	snprintf(lock, sizeof(lock), "%s.lock", path);
	snprintf(aside, sizeof(aside), "%s.aside", path);
	assert_true(vault_keep_share(v, &s, NULL));
	given(v, 0, seed);
	assert_true(file_read(path, 1 << 20, &file, NULL));
	vault_close(v);
	burns(0);

	/* Restored where it was, after it went on. */
	v = open_it();
	given(v, 1, seed);
	vault_close(v);
	assert_true(file_write(path, 0600, buf_slice(&file), NULL));
	burns(1);
	/* And restored once more, now that the first has burnt them. */
	assert_true(file_write(path, 0600, buf_slice(&file), NULL));
	burns(1);

	/* Elsewhere: beside another lock, which is empty, or was copied too. */
	v = open_it();
	given(v, 0, seed);
	vault_close(v);
	assert_int_equal(rename(lock, aside), 0);
	burns(1);
	v = open_it();
	given(v, 0, seed);
	vault_close(v);
	file.n = 0;
	assert_true(file_read(lock, 64, &file, NULL));
	assert_int_equal(rename(lock, aside), 0);
	assert_true(file_write(lock, 0600, buf_slice(&file), NULL));
	burns(1);
	unlink(aside);
	buf_free(&file);
}

/* Between the file and its lock: the file is one ahead. */
static void a_crash_between_both_burns_nothing(void **state)
{
	const struct vault_share s = share_of(7, 1, 1);
	uint8_t seed[SEED_BYTES];
	struct buf lock_was = { 0 };
	char lock[80];
	struct vault *v = open_it();
	FILE *f;

	(void)state;
	snprintf(lock, sizeof(lock), "%s.lock", path);
	assert_true(vault_keep_share(v, &s, NULL));
	assert_true(file_read(lock, 64, &lock_was, NULL));
	given(v, 0, seed);
	vault_close(v);
	f = fopen(lock, "r+");
	assert_non_null(f);
	assert_int_equal(fwrite(lock_was.p, 1, lock_was.n, f), lock_was.n);
	assert_int_equal(fclose(f), 0);
	burns(0);
	buf_free(&lock_was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_process_has_it, fresh),
		cmocka_unit_test_setup(nobody_else_reads_or_changes_it, fresh),
		cmocka_unit_test_setup(copies_have_no_nonces, fresh),
		cmocka_unit_test_setup(a_crash_between_both_burns_nothing, fresh),
	};

	return cmocka_run_group_tests_name("vault_file", tests, setup, teardown);
}
