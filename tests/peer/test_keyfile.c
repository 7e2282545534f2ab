/* SPDX-License-Identifier: ISC */
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

#include "peer/keyfile.h"

static const enum sig_alg algs[] = { SIG_ED25519, SIG_P256 };
/* Where each test works; its paths are made by at(). */
struct place {
	char dir[200];
	char path[300];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "%s/key-XXXXXX", getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	*state = p;
	return mkdtemp(p->dir) == NULL;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char line[300];
	int rc;

	snprintf(line, sizeof(line), "rm -rf %s", p->dir);
	rc = system(line);
	free(p);
	return rc;
}

static const char *at(void **state, const char *name)
{
	struct place *p = *state;

	snprintf(p->path, sizeof(p->path), "%s/%s", p->dir, name);
	return p->path;
}

static void put(void **state, const char *name, const char *text)
{
	assert_true(file_write(at(state, name), 0600, slice_str(text), NULL));
}

static bool shell(void **state, const char *command)
{
	const struct place *p = *state;
	char line[900];

	snprintf(line, sizeof(line), "cd %s && { %s; } >log 2>&1", p->dir, command);
	return system(line) == 0;
}

/* "" when it opens, and then it is k. */
static const char *opens(void **state, const char *name, const char *passphrase, const struct sig_key *k)
{
	static struct err e;
	struct sig_key *got;

	err_clear(&e);
	got = keyfile_read(at(state, name), passphrase, &e);
	assert_true((got == NULL) == (e.name[0] != '\0'));
	if (got != NULL && k != NULL)
		assert_true(sig_pub_equal(sig_key_pub(got), sig_key_pub(k)));
	sig_key_free(got);
	return e.name;
}

static void written_and_read(void **state)
{
	for (size_t i = 0; i < 4; i++) {
		const char *passphrase = i < 2 ? NULL : "correct horse";
		struct sig_key *k = sig_key_generate(algs[i % 2], NULL);
		struct err e = { 0 };
		struct stat st;

		unlink(at(state, "k.pem"));
		assert_true(keyfile_write(at(state, "k.pem"), k, passphrase, &e));
		assert_int_equal(stat(at(state, "k.pem"), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_string_equal(opens(state, "k.pem", passphrase, k), "");
		if (passphrase != NULL) {
			assert_string_equal(opens(state, "k.pem", NULL, k), "key_encrypted");
			assert_string_equal(opens(state, "k.pem", "wrong horse", k), "wrong_passphrase");
			assert_string_equal(opens(state, "k.pem", "", k), "wrong_passphrase");
		} else {
			assert_string_equal(opens(state, "k.pem", "not needed", k), "");
		}
		/* never over an existing one, and nothing is left beside it */
		assert_false(keyfile_write(at(state, "k.pem"), k, passphrase, &e));
		assert_string_equal(e.name, "key_exists");
		assert_string_equal(opens(state, "k.pem", passphrase, k), "");
		assert_true(shell(state, "test $(ls | grep -vc log) = 1"));
		sig_key_free(k);
	}
}

static void openssl_reads_ours(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		struct sig_key *k = sig_key_generate(algs[i], NULL);

		assert_true(keyfile_write(at(state, i ? "p" : "e"), k, NULL, NULL));
		assert_true(keyfile_write(at(state, i ? "ps" : "es"), k, "geheim", NULL));
		sig_key_free(k);
	}
	assert_true(shell(state, "openssl pkey -in e -noout -check && openssl pkey -in p -noout -check"));
	assert_true(shell(state, "openssl pkey -in es -passin pass:geheim -pubout >a && openssl pkey -in e -pubout >b && cmp a b"));
	assert_true(shell(state, "openssl pkey -in ps -passin pass:geheim -pubout >a && openssl pkey -in p -pubout >b && cmp a b"));
	assert_false(shell(state, "openssl pkey -in ps -passin pass:falsch -noout"));
	assert_true(shell(state, "openssl asn1parse -in ps >x && grep -q scrypt x && grep -q aes-256-cbc x"));
	/* RFC 7914 6: N, r, p */
	assert_true(shell(state,
		"grep -A3 scrypt x | grep -q SEQUENCE && grep -q 'INTEGER *:4000' x && grep -q 'INTEGER *:08' x && grep -q 'INTEGER *:05' x"));
	assert_true(shell(state, "head -1 es | grep -q 'BEGIN ENCRYPTED PRIVATE KEY' && head -1 e | grep -q 'BEGIN PRIVATE KEY'"));
}

static void we_read_openssls(void **state)
{
	static const char *const makers[] = { "ed25519", "ec -pkeyopt ec_paramgen_curve:P-256" };
	char line[300];

	for (size_t i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "umask 077 && openssl genpkey -algorithm %s -out k", makers[i]);
		assert_true(shell(state, line));
		assert_string_equal(opens(state, "k", NULL, NULL), "");
		assert_true(shell(state,
			"umask 077 && openssl pkcs8 -topk8 -in k -out s -passout pass:x && openssl pkcs8 -topk8 -scrypt -in k -out t -passout pass:x && "
			"openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -in k -out u -passout pass:x && openssl pkcs8 -topk8 -nocrypt -in k -outform DER -out d && "
			"openssl pkey -in k -traditional -out o; cat k k >twice"));
		assert_string_equal(opens(state, "s", "x", NULL), "");
		assert_string_equal(opens(state, "t", "x", NULL), "");
		assert_string_equal(opens(state, "t", "y", NULL), "wrong_passphrase");
		assert_string_equal(opens(state, "u", "x", NULL), "bad_key");
		assert_string_equal(opens(state, "d", NULL, NULL), "");
		assert_string_equal(opens(state, "twice", NULL, NULL), "bad_key");
	}
	/* SEC 1's own form is none that we take */
	assert_string_equal(opens(state, "o", NULL, NULL), "bad_key");
	assert_true(shell(state, "umask 077 && openssl genpkey -algorithm RSA -out r && openssl genpkey -algorithm X25519 -out x"));
	assert_string_equal(opens(state, "r", NULL, NULL), "bad_key");
	assert_string_equal(opens(state, "x", NULL, NULL), "bad_key");
}

static void files_that_are_refused(void **state)
{
	static const mode_t exposed[] = { 0640, 0604, 0660, 0620, 0601 };
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);

	assert_string_equal(opens(state, "nothing", NULL, NULL), "key_unreadable");
	assert_true(keyfile_write(at(state, "k"), k, NULL, NULL));
	for (size_t i = 0; i < sizeof(exposed) / sizeof(exposed[0]); i++) {
		assert_int_equal(chmod(at(state, "k"), exposed[i]), 0);
		assert_string_equal(opens(state, "k", NULL, NULL), "key_exposed");
	}
	assert_int_equal(chmod(at(state, "k"), 0400), 0);
	assert_string_equal(opens(state, "k", NULL, k), "");
	assert_true(shell(
		state, "mkdir -m 700 d && mkfifo -m 600 f && umask 077 && head -c 20000 /dev/zero >big && : >empty && head -c 100 k >cut"));
	assert_string_equal(opens(state, "d", NULL, NULL), "key_unreadable");
	assert_string_equal(opens(state, "f", NULL, NULL), "key_unreadable");
	assert_string_equal(opens(state, "big", NULL, NULL), "key_unreadable");
	assert_string_equal(opens(state, "empty", NULL, NULL), "bad_key");
	assert_string_equal(opens(state, "cut", NULL, NULL), "bad_key");
	put(state, "text", "hello\n");
	assert_string_equal(opens(state, "text", NULL, NULL), "bad_key");
	put(state, "junk", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMBAf8=\n-----END ENCRYPTED PRIVATE KEY-----\n");
	assert_string_equal(opens(state, "junk", "x", NULL), "bad_key");
	sig_key_free(k);
}

static void places_that_cannot_be_written(void **state)
{
	struct sig_key *k = sig_key_generate(SIG_ED25519, NULL);
	struct err e = { 0 };
	char *longest = calloc(1, 2000);

	memset(longest, 'x', 1999);
	assert_false(keyfile_write(at(state, "no/such/folder"), k, NULL, &e));
	assert_string_equal(e.name, "key_unwritable");
	err_clear(&e);
	assert_false(keyfile_write(at(state, "k"), k, longest, &e));
	assert_string_equal(e.name, "wrong_passphrase");
	assert_int_not_equal(access(at(state, "k"), F_OK), 0);
	free(longest);
	sig_key_free(k);
}

static const char *passphrase(void **state, const char *text, size_t n, char *out, size_t size)
{
	static struct err e;

	err_clear(&e);
	assert_true(file_write(at(state, "pass"), 0600, slice_of(text, n), NULL));
	keyfile_passphrase(at(state, "pass"), out, size, &e);
	return e.name;
}

static void passphrases(void **state)
{
	struct err e = { 0 };
	char out[8];

	assert_string_equal(passphrase(state, "abc", 3, out, sizeof(out)), "");
	assert_string_equal(out, "abc");
	assert_string_equal(passphrase(state, "ab c \nmore", 10, out, sizeof(out)), "");
	assert_string_equal(out, "ab c ");
	assert_string_equal(passphrase(state, "1234567\r\n", 9, out, sizeof(out)), "");
	assert_string_equal(out, "1234567");
	assert_string_equal(passphrase(state, "12345678", 8, out, sizeof(out)), "passphrase_unreadable");
	assert_string_equal(passphrase(state, "", 0, out, sizeof(out)), "passphrase_unreadable");
	assert_string_equal(passphrase(state, "\nabc", 4, out, sizeof(out)), "passphrase_unreadable");
	assert_string_equal(passphrase(state, "a\0b", 3, out, sizeof(out)), "passphrase_unreadable");
	assert_int_equal(chmod(at(state, "pass"), 0644), 0);
	assert_false(keyfile_passphrase(at(state, "pass"), out, sizeof(out), &e));
	assert_string_equal(e.name, "passphrase_exposed");
	err_clear(&e);
	assert_false(keyfile_passphrase(at(state, "none"), out, sizeof(out), &e));
	assert_string_equal(e.name, "passphrase_unreadable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(written_and_read, setup, teardown),
		cmocka_unit_test_setup_teardown(openssl_reads_ours, setup, teardown),
		cmocka_unit_test_setup_teardown(we_read_openssls, setup, teardown),
		cmocka_unit_test_setup_teardown(files_that_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(places_that_cannot_be_written, setup, teardown),
		cmocka_unit_test_setup_teardown(passphrases, setup, teardown),
	};

	return cmocka_run_group_tests_name("keyfile", tests, NULL, NULL);
}
