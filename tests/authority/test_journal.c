/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "authority/journal.h"
#include "tests/authority/scratch.h"

enum { SEEN = 64 };

struct seen {
	uint8_t types[SEEN];
	char text[SEEN][32];
	size_t n;
	const char *refuse; /* a text that the reader does not take */
};

static bool read_one(void *arg, uint8_t type, struct slice body, struct err *e)
{
	struct seen *s = arg;

	if (s->n == SEEN)
		return err_set(e, "too_many", "more records than expected");
	s->types[s->n] = type;
	snprintf(s->text[s->n++], sizeof(s->text[0]), "%.*s", (int)body.n, (const char *)body.p);
	if (s->refuse != NULL && slice_equal(body, slice_str(s->refuse)))
		return err_set(e, "not_taken", "a record that the reader does not take");
	return true;
}

struct place {
	char dir[SCRATCH_MAX], path[SCRATCH_MAX];
	struct seen seen;
};

static int make(void **state)
{
	static struct place p;

	memset(&p, 0, sizeof(p));
	scratch_make(p.dir);
	scratch_path(p.dir, "j", p.path);
	*state = &p;
	return 0;
}

static int clean(void **state)
{
	scratch_remove(((struct place *)*state)->dir);
	return 0;
}

static struct journal *opened(struct place *p)
{
	struct journal *j;
	struct err e = { 0 };

	memset(&p->seen, 0, sizeof(p->seen));
	j = journal_open(p->path, read_one, &p->seen, &e);
	if (j == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return j;
}

static void refused(struct place *p, const char *name)
{
	struct err e = { 0 };

	memset(&p->seen, 0, sizeof(p->seen));
	assert_null(journal_open(p->path, read_one, &p->seen, &e));
	assert_string_equal(e.name, name);
}

static void add(struct journal *j, uint8_t type, const char *text)
{
	struct slice parts[2] = { slice_of(text, 1), slice_str(text + 1) };

	assert_true(journal_add(j, type, parts, 2, NULL));
}

/* "one" and "two" of types 1 and 2. */
static void two_records(struct place *p)
{
	struct journal *j = opened(p);

	add(j, 1, "one");
	add(j, 2, "two");
	assert_true(journal_sync(j, NULL));
	journal_close(j);
}

static off_t size_of(const struct place *p)
{
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	return st.st_size;
}

static void records_come_back_in_order(void **state)
{
	struct place *p = *state;
	struct journal *j;
	struct stat st;

	two_records(p);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	for (int i = 0; i < 2; i++) {
		j = opened(p);
		assert_int_equal(p->seen.n, 2);
		assert_int_equal(p->seen.types[0], 1);
		assert_string_equal(p->seen.text[0], "one");
		assert_int_equal(p->seen.types[1], 2);
		assert_string_equal(p->seen.text[1], "two");
		journal_close(j);
	}
	j = opened(p);
	add(j, 3, "three");
	assert_true(journal_sync(j, NULL));
	journal_close(j);
	j = opened(p);
	assert_int_equal(p->seen.n, 3);
	journal_close(j);
	journal_close(NULL);
}

static void nothing_counts_before_a_sync(void **state)
{
	struct place *p = *state;
	struct journal *j = opened(p);

	add(j, 1, "one");
	assert_int_equal(size_of(p), 0);
	journal_drop(j);
	assert_true(journal_sync(j, NULL));
	assert_int_equal(size_of(p), 0);
	add(j, 1, "two"); /* bound to what lasts, not to what was dropped */
	assert_true(journal_sync(j, NULL));
	add(j, 1, "never synced");
	journal_close(j);
	j = opened(p);
	assert_int_equal(p->seen.n, 1);
	assert_string_equal(p->seen.text[0], "two");
	journal_close(j);
}

static void a_torn_tail_is_taken_off(void **state)
{
	struct place *p = *state;
	struct journal *j;
	off_t one = 9 + 3 + 32;

	for (off_t cut = 1; cut <= one; cut++) {
		remove(p->path);
		two_records(p);
		assert_int_equal(truncate(p->path, 2 * one - cut), 0);
		j = opened(p);
		assert_int_equal(p->seen.n, 1);
		assert_int_equal(size_of(p), one);
		add(j, 2, "two");
		assert_true(journal_sync(j, NULL));
		journal_close(j);
		j = opened(p);
		assert_int_equal(p->seen.n, 2);
		journal_close(j);
	}
}

static void every_altered_byte_is_noticed(void **state)
{
	struct place *p = *state;
	off_t size;

	two_records(p);
	size = size_of(p);
	for (off_t at = 0; at < size; at++) {
		FILE *f = fopen(p->path, "r+e");
		int c;

		assert_non_null(f);
		fseek(f, at, SEEK_SET);
		c = fgetc(f);
		fseek(f, at, SEEK_SET);
		fputc(c ^ 0x80, f);
		fclose(f);
		refused(p, "journal_broken");
		assert_int_equal(size_of(p), size);
		f = fopen(p->path, "r+e");
		fseek(f, at, SEEK_SET);
		fputc(c, f);
		fclose(f);
	}
	journal_close(opened(p));
}

static void garbage_behind_the_end_is_refused(void **state)
{
	struct place *p = *state;
	FILE *f;

	two_records(p);
	f = fopen(p->path, "ae");
	for (int i = 0; i < 9; i++)
		fputc(0, f);
	fclose(f);
	refused(p, "journal_broken");
}

static void the_reader_may_refuse(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	two_records(p);
	p->seen = (struct seen){ .refuse = "two" };
	assert_null(journal_open(p->path, read_one, &p->seen, &e));
	assert_string_equal(e.name, "not_taken");
	assert_int_equal(p->seen.n, 2);
}

static void one_holder_at_a_time(void **state)
{
	struct place *p = *state;
	struct journal *j = opened(p);

	refused(p, "journal_locked");
	journal_close(j);
	journal_close(opened(p));
}

static void no_folder_no_journal(void **state)
{
	struct place *p = *state;

	snprintf(p->path, sizeof(p->path), "%.200s/none/j", p->dir);
	refused(p, "journal_unreadable");
}

static void what_is_too_large_is_not_added(void **state)
{
	struct place *p = *state;
	struct journal *j = opened(p);
	struct buf large = { 0 };
	struct slice part;
	struct err e = { 0 };

	assert_true(buf_reserve(&large, JOURNAL_RECORD_MAX + 1));
	memset(large.p, 7, JOURNAL_RECORD_MAX + 1);
	part = slice_of(large.p, JOURNAL_RECORD_MAX + 1);
	assert_false(journal_add(j, 1, &part, 1, &e));
	assert_string_equal(e.name, "too_large");
	add(j, 1, "one");
	assert_true(journal_sync(j, NULL));
	journal_close(j);
	j = opened(p);
	assert_int_equal(p->seen.n, 1);
	journal_close(j);
	buf_free(&large);
}

/* A disk that is full in the middle of a batch: as if it had never been begun, and later there is room again. */
static void a_full_disk_leaves_what_was_there(void **state)
{
	struct place *p = *state;
	struct rlimit was, little = { 100, 0 };
	struct journal *j;
	struct err e = { 0 };

	two_records(p);
	j = opened(p);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	little.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	add(j, 3, "three");
	assert_false(journal_sync(j, &e));
	assert_string_equal(e.name, "journal_unwritable");
	assert_int_equal(size_of(p), 88);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	add(j, 4, "four");
	assert_true(journal_sync(j, NULL));
	journal_close(j);
	j = opened(p);
	assert_int_equal(p->seen.n, 3);
	assert_string_equal(p->seen.text[2], "four");
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(records_come_back_in_order, make, clean),
		cmocka_unit_test_setup_teardown(nothing_counts_before_a_sync, make, clean),
		cmocka_unit_test_setup_teardown(a_torn_tail_is_taken_off, make, clean),
		cmocka_unit_test_setup_teardown(every_altered_byte_is_noticed, make, clean),
		cmocka_unit_test_setup_teardown(garbage_behind_the_end_is_refused, make, clean),
		cmocka_unit_test_setup_teardown(the_reader_may_refuse, make, clean),
		cmocka_unit_test_setup_teardown(one_holder_at_a_time, make, clean),
		cmocka_unit_test_setup_teardown(no_folder_no_journal, make, clean),
		cmocka_unit_test_setup_teardown(what_is_too_large_is_not_added, make, clean),
		cmocka_unit_test_setup_teardown(a_full_disk_leaves_what_was_there, make, clean),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
