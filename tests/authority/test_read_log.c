/* SPDX-License-Identifier: ISC
 * Reading the log: pages are bounded in bytes, and nothing between them is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/read.h"
#include "tests/lib/folk.h"

/* So many entries more, each of so many bytes. */
static void fill(struct folk *f, int entries, int bytes)
{
	struct db *db = pg_connect(f->r->pg->owner);
	struct err e = { 0 };
	struct buf sql = { 0 };

	buf_printf(&sql,
		"INSERT INTO log (g, idx, time, event, object, payload, leaf)"
		" SELECT g, log_size + i, log_time, 1, genesis, convert_to(repeat('x', %d), 'UTF8'), genesis"
		" FROM groups, generate_series(0, %d - 1) i WHERE g = %d;"
		" UPDATE groups SET log_size = log_size + %d WHERE g = %d",
		bytes, entries, (int)f->g.g, entries, (int)f->g.g);
	pg_do(db, buf_cstr(&sql));
	buf_free(&sql);
	db_close(db);
	assert_true(group_by_id(f->r->w, f->g.g, &f->g, &e));
}

/* How many entries a page has, and how many bytes; they are those from `from` on. */
static size_t page(struct folk *f, uint64_t from, uint32_t n, size_t *bytes)
{
	struct err e = { 0 };
	json_t *doc = read_entries(f->r->w, &f->g, from, n, &e), *list, *one;
	size_t i, count;

	if (doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	list = json_object_get(doc, "entries");
	json_array_foreach(list, i, one) assert_int_equal(json_integer_value(json_object_get(one, "index")), from + i);
	assert_int_equal(json_integer_value(json_object_get(doc, "size")), f->g.log_size);
	*bytes = json_dumpb(list, NULL, 0, JSON_COMPACT);
	count = json_array_size(list);
	json_decref(doc);
	return count;
}

static void pages_are_bounded_in_bytes(void **state)
{
	struct folk f = folk_new(*state, "pages", NULL);
	uint64_t from = 0;
	size_t bytes, n, pages = 0;

	fill(&f, 150, 12 * 1024);
	for (; from < f.g.log_size; from += n, pages++) {
		n = page(&f, from, READ_ENTRIES_MAX, &bytes);
		assert_in_range(n, 1, 80);
		/* the brackets, commas and numbers of a page beside what is counted */
		assert_in_range(bytes, 1, READ_ENTRIES_BYTES + 80 * 20);
	}
	assert_int_equal(from, f.g.log_size);
	assert_int_equal(pages, 3);
	assert_int_equal(page(&f, f.g.log_size, 10, &bytes), 0);
	assert_int_equal(page(&f, 8, 3, &bytes), 3);
	folk_free(&f);
}

static void one_entry_is_always_there(void **state)
{
	struct folk f = folk_new(*state, "large", NULL);
	uint64_t first = f.g.log_size;
	size_t bytes;

	fill(&f, 2, 1500 * 1000);
	assert_int_equal(page(&f, first, READ_ENTRIES_MAX, &bytes), 1);
	assert_true(bytes > READ_ENTRIES_BYTES);
	assert_int_equal(page(&f, first + 1, READ_ENTRIES_MAX, &bytes), 1);
	assert_int_equal(page(&f, 0, READ_ENTRIES_MAX, &bytes), first);
	folk_free(&f);
}

static void small_entries_come_up_to_the_limit(void **state)
{
	struct folk f = folk_new(*state, "small", NULL);
	size_t bytes;

	fill(&f, 300, 100);
	assert_int_equal(page(&f, 0, READ_ENTRIES_MAX, &bytes), READ_ENTRIES_MAX);
	assert_int_equal(page(&f, 0, 17, &bytes), 17);
	assert_int_equal(page(&f, 1, 1, &bytes), 1);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_bounded_in_bytes),
		cmocka_unit_test(one_entry_is_always_there),
		cmocka_unit_test(small_entries_come_up_to_the_limit),
	};

	return cmocka_run_group_tests_name("read_log", tests, realm_start, realm_stop);
}
