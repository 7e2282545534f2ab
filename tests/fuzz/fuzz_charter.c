/* SPDX-License-Identifier: ISC
 * A charter's payload: read, explained, judged by its own tests. */
#include "charter/explain.h"
#include "charter/lint.h"
#include "tests/fuzz/fuzz.h"

static void decide(const struct charter *c, enum question q)
{
	const struct requirement *r = charter_requirement(c, q, false);
	struct fact_vote votes[3] = { { .choice = CHOICE_YES }, { .choice = CHOICE_NO }, { .choice = CHOICE_YES } };
	struct facts f = { .question = q, .electorate = 5, .votes = votes, .votes_n = 3 };
	struct decision_trace t;
	enum verdict open, closed;

	for (size_t i = 0; i < 3; i++)
		votes[i].member.b[0] = (uint8_t)i;
	if (r == NULL)
		return;
	CHECK(charter_decide(c, r, &f, &open, NULL, NULL));
	f.closed = true;
	CHECK(charter_decide(c, r, &f, &closed, &t, NULL));
	/* What is decided early stays so, and an end decides. */
	CHECK(closed != VERDICT_NOT_YET && (open == VERDICT_NOT_YET || open == closed));
	CHECK(t.verdict == closed && (closed == VERDICT_YES) == (t.refusal == NULL));
	decision_trace_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct err e = { 0 };
	struct charter *c = charter_parse(slice_of(p, n), &e);
	const struct lint_view view = { .members = 3, .voters = 2, .turnout = 60 };
	struct lint findings[LINT_MAX];
	struct buf words = { 0 };

	if (c == NULL) {
		refused(&e);
		return 0;
	}
	CHECK(explain_charter(c, 3, &words) && words.n > 0);
	CHECK(charter_lint(c, NULL, findings) <= LINT_MAX && charter_lint(c, &view, findings) <= LINT_MAX);
	for (enum question q = Q_ADMIT; q <= Q_AMEND; q++)
		decide(c, q);
	if (!charter_run_tests(c, &e))
		refused(&e);
	err_clear(&e);
	if (!charter_supported(c, &e))
		refused(&e);
	buf_free(&words);
	charter_free(c);
	return 0;
}
