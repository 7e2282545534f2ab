/* SPDX-License-Identifier: ISC
 * How a record is written: what is not there is left out, votes and words come sorted, and nothing that is given is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/record.h"
#include "tests/lib/envelopes.h"

enum { VOTES = 4, WORDS = 3 };

static struct sig_key *keys[2];

static int up(void **state)
{
	(void)state;
	keys[0] = envelope_key(SIG_ED25519);
	keys[1] = envelope_key(SIG_P256);
	return 0;
}

static int down(void **state)
{
	(void)state;
	sig_key_free(keys[0]);
	sig_key_free(keys[1]);
	return 0;
}

static void test_what_is_not_there_is_left_out(void **state)
{
	static const char *const always[] = { "kind", "format", "genesis", "votes", "evidence", "entries", "nodes" };
	struct record_parts p = { .genesis = digest_fill(1) };
	json_t *doc = record_print(&p, NULL);

	(void)state;
	assert_non_null(doc);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		assert_non_null(json_object_get(doc, always[i]));
	assert_int_equal(json_object_size(doc), sizeof(always) / sizeof(always[0]));
	json_decref(doc);
}

static void test_all_parts(void **state)
{
	json_t *any = json_pack("{s:i}", "a", 1), *signed_charter = json_pack("{s:s}", "payload", "x"), *doc, *seat;
	struct record_charter charter = { signed_charter, slice_str("first") };
	struct record_place mover = { .elector = { id16_fill(2), digest_fill(3), 1 }, .index = 7, .path = { digest_fill(4) }, .path_n = 1 };
	struct slice entries[] = { slice_str("one"), slice_str("two") };
	struct digest node = digest_fill(5);
	struct record_text text = { "reason", "because", { 6 } };
	struct record_parts p = { .charters = &charter,
		.charters_n = 1,
		.motion = any,
		.proposal = any,
		.decision = any,
		.head = any,
		.mover = &mover,
		.mover_key = *sig_key_pub(keys[1]),
		.entries = entries,
		.entries_n = 2,
		.nodes = &node,
		.nodes_n = 1,
		.authority = slice_str("ca"),
		.ended = slice_str("end"),
		.texts = &text,
		.texts_n = 1 };

	(void)state;
	doc = record_print(&p, NULL);
	assert_string_equal(json_string_value(json_array_get(json_object_get(doc, "entries"), 1)), "dHdv");
	assert_string_equal(json_string_value(json_object_get(doc, "ended")), "ZW5k");
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(doc, "charters"), 0), "entry")), "Zmlyc3Q");
	assert_null(json_object_get(signed_charter, "entry")); /* not in what was given */
	assert_int_equal(json_array_size(json_object_get(doc, "nodes")), 1);
	seat = json_object_get(json_object_get(doc, "mover"), "elector");
	assert_int_equal(json_integer_value(json_object_get(seat, "index")), 7);
	assert_int_equal(json_integer_value(json_object_get(seat, "weight")), 1);
	assert_int_equal(json_array_size(json_object_get(seat, "path")), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(doc, "texts"), 0), "text")), "because");
	assert_null(json_object_get(doc, "gmc"));
	json_decref(doc);
	assert_int_equal(any->refcount, 1);
	assert_int_equal(signed_charter->refcount, 1);
	json_decref(any);
	json_decref(signed_charter);
}

/* By status, then member, then digest. */
static void test_votes_are_sorted(void **state)
{
	struct record_vote votes[VOTES] = {
		{ .status = VOTE_REPLACED, .elector.member = id16_fill(1), .digest = digest_fill(1) },
		{ .status = VOTE_COUNTED, .elector.member = id16_fill(2), .digest = digest_fill(9) },
		{ .status = VOTE_COUNTED, .elector.member = id16_fill(2), .digest = digest_fill(3) },
		{ .status = VOTE_COUNTED, .elector.member = id16_fill(1), .digest = digest_fill(4) },
	};
	static const int order[VOTES] = { 4, 3, 9, 1 };
	struct record_parts p = { .votes = votes, .votes_n = VOTES };
	json_t *any[VOTES], *list, *doc;

	(void)state;
	for (size_t i = 0; i < VOTES; i++) {
		any[i] = json_pack("{s:i}", "n", (int)votes[i].digest.b[0]);
		votes[i].vote = any[i];
		votes[i].key = *sig_key_pub(keys[0]);
	}
	doc = record_print(&p, NULL);
	list = json_object_get(doc, "votes");
	for (size_t i = 0; i < VOTES; i++) {
		const json_t *v = json_array_get(list, i);

		assert_int_equal(json_integer_value(json_object_get(json_object_get(v, "vote"), "n")), order[i]);
		assert_non_null(json_object_get(v, "elector"));
	}
	json_decref(doc);
	/* the signer has the electorate itself */
	doc = record_evidence(&p, NULL);
	assert_int_equal(json_object_size(doc), 2);
	assert_null(json_object_get(json_array_get(json_object_get(doc, "votes"), 0), "elector"));
	json_decref(doc);
	for (size_t i = 0; i < VOTES; i++)
		json_decref(any[i]);
}

/* By digest; those of one digest by their keys' thumbprints. */
static void test_words_are_sorted(void **state)
{
	struct digest thumb[2] = { envelope_thumb(keys[0]), envelope_thumb(keys[1]) };
	const size_t low = digest_compare(&thumb[0], &thumb[1]) < 0 ? 0 : 1;
	json_t *any[WORDS], *list, *doc;
	struct record_object words[WORDS] = { { .key = *sig_key_pub(keys[1 - low]), .digest = digest_fill(5) },
		{ .key = *sig_key_pub(keys[low]), .digest = digest_fill(5) }, { .key = *sig_key_pub(keys[1]), .digest = digest_fill(2) } };
	static const int order[WORDS] = { 2, 1, 0 };
	struct record_parts p = { .objects = words, .objects_n = WORDS };

	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		any[i] = json_pack("{s:i}", "n", (int)i);
		words[i].object = any[i];
	}
	doc = record_evidence(&p, NULL);
	list = json_object_get(doc, "evidence");
	for (size_t i = 0; i < WORDS; i++)
		assert_int_equal(json_integer_value(json_object_get(json_object_get(json_array_get(list, i), "object"), "n")), order[i]);
	json_decref(doc);
	for (size_t i = 0; i < WORDS; i++)
		json_decref(any[i]);
}

/* Beside a vouch stands its maker's place, but not for the signer, who has the electorate. */
static void test_a_voucher_has_a_place(void **state)
{
	json_t *any = json_pack("{s:i}", "n", 1), *doc, *seat, *list;
	struct record_place place = { .elector = { .member = id16_fill(4), .weight = 0 }, .index = 6, .path_n = 1 };
	struct record_object objects[2] = { { .object = any, .key = *sig_key_pub(keys[0]), .digest = digest_fill(1) },
		{ .object = any, .key = *sig_key_pub(keys[1]), .digest = digest_fill(2), .place = &place } };
	struct record_parts p = { .objects = objects, .objects_n = 2 };

	(void)state;
	doc = record_print(&p, NULL);
	list = json_object_get(doc, "evidence");
	assert_null(json_object_get(json_array_get(list, 0), "elector"));
	seat = json_object_get(json_array_get(list, 1), "elector");
	assert_int_equal(json_integer_value(json_object_get(seat, "index")), 6);
	assert_int_equal(json_integer_value(json_object_get(seat, "weight")), 0);
	assert_int_equal(json_array_size(json_object_get(seat, "path")), 1);
	json_decref(doc);
	doc = record_evidence(&p, NULL);
	assert_null(json_object_get(json_array_get(json_object_get(doc, "evidence"), 1), "elector"));
	json_decref(doc);
	json_decref(any);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_there_is_left_out),
		cmocka_unit_test(test_all_parts),
		cmocka_unit_test(test_votes_are_sorted),
		cmocka_unit_test(test_words_are_sorted),
		cmocka_unit_test(test_a_voucher_has_a_place),
	};

	return cmocka_run_group_tests_name("record_print", tests, up, down);
}
