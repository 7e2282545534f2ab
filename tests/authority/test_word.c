/* SPDX-License-Identifier: ISC
 * Words of operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static void by_operators(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":2}}]}");
	charters_set(charter, "/tests", "[]");
}

static void refused(struct folk *f, const struct operator_word *word, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT count(*) FROM words WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_word(f, f->r->w, word, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(f, "SELECT count(*) FROM words WHERE g = %d"), before);
}

static void test_operators_and_a_member_admit(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "operated", by_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct operator_word word = folk_word(&f, &d, true);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	/* the word opens the proposal that it waits for */
	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[0], &first, &e));
	assert_int_equal(folk_number(&f, "SELECT proposals FROM groups WHERE g = %d"), 1);
	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[0], &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	word.iat++;
	answer_free(&again);
	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[0], &again, &e)); /* the same verdict: the same receipt */
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));

	assert_string_equal(folk_cast(&f, r->w, 1, 0, CHOICE_YES), "");
	assert_false(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_number(&f, "SELECT examined FROM proposals WHERE g = %d"), 2);
	/* the other operator says the same in the same second: one payload, two words */
	word.iat--;
	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[1], NULL, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM words WHERE g = %d"), 2);
	assert_int_equal(folk_number(&f, "SELECT count(DISTINCT digest) FROM words WHERE g = %d"), 1);
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_YES);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	sig_key_free(k);
	folk_free(&f);
}

static void test_an_operator_refuses(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "refusing", by_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct operator_word word = folk_word(&f, &d, false);
	struct err e = { 0 };

	assert_true(folk_send_word(&f, r->w, &word, r->keys->operators[0], NULL, &e));
	word.approve = true;
	refused(&f, &word, r->keys->operators[0], "equivocation");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM contradictions WHERE g = %d"), 1);
	/* one contradiction of one operator is enough */
	word.iat++;
	refused(&f, &word, r->keys->operators[0], "equivocation");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM contradictions WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM words WHERE g = %d AND NOT approve"), 1);
	assert_true(folk_decide(&f, r->w, 1));
	assert_int_equal(folk_outcome(&f, 1), OUTCOME_NO);
	refused(&f, &word, r->keys->operators[1], "closed");
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static void test_words_that_do_not_count(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "others", by_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct operator_word word = folk_word(&f, &d, true), wrong = word;

	refused(&f, &word, r->keys->admins[0], "not_an_operator");
	refused(&f, &word, r->founders[0], "not_an_operator");
	wrong.genesis.b[0] ^= 1;
	refused(&f, &wrong, r->keys->operators[0], "wrong_context");
	wrong = word;
	wrong.charter.b[0] ^= 1;
	refused(&f, &wrong, r->keys->operators[0], "wrong_context");
	wrong = word;
	wrong.subject.b[0] ^= 1;
	refused(&f, &wrong, r->keys->operators[0], "not_found");
	folk_let_pass(&f, 1);
	refused(&f, &word, r->keys->operators[0], "closed");
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operators_and_a_member_admit),
		cmocka_unit_test(test_an_operator_refuses),
		cmocka_unit_test(test_words_that_do_not_count),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
