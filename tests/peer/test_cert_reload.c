/* SPDX-License-Identifier: ISC
 * Certificates with a user name of RELOAD: what OpenSSL and GnuTLS read in them, and what the strict reader refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/peer/made.h"

static const char EXPECTED[] = "Ada.Byron@overlay.example.org";

static void made_reload(struct made *m, const char *name, bool key_name)
{
	struct buf tbs = { 0 };

	made_new(m, SIG_ED25519, SIG_P256, name);
	m->f.reload = true;
	m->f.key_name = key_name;
	buf_free(&m->gmc);
	assert_true(profile_gmc(&m->f, &tbs));
	made_seal(m, buf_slice(&tbs), &m->gmc);
	buf_free(&tbs);
}

static void test_openssl(void **state)
{
	STACK_OF(OPENSSL_STRING) * mails;
	struct gmc_cert cert;
	struct made m;
	X509 *x;

	(void)state;
	made_reload(&m, "Ada.Byron", false);
	assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &cert), CERT_OK);
	assert_true(cert.reload);
	x = made_x509(buf_slice(&m.gmc));
	mails = X509_get1_email(x);
	assert_int_equal(sk_OPENSSL_STRING_num(mails), 1);
	assert_string_equal(sk_OPENSSL_STRING_value(mails, 0), EXPECTED);
	assert_int_equal(X509_check_email(x, EXPECTED, 0, 0), 1);
	assert_int_equal(X509_check_email(x, "Bob@overlay.example.org", 0, 0), 0);
	X509_email_free(mails);
	X509_free(x);
	made_free(&m);
}

static void test_of_a_key(void **state)
{
	char expected[PROFILE_KEY_NAME + 32];
	struct gmc_cert cert;
	struct made m;
	X509 *x;

	(void)state;
	made_reload(&m, NULL, true);
	assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &cert), CERT_OK);
	assert_true(cert.reload);
	snprintf(expected, sizeof(expected), "%.*s@overlay.example.org", (int)cert.name.n, (const char *)cert.name.p);
	x = made_x509(buf_slice(&m.gmc));
	assert_int_equal(X509_check_email(x, expected, 0, 0), 1);
	X509_free(x);
	made_free(&m);
}

static void test_gnutls(void **state)
{
	char path[] = "/tmp/reload.XXXXXX", command[128], line[256];
	bool uri = false, mail = false;
	struct made m;
	FILE *p;
	int fd;

	(void)state;
	made_reload(&m, "Ada.Byron", false);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, m.gmc.p, m.gmc.n), (ssize_t)m.gmc.n);
	close(fd);
	snprintf(command, sizeof(command), "certtool -i --inder --infile %s", path);
	if (system("command -v certtool >/dev/null 2>&1") != 0)
		skip();
	p = popen(command, "r");
	assert_non_null(p);
	while (fgets(line, sizeof(line), p) != NULL) {
		uri = uri || strstr(line, "URI: reload://0110") != NULL;
		mail = mail || strstr(line, "RFC822Name: Ada.Byron@overlay.example.org") != NULL;
	}
	assert_int_equal(pclose(p), 0);
	unlink(path);
	assert_true(uri);
	assert_true(mail);
	made_free(&m);
}

/* Each byte of the user name has to be the one that subject and URI give. */
static void test_another_user(void **state)
{
	struct gmc_cert cert;
	struct made m;
	uint8_t *at;

	(void)state;
	made_reload(&m, "Ada.Byron", false);
	at = memmem(m.gmc.p, m.gmc.n, EXPECTED, strlen(EXPECTED));
	assert_non_null(at);
	for (size_t i = 0; i < strlen(EXPECTED); i++) {
		at[i] ^= 1;
		assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &cert), CERT_BROKEN);
		at[i] ^= 1;
	}
	assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &cert), CERT_OK);
	made_free(&m);
	made_new(&m, SIG_ED25519, SIG_ED25519, "Ada.Byron");
	assert_int_equal(cert_parse_gmc(buf_slice(&m.gmc), &cert), CERT_OK);
	assert_false(cert.reload);
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openssl),
		cmocka_unit_test(test_of_a_key),
		cmocka_unit_test(test_gnutls),
		cmocka_unit_test(test_another_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
