/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/decision.h"
#include "tests/voting/objects.h"

static const struct decision decision = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.proposal = { { 3 } },
	.outcome = OUTCOME_VOID,
	.cause = VOID_SUBJECT_GONE,
	.votes_root = { { 4 } },
	.yes = 5,
	.no = 6,
	.abstain = 7,
	.voided = 8,
	.evidence_root = { { 9 } },
	.decided = 10,
	.log_size = 11,
	.log_root = { { 12 } } };

static json_t *make(void)
{
	return decision_print(&decision);
}

static json_t *make_yes(void)
{
	struct decision d = decision;

	d.outcome = OUTCOME_YES;
	d.cause = VOID_NONE;
	return decision_print(&d);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct decision d;

	return decision_parse(j, &d, e);
}

static void there_and_back(const struct decision *d)
{
	struct jws *j = envelope_of(KIND_DECISION, decision_print(d));
	struct decision back;
	struct digest digest;

	jws_digest(j, KIND_DECISION, &digest);
	assert_true(decision_parse(j, &back, NULL));
	assert_int_equal(back.outcome, d->outcome);
	assert_int_equal(back.cause, d->cause);
	assert_int_equal(back.yes, d->yes);
	assert_int_equal(back.no, d->no);
	assert_int_equal(back.abstain, d->abstain);
	assert_int_equal(back.voided, d->voided);
	assert_int_equal(back.decided, d->decided);
	assert_int_equal(back.log_size, d->log_size);
	assert_memory_equal(&back.digest, &digest, sizeof(digest));
	assert_memory_equal(&back.genesis, &d->genesis, sizeof(digest));
	assert_memory_equal(&back.charter, &d->charter, sizeof(digest));
	assert_memory_equal(&back.proposal, &d->proposal, sizeof(digest));
	assert_memory_equal(&back.votes_root, &d->votes_root, sizeof(digest));
	assert_memory_equal(&back.evidence_root, &d->evidence_root, sizeof(digest));
	assert_memory_equal(&back.log_root, &d->log_root, sizeof(digest));
	envelope_free(j);
}

static void what_is_printed_is_read(void **state)
{
	struct decision d = decision;

	(void)state;
	for (int cause = VOID_NONE; cause <= VOID_KEY_GONE; cause++) {
		d.cause = (enum void_cause)cause;
		there_and_back(&d);
	}
	d.cause = VOID_NONE;
	for (int outcome = OUTCOME_YES; outcome <= OUTCOME_VOID; outcome++) {
		d.outcome = (enum outcome)outcome;
		there_and_back(&d);
	}
	d.yes = UINT32_MAX;
	there_and_back(&d);
}

static void outcomes_have_names(void **state)
{
	(void)state;
	assert_string_equal(outcome_name(OUTCOME_YES), "yes");
	assert_string_equal(outcome_name(OUTCOME_NO), "no");
	assert_string_equal(outcome_name(OUTCOME_EXPIRED), "expired");
	assert_string_equal(outcome_name(OUTCOME_VOID), "void");
}

static void a_part_of_the_scheme_is_kept_and_left_to_it(void **state)
{
	const struct change part = { .name = "scheme", .value = "{\"who\":\"01\"}" };
	struct jws *j = envelope_changed(KIND_DECISION, make(), &part), *again;
	struct decision d, back;

	(void)state;
	assert_true(decision_parse(j, &d, NULL));
	assert_string_equal(json_string_value(json_object_get(d.scheme, "who")), "01");
	again = envelope_of(KIND_DECISION, decision_print(&d));
	assert_true(decision_parse(again, &back, NULL));
	assert_true(json_equal(d.scheme, back.scheme));
	decision_free(&d);
	assert_null(d.scheme);
	decision_free(&back);
	decision_free(NULL);
	envelope_free(j);
	envelope_free(again);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "outcome", "\"maybe\"", "bad_value", "/outcome" },
		{ "cause", "\"tired\"", "bad_value", "/cause" },
		{ "votes", "[]", "wrong_type", "/votes" },
		{ "votes/yes", "4294967296", "out_of_range", "/votes/yes" },
		{ "votes/void", NULL, "missing_member", "/votes/void" },
		{ "votes/weight", "1", "unknown_member", "/votes/weight" },
		{ "evidence", NULL, "missing_member", "/evidence" },
		{ "decided", "-1", "out_of_range", "/decided" },
		{ "log/root", NULL, "missing_member", "/log/root" },
		{ "proposal", NULL, "missing_member", "/proposal" },
		{ "scheme", "1", "wrong_type", "/scheme" },
	};
	const struct change yes[] = { { "cause", "\"withdrawn\"", "unknown_member", "/cause" } };

	(void)state;
	refused(KIND_DECISION, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
	refused(KIND_DECISION, make_yes, parse, yes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(outcomes_have_names),
		cmocka_unit_test(a_part_of_the_scheme_is_kept_and_left_to_it),
		cmocka_unit_test(what_does_not_belong_is_refused),
	};

	return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
