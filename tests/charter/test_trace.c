/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/told.h"

static void expired_only_when_it_could_still_have_been(void **state)
{
	const struct requirement r = count(2, 0), impossible = count(4, 0);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 3, "y", "");
	t.f.closed = true;
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_true(trace.expired);
	assert_int_equal(trace.nodes[0].missing, 1);
	decision_trace_free(&trace);
	assert_true(charter_decide(group(), &impossible, &t.f, &v, &trace, NULL));
	assert_false(trace.expired);
	assert_int_equal(trace.nodes[0].missing, 0);
	decision_trace_free(&trace);
	tell(&t, 3, "ynn", "");
	t.f.closed = true;
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_false(trace.expired);
	decision_trace_free(&trace);
}

static void the_trace_tells_every_node(void **state)
{
	struct digest keys[] = { key_of(1) };
	struct requirement two[] = { list(keys, 1), authority(2) };
	struct requirement three[] = { count(3, 0), inner(REQ_AT_LEAST, 1, two, 2), inner(REQ_ANY, 0, two, 2) };
	const struct requirement r = inner(REQ_ALL, 0, three, 3);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 5, "yyn", "y");
	assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
	assert_int_equal(trace.n, 8);
	assert_string_equal(trace.nodes[0].pointer, "/all");
	assert_string_equal(trace.nodes[1].pointer, "/all/0/votes");
	assert_string_equal(trace.nodes[2].pointer, "/all/1/at_least");
	assert_string_equal(trace.nodes[4].pointer, "/all/1/at_least/of/1/authority");
	assert_string_equal(trace.nodes[6].pointer, "/all/2/any/0/list");
	assert_int_equal(trace.nodes[6].depth, 2);
	assert_int_equal(trace.nodes[6].state, VERDICT_NO);
	assert_int_equal(trace.nodes[0].needed, 3);
	assert_int_equal(trace.nodes[0].seen, 0);
	assert_string_equal(trace.nodes[0].text, "0 of 3 parts are met, 3 are needed");
	assert_int_equal(trace.nodes[1].refusing, 1);
	assert_int_equal(trace.nodes[1].missing, 1);
	assert_string_equal(trace.nodes[1].text, "2 of 3 say yes; 1 more yes is needed");
	assert_string_equal(trace.nodes[4].text, "1 of 2 operators approve; 1 more is needed");
	assert_int_equal(trace.nodes[2].refusing, 1);
	assert_false(trace.nodes[1].met_now);
	decision_trace_free(&trace);
}

/* Of alternatives the nearest is named; of parts that are all needed, the first; when it is lost, what lost it. */
static void the_refusal_names_what_stands_in_the_way(void **state)
{
	struct digest keys[] = { key_of(1) };
	struct requirement parts[] = { list(keys, 1), count(3, 0), authority(1) };
	const struct requirement any = inner(REQ_ANY, 0, parts, 3), all = inner(REQ_ALL, 0, parts + 1, 2);
	const struct requirement lost = inner(REQ_ALL, 0, (struct requirement[]){ authority(1), count(3, 1) }, 2);
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 5, "y", "");
	assert_true(charter_decide(group(), &any, &t.f, &v, &trace, NULL));
	assert_string_equal(trace.refusal, "approvals_missing");
	assert_string_equal(trace.missing, "has 0, needs 1");
	decision_trace_free(&trace);
	assert_true(charter_decide(group(), &all, &t.f, &v, &trace, NULL));
	assert_string_equal(trace.refusal, "votes_missing");
	assert_string_equal(trace.missing, "has 1, needs 3");
	decision_trace_free(&trace);
	tell(&t, 5, "n", "");
	assert_true(charter_decide(group(), &lost, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_string_equal(trace.refusal, "veto");
	decision_trace_free(&trace);
}

static struct requirement two_vouches(void)
{
	return (struct requirement){ .type = REQ_VOUCHES, .vouches = { .count = 2, .age = 10 } };
}

/* One leaf behind one that is met: what is said of it, and what stands in the way. */
struct row {
	struct requirement r;
	struct fact_vouch vouches[2];
	size_t vouches_n;
	struct fact_challenge met;
	size_t met_n;
	bool invited;
	const char *pointer, *text, *refusal, *missing; /* refusal NULL: it is met */
};

static void run_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct requirement two[] = { count(1, 0), rows[i].r };
		const struct requirement r = inner(REQ_ALL, 0, two, 2);
		struct decision_trace trace;
		struct told t;
		enum verdict v;

		tell(&t, 3, "y", "");
		t.f.vouches = rows[i].vouches;
		t.f.vouches_n = rows[i].vouches_n;
		t.f.challenges = &rows[i].met;
		t.f.challenges_n = rows[i].met_n;
		t.f.invited = rows[i].invited;
		assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
		assert_string_equal(trace.nodes[2].pointer, rows[i].pointer);
		assert_string_equal(trace.nodes[2].text, rows[i].text);
		assert_int_equal(trace.nodes[2].met_now, rows[i].refusal == NULL);
		assert_true((trace.refusal == NULL) == (rows[i].refusal == NULL));
		if (trace.refusal != NULL) {
			assert_string_equal(trace.refusal, rows[i].refusal);
			assert_string_equal(trace.missing, rows[i].missing);
		}
		decision_trace_free(&trace);
	}
}

static void vouches_are_told_of(void **state)
{
	const struct fact_vouch one = { member_of(0), 10, 0, 1, true }, two = { member_of(1), 10, 0, 1, true },
				vain = { member_of(2), 9, 0, 1, 1 };
	const struct row rows[] = {
		{ .r = two_vouches(),
			.pointer = "/all/1/vouches",
			.text = "0 of 2 members vouch; 2 more vouches are needed",
			.refusal = "vouches_missing",
			.missing = "has 0, needs 2" },
		{ .r = two_vouches(),
			.vouches = { one },
			.vouches_n = 1,
			.pointer = "/all/1/vouches",
			.text = "1 of 2 members vouch; 1 more vouch is needed",
			.refusal = "vouches_missing",
			.missing = "has 1, needs 2" },
		{ .r = two_vouches(),
			.vouches = { one, vain },
			.vouches_n = 2,
			.pointer = "/all/1/vouches",
			.text = "1 of 2 members vouch (1 vouch does not count); 1 more vouch is needed",
			.refusal = "vouches_missing",
			.missing = "has 1, needs 2" },
		{ .r = two_vouches(),
			.vouches = { one, two },
			.vouches_n = 2,
			.pointer = "/all/1/vouches",
			.text = "2 members vouch, 2 are needed" },
		{ .r = two_vouches(),
			.vouches = { vain, vain },
			.vouches_n = 2,
			.pointer = "/all/1/vouches",
			.text = "0 of 2 members vouch (2 vouches do not count); too few can still vouch",
			.refusal = "vouches_missing",
			.missing = "has 0, needs 2" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_an_applicant_does_is_told_of(void **state)
{
	const struct requirement captcha = { .type = REQ_CAPTCHA, .captcha_kinds = CAPTCHA_LOGIC },
				 work = { .type = REQ_WORK, .effort = 8 };
	const struct requirement external = { .type = REQ_EXTERNAL, .provider = "tax-office" }, invitation = { .type = REQ_INVITATION };
	const struct row rows[] = {
		{ .r = captcha,
			.pointer = "/all/1/captcha",
			.text = "the applicant has not solved a puzzle of a kind that counts",
			.refusal = "captcha_missing",
			.missing = "the applicant has not solved a puzzle of a kind that counts" },
		{ .r = captcha,
			.met = { .captcha = CAPTCHA_LOGIC },
			.met_n = 1,
			.pointer = "/all/1/captcha",
			.text = "the applicant has solved a puzzle of a kind that counts" },
		{ .r = work,
			.pointer = "/all/1/work",
			.text = "the applicant's computer has not done the work that is asked for",
			.refusal = "work_missing",
			.missing = "the applicant's computer has not done the work that is asked for" },
		{ .r = work,
			.met = { .type = CHALLENGE_WORK, .effort = 8 },
			.met_n = 1,
			.pointer = "/all/1/work",
			.text = "the applicant's computer has done the work that is asked for" },
		{ .r = external,
			.pointer = "/all/1/external",
			.text = "the service \"tax-office\" has not confirmed the applicant",
			.refusal = "external_missing",
			.missing = "the service \"tax-office\" has not confirmed the applicant" },
		{ .r = external,
			.met = { .type = CHALLENGE_EXTERNAL, .provider = "tax-office" },
			.met_n = 1,
			.pointer = "/all/1/external",
			.text = "the service \"tax-office\" has confirmed the applicant" },
		{ .r = invitation,
			.pointer = "/all/1/invitation",
			.text = "the applicant was not invited",
			.refusal = "not_invited",
			.missing = "the applicant was not invited" },
		{ .r = invitation, .invited = true, .pointer = "/all/1/invitation", .text = "the applicant was invited" },
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* A member more who vouches is nearer than two who vote. */
/* Who renews, or comes with a new key, is no applicant. */
static void what_a_member_does_is_told_of(void **state)
{
	static const enum question questions[] = { Q_RENEW, Q_RECOVER };
	struct digest keys[] = { key_of(1) };
	const struct requirement r = list(keys, 1), work = { .type = REQ_WORK, .effort = 9 };
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		tell(&t, 3, "", "");
		t.f.question = questions[i];
		assert_true(charter_decide(group(), &r, &t.f, &v, &trace, NULL));
		assert_string_equal(trace.missing, "the member's key is not on the list");
		assert_string_equal(trace.nodes[0].text, trace.missing);
		decision_trace_free(&trace);
		assert_true(charter_decide(group(), &work, &t.f, &v, &trace, NULL));
		assert_string_equal(trace.missing, "the member's computer has not done the work that is asked for");
		decision_trace_free(&trace);
	}
}

static void the_nearest_alternative_is_named(void **state)
{
	struct requirement parts[] = { count(3, 0), two_vouches(), { .type = REQ_INVITATION } };
	const struct requirement any = inner(REQ_ANY, 0, parts, 3);
	const struct fact_vouch one = { member_of(0), 10, 0, 1, true };
	struct decision_trace trace;
	struct told t;
	enum verdict v;

	(void)state;
	tell(&t, 5, "y", "");
	t.f.vouches = &one;
	t.f.vouches_n = 1;
	t.f.closed = true;
	assert_true(charter_decide(group(), &any, &t.f, &v, &trace, NULL));
	assert_int_equal(v, VERDICT_NO);
	assert_string_equal(trace.refusal, "vouches_missing");
	assert_true(trace.expired);
	decision_trace_free(&trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expired_only_when_it_could_still_have_been),
		cmocka_unit_test(the_trace_tells_every_node),
		cmocka_unit_test(the_refusal_names_what_stands_in_the_way),
		cmocka_unit_test(vouches_are_told_of),
		cmocka_unit_test(what_an_applicant_does_is_told_of),
		cmocka_unit_test(what_a_member_does_is_told_of),
		cmocka_unit_test(the_nearest_alternative_is_named),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
