/* SPDX-License-Identifier: ISC
 * {"requirement": REQ, "n": electors, "yes", "no", "abstain": votes, "approve", "refuse": words}: judged under any facts. */
#include "charter/explain.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

enum { FACTS_MAX = 16 };

static int64_t number(const json_t *doc, const char *name)
{
	int64_t v = json_integer_value(json_object_get(doc, name));

	return v < 0 ? 0 : v > FACTS_MAX / 4 ? FACTS_MAX / 4 : v;
}

static void judge_it(const struct charter *c, const struct requirement *r, const json_t *doc)
{
	static const char *const choices[] = { "yes", "no", "abstain" };
	struct fact_vote votes[FACTS_MAX] = { 0 };
	struct facts f = { .electorate = (uint32_t)json_integer_value(json_object_get(doc, "n")) % 64, .votes = votes };
	struct decision_trace t;
	struct buf words = { 0 };
	enum verdict open, closed;

	for (int i = 0; i < 3; i++)
		for (int64_t k = number(doc, choices[i]); k > 0; k--) {
			votes[f.votes_n].member.b[0] = (uint8_t)f.votes_n;
			votes[f.votes_n++].choice = (enum choice)i;
		}
	if (f.electorate < f.votes_n)
		f.electorate = (uint32_t)f.votes_n;
	f.may_change = json_is_true(json_object_get(doc, "change"));
	CHECK(charter_decide(c, r, &f, &open, &t, NULL));
	CHECK(t.n > 0 && t.verdict == open);
	decision_trace_free(&t);
	f.closed = true;
	CHECK(charter_decide(c, r, &f, &closed, NULL, NULL));
	CHECK(closed != VERDICT_NOT_YET && (open == VERDICT_NOT_YET || open == closed));
	CHECK(explain_requirement(c, r, f.electorate, &words));
	buf_free(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct charter *c;
	struct err e = { 0 };
	json_t *doc = json_read(slice_of(p, n), 1 << 16, &e);
	struct at at = at_root(doc, &e), one;
	struct requirement *r = NULL;
	uint32_t leaves = 0;

	if (c == NULL)
		c = charter_parse(slice_str(fixed_charter), NULL);
	CHECK(c != NULL);
	if (doc != NULL && at_member(&at, "requirement", &one))
		r = requirement_parse(&one, &leaves);
	if (r == NULL) {
		refused(&e);
	} else {
		judge_it(c, r, doc);
		if (!requirement_supported(r, "/x", &e))
			refused(&e);
	}
	requirement_free(r);
	json_decref(doc);
	return 0;
}
