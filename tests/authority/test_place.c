/* SPDX-License-Identifier: ISC */
#include "authority/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/authority/scratch.h"

/* A state directory, a system's directory and a runtime directory of the test's own. */
struct setting {
	char top[SCRATCH_MAX], dir[SCRATCH_MAX], system[SCRATCH_MAX], runtime[SCRATCH_MAX];
	struct user user;
	struct place_options o;
};

static int set_up(void **state)
{
	struct setting *s = calloc(1, sizeof(*s));

	scratch_make(s->top);
	scratch_path(s->top, "state", s->dir);
	scratch_path(s->top, "system", s->system);
	scratch_path(s->top, "r", s->runtime);
	if (!user_find("nobody", &s->user, NULL) || geteuid() != 0)
		user_self(&s->user);
	s->o = (struct place_options){ .dir = s->dir, .users = &s->user, .n = 1, .system = s->system, .runtime = s->runtime };
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *s = *state;

	scratch_remove(s->top);
	free(s);
	return 0;
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void made_where_it_was_named(void **state)
{
	struct setting *s = *state;
	struct place p, found;
	struct err e = { 0 };

	if (!place_open(&s->o, &p, &e))
		fail_msg("%s", e.text);
	assert_false(p.elsewhere);
	assert_string_equal(p.base, p.dir);
	assert_int_equal(mode_of(p.base), geteuid() == 0 ? 0711 : 0700);
	assert_int_equal(strncmp(p.run, s->runtime, strlen(s->runtime)), 0);
	assert_int_equal(mode_of(p.run), geteuid() == 0 ? 0711 : 0700);
	assert_true(place_find(s->dir, &found, &e));
	assert_string_equal(found.base, p.base);
	assert_string_equal(found.run, p.run);
	assert_int_equal(found.lock, -1);
	place_close(&p);
}

static void nothing_there_is_missing(void **state)
{
	struct setting *s = *state;
	struct place p;
	struct err e = { 0 };

	assert_false(place_find(s->dir, &p, &e));
	assert_string_equal(e.name, "state_missing");
	err_clear(&e);
	assert_int_equal(mkdir(s->dir, 0700), 0);
	assert_false(place_find(s->dir, &p, &e));
	assert_string_equal(e.name, "state_missing");
}

static void second_supervisor_is_refused(void **state)
{
	struct setting *s = *state;
	struct place p, q;
	struct err e = { 0 };
	char holder[32];

	assert_true(place_open(&s->o, &p, NULL));
	assert_false(place_open(&s->o, &q, &e));
	assert_string_equal(e.name, "state_busy");
	snprintf(holder, sizeof(holder), "process %d ", (int)getpid());
	assert_non_null(strstr(e.text, holder));
	place_close(&p);
	err_clear(&e);
	assert_true(place_open(&s->o, &q, &e));
	place_close(&q);
}

/* As with a clone under root's home. */
static void unreachable_state_lies_elsewhere(void **state)
{
	struct setting *s = *state;
	struct place p, q, found;
	struct err e = { 0 };
	char closed[SCRATCH_MAX], dir[SCRATCH_MAX];

	if (geteuid() != 0)
		skip();
	scratch_path(s->top, "closed", closed);
	scratch_path(closed, "state", dir);
	assert_int_equal(mkdir(closed, 0700), 0);
	s->o.dir = dir;
	if (!place_open(&s->o, &p, &e))
		fail_msg("%s", e.text);
	assert_true(p.elsewhere);
	assert_int_equal(strncmp(p.base, s->system, strlen(s->system)), 0);
	assert_int_equal(mode_of(p.base), 0711);
	place_close(&p);
	/* Again: the same place, and others find it. */
	assert_true(place_open(&s->o, &q, &e));
	assert_string_equal(q.base, p.base);
	assert_true(place_find(dir, &found, &e));
	assert_string_equal(found.base, p.base);
	assert_string_equal(found.run, q.run);
	assert_true(found.elsewhere);
	place_close(&q);
	/* A new clone at the old path must not meet the old one's data. */
	scratch_remove(dir);
	assert_true(place_open(&s->o, &q, &e));
	assert_string_not_equal(q.base, p.base);
	place_close(&q);
}

static void data_that_became_unreachable_is_not_left_behind(void **state)
{
	struct setting *s = *state;
	struct place p;
	struct err e = { 0 };
	char data[SCRATCH_MAX];

	if (geteuid() != 0)
		skip();
	assert_true(place_open(&s->o, &p, NULL));
	scratch_path(s->dir, "postgres", data);
	assert_true(place_directory(data, &s->user, 0700, &e));
	place_close(&p);
	assert_int_equal(chmod(s->top, 0700), 0);
	assert_false(place_open(&s->o, &p, &e));
	assert_string_equal(e.name, "state_unreachable");
}

static void directories_of_others_are_refused(void **state)
{
	struct setting *s = *state;
	struct place p;
	struct err e = { 0 };

	assert_int_equal(mkdir(s->dir, 0777), 0);
	assert_int_equal(chmod(s->dir, 0777), 0);
	assert_false(place_open(&s->o, &p, &e));
	assert_string_equal(e.name, "state_not_ours");
	err_clear(&e);
	/* A group's right to write, from a umask of 002, is taken away. */
	assert_int_equal(chmod(s->dir, 0775), 0);
	assert_true(place_open(&s->o, &p, &e));
	assert_int_equal(mode_of(s->dir), 0755);
	place_close(&p);
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(s->dir, s->user.uid, s->user.gid), 0);
	assert_false(place_open(&s->o, &p, &e));
	assert_string_equal(e.name, "state_not_ours");
}

/* Somebody who may write to the directory above was there first. */
static void run_directory_is_no_link(void **state)
{
	struct setting *s = *state;
	struct place p;
	struct err e = { 0 };

	assert_int_equal(symlink(s->top, s->runtime), 0);
	assert_false(place_open(&s->o, &p, &e));
	assert_string_equal(e.name, "state_not_ours");
}

static void too_long_for_a_socket(void **state)
{
	struct setting *s = *state;
	struct place p;
	struct err e = { 0 };
	char longer[SCRATCH_MAX], name[61];

	memset(name, 'x', 60);
	name[60] = '\0';
	scratch_path(s->top, name, longer);
	s->o.runtime = longer;
	assert_false(place_open(&s->o, &p, &e));
	assert_string_equal(e.name, "state_failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(made_where_it_was_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_there_is_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(second_supervisor_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unreachable_state_lies_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(data_that_became_unreachable_is_not_left_behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(directories_of_others_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(run_directory_is_no_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_long_for_a_socket, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
