/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

static json_t *document(struct hall *h)
{
	json_t *votes = json_array(), *words = json_array();

	for (size_t i = 0; i < h->ev.votes_n; i++)
		json_array_append_new(votes,
			json_pack("{s:o,s:o,s:i}", "vote", envelope_json(&h->votes[i].jws), "key", jwk_print(&h->votes[i].key), "status",
				(int)h->votes[i].status));
	for (size_t i = 0; i < h->ev.objects_n; i++)
		json_array_append_new(
			words, json_pack("{s:o,s:o}", "object", envelope_json(&h->objects[i].jws), "key", jwk_print(&h->objects[i].key)));
	return json_pack("{s:o,s:o}", "votes", votes, "evidence", words);
}

static void what_is_written_is_read(void **state)
{
	struct hall *h = hall_open(hall_operators_admit);
	const struct evidence_view view = world_view(h->w);
	const struct proposal *p = &h->w->proposal;
	struct verified before, after;
	struct evidence got;
	struct err e = { 0 };
	struct at at;
	json_t *doc;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 2, CHOICE_NO);
	hall_say(h, world_say(h->w, 0, true));
	before = hall_good(h);
	doc = document(h);
	at = at_root(doc, &e);
	if (!evidence_read(&at, &got))
		fail_msg("%s: %s", e.name, e.text);
	assert_true(evidence_verify(h->w->c, h->w->charter, p, &got, &view, evidence_instant(p, h->w->now + 1), false, &after, NULL));
	assert_memory_equal(&before.tally.root, &after.tally.root, sizeof(struct digest));
	assert_memory_equal(&before.evidence_root, &after.evidence_root, sizeof(struct digest));
	verified_free(&before);
	verified_free(&after);
	evidence_free(&got);
	evidence_free(NULL);
	json_decref(doc);
	hall_close(h);
}

/* Never less than it takes, with keys of both kinds, and not much more. */
static void its_size_is_known(void **state)
{
	struct hall *h = hall_open(hall_operators_admit);
	struct sig_key *p256 = envelope_key(SIG_P256);
	struct buf text = { 0 };
	json_t *doc;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		hall_cast(h, i, CHOICE_YES)->key = *sig_key_pub(p256);
	hall_say(h, world_say(h->w, 0, true));
	h->objects[0].key = *sig_key_pub(p256);
	doc = document(h);
	assert_true(json_write(doc, &text, NULL));
	assert_in_range(evidence_size(&h->ev), text.n, text.n + 64 + 4 * 160);
	buf_free(&text);
	json_decref(doc);
	sig_key_free(p256);
	hall_close(h);
}

static void read_refused(struct hall *h, const char *pointer, const char *value, const char *name)
{
	json_t *doc = document(h);
	struct evidence got;
	struct err e = { 0 };
	struct at at = at_root(doc, &e);

	charters_set(doc, pointer, value);
	assert_false(evidence_read(&at, &got));
	assert_string_equal(e.name, name);
	assert_null(got.votes);
	assert_null(got.objects);
	json_decref(doc);
}

static void reading_is_strict(void **state)
{
	struct hall *h = hall_open(hall_operators_admit);
	struct evidence got;
	struct err e = { 0 };
	json_t *empty = json_object();
	struct at at = at_root(empty, &e);

	(void)state;
	assert_true(evidence_read(&at, &got));
	assert_int_equal(got.votes_n + got.objects_n, 0);
	json_decref(empty);
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_YES);
	hall_say(h, world_say(h->w, 0, true));
	read_refused(h, "/votes", "null", "wrong_type");
	read_refused(h, "/votes/1", "7", "wrong_type");
	read_refused(h, "/votes/1/status", "4", "out_of_range");
	read_refused(h, "/votes/1/status", NULL, "missing_member");
	read_refused(h, "/votes/1/weight", "2", "unknown_member");
	read_refused(h, "/votes/1/key/kty", "\"RSA\"", "bad_key");
	read_refused(h, "/votes/1/vote/payload", NULL, "bad_jws");
	read_refused(h, "/evidence/0/key", NULL, "missing_member");
	read_refused(h, "/evidence/0/by", "1", "unknown_member");
	read_refused(h, "/evidence", "{}", "wrong_type");
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(its_size_is_known),
		cmocka_unit_test(reading_is_strict),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
