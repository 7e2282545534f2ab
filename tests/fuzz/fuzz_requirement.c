/* SPDX-License-Identifier: ISC
 * {"requirement": REQ, "n": electors, "yes", "no", "abstain": votes, "vouches": n, "near": n, "without": n, "question": n, "met",
 * "invited", "change": bool}: judged under any facts. */
#include "charter/explain.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

enum { FACTS_MAX = 16 };

static int64_t number(const json_t *doc, const char *name)
{
	int64_t v = json_integer_value(json_object_get(doc, name));

	return v < 0 ? 0 : v > FACTS_MAX / 4 ? FACTS_MAX / 4 : v;
}

/* Vouches of any age, neighbours who stand on both sides, and one challenge of each kind. */
struct told {
	struct fact_vouch vouches[FACTS_MAX];
	struct id16 near[FACTS_MAX];
	struct fact_challenge met[3];
};

static void tell(const json_t *doc, struct told *t, struct facts *f)
{
	*t = (struct told){ .met = { { .type = CHALLENGE_CAPTCHA, .captcha = CAPTCHA_AUDIO }, { .type = CHALLENGE_WORK, .effort = 20 },
				    { .type = CHALLENGE_EXTERNAL, .provider = "mail" } } };
	f->question = (enum question)(number(doc, "question") % 3);
	f->vouches = t->vouches;
	f->vouches_n = (size_t)number(doc, "vouches");
	for (size_t i = 0; i < FACTS_MAX; i++) {
		const unsigned k = (unsigned)i;

		t->vouches[i] = (struct fact_vouch){ .age = k, .elapsed = 2 * k, .live = k, .reason = k % 2 == 0 };
		t->near[i].b[0] = (uint8_t)k;
	}
	f->nearest = t->near;
	f->opposite = t->near + 1;
	f->nearest_n = f->opposite_n = (size_t)number(doc, "near");
	f->without_vote = (uint32_t)number(doc, "without");
	f->challenges = t->met;
	f->challenges_n = json_is_true(json_object_get(doc, "met")) ? 3 : 0;
	f->invited = json_is_true(json_object_get(doc, "invited"));
}

static void judge_it(const struct charter *c, const struct requirement *r, const json_t *doc)
{
	static const char *const choices[] = { "yes", "no", "abstain" };
	struct fact_vote votes[FACTS_MAX] = { 0 };
	struct facts f = { .electorate = (uint32_t)json_integer_value(json_object_get(doc, "n")) % 64, .votes = votes };
	struct decision_trace t;
	struct told told;
	struct buf words = { 0 };
	enum verdict open, closed;

	for (int i = 0; i < 3; i++)
		for (int64_t k = number(doc, choices[i]); k > 0; k--) {
			votes[f.votes_n].member.b[0] = (uint8_t)f.votes_n;
			votes[f.votes_n++].choice = (enum choice)i;
		}
	if (f.electorate < f.votes_n)
		f.electorate = (uint32_t)f.votes_n;
	tell(doc, &told, &f);
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
	}
	requirement_free(r);
	json_decref(doc);
	return 0;
}
