/* SPDX-License-Identifier: ISC
 * Records decided again under a draft. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/replay.h"
#include "tests/lib/recorded.h"

static struct charters *keys;
static struct charter *draft;
static struct replay out;

static void drafted(const char *admission)
{
	json_t *doc = charters_first(keys);
	struct err e = { 0 };

	charters_set(doc, "/admission", admission);
	charter_free(draft);
	draft = charters_parse(doc, &e);
	if (draft == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static void replay_doc(json_t *doc, const char *name)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	bool rc;

	assert_true(json_write(doc, &text, NULL));
	rc = replay_record(w->c, buf_slice(&text), NULL, draft, &out, &e);
	assert_string_equal(e.name, name != NULL ? name : "");
	assert_int_equal(rc, name == NULL);
	buf_free(&text);
	json_decref(doc);
}

static int down_record(void **state)
{
	charter_free(draft);
	draft = NULL;
	charters_free(keys);
	return down(state);
}
#define RECORD(name) cmocka_unit_test_teardown(test_##name, down_record)

static void test_a_record(void **state)
{
	(void)state;
	keys = charters_new();
	open_hall(NULL);
	admit();
	drafted("{\"votes\":{\"count\":2}}");
	replay_doc(hall_record(h, true), NULL);
	assert_string_equal(out.name, "Ned");
	assert_int_equal(out.number, 1);
	assert_int_equal(out.then, REPLAY_YES);
	assert_int_equal(out.under, REPLAY_YES);
	assert_false(out.differs);
	drafted("{\"votes\":{\"count\":3}}");
	replay_doc(hall_record(h, true), NULL);
	assert_int_equal(out.under, REPLAY_NO); /* one of three said no */
	assert_true(out.differs);
}

static void all_leaves(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1,\"nearest\":2}},{\"vouches\":{\"count\":1}},{\"authority\":{\"k\":1}},"
		"{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
}

static void test_a_record_of_every_leaf(void **state)
{
	json_t *doc;

	(void)state;
	keys = charters_new();
	open_hall(all_leaves);
	for (size_t i = 0; i < 3; i++)
		hall_cast(h, i, CHOICE_YES);
	hall_vouch(h, 1, 2);
	hall_meet(h);
	hall_say(h, world_say(w, 0, true));
	hall_decide(h, OUTCOME_YES);
	doc = hall_record(h, true);
	/* under the group's own charter all is as it was */
	draft = charter_parse(buf_slice(&w->charter->payload), NULL);
	replay_doc(json_incref(doc), NULL);
	assert_int_equal(out.under, REPLAY_YES);
	assert_false(out.differs);
	drafted("{\"vouches\":{\"count\":1,\"budget\":1,\"window\":9000}}");
	replay_doc(json_incref(doc), NULL);
	assert_int_equal(out.under, REPLAY_WAITS);
	drafted("{\"votes\":{\"count\":1,\"opposite\":1}}");
	replay_doc(doc, NULL);
	assert_int_equal(out.under, REPLAY_UNKNOWN);
}

/* A memory spares what verified, and takes nothing that did not. */
static void test_a_memory(void **state)
{
	static struct replay_memory memory;
	const char *sig;
	json_t *doc, *vote;
	char other[128];

	(void)state;
	keys = charters_new();
	drafted("{\"votes\":{\"count\":2}}");
	open_hall(NULL);
	admit();
	replay_remember(w->c, &memory);
	doc = hall_record(h, true);
	replay_doc(json_deep_copy(doc), NULL);
	replay_doc(json_deep_copy(doc), NULL);
	vote = json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "vote");
	sig = json_string_value(json_object_get(vote, "signature"));
	assert_true(sig != NULL && strlen(sig) < sizeof(other));
	strcpy(other, sig);
	other[10] = other[10] == 'A' ? 'B' : 'A';
	json_object_set_new(vote, "signature", json_string(other));
	replay_doc(doc, "bad_signature");
	crypto_remember(w->c, NULL);
}

static void test_other_records(void **state)
{
	json_t *doc;

	(void)state;
	keys = charters_new();
	drafted("{\"votes\":{\"count\":2}}");
	expel();
	replay_doc(hall_record(h, true), "bad_record");
	hall_close(h);
	open_hall(NULL);
	admit();
	doc = hall_record(h, true);
	json_array_remove(json_object_get(doc, "votes"), 0);
	replay_doc(doc, "votes_differ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD(a_record),
		RECORD(a_record_of_every_leaf),
		RECORD(a_memory),
		RECORD(other_records),
	};

	return cmocka_run_group_tests_name("replay_record", tests, NULL, NULL);
}
