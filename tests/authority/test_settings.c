/* SPDX-License-Identifier: ISC
 * The operator's settings, and what init makes of a state. */
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

#include "authority/state_dir.h"
#include "peer/keyfile.h"
#include "tests/authority/scratch.h"

static int make(void **state)
{
	*state = malloc(SCRATCH_MAX);
	scratch_make(*state);
	return 0;
}

static int unmake(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

static bool read_text(const char *dir, const char *text, struct settings *out, struct err *e)
{
	char path[SCRATCH_MAX];
	FILE *f;

	scratch_path(dir, "gauthd.conf", path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return state_dir_settings(dir, out, e);
}

static void test_without_a_file(void **state)
{
	struct settings s;
	struct err e = { 0 };

	assert_true(state_dir_settings(*state, &s, &e));
	assert_string_equal(s.listen.address, "127.0.0.1");
	assert_int_equal(s.listen.port, 8080);
	assert_int_equal(s.metrics.port, 0);
	assert_int_equal(s.limits.request, 10);
	assert_string_equal(s.database.url, "");
}

static void test_what_does_not_go_together(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "[listen]\ntls_key = k.pem\n", "config_bad_value" },
		{ "[listen]\npublic_url = groups.example\n", "config_bad_value" },
		{ "[listen]\npublic_url = https://groups.example/\n", "config_bad_value" },
		{ "[listen]\nport = 70000\n", "config_bad_value" },
		{ "[database]\nurl = host=db\n", "config_bad_value" },
		{ "[log]\nlevel = loud\n", "config_bad_value" },
		{ "[external]\nprovider = nobody\n", "config_bad_value" },
		{ "[listen]\nprot = 80\n", "config_unknown_key" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s;
		struct err e = { 0 };

		assert_false(read_text(*state, cases[i].text, &s, &e));
		assert_string_equal(e.name, cases[i].name);
	}
}

static void test_what_links_begin_with(void **state)
{
	struct settings s;
	struct err e = { 0 };
	char url[SETTING_TEXT];

	assert_true(read_text(*state, "[listen]\nport = 81\n", &s, &e));
	settings_url(&s, url);
	assert_string_equal(url, "http://127.0.0.1:81");
	assert_true(read_text(*state, "[listen]\naddress = ::1\ntls_key = k\ntls_certificate = c\n", &s, &e));
	settings_url(&s, url);
	assert_string_equal(url, "https://[::1]:8080");
	assert_true(read_text(*state, "[listen]\npublic_url = https://groups.example\n", &s, &e));
	settings_url(&s, url);
	assert_string_equal(url, "https://groups.example");
}

/* ---- a state */

static struct place place_in(const char *dir)
{
	struct place p = { .lock = -1 };

	snprintf(p.dir, sizeof(p.dir), "%s", dir);
	snprintf(p.base, sizeof(p.base), "%s", dir);
	snprintf(p.run, sizeof(p.run), "%.60s/run", dir);
	return p;
}

static bool fill(const char *dir, struct state_dir *s, bool *made, struct err *e)
{
	struct place p = place_in(dir);
	struct user self;

	user_self(&self);
	return state_dir_name(&p, s, e) && place_directory(s->daemon, &self, 0700, e) && place_directory(s->signer, &self, 0700, e) &&
		state_dir_fill(s, &self, &self, made, e);
}

static void test_keys_are_made_once(void **state)
{
	struct state_dir s, again;
	struct sig_key *first, *second;
	char passphrase[128];
	struct err e = { 0 };
	struct stat st;
	bool made;

	assert_true(fill(*state, &s, &made, &e));
	assert_true(made);
	first = keyfile_read(s.notary, NULL, &e);
	assert_non_null(first);
	assert_true(keyfile_passphrase(s.passphrase, passphrase, sizeof(passphrase), &e));
	assert_int_equal(strlen(passphrase), 64);
	for (size_t i = 0; i < 4; i++) {
		const char *const files[] = { s.notary, s.admin, s.passphrase, s.conf };

		assert_int_equal(stat(files[i], &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}

	assert_true(fill(*state, &again, &made, &e));
	assert_false(made);
	second = keyfile_read(s.notary, NULL, &e);
	assert_true(sig_pub_equal(sig_key_pub(first), sig_key_pub(second)));
	sig_key_free(first);
	sig_key_free(second);
}

/* The sample that init writes says nothing else than no file at all. */
static void test_the_sample_is_the_fallbacks(void **state)
{
	struct settings sample, none;
	struct state_dir s;
	struct err e = { 0 };
	bool made;

	assert_true(fill(*state, &s, &made, &e));
	assert_int_equal(access(s.conf, F_OK), 0);
	assert_true(settings_read(s.conf, &sample, &e));
	assert_true(settings_read(NULL, &none, &e));
	assert_memory_equal(&sample, &none, sizeof(none));
}

static void test_an_external_database(void **state)
{
	struct place p = place_in(*state);
	struct state_dir s;
	struct settings ignored;
	struct err e = { 0 };

	assert_true(state_dir_name(&p, &s, &e));
	assert_true(s.embedded);
	assert_non_null(strstr(s.conninfo, "user=charterhouse"));
	assert_non_null(strstr(s.daemon_conninfo, "user=gauthd"));
	assert_true(read_text(*state, "[database]\nurl = postgresql://db/groups\n[signer]\nsocket = /run/s/socket\n", &ignored, &e));
	assert_true(state_dir_name(&p, &s, &e));
	assert_false(s.embedded);
	assert_string_equal(s.conninfo, "postgresql://db/groups");
	assert_string_equal(s.socket, "/run/s/socket");
}

static void test_arguments_of_the_signer(void **state)
{
	const struct user daemon = { .uid = 4711 };
	struct place p = place_in(*state);
	struct signer_args args;
	struct state_dir s;
	struct err e = { 0 };

	assert_true(state_dir_name(&p, &s, &e));
	state_dir_signer_args(&s, &daemon, &args);
	assert_string_equal(args.args[1], s.signer);
	assert_string_equal(args.args[3], s.socket);
	assert_string_equal(args.args[7], "4711");
	assert_null(args.args[10]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_without_a_file, make, unmake),
		cmocka_unit_test_setup_teardown(test_what_does_not_go_together, make, unmake),
		cmocka_unit_test_setup_teardown(test_what_links_begin_with, make, unmake),
		cmocka_unit_test_setup_teardown(test_keys_are_made_once, make, unmake),
		cmocka_unit_test_setup_teardown(test_the_sample_is_the_fallbacks, make, unmake),
		cmocka_unit_test_setup_teardown(test_an_external_database, make, unmake),
		cmocka_unit_test_setup_teardown(test_arguments_of_the_signer, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
