/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/tally.h"
#include "tests/voting/objects.h"

static bool add(struct tally *t, enum vote_status status, uint8_t member, uint8_t vote, enum choice choice)
{
	const struct ballot b = { status, id_with(member), digest_with(vote), choice };

	return tally_add(t, &b, NULL);
}

/* Two counted, one replaced, two void; in no order. */
static struct tally make(void)
{
	struct tally t = { 0 };

	assert_true(add(&t, VOTE_KEY_REVOKED, 4, 7, CHOICE_NO));
	assert_true(add(&t, VOTE_REPLACED, 1, 60, CHOICE_NO));
	assert_true(add(&t, VOTE_COUNTED, 2, 10, CHOICE_ABSTAIN));
	assert_true(add(&t, VOTE_MEMBER_GONE, 3, 5, CHOICE_YES));
	assert_true(add(&t, VOTE_COUNTED, 1, 50, CHOICE_YES));
	return t;
}

/* The root comes of another implementation: Python's hashlib over the leaves that the format names. */
static void votes_are_counted_by_status(void **state)
{
	struct tally t = make();
	char text[DIGEST_TEXT];

	(void)state;
	assert_true(tally_close(&t, NULL));
	assert_int_equal(t.yes, 1);
	assert_int_equal(t.no, 0);
	assert_int_equal(t.abstain, 1);
	assert_int_equal(t.voided, 2);
	assert_int_equal(t.b[0].vote.b[0], 50);
	assert_int_equal(t.b[4].status, VOTE_KEY_REVOKED);
	digest_text(&t.root, text);
	assert_string_equal(text, "sha256:33d8fdbf88d64cca6c10a1653d5a7e2f0bf445cec0c0650e470a32e8ad8419bd");
	assert_true(tally_close(&t, NULL));
	assert_int_equal(t.yes, 1);
	tally_free(&t);
	tally_free(NULL);
}

static void no_vote_is_an_empty_tree(void **state)
{
	struct tally t = { 0 };
	struct fact_vote *votes = NULL;
	char text[DIGEST_TEXT];
	size_t n = 9;

	(void)state;
	assert_true(tally_close(&t, NULL));
	digest_text(&t.root, text);
	assert_string_equal(text, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_true(tally_facts(&t, NULL, &votes, &n, NULL));
	assert_int_equal(n, 0);
	free(votes);
}

static void one_vote_stands_once(void **state)
{
	struct tally t = make();
	struct err e = { 0 };

	(void)state;
	assert_true(add(&t, VOTE_COUNTED, 9, 60, CHOICE_YES));
	assert_false(tally_close(&t, &e));
	assert_true(err_is(&e, "vote_repeated"));
	tally_free(&t);
}

static void one_member_counts_once(void **state)
{
	struct tally t = make();
	struct err e = { 0 };

	(void)state;
	assert_true(add(&t, VOTE_REPLACED, 1, 99, CHOICE_YES));
	assert_true(tally_close(&t, &e));
	assert_true(add(&t, VOTE_COUNTED, 1, 98, CHOICE_YES));
	assert_false(tally_close(&t, &e));
	assert_true(err_is(&e, "vote_double"));
	tally_free(&t);
}

static void facts_leave_out_what_does_not_count(void **state)
{
	struct tally t = make();
	struct id16 subject = id_with(1);
	struct fact_vote *votes = NULL;
	size_t n = 0;

	(void)state;
	assert_true(tally_close(&t, NULL));
	assert_true(tally_facts(&t, NULL, &votes, &n, NULL));
	assert_int_equal(n, 2);
	assert_int_equal(votes[0].member.b[0], 1);
	assert_int_equal(votes[0].choice, CHOICE_YES);
	assert_int_equal(votes[1].choice, CHOICE_ABSTAIN);
	free(votes);
	assert_true(tally_facts(&t, &subject, &votes, &n, NULL));
	assert_int_equal(n, 1);
	assert_int_equal(votes[0].member.b[0], 2);
	free(votes);
	tally_free(&t);
}

static void a_decision_commits_to_all_of_it(void **state)
{
	struct tally t = make();
	struct decision d, other;
	uint32_t *counts[] = { &other.yes, &other.no, &other.abstain, &other.voided };
	struct err e = { 0 };

	(void)state;
	assert_true(tally_close(&t, NULL));
	d = (struct decision){ .votes_root = t.root, .yes = 1, .abstain = 1, .voided = 2 };
	assert_true(tally_matches(&t, &d, NULL));
	for (size_t i = 0; i < 4; i++) {
		other = d;
		(*counts[i])++;
		err_clear(&e);
		assert_false(tally_matches(&t, &other, &e));
		assert_true(err_is(&e, "votes_differ"));
	}
	other = d;
	other.votes_root.b[31] ^= 1;
	err_clear(&e);
	assert_false(tally_matches(&t, &other, &e));
	assert_true(err_is(&e, "votes_differ"));
	tally_free(&t);
}

static void the_root_over_digests_is_sorted(void **state)
{
	struct digest d[] = { digest_with(3), digest_with(1), digest_with(2) }, root;
	char text[DIGEST_TEXT];

	(void)state;
	assert_true(digests_root(d, 3, &root, NULL));
	digest_text(&root, text);
	assert_string_equal(text, "sha256:d300790a304c441999aa258bb23cd0ad8f2b6ce25f9546894788201bb9bd6ff7");
	assert_int_equal(d[0].b[0], 1);
	assert_true(digests_root(NULL, 0, &root, NULL));
	digest_text(&root, text);
	assert_string_equal(text, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(votes_are_counted_by_status),
		cmocka_unit_test(no_vote_is_an_empty_tree),
		cmocka_unit_test(one_vote_stands_once),
		cmocka_unit_test(one_member_counts_once),
		cmocka_unit_test(facts_leave_out_what_does_not_count),
		cmocka_unit_test(a_decision_commits_to_all_of_it),
		cmocka_unit_test(the_root_over_digests_is_sorted),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
