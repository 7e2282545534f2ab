/* SPDX-License-Identifier: ISC
 * The command line of gauthctl, and the keys that it is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/ctl.h"
#include "base/jwk.h"
#include "peer/csr.h"
#include "peer/file.h"
#include "peer/keyfile.h"
#include "peer/pem.h"
#include "peer/profile.h"
#include "tests/authority/scratch.h"
#include "tests/lib/envelopes.h"

/* ---- lines */

static bool parse(const char *const *words, struct ctl_line *l, struct err *e)
{
	int n = 0;

	while (words[n] != NULL)
		n++;
	return ctl_line_parse(n, (char *const *)(uintptr_t)words, l, e);
}

static void test_options_stand_anywhere(void **state)
{
	const char *const words[] = { "--state", "DIR", "group", "create", "--founder=a.csr", "demo", "--founder", "b.csr", "--json",
		NULL };
	struct ctl_line *l = malloc(sizeof(*l));
	struct err e = { 0 };

	(void)state;
	assert_true(parse(words, l, &e));
	assert_int_equal(l->words_n, 3);
	assert_string_equal(l->words[2], "demo");
	assert_string_equal(ctl_value(l, CTL_STATE, 0), "DIR");
	assert_string_equal(ctl_value(l, CTL_FOUNDER, 0), "a.csr");
	assert_string_equal(ctl_value(l, CTL_FOUNDER, 1), "b.csr");
	assert_null(ctl_value(l, CTL_FOUNDER, 2));
	assert_string_equal(ctl_value(l, CTL_JSON, 0), "");
	assert_null(ctl_value(l, CTL_KEY, 0));
	free(l);
}

static void test_lines_that_are_refused(void **state)
{
	static const struct {
		const char *words[8], *name;
	} cases[] = {
		{ { "--nothing", NULL }, "unknown_option" },
		{ { "--sta", "x", NULL }, "unknown_option" },
		{ { "-x", NULL }, "unknown_option" },
		{ { "--state", NULL }, "missing_value" },
		{ { "--json=yes", NULL }, "unexpected_value" },
		{ { "--state", "a", "--state", "b", NULL }, "option_repeated" },
		{ { "a", "b", "c", "d", "e", NULL }, "too_many_arguments" },
	};
	struct ctl_line *l = malloc(sizeof(*l));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { 0 };

		assert_false(parse(cases[i].words, l, &e));
		assert_string_equal(e.name, cases[i].name);
	}
	free(l);
}

static void test_every_option_has_its_row(void **state)
{
	(void)state;
	for (int i = 0; i < CTL_OPTIONS; i++) {
		assert_non_null(ctl_option_row((enum ctl_option)i)->name);
		assert_non_null(ctl_option_row((enum ctl_option)i)->help);
	}
}

static void test_names_and_files(void **state)
{
	static const struct {
		const char *value, *name, *path;
	} cases[] = {
		{ "ana=keys/a.csr", "ana", "keys/a.csr" },
		{ "keys/ana.csr", "ana", "keys/ana.csr" },
		{ "ana", "ana", "ana" },
		{ "keys=old/ana.csr", "keys", "old/ana.csr" },
		{ "dir/x=y/ana.pem", "ana", "dir/x=y/ana.pem" },
		{ ".hidden", ".hidden", ".hidden" },
	};
	struct err e = { 0 };
	char name[16];
	const char *path;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(ctl_named_file(cases[i].value, name, sizeof(name), &path, &e));
		assert_string_equal(name, cases[i].name);
		assert_string_equal(path, cases[i].path);
	}
	assert_false(ctl_named_file("a-name-that-is-much-too-long=x", name, sizeof(name), &path, &e));
	assert_string_equal(e.name, "bad_value");
	err_clear(&e);
	assert_false(ctl_named_file("ana=", name, sizeof(name), &path, &e));
	assert_string_equal(e.name, "bad_value");
}

/* ---- keys */

static void test_public_keys_in_their_forms(void **state)
{
	struct crypto *k = envelope_crypto();
	struct sig_key *key = envelope_key(SIG_P256);
	struct buf csr = { 0 }, spki = { 0 }, text[4] = { 0 };
	json_t *jwk = jwk_print(sig_key_pub(key));
	char dir[SCRATCH_MAX], path[SCRATCH_MAX];
	struct err e = { 0 };
	struct sig_pub pub;

	(void)state;
	scratch_make(dir);
	scratch_path(dir, "key", path);
	assert_true(csr_make(k, key, "ana", &csr, &e) && profile_spki(sig_key_pub(key), &spki));
	assert_true(json_write(jwk, &text[0], &e));
	assert_true(pem_write("CERTIFICATE REQUEST", buf_slice(&csr), &text[1]) && pem_write("PUBLIC KEY", buf_slice(&spki), &text[2]));
	buf_add_slice(&text[3], buf_slice(&spki));
	for (size_t i = 0; i < 4; i++) {
		assert_true(file_write(path, 0644, buf_slice(&text[i]), &e));
		assert_true(ctl_public_key(k, path, &pub, &e));
		assert_true(sig_pub_equal(&pub, sig_key_pub(key)));
	}
	/* a request that was changed, and something else */
	csr.p[csr.n - 10] ^= 1;
	buf_free(&text[1]);
	assert_true(pem_write("CERTIFICATE REQUEST", buf_slice(&csr), &text[1]) && file_write(path, 0644, buf_slice(&text[1]), &e));
	assert_false(ctl_public_key(k, path, &pub, &e));
	assert_string_equal(e.name, "bad_csr");
	err_clear(&e);
	assert_true(file_write(path, 0644, slice_str("hello"), &e));
	assert_false(ctl_public_key(k, path, &pub, &e));
	assert_false(err_ok(&e));

	for (size_t i = 0; i < 4; i++)
		buf_free(&text[i]);
	buf_free(&csr);
	buf_free(&spki);
	json_decref(jwk);
	sig_key_free(key);
	crypto_free(k);
	scratch_remove(dir);
}

/* --passphrase opens whatever private key a command takes. */
static void test_private_keys_may_be_encrypted(void **state)
{
	struct sig_key *key = envelope_key(SIG_ED25519), *read;
	char dir[SCRATCH_MAX], path[SCRATCH_MAX], secret[SCRATCH_MAX];
	struct ctl *c = calloc(1, sizeof(*c));
	struct err e = { 0 };

	(void)state;
	assert_non_null(c);
	scratch_make(dir);
	scratch_path(dir, "key", path);
	scratch_path(dir, "secret", secret);
	assert_true(keyfile_write(path, key, "open sesame", &e) && file_write(secret, 0600, slice_str("open sesame\n"), &e));
	assert_null(ctl_key_file(c, path));
	assert_false(err_ok(&c->e));
	err_clear(&c->e);
	assert_true(parse((const char *const[]){ "--passphrase", secret, NULL }, &c->line, &e));
	read = ctl_key_file(c, path);
	assert_non_null(read);
	assert_true(sig_pub_equal(sig_key_pub(read), sig_key_pub(key)));
	sig_key_free(read);
	sig_key_free(key);
	free(c);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_stand_anywhere),
		cmocka_unit_test(test_lines_that_are_refused),
		cmocka_unit_test(test_every_option_has_its_row),
		cmocka_unit_test(test_names_and_files),
		cmocka_unit_test(test_public_keys_in_their_forms),
		cmocka_unit_test(test_private_keys_may_be_encrypted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
