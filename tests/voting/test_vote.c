/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/vote.h"
#include "tests/voting/objects.h"

static const struct vote vote = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.proposal = { { 3 } },
	.choice = CHOICE_ABSTAIN,
	.member = { { 4 } },
	.iat = 5,
	.has_reason = true,
	.has_replaces = true,
	.reason = { { 6 } },
	.replaces = { { 7 } } };

static json_t *make(void)
{
	return vote_print(&vote);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct vote v;

	return vote_parse(j, &v, e);
}

static void what_is_printed_is_read(void **state)
{
	struct vote v = vote, back;
	struct digest d;

	(void)state;
	for (int i = 0; i < 12; i++) {
		struct jws *j;

		v.choice = (enum choice)(i / 4);
		v.has_reason = i & 1;
		v.has_replaces = i & 2;
		j = envelope_of(KIND_VOTE, vote_print(&v));
		jws_digest(j, KIND_VOTE, &d);
		assert_true(vote_parse(j, &back, NULL));
		assert_int_equal(back.choice, v.choice);
		assert_int_equal(back.has_reason, v.has_reason);
		assert_int_equal(back.has_replaces, v.has_replaces);
		assert_int_equal(back.reason.b[0], v.has_reason ? 6 : 0);
		assert_int_equal(back.replaces.b[0], v.has_replaces ? 7 : 0);
		assert_null(back.scheme);
		assert_int_equal(back.iat, 5);
		assert_memory_equal(&back.digest, &d, sizeof(d));
		assert_memory_equal(&back.genesis, &v.genesis, sizeof(d));
		assert_memory_equal(&back.charter, &v.charter, sizeof(d));
		assert_memory_equal(&back.proposal, &v.proposal, sizeof(d));
		assert_memory_equal(&back.member, &v.member, sizeof(v.member));
		envelope_free(j);
	}
}

static void a_part_of_the_scheme_is_kept_and_left_to_it(void **state)
{
	const struct change part = { .name = "scheme", .value = "{\"any\":[1,{\"thing\":true}]}" };
	struct jws *j = envelope_changed(KIND_VOTE, make(), &part), *again;
	struct vote v, back;

	(void)state;
	assert_true(vote_parse(j, &v, NULL));
	assert_int_equal(json_integer_value(json_array_get(json_object_get(v.scheme, "any"), 0)), 1);
	again = envelope_of(KIND_VOTE, vote_print(&v));
	assert_true(vote_parse(again, &back, NULL));
	assert_true(json_equal(v.scheme, back.scheme));
	assert_memory_equal(&v.digest, &back.digest, sizeof(v.digest));
	vote_free(&v);
	assert_null(v.scheme);
	assert_int_equal(v.iat, 5);
	vote_free(&v);
	vote_free(&back);
	vote_free(NULL);
	envelope_free(j);
	envelope_free(again);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "choice", "\"maybe\"", "bad_value", "/choice" },
		{ "choice", NULL, "missing_member", "/choice" },
		{ "proposal", NULL, "missing_member", "/proposal" },
		{ "charter", NULL, "missing_member", "/charter" },
		{ "member", "\"A\"", "bad_value", "/member" },
		{ "scheme", "[]", "wrong_type", "/scheme" },
		{ "scheme", "null", "wrong_type", "/scheme" },
		{ "share", "{}", "unknown_member", "/share" },
		{ "replaces", "null", "wrong_type", "/replaces" },
		{ "weight", "2", "unknown_member", "/weight" },
	};

	(void)state;
	refused(KIND_VOTE, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

static void a_vote_fits_its_proposal_alone(void **state)
{
	struct proposal p = { .genesis = vote.genesis, .charter = vote.charter, .digest = vote.proposal };
	struct vote v = vote;
	struct err e = { 0 };

	(void)state;
	assert_true(vote_fits(&v, &p, NULL));
	v.genesis.b[31] ^= 1;
	assert_false(vote_fits(&v, &p, &e));
	assert_true(err_is(&e, "wrong_context"));
	assert_non_null(strstr(e.text, "group"));
	v = vote;
	v.charter.b[31] ^= 1;
	err_clear(&e);
	assert_false(vote_fits(&v, &p, &e));
	assert_non_null(strstr(e.text, "charter"));
	v = vote;
	v.proposal.b[31] ^= 1;
	err_clear(&e);
	assert_false(vote_fits(&v, &p, &e));
	assert_true(err_is(&e, "wrong_context"));
	assert_non_null(strstr(e.text, "proposal"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(a_part_of_the_scheme_is_kept_and_left_to_it),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(a_vote_fits_its_proposal_alone),
	};

	return cmocka_run_group_tests_name("vote", tests, NULL, NULL);
}
