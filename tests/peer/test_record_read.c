/* SPDX-License-Identifier: ISC
 * The form of a record: what is no record at all is refused with its place, before anything is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/reading.h"

static void test_each_part_is_read(void **state)
{
	(void)state;
	reading(admitted());
	assert_memory_equal(&r->genesis, &w->genesis, sizeof(r->genesis));
	assert_int_equal(r->links_n, 1);
	assert_true(r->has_application && r->has_gmc && !r->has_motion && !r->has_draft && !r->has_ended);
	assert_int_equal(r->evidence.votes_n, 3);
	assert_int_equal(r->lines_n, w->log_n - w->proposal.electorate_size);
	assert_true(
		slice_equal(slice_of(r->bytes.p + r->lines[0].at, r->lines[0].n), buf_slice(&w->log[w->proposal.electorate_size].bytes)));
	assert_true(r->gmc.n > 0 && r->authority.n > 0);
	assert_int_equal(r->texts_n, 0);
}

/* A change, the error, and the place that it names. */
struct flaw {
	const char *at, *json, *name, *pointer;
};

static void refuse_all(const json_t *good, const struct flaw *flaws, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_t *doc = json_deep_copy(good);
		struct err e = { 0 };
		struct record *bad = calloc(1, sizeof(*bad));

		assert_non_null(bad);
		charters_set(doc, flaws[i].at, flaws[i].json);
		bad->c = w->c;
		bad->e = &e;
		bad->whole = true;
		if (record_read(bad, doc))
			fail_msg("%s = %s is read", flaws[i].at, flaws[i].json);
		if (strcmp(e.name, flaws[i].name) != 0 || strcmp(e.pointer, flaws[i].pointer) != 0)
			fail_msg("%s = %s: %s at %s", flaws[i].at, flaws[i].json == NULL ? "(gone)" : flaws[i].json, e.name, e.pointer);
		record_free(bad);
		json_decref(doc);
	}
}

static void test_what_is_no_record(void **state)
{
	static const struct flaw flaws[] = {
		{ "/kind", "\"gmc-vote\"", "bad_value", "/kind" },
		{ "/format", "2", "out_of_range", "/format" },
		{ "/surprise", "1", "unknown_member", "/surprise" },
		{ "/genesis", "\"sha256:0\"", "bad_value", "/genesis" },
		{ "/charters", NULL, "missing_member", "/charters" },
		{ "/charters", "[]", "out_of_range", "/charters" },
		{ "/charters/0/entry", "\"\"", "out_of_range", "/charters/0/entry" },
		{ "/application", NULL, "bad_record", "" },
		{ "/motion", "{}", "bad_record", "" },
		{ "/mover", "{}", "unknown_member", "/mover" },
		{ "/proposal", NULL, "missing_member", "/proposal" },
		{ "/decision", "[]", "bad_jws", "/decision" },
		{ "/votes", NULL, "missing_member", "/votes" },
		{ "/votes/0/elector", NULL, "missing_member", "/votes/0/elector" },
		{ "/votes/0/elector/weight", "-1", "out_of_range", "/votes/0/elector/weight" },
		{ "/votes/0/elector/index", "-1", "out_of_range", "/votes/0/elector/index" },
		{ "/votes/1/elector/path/0", "\"x\"", "bad_value", "/votes/1/elector/path/0" },
		{ "/votes/1/elector/other", "1", "unknown_member", "/votes/1/elector/other" },
		{ "/evidence", NULL, "missing_member", "/evidence" },
		{ "/entries", "[\"AAAA\"]", "out_of_range", "/entries" },
		{ "/entries/1", "\"\"", "out_of_range", "/entries/1" },
		{ "/nodes", NULL, "missing_member", "/nodes" },
		{ "/nodes/0", "1", "wrong_type", "/nodes/0" },
		{ "/head", NULL, "missing_member", "/head" },
		{ "/gmc", NULL, "missing_member", "/gmc" },
		{ "/authority", NULL, "missing_member", "/authority" },
		{ "/ended", "\"AAAA\"", "unknown_member", "/ended" },
		{ "/texts", "[{}]", "missing_member", "/texts/0/of" },
		{ "/texts", "[{\"of\":\"nothing\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"text\":\"t\"}]", "bad_value", "/texts/0/of" },
		{ "/texts", "[{\"of\":\"reason\",\"salt\":\"AAAA\",\"text\":\"t\"}]", "out_of_range", "/texts/0/salt" },
		{ "/texts", "[{\"of\":\"reason\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"text\":\"\"}]", "out_of_range", "/texts/0/text" },
	};
	json_t *doc = admitted();

	(void)state;
	refuse_all(doc, flaws, sizeof(flaws) / sizeof(flaws[0]));
	json_decref(doc);
}

/* The record inside a voted charter has no charters: it would carry itself. */
static void test_a_record_inside_a_charter(void **state)
{
	struct record *inner = calloc(1, sizeof(*inner));
	json_t *doc = admitted();
	struct err e = { 0 };

	(void)state;
	assert_non_null(inner);
	inner->c = w->c;
	inner->e = &e;
	assert_false(record_read(inner, doc));
	assert_string_equal(e.name, "unknown_member");
	assert_string_equal(e.pointer, "/charters");
	record_free(inner);
	record_free(NULL);
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READ_TEST(each_part_is_read),
		READ_TEST(what_is_no_record),
		READ_TEST(a_record_inside_a_charter),
	};

	return cmocka_run_group_tests_name("record_read", tests, NULL, NULL);
}
