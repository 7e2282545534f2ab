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

#include "peer/home.h"

#define LINK "http://127.0.0.1:8080/g/demo#sha256:3f9a000000000000000000000000000000000000000000000000000000000001"

static char dir[] = "/tmp/test-home-XXXXXX";

static int up(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void is_directory(const char *given, const char *gmc, const char *xdg, const char *user, const char *expected)
{
	char out[HOME_DIR_MAX];
	struct err e = { 0 };

	assert_true(home_directory(given, gmc, xdg, user, out, &e));
	assert_string_equal(out, expected);
}

static void directories(void **state)
{
	char out[HOME_DIR_MAX], longest[HOME_DIR_MAX + 1];
	struct err e = { 0 };

	(void)state;
	is_directory("/given", "/gmc", "/xdg", "/user", "/given");
	is_directory(NULL, "/gmc", "/xdg", "/user", "/gmc");
	is_directory(NULL, "", "/xdg", "/user", "/xdg/gmc");
	is_directory(NULL, NULL, "relative", "/user", "/user/.config/gmc");
	is_directory(NULL, NULL, NULL, "/user", "/user/.config/gmc");
	assert_false(home_directory(NULL, NULL, NULL, NULL, out, &e));
	assert_string_equal(e.name, "no_home");
	memset(longest, 'a', HOME_DIR_MAX);
	longest[HOME_DIR_MAX] = '\0';
	err_clear(&e);
	assert_false(home_directory(longest, NULL, NULL, NULL, out, &e));
	assert_string_equal(e.name, "no_home");
}

static void in(const char *name, struct home *h)
{
	char path[HOME_DIR_MAX];
	struct err e = { 0 };

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!home_open(path, h, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void remembers(void **state)
{
	char path[HOME_PATH_MAX];
	struct home h, again;
	struct stat st;

	(void)state;
	in("deep/er/ana", &h);
	assert_false(h.joined || h.has_member || h.has_application);
	assert_int_equal(h.name[0], 0);
	assert_true(join_link_parse(LINK, &h.link, NULL));
	h.joined = true;
	h.has_member = h.has_application = true;
	memset(h.member.b, 0x11, sizeof(h.member.b));
	memset(h.application.b, 0x22, sizeof(h.application.b));
	snprintf(h.name, sizeof(h.name), "ana");
	snprintf(h.key, sizeof(h.key), "/somewhere/key.pem");
	assert_true(home_save(&h, NULL));
	in("deep/er/ana", &again);
	assert_true(again.joined && again.has_member && again.has_application);
	assert_string_equal(again.link.group, "demo");
	assert_string_equal(again.link.server, "http://127.0.0.1:8080");
	assert_int_equal(digest_compare(&again.link.genesis, &h.link.genesis), 0);
	assert_int_equal(id16_compare(&again.member, &h.member), 0);
	assert_int_equal(digest_compare(&again.application, &h.application), 0);
	assert_string_equal(again.name, "ana");
	home_key_path(&again, path);
	assert_string_equal(path, "/somewhere/key.pem");
	again.key[0] = '\0';
	home_key_path(&again, path);
	assert_non_null(strstr(path, "/deep/er/ana/key.pem"));
	home_path(&again, "config.json", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(again.dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void is_bad(const char *config, const char *pointer)
{
	char path[HOME_DIR_MAX];
	struct err e = { 0 };
	struct home h = { 0 };

	snprintf(h.dir, sizeof(h.dir), "%.100s/bad", dir);
	assert_true(home_write(&h, "config.json", 0600, slice_str(config), NULL));
	snprintf(path, sizeof(path), "%s/bad", dir);
	assert_false(home_open(path, &h, &e));
	assert_string_equal(e.name, "bad_home");
	if (strstr(e.text, pointer) == NULL)
		fail_msg("\"%s\" does not name %s", e.text, pointer);
}

static void spoiled(void **state)
{
	(void)state;
	is_bad("", "");
	is_bad("{\"format\":1,\"more\":1}", "/more");
	is_bad("{}", "format");
	is_bad("{\"format\":2}", "/format");
	is_bad("{\"format\":1,\"link\":\"http://host/g/demo\"}", "digest");
	is_bad("{\"format\":1,\"member\":\"12\"}", "/member");
	is_bad("{\"format\":1,\"application\":\"sha256:12\"}", "/application");
	is_bad("{\"format\":1,\"name\":\"\"}", "/name");
	is_bad("{\"format\":1,\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "/name");
}

static void receipts(void **state)
{
	json_t *sent = json_pack("{s:s}", "vote", "yes"), *receipt = json_pack("{s:s}", "payload", "x"), *doc;
	char file[HOME_PATH_MAX];
	struct digest d;
	struct home h;

	(void)state;
	in("receipts", &h);
	memset(d.b, 0xab, sizeof(d.b));
	assert_true(home_keep_receipt(&h, &d, sent, receipt, NULL));
	assert_true(home_keep_receipt(&h, &d, sent, receipt, NULL)); /* the same one again */
	doc = home_read_json(&h, "receipts/abababababababababababababababababababababababababababababababab.json", 4096, NULL);
	assert_non_null(doc);
	assert_true(json_equal(json_object_get(doc, "object"), sent));
	assert_true(json_equal(json_object_get(doc, "receipt"), receipt));
	home_vote_file(&d, file);
	assert_string_equal(file, "votes/abababababababababababababababababababababababababababababababab.json");
	assert_false(home_has(&h, file));
	home_vouch_file(&d, file);
	assert_string_equal(file, "vouches/abababababababababababababababababababababababababababababababab.json");
	assert_true(home_write_json(&h, file, sent, NULL));
	assert_true(home_has(&h, file));
	home_remove(&h, file);
	assert_false(home_has(&h, file));
	json_decref(doc);
	json_decref(sent);
	json_decref(receipt);
}

static void unwritable(void **state)
{
	char path[HOME_DIR_MAX];
	struct err e = { 0 };
	struct home h;

	(void)state;
	in("file", &h);
	snprintf(path, sizeof(path), "%s/file", dir);
	fclose(fopen(path, "w")); /* where a folder should be */
	assert_false(home_save(&h, &e));
	assert_string_equal(e.name, "file_unwritable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directories),
		cmocka_unit_test(remembers),
		cmocka_unit_test(spoiled),
		cmocka_unit_test(receipts),
		cmocka_unit_test(unwritable),
	};

	return cmocka_run_group_tests(tests, up, down);
}
