/* SPDX-License-Identifier: ISC
 * Applications decided again under a draft. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/replay.h"
#include "tests/lib/charters.h"

enum { OPENED = 1000000, TERM = 7200, ELECTORS = 5 };

static struct charters *keys;
static struct charter *then, *draft;
static struct proposal p;
static struct replay_vote votes[8];
static struct fact_vouch vouches[2];
static struct fact_challenge challenges[2];
static int64_t met[2];
static struct facts facts;
static struct replay_case k;
static struct replay out;

static struct charter *charter_with(const char *admission, const char *term, const char *change)
{
	json_t *doc = charters_first(keys);
	struct err e = { 0 };
	struct charter *c;

	charters_set(doc, "/admission", admission);
	charters_set(doc, "/voting/term", term);
	charters_set(doc, "/voting/change", change);
	c = charters_parse(doc, &e);
	if (c == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return c;
}

static void drafted(const char *admission, const char *term)
{
	charter_free(draft);
	draft = charter_with(admission, term, "false");
}

/* One application, admitted an hour after it opened under "2 of 5 say yes, and one operator". */
static int up(void **state)
{
	(void)state;
	keys = charters_new();
	then = charter_with("{\"all\":[{\"votes\":{\"count\":2}},{\"authority\":{\"k\":1}}]}", "7200", "true");
	p = (struct proposal){ .number = 7, .question = Q_ADMIT, .electorate_n = ELECTORS, .opened = OPENED, .term = TERM };
	for (size_t i = 0; i < 8; i++)
		votes[i] = (struct replay_vote){ .member.b[0] = (uint8_t)(8 - i), .iat = OPENED + 600 * (int64_t)i };
	facts = (struct facts){ .vouches = vouches, .challenges = challenges };
	k = (struct replay_case){ .charter = then,
		.proposal = &p,
		.then = REPLAY_YES,
		.now = OPENED + 3600,
		.at = OPENED + 3600,
		.votes = votes,
		.votes_n = 2,
		.facts = &facts,
		.met = met,
		.votes_shown = true,
		.shown = true };
	return 0;
}

static int down(void **state)
{
	(void)state;
	charter_free(then);
	charter_free(draft);
	draft = NULL;
	charters_free(keys);
	return 0;
}
#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, up, down)

static void gives(enum replay_answer under, bool differs, const char *why)
{
	struct err e = { 0 };

	assert_true(replay_decide(&k, draft, &out, &e));
	if (out.under != under || out.differs != differs || strstr(out.why, why) == NULL)
		fail_msg("%s, %s: %s", replay_under(out.under), out.differs ? "differs" : "the same", out.why);
	assert_int_equal(out.number, 7);
	assert_int_equal(out.then, k.then);
}

static void test_three_answers(void **state)
{
	(void)state;
	drafted("{\"votes\":{\"count\":2}}", "7200");
	gives(REPLAY_YES, false, "2 say yes, 2 are needed");
	drafted("{\"votes\":{\"count\":3}}", "7200");
	gives(REPLAY_WAITS, true, "has 2, needs 3");
	assert_string_equal(out.refusal, "votes_missing");
	drafted("{\"votes\":{\"count\":3}}", "3600");
	gives(REPLAY_EXPIRED, true, "has 2, needs 3");
	drafted("{\"votes\":{\"count\":6}}", "7200");
	gives(REPLAY_NO, true, "");
	k.then = REPLAY_EXPIRED;
	gives(REPLAY_NO, false, "");
	drafted("{\"votes\":{\"count\":2}}", "7200");
	gives(REPLAY_YES, true, "");
	k.then = REPLAY_VOID;
	gives(REPLAY_VOID, false, "");
}

static void test_a_shorter_term(void **state)
{
	(void)state;
	k.votes_n = 3;
	drafted("{\"votes\":{\"count\":3}}", "1201");
	gives(REPLAY_YES, false, "");
	drafted("{\"votes\":{\"count\":3}}", "1200");
	gives(REPLAY_EXPIRED, true, "has 2, needs 3");
	/* a clock that runs before: where the term is no shorter the notary took the vote */
	votes[2].iat = OPENED + TERM + 200;
	drafted("{\"votes\":{\"count\":3}}", "7200");
	gives(REPLAY_YES, false, "");
}

static void test_a_longer_term(void **state)
{
	(void)state;
	k.then = REPLAY_EXPIRED;
	k.now = k.at = OPENED + TERM;
	drafted("{\"votes\":{\"count\":3}}", "7200");
	gives(REPLAY_EXPIRED, false, "");
	drafted("{\"votes\":{\"count\":3}}", "7201");
	gives(REPLAY_WAITS, true, "has 2, needs 3");
}

static void fluid(const char *admission, const char *term)
{
	charter_free(draft);
	draft = charter_with(admission, term, "true");
}

/* Member 8 says yes, then no. */
static void test_minds_that_change(void **state)
{
	struct replay_vote earlier;

	(void)state;
	votes[1].member = votes[0].member;
	votes[1].choice = CHOICE_NO;
	votes[0].status = VOTE_REPLACED;
	fluid("{\"votes\":{\"count\":1}}", "3600");
	gives(REPLAY_EXPIRED, true, "has 0, needs 1");
	fluid("{\"votes\":{\"count\":1}}", "600");
	gives(REPLAY_YES, false, "");
	drafted("{\"votes\":{\"count\":1}}", "3600");
	gives(REPLAY_YES, false, "");
	/* in one second: the one that was replaced came first */
	votes[1].iat = votes[0].iat;
	gives(REPLAY_YES, false, "");
	fluid("{\"votes\":{\"count\":1}}", "3600");
	gives(REPLAY_EXPIRED, true, "has 0, needs 1");
	earlier = votes[0];
	votes[0] = votes[1];
	votes[1] = earlier;
	gives(REPLAY_EXPIRED, true, "has 0, needs 1");
	/* while the term is open a yes may still be taken back */
	votes[1].member = votes[2].member;
	fluid("{\"votes\":{\"count\":1}}", "7200");
	gives(REPLAY_WAITS, true, "could undo it");
}

static void test_void_votes(void **state)
{
	(void)state;
	drafted("{\"votes\":{\"count\":2}}", "7200");
	votes[0].status = VOTE_MEMBER_GONE;
	gives(REPLAY_WAITS, true, "has 1, needs 2");
	votes[0].status = VOTE_KEY_REVOKED;
	gives(REPLAY_WAITS, true, "has 1, needs 2");
	/* what a void vote replaced does not come back */
	k.votes_n = 3;
	votes[2] = votes[0];
	votes[2].iat = OPENED + 10;
	votes[0].status = VOTE_REPLACED;
	votes[2].status = VOTE_KEY_REVOKED;
	fluid("{\"votes\":{\"count\":2}}", "3600");
	gives(REPLAY_EXPIRED, true, "has 1, needs 2");
}

static void test_words(void **state)
{
	struct fact_approval approval = { .approve = true };

	(void)state;
	drafted("{\"authority\":{\"k\":1}}", "7200");
	gives(REPLAY_WAITS, true, "has 0");
	assert_null(strstr(out.why, "asked"));
	approval.key = draft->authority.operators[0].thumb;
	facts.approvals = &approval;
	facts.approvals_n = 1;
	gives(REPLAY_YES, false, "");
	approval.key.b[0] ^= 1;
	gives(REPLAY_WAITS, true, "");
}

/* Logged 600 and 1200 seconds after it opened. */
static void test_vouches(void **state)
{
	(void)state;
	vouches[0] = (struct fact_vouch){ .member.b[0] = 8, .age = 100, .elapsed = 3000, .live = 1 };
	vouches[1] = (struct fact_vouch){ .member.b[0] = 7, .age = 50, .elapsed = 2400, .live = 2 };
	drafted("{\"vouches\":{\"count\":2}}", "7200");
	gives(REPLAY_WAITS, true, "for which nobody was asked then");
	facts.vouches_n = 2;
	gives(REPLAY_YES, false, "");
	drafted("{\"vouches\":{\"count\":2,\"age\":51}}", "7200");
	gives(REPLAY_WAITS, true, "");
	drafted("{\"vouches\":{\"count\":2,\"expiry\":3001}}", "7200");
	gives(REPLAY_YES, false, "");
	drafted("{\"vouches\":{\"count\":2,\"expiry\":3000}}", "7200");
	gives(REPLAY_WAITS, true, "");
	/* an earlier close: one comes too late, the other has lasted less */
	drafted("{\"vouches\":{\"count\":2,\"expiry\":3000}}", "1200");
	gives(REPLAY_EXPIRED, true, "has 1, needs 2");
	drafted("{\"vouches\":{\"count\":2,\"expiry\":3000}}", "1201");
	gives(REPLAY_YES, false, "");
	/* a later one, at the real end of the term */
	k.then = REPLAY_EXPIRED;
	k.now = OPENED + TERM + 1000;
	k.at = OPENED + TERM;
	vouches[0].elapsed = TERM - 600;
	vouches[1].elapsed = TERM - 1200;
	drafted("{\"vouches\":{\"count\":2,\"expiry\":7600}}", "9000");
	gives(REPLAY_WAITS, true, "has 1, needs 2");
	drafted("{\"vouches\":{\"count\":2,\"expiry\":7601}}", "9000");
	gives(REPLAY_YES, true, "");
}

static void test_challenges(void **state)
{
	(void)state;
	challenges[0] = (struct fact_challenge){ .type = CHALLENGE_WORK, .effort = 20 };
	facts.challenges_n = 1;
	met[0] = OPENED + 900;
	drafted("{\"work\":{\"effort\":20}}", "7200");
	gives(REPLAY_YES, false, "");
	drafted("{\"work\":{\"effort\":21}}", "7200");
	gives(REPLAY_WAITS, true, "nobody was asked then");
	drafted("{\"work\":{\"effort\":20}}", "900");
	gives(REPLAY_EXPIRED, true, "");
	drafted("{\"work\":{\"effort\":20}}", "901");
	gives(REPLAY_YES, false, "");
}

static void test_neighbours(void **state)
{
	(void)state;
	drafted("{\"votes\":{\"count\":1,\"nearest\":2}}", "7200");
	gives(REPLAY_UNKNOWN, false, "neighbours");
	p.has_ring = true;
	p.nearest_n = 1;
	p.nearest[0] = votes[0].member;
	gives(REPLAY_UNKNOWN, false, "neighbours");
	p.nearest_n = 2;
	p.nearest[1] = votes[7].member;
	gives(REPLAY_YES, false, "");
	drafted("{\"votes\":{\"count\":2,\"nearest\":2}}", "7200");
	gives(REPLAY_WAITS, true, "has 1, needs 2");
	drafted("{\"votes\":{\"count\":1,\"nearest\":2,\"opposite\":1}}", "7200");
	gives(REPLAY_UNKNOWN, false, "neighbours");
	/* where all stand in it there are no more */
	p.electorate_n = 2;
	drafted("{\"votes\":{\"count\":1,\"nearest\":9}}", "7200");
	gives(REPLAY_YES, false, "");
	p.electorate_n = 4;
	gives(REPLAY_UNKNOWN, false, "neighbours");
	p.electorate_without = 2;
	gives(REPLAY_YES, false, "");
	/* whoever comes in by another way needs no neighbours */
	p.electorate_n = 5;
	drafted("{\"any\":[{\"votes\":{\"count\":2}},{\"votes\":{\"count\":1,\"nearest\":9}}]}", "7200");
	gives(REPLAY_YES, false, "");
}

static void test_invitations(void **state)
{
	(void)state;
	drafted("{\"any\":[{\"votes\":{\"count\":3}},{\"invitation\":{\"life\":604800,\"draw\":3,\"observers\":2,"
		"\"inviters\":\"members\"}}]}",
		"7200");
	gives(REPLAY_UNKNOWN, false, "invited");
	k.votes_n = 3;
	gives(REPLAY_YES, false, "");
}

/* What a server does not show may have come. */
static void test_what_is_not_shown(void **state)
{
	(void)state;
	k.then = REPLAY_WAITS;
	k.shown = false;
	drafted("{\"votes\":{\"count\":3}}", "7200");
	gives(REPLAY_WAITS, false, "has 2, needs 3");
	drafted("{\"all\":[{\"votes\":{\"count\":2}},{\"authority\":{\"k\":1}}]}", "7200");
	gives(REPLAY_UNKNOWN, false, "shows votes alone");
	drafted("{\"any\":[{\"votes\":{\"count\":2}},{\"authority\":{\"k\":1}}]}", "7200");
	gives(REPLAY_YES, true, "");
	drafted("{\"authority\":{\"k\":1}}", "3600");
	gives(REPLAY_UNKNOWN, false, "shows votes alone");
	drafted("{\"all\":[{\"votes\":{\"count\":6}},{\"authority\":{\"k\":1}}]}", "7200");
	gives(REPLAY_NO, true, "");
	k.votes_shown = false;
	k.votes_n = 0;
	drafted("{\"votes\":{\"count\":2}}", "7200");
	gives(REPLAY_UNKNOWN, false, "who voted");
	drafted("{\"votes\":{\"count\":6}}", "7200");
	gives(REPLAY_NO, true, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(three_answers),
		CASE(a_shorter_term),
		CASE(a_longer_term),
		CASE(minds_that_change),
		CASE(void_votes),
		CASE(words),
		CASE(vouches),
		CASE(challenges),
		CASE(neighbours),
		CASE(invitations),
		CASE(what_is_not_shown),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
