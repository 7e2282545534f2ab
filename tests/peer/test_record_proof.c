/* SPDX-License-Identifier: ISC
 * One proof for all entries of a record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/reading.h"

static void begin(void)
{
	reading(admitted());
	is_believed(record_believe_head(r));
}

static void test_entries_that_stand_in_the_log(void **state)
{
	(void)state;
	begin();
	is_believed(record_believe_entries(r));
	assert_int_equal(r->links[0].line.entry.event, EVENT_CHARTER);
	for (size_t i = 0; i < r->lines_n; i++) {
		assert_int_equal(r->lines[i].entry.index, w->proposal.electorate_size + i);
		assert_memory_equal(&r->lines[i].leaf, &w->log[w->proposal.electorate_size + i].leaf, sizeof(struct digest));
	}
}

static void test_another_log(void **state)
{
	(void)state;
	begin();
	r->head.root.b[0] ^= 1;
	is_refused(record_believe_entries(r), "bad_proof");
	r->head.root.b[0] ^= 1;
	r->head.size++;
	is_refused(record_believe_entries(r), "bad_proof");
	r->head.size--;
	r->nodes.p[0] ^= 1;
	is_refused(record_believe_entries(r), "bad_proof");
	r->nodes.p[0] ^= 1;
	r->nodes.n -= sizeof(struct digest);
	is_refused(record_believe_entries(r), "bad_proof");
	r->nodes.n += sizeof(struct digest);
	buf_add(&r->nodes, w->genesis.b, sizeof(w->genesis.b));
	is_refused(record_believe_entries(r), "bad_proof");
	r->nodes.n -= sizeof(struct digest);
	is_believed(record_believe_entries(r));
}

static void test_entries_out_of_order(void **state)
{
	struct record_line line;

	(void)state;
	begin();
	line = r->lines[0];
	r->lines[0] = r->lines[1];
	r->lines[1] = line;
	is_refused(record_believe_entries(r), "log_order");
	r->lines[0] = line;
	is_refused(record_believe_entries(r), "log_order"); /* twice the same */
}

/* The nodes are those of this very set of entries, so a gap is seen. */
static void test_an_entry_left_out(void **state)
{
	(void)state;
	begin();
	memmove(&r->lines[1], &r->lines[2], (r->lines_n - 2) * sizeof(r->lines[0]));
	r->lines_n--;
	is_refused(record_believe_entries(r), "bad_proof");
}

static void test_entries_of_another_group(void **state)
{
	(void)state;
	begin();
	r->genesis.b[5] ^= 1;
	is_refused(record_believe_entries(r), "record_mixed");
}

static void test_bytes_that_are_no_entry(void **state)
{
	(void)state;
	begin();
	r->bytes.p[r->lines[1].at] = 'x';
	is_refused(record_believe_entries(r), "bad_json");
}

/* What ended a membership is the last of them. */
static void test_what_ended_a_membership(void **state)
{
	(void)state;
	open_hall(NULL);
	admit();
	world_log(w, (struct entry){ .event = EVENT_SEEDS, .object = digest_fill(1) }, NULL);
	h->ended = world_log(w, (struct entry){ .event = EVENT_LEFT, .member = w->members[3].member, .object = digest_fill(2) }, NULL);
	reading(hall_record(h, true));
	is_believed(record_believe_head(r));
	is_believed(record_believe_entries(r));
	assert_int_equal(r->ended.entry.index, h->ended);
	r->ended = r->lines[0];
	is_refused(record_believe_entries(r), "log_order");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READ_TEST(entries_that_stand_in_the_log),
		READ_TEST(another_log),
		READ_TEST(entries_out_of_order),
		READ_TEST(an_entry_left_out),
		READ_TEST(entries_of_another_group),
		READ_TEST(bytes_that_are_no_entry),
		READ_TEST(what_ended_a_membership),
	};

	return cmocka_run_group_tests_name("record_proof", tests, NULL, NULL);
}
