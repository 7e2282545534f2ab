/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/keyring.h"
#include "peer/file.h"
#include "peer/profile.h"
#include "tests/authority/scratch.h"

static const char word[] = "a passphrase";

struct place {
	char dir[SCRATCH_MAX], keys[SCRATCH_MAX];
};

static int make(void **state)
{
	static struct place p;

	scratch_make(p.dir);
	scratch_path(p.dir, "keys", p.keys);
	*state = &p;
	return 0;
}

static int clean(void **state)
{
	scratch_remove(((struct place *)*state)->dir);
	return 0;
}

static struct keyring *opened(const struct place *p)
{
	struct err e = { 0 };
	struct keyring *k = keyring_open(p->keys, word, &e);

	if (k == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return k;
}

static void refused(const struct place *p, const char *passphrase, const char *name)
{
	struct err e = { 0 };

	assert_null(keyring_open(p->keys, passphrase, &e));
	assert_string_equal(e.name, name);
}

static void file_of(const struct place *p, const struct digest *spki, const char *suffix, char out[static SCRATCH_MAX])
{
	char name[65];

	hex_encode(spki->b, sizeof(spki->b), name);
	assert_true(snprintf(out, SCRATCH_MAX, "%.150s/%s%s", p->keys, name, suffix) < SCRATCH_MAX);
}

static void pairs_come_back(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	const struct key_pair *pair;
	struct digest ed, p256, got;
	struct sig_pub issuing, revocation;
	char path[SCRATCH_MAX];
	struct stat st;

	assert_int_equal(stat(p->keys, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	pair = keyring_create(k, SIG_ED25519, NULL);
	ed = pair->spki;
	pair = keyring_create(k, SIG_P256, NULL);
	p256 = pair->spki;
	assert_int_equal(pair->issuing.alg, SIG_P256);
	assert_int_equal(pair->revocation.alg, SIG_ED25519);
	assert_true(profile_spki_digest(&pair->issuing, &got));
	assert_memory_equal(&got, &p256, sizeof(got));
	issuing = pair->issuing;
	revocation = pair->revocation;
	keyring_free(k);
	file_of(p, &ed, ".issuing.pem", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	k = opened(p);
	pair = keyring_find(k, &p256);
	assert_non_null(pair);
	assert_false(pair->bound);
	assert_true(sig_pub_equal(&pair->issuing, &issuing));
	assert_true(sig_pub_equal(&pair->revocation, &revocation));
	assert_non_null(keyring_find(k, &ed));
	assert_null(keyring_find(k, &(struct digest){ { 1 } }));
	keyring_free(k);
	keyring_free(NULL);
	refused(p, "another passphrase", "wrong_passphrase");
}

static void a_pair_is_bound_once(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	const struct digest one = { { 1 } }, two = { { 2 } };
	struct digest spki = keyring_create(k, SIG_ED25519, NULL)->spki;
	struct err e = { 0 };

	assert_null(keyring_of(k, &one, 0));
	assert_true(keyring_bind(k, &spki, &one, NULL));
	assert_true(keyring_bind(k, &spki, &one, NULL));
	for (int i = 0; i < 2; i++) {
		assert_ptr_equal(keyring_of(k, &one, 0), keyring_find(k, &spki));
		assert_null(keyring_of(k, &one, 1));
		assert_null(keyring_of(k, &two, 0));
		err_clear(&e);
		assert_false(keyring_bind(k, &spki, &two, &e));
		assert_string_equal(e.name, "key_bound");
		keyring_free(k);
		k = opened(p);
	}
	err_clear(&e);
	assert_false(keyring_bind(k, &two, &one, &e));
	assert_string_equal(e.name, "issuer_unknown");
	keyring_free(k);
}

static void a_binding_must_be_readable(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	struct digest spki = keyring_create(k, SIG_ED25519, NULL)->spki;
	char path[SCRATCH_MAX];

	keyring_free(k);
	file_of(p, &spki, ".group", path);
	assert_true(file_write(path, 0600, slice_str("no digest"), NULL));
	refused(p, word, "key_unreadable");
}

static void a_half_pair_does_not_count(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	struct digest spki = keyring_create(k, SIG_ED25519, NULL)->spki;
	char path[SCRATCH_MAX];

	keyring_free(k);
	file_of(p, &spki, ".public.json", path);
	assert_int_equal(unlink(path), 0);
	k = opened(p);
	assert_null(keyring_find(k, &spki));
	keyring_free(k);
}

/* Private keys are opened late: one that is not the pair's is found then, and signs nothing. */
static void a_key_of_another_pair_is_refused(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	struct digest one = keyring_create(k, SIG_ED25519, NULL)->spki, two = keyring_create(k, SIG_ED25519, NULL)->spki;
	char from[SCRATCH_MAX], to[SCRATCH_MAX];
	struct err e = { 0 };

	keyring_free(k);
	file_of(p, &one, ".revocation.pem", from);
	file_of(p, &two, ".revocation.pem", to);
	assert_int_equal(rename(from, to), 0);
	k = opened(p);
	assert_non_null(keyring_issuing(k, &one, NULL));
	assert_true(sig_pub_equal(sig_key_pub(keyring_issuing(k, &two, NULL)), &keyring_find(k, &two)->issuing));
	assert_null(keyring_revocation(k, &two, &e));
	assert_string_equal(e.name, "bad_key");
	err_clear(&e);
	assert_null(keyring_revocation(k, &one, &e));
	assert_string_equal(e.name, "key_unreadable");
	keyring_free(k);
}

static void a_key_under_a_wrong_name_is_refused(void **state)
{
	struct place *p = *state;
	struct keyring *k = opened(p);
	struct digest spki = keyring_create(k, SIG_ED25519, NULL)->spki, other = { { 5 } };
	char from[SCRATCH_MAX], to[SCRATCH_MAX];

	keyring_free(k);
	file_of(p, &spki, ".public.json", from);
	file_of(p, &other, ".public.json", to);
	assert_int_equal(rename(from, to), 0);
	refused(p, word, "bad_key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pairs_come_back, make, clean),
		cmocka_unit_test_setup_teardown(a_pair_is_bound_once, make, clean),
		cmocka_unit_test_setup_teardown(a_binding_must_be_readable, make, clean),
		cmocka_unit_test_setup_teardown(a_half_pair_does_not_count, make, clean),
		cmocka_unit_test_setup_teardown(a_key_of_another_pair_is_refused, make, clean),
		cmocka_unit_test_setup_teardown(a_key_under_a_wrong_name_is_refused, make, clean),
	};

	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
