/* SPDX-License-Identifier: ISC
 * A scenario: read, told and decided under a charter that makes use of every leaf. */
#include "charter/story.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

static const char rule[] =
	"{\"any\":[{\"all\":[{\"votes\":{\"fraction\":\"1/2\",\"minimum\":2,\"veto\":3}},{\"captcha\":{\"kinds\":[\"logic\",\"audio\"]}}]},"
	"{\"votes\":{\"count\":2,\"of\":[\"01000000000000000000000000000000\",\"02000000000000000000000000000000\"]}},"
	"{\"votes\":{\"count\":4,\"nearest\":3,\"opposite\":3}},"
	"{\"at_least\":{\"k\":2,\"of\":[{\"vouches\":{\"count\":2,\"age\":50,\"budget\":3,\"window\":90,\"expiry\":30,\"reason\":true}},"
	"{\"work\":{\"effort\":20}},{\"external\":{\"provider\":\"mail\"}}]}},"
	"{\"all\":[{\"invitation\":{\"life\":60}},{\"authority\":{\"k\":1}}]}]}";

static struct charter *charter_with(bool change)
{
	json_t *doc = json_loads(fixed_charter, 0, NULL), *voting = json_object_get(doc, "voting");
	struct charter *c;
	struct buf text;

	json_object_set_new(doc, "admission", json_loads(rule, 0, NULL));
	json_object_set_new(doc, "expulsion", json_loads(rule, 0, NULL));
	json_object_set_new(voting, "change", json_boolean(change));
	json_object_set_new(voting, "term", json_integer(100));
	text = text_of(doc);
	c = charter_parse(buf_slice(&text), NULL);
	buf_free(&text);
	CHECK(c != NULL);
	return c;
}

static void hold(const struct charter *c, const struct scenario *s)
{
	uint32_t voters = scenario_voters(s);

	for (size_t i = 0; i < s->votes_n; i++)
		CHECK(s->votes[i].by >= 1 && s->votes[i].by <= voters);
	for (size_t i = 0; i < s->vouched_n; i++)
		CHECK(s->vouched[i].by >= 1 && s->vouched[i].by <= s->members);
	for (size_t i = 0; i < s->words_n; i++)
		CHECK(s->words[i].by >= 1 && s->words[i].by <= c->authority.operators_n);
	CHECK(s->nearest_n <= voters && s->opposite_n <= voters);
}

static void decide(const struct charter *c, const struct scenario *s)
{
	struct decision_trace t;
	struct err e = { 0 };
	enum verdict v;

	if (!story_decide(c, s, &v, &t, &e)) {
		refused(&e);
		return;
	}
	CHECK(t.verdict == v && (t.n == 0 || (v == VERDICT_YES) == (t.refusal == NULL)));
	CHECK(!s->closed || v != VERDICT_NOT_YET);
	decision_trace_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct charter *charters[2];

	for (int i = 0; i < 2; i++) {
		struct err e = { 0 };
		struct scenario s;

		if (charters[i] == NULL)
			charters[i] = charter_with(i == 1);
		if (!scenario_parse(slice_of(p, n), charters[i], &s, &e)) {
			refused(&e);
			continue;
		}
		hold(charters[i], &s);
		decide(charters[i], &s);
		scenario_free(&s);
	}
	return 0;
}
