/* SPDX-License-Identifier: ISC
 * Many records at once: each is told once, in the order in which they came, and one that is altered spoils none of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/crew.h"
#include "tests/lib/recorded.h"

enum { GIVEN = 100, EVERY = 7 };

static struct charter *draft;
static size_t told, failed;

static void tell_in_turn(void *arg, const struct replay *a, const char *what, struct err *e)
{
	char want[32];

	(void)arg;
	snprintf(want, sizeof(want), "record %zu", told);
	assert_string_equal(what, want);
	assert_int_equal(a == NULL, told % EVERY == 3);
	if (a == NULL) {
		assert_string_equal(e->name, "bad_signature");
		failed++;
	} else {
		assert_int_equal(a->number, 1);
		assert_int_equal(a->under, REPLAY_NO);
		assert_true(a->differs);
	}
	told++;
}

static json_t *altered(json_t *record)
{
	json_t *doc = json_deep_copy(record), *vote = json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "vote");
	const char *sig = json_string_value(json_object_get(vote, "signature"));
	char other[128];

	assert_true(sig != NULL && strlen(sig) < sizeof(other));
	strcpy(other, sig);
	other[10] = other[10] == 'A' ? 'B' : 'A';
	json_object_set_new(vote, "signature", json_string(other));
	return doc;
}

/* A draft that asks for three votes where two were had. */
static struct charter *stricter(void)
{
	json_t *doc = json_read(buf_slice(&w->charter->payload), CHARTER_MAX, NULL);
	struct err e = { 0 };
	struct charter *c;

	charters_set(doc, "/admission", "{\"votes\":{\"count\":3}}");
	c = charters_parse(doc, &e);
	if (c == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return c;
}

static void give_all(size_t hands)
{
	json_t *good, *bad;
	struct err e = { 0 };
	struct crew *crew;

	open_hall(NULL);
	admit();
	draft = stricter();
	good = hall_record(h, true);
	bad = altered(good);
	told = failed = 0;
	crew = crew_new(hands, NULL, draft, tell_in_turn, NULL, &e);
	assert_non_null(crew);
	for (size_t i = 0; i < GIVEN; i++) {
		struct buf text = { 0 };
		char what[32];

		snprintf(what, sizeof(what), "record %zu", i);
		assert_true(json_write(i % EVERY == 3 ? bad : good, &text, NULL));
		crew_give(crew, &text, what);
		assert_int_equal(text.n, 0);
		assert_true(i + 1 - told <= 2 * hands);
	}
	crew_finish(crew);
	assert_int_equal(told, GIVEN);
	assert_int_equal(failed, GIVEN / EVERY);
	crew_free(crew);
	json_decref(good);
	json_decref(bad);
	charter_free(draft);
}

static void test_one_after_the_other(void **state)
{
	(void)state;
	give_all(1);
}

static void test_at_once(void **state)
{
	(void)state;
	give_all(CREW_HANDS_MAX);
}

/* Who gives up tells nothing more, and waits for nobody's record but those that are being read. */
static void test_given_up(void **state)
{
	struct err e = { 0 };
	struct crew *crew;

	(void)state;
	open_hall(NULL);
	admit();
	draft = stricter();
	told = 0;
	crew = crew_new(2, NULL, draft, tell_in_turn, NULL, &e);
	assert_non_null(crew);
	for (size_t i = 0; i < 4; i++) {
		json_t *doc = hall_record(h, true);
		struct buf text = { 0 };

		assert_true(json_write(doc, &text, NULL));
		crew_give(crew, &text, "a record");
		json_decref(doc);
	}
	crew_free(crew);
	assert_int_equal(told, 0);
	crew_free(NULL);
	charter_free(draft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_after_the_other),
		TEST(at_once),
		TEST(given_up),
	};

	return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
