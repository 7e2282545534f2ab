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

#include "peer/file.h"

static int setup(void **state)
{
	char *dir = malloc(200);

	snprintf(dir, 200, "%s/file-XXXXXX", getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	*state = dir;
	return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static int teardown(void **state)
{
	char line[300];
	int rc;

	snprintf(line, sizeof(line), "cd / && rm -rf %s", (char *)*state);
	rc = system(line);
	free(*state);
	return rc != 0 || chdir("/") != 0;
}

static struct buf read_back(const char *path)
{
	struct buf b = { 0 };

	assert_true(file_read(path, SIZE_MAX / 2, &b, NULL));
	return b;
}

static void replaced_in_one_step(void **state)
{
	struct stat st;
	struct buf b;

	(void)state;
	assert_true(file_write("f", 0644, slice_str("one"), NULL));
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_true(file_write("./f", 0600, slice_str("two and more"), NULL));
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	b = read_back("f");
	assert_true(slice_equal(buf_slice(&b), slice_str("two and more")));
	buf_free(&b);
	assert_true(file_write("f", 0600, slice_of(NULL, 0), NULL));
	b = read_back("f");
	assert_int_equal(b.n, 0);
	buf_free(&b);
	/* nothing is left beside it */
	assert_int_equal(system("test \"$(ls)\" = f"), 0);
}

static void created_once(void **state)
{
	struct err e = { 0 };
	struct buf b;

	(void)state;
	assert_true(file_create("f", 0600, slice_str("one"), NULL));
	assert_false(file_create("f", 0600, slice_str("two"), &e));
	assert_string_equal(e.name, "file_exists");
	b = read_back("f");
	assert_true(slice_equal(buf_slice(&b), slice_str("one")));
	buf_free(&b);
	assert_int_equal(symlink("elsewhere", "link"), 0);
	assert_false(file_create("link", 0600, slice_str("x"), NULL));
	assert_int_not_equal(access("elsewhere", F_OK), 0);
	assert_int_equal(system("test \"$(ls)\" = \"$(printf 'f\\nlink')\""), 0);
}

static void reading_is_capped(void **state)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	char bytes[10000];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_true(file_write("f", 0600, slice_of(bytes, sizeof(bytes)), NULL));
	buf_add_str(&b, "kept");
	assert_true(file_read("f", 10000, &b, NULL));
	assert_int_equal(b.n, 10004);
	b.n = 4;
	assert_false(file_read("f", 9999, &b, &e));
	assert_string_equal(e.name, "too_large");
	assert_int_equal(b.n, 4);
	assert_memory_equal(b.p, "kept", 4);
	buf_free(&b);
}

static void what_cannot_be_read_or_written(void **state)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_false(file_read("none", 10, &b, &e));
	assert_string_equal(e.name, "file_unreadable");
	err_clear(&e);
	assert_false(file_read(".", 10, &b, &e));
	assert_string_equal(e.name, "file_unreadable");
	err_clear(&e);
	assert_false(file_write("no/f", 0600, slice_str("x"), &e));
	assert_string_equal(e.name, "file_unwritable");
	err_clear(&e);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_false(file_write("d", 0600, slice_str("x"), &e));
	assert_string_equal(e.name, "file_unwritable");
	assert_int_equal(system("test \"$(ls)\" = d"), 0);
	buf_free(&b);
}

static void secrets_are_the_owners_alone(void **state)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(file_write("f", 0600, slice_str("secret"), NULL));
	assert_true(file_read_secret("f", 6, &b, NULL));
	assert_true(slice_equal(buf_slice(&b), slice_str("secret")));
	assert_int_equal(chmod("f", 0640), 0);
	assert_false(file_read_secret("f", 6, &b, &e));
	assert_string_equal(e.name, "file_exposed");
	assert_int_equal(b.n, 6);
	err_clear(&e);
	assert_int_equal(chmod("f", 0400), 0);
	assert_false(file_read_secret("f", 5, &b, &e));
	assert_string_equal(e.name, "too_large");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(replaced_in_one_step, setup, teardown),
		cmocka_unit_test_setup_teardown(created_once, setup, teardown),
		cmocka_unit_test_setup_teardown(reading_is_capped, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_or_written, setup, teardown),
		cmocka_unit_test_setup_teardown(secrets_are_the_owners_alone, setup, teardown),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
