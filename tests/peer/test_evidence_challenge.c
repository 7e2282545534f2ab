/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"
#include "tests/lib/labour.h"

static void applicants_meet(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1}},{\"captcha\":{\"kinds\":[\"graphic\"]}},{\"any\":[{\"work\":{\"effort\":20}},"
		"{\"external\":{\"provider\":\"school\"}}]}]}");
}

static void voters_meet(json_t *charter)
{
	charters_set(charter, "/voting/human", "{\"any\":[{\"captcha\":{\"kinds\":[\"graphic\",\"logic\"]}},{\"work\":{\"effort\":20}}]}");
}

static void vouchers_meet(json_t *charter)
{
	charters_set(charter, "/admission", "{\"vouches\":{\"count\":1}}");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"human\":{\"captcha\":{\"kinds\":[\"graphic\"]}}}");
}

static void minds_change_and_voters_meet(json_t *charter)
{
	voters_meet(charter);
	charters_set(charter, "/voting/change", "true");
}

static struct challenge applicants(const struct hall *h)
{
	return hall_challenge(h, &h->w->proposal.subject, &h->w->proposal.key);
}

static struct challenge voters(const struct hall *h, size_t i)
{
	return hall_challenge(h, &h->w->proposal.digest, &h->w->members[i].thumb);
}

static void by_notary(struct hall *h, struct challenge c)
{
	hall_sign_challenge(h, &c, h->w->keys->notary);
}

static void refused(struct hall *h, struct challenge c, const char *name)
{
	by_notary(h, c);
	hall_refused(h, name);
}

static void holds(struct hall *h)
{
	struct verified v = hall_good(h);

	verified_free(&v);
	hall_clear(h);
}

/* ---- applicants */

static void challenges_become_facts(void **state)
{
	struct hall *h = hall_open(applicants_meet);
	struct challenge c = applicants(h);
	struct err e = { 0 };
	struct verified v;
	struct decision d;

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_meet(h);
	labour(&c, 19);
	by_notary(h, c);
	v = hall_good(h);
	assert_int_equal(v.facts.challenges_n, 2);
	d = world_decision(h->w, &v, OUTCOME_YES);
	assert_false(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, &e));
	assert_string_equal(e.name, "work_missing");
	verified_free(&v);
	c.type = CHALLENGE_EXTERNAL;
	strcpy(c.provider, "school");
	by_notary(h, c);
	v = hall_good(h);
	d = world_decision(h->w, &v, OUTCOME_YES);
	hall_clear(h); /* facts need none of it */
	assert_true(evidence_decide(h->w->charter, &h->w->proposal, &v, &d, NULL));
	verified_free(&v);
	hall_close(h);
}

static void challenges_are_of_this_proposal(void **state)
{
	struct hall *h = hall_open(applicants_meet);
	struct challenge c = applicants(h);

	(void)state;
	c.subject = digest_fill(1);
	refused(h, c, "wrong_context");
	c = applicants(h);
	c.charter = digest_fill(1);
	refused(h, c, "wrong_context");
	c = applicants(h);
	c.genesis = digest_fill(1);
	refused(h, c, "wrong_context");
	hall_close(h);
}

static void challenges_are_of_their_time(void **state)
{
	struct hall *h = hall_open(applicants_meet);
	const int64_t opened = h->w->proposal.opened;
	struct challenge c = applicants(h);

	(void)state;
	c.iat = opened - CHALLENGE_BEFORE - 1;
	c.until = opened - 1;
	refused(h, c, "challenge_late");
	c.iat = opened - 100;
	c.until = opened;
	refused(h, c, "challenge_late");
	c.until = opened + 1;
	by_notary(h, c);
	holds(h);
	c.iat = h->w->now + 1 + CHALLENGE_SLACK; /* decided a second from now */
	c.until = c.iat + 1;
	by_notary(h, c);
	holds(h);
	c.iat++;
	c.until++;
	refused(h, c, "challenge_late");
	hall_close(h);
}

static void challenges_are_by_a_notary_alone(void **state)
{
	struct hall *h = hall_open(applicants_meet);
	struct challenge c = applicants(h);
	const struct sig_key *both[2] = { h->w->keys->notary, h->w->keys->operators[0] };

	(void)state;
	hall_sign_challenge(h, &c, h->w->keys->operators[0]);
	hall_refused(h, "not_a_notary");
	hall_say(h,
		(struct evidence_object){
			.jws = envelope_by(h->w->c, KIND_CHALLENGE, challenge_print(&c), both, 2), .key = *sig_key_pub(both[0]) });
	hall_refused(h, "not_a_notary");
	hall_meet(h)->key = *sig_key_pub(both[1]);
	hall_refused(h, "wrong_key");
	envelope_break(&hall_meet(h)->jws, 0);
	hall_refused(h, "bad_signature");
	hall_close(h);
}

/* A notary that says so of work that nobody did is not believed. */
static void work_is_done_again_by_the_reader(void **state)
{
	struct hall *h = hall_open(applicants_meet);
	struct challenge c = applicants(h);

	(void)state;
	labour(&c, WORK_MEMORY);
	by_notary(h, c);
	holds(h);
	c.effort++;
	refused(h, c, "work_short");
	c.effort--;
	c.work.counter++;
	refused(h, c, "work_wrong");
	hall_close(h);
}

static void notaries_have_their_time(json_t *charter)
{
	applicants_meet(charter);
	charters_set(charter, "/authority/notaries/0/until", "1800000061");
}

static void a_notary_whose_time_is_over(void **state)
{
	struct hall *h = hall_open(notaries_have_their_time);

	(void)state;
	assert_int_equal(h->w->now, CHARTERS_EFFECTIVE + 62);
	hall_meet(h);
	hall_refused(h, "not_a_notary");
	hall_close(h);
}

static void nobody_is_asked(void **state)
{
	struct hall *h = hall_open(NULL);

	(void)state;
	hall_meet(h);
	hall_refused(h, "evidence_unasked");
	hall_cast(h, 0, CHOICE_YES);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	hall_refused(h, "evidence_unasked");
	hall_close(h);
}

static void each_challenge_stands_once(void **state)
{
	struct hall *h = hall_open(applicants_meet);

	(void)state;
	hall_meet(h);
	hall_meet(h);
	hall_refused(h, "challenge_repeated");
	hall_close(h);
}

/* ---- voters */

static void voters_are_asked(void **state)
{
	struct hall *h = hall_open(voters_meet);
	struct challenge c = voters(h, 1);

	(void)state;
	for (size_t i = 0; i < 2; i++)
		hall_cast(h, i, CHOICE_YES);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	labour(&c, 20);
	by_notary(h, c);
	holds(h);
	/* in whatever order */
	by_notary(h, c);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	hall_cast(h, 1, CHOICE_YES);
	hall_cast(h, 0, CHOICE_YES);
	holds(h);
	hall_close(h);
}

static void a_vote_without(void **state)
{
	struct hall *h = hall_open(voters_meet);
	struct challenge c = voters(h, 0);

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_refused(h, "challenge_missing");
	hall_cast(h, 0, CHOICE_YES);
	hall_cast(h, 1, CHOICE_ABSTAIN);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	hall_refused(h, "challenge_missing");
	hall_cast(h, 0, CHOICE_YES);
	labour(&c, 19);
	refused(h, c, "challenge_missing");
	hall_cast(h, 0, CHOICE_YES);
	c = voters(h, 0);
	c.captcha = CAPTCHA_AUDIO;
	refused(h, c, "challenge_missing");
	hall_close(h);
}

/* The applicant's challenge, or one that was met for a vouch, is for no vote. */
static void a_challenge_is_for_one_thing(void **state)
{
	struct hall *h = hall_open(voters_meet);

	(void)state;
	hall_cast(h, 0, CHOICE_YES);
	hall_meet_by(h, 0, &h->w->proposal.subject);
	hall_refused(h, "evidence_unasked");
	hall_cast(h, 0, CHOICE_YES);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	hall_meet_by(h, 1, &h->w->proposal.digest);
	hall_refused(h, "evidence_unasked");
	hall_close(h);
}

static void a_challenge_covers_its_vote(void **state)
{
	struct hall *h = hall_open(voters_meet);
	struct challenge c = voters(h, 0);
	const int64_t iat = h->w->proposal.opened + 1; /* of the vote */

	(void)state;
	c.iat = iat + CHALLENGE_SLACK;
	c.until = c.iat + 1;
	hall_cast(h, 0, CHOICE_YES);
	by_notary(h, c);
	holds(h);
	c.iat++;
	c.until++;
	hall_cast(h, 0, CHOICE_YES);
	refused(h, c, "challenge_late");
	c.until = iat - CHALLENGE_SLACK + 1;
	c.iat = c.until - 10;
	hall_cast(h, 0, CHOICE_YES);
	by_notary(h, c);
	holds(h);
	c.until--;
	hall_cast(h, 0, CHOICE_YES);
	refused(h, c, "challenge_late");
	hall_close(h);
}

/* A vote that does not count needs none, and may have one. */
static void a_void_vote_is_not_asked(void **state)
{
	struct hall *h = hall_open(voters_meet);

	(void)state;
	h->w->members[0].standing.gone = true;
	hall_cast(h, 0, CHOICE_YES)->status = VOTE_MEMBER_GONE;
	holds(h);
	hall_cast(h, 0, CHOICE_YES)->status = VOTE_MEMBER_GONE;
	hall_meet_by(h, 0, &h->w->proposal.digest);
	holds(h);
	hall_close(h);
}

/* Each of one voter's votes may have its own challenge; the one that counts needs it. */
static void another_mind_another_challenge(void **state)
{
	struct hall *h = hall_open(minds_change_and_voters_meet);
	struct challenge c = voters(h, 0);
	struct vote first = world_vote(h->w, 0, CHOICE_YES), second = world_vote(h->w, 0, CHOICE_NO);
	struct vote parsed;

	(void)state;
	for (int both = 0; both < 2; both++) {
		hall_put(h, world_sign_vote(h->w, &first, h->w->members[0].key))->status = VOTE_REPLACED;
		assert_true(vote_parse(&h->votes[0].jws, &parsed, NULL));
		second.iat = first.iat + 5000;
		second.has_replaces = true;
		second.replaces = parsed.digest;
		hall_put(h, world_sign_vote(h->w, &second, h->w->members[0].key));
		by_notary(h, c);
		if (both == 0) {
			hall_refused(h, "challenge_missing"); /* the first one's has run out */
			continue;
		}
		c.iat = second.iat;
		c.until = c.iat + 600;
		by_notary(h, c);
		holds(h);
	}
	hall_close(h);
}

/* ---- vouchers */

static void vouchers_are_asked(void **state)
{
	struct hall *h = hall_open(vouchers_meet);

	(void)state;
	hall_vouch(h, 0, 1);
	hall_refused(h, "challenge_missing");
	hall_vouch(h, 0, 1);
	hall_meet_by(h, 0, &h->w->proposal.subject);
	holds(h);
	hall_vouch(h, 0, 1);
	hall_meet_by(h, 0, &h->w->proposal.digest);
	hall_refused(h, "evidence_unasked");
	hall_close(h);
}

/* ---- many */

enum { CROWD = 1000 };

struct crowd {
	struct sig_key *key[CROWD];
	struct digest thumb[CROWD];
};

static bool crowd_lookup(void *arg, const struct id16 *member, struct voter *out)
{
	const struct crowd *c = arg;
	size_t i = (size_t)member->b[0] << 8 | member->b[1];

	*out = (struct voter){ .elector = i < CROWD, .keys = { c->thumb[i % CROWD] }, .keys_n = 1 };
	return out->elector;
}

/* Every voter has a challenge, and one that is taken from the middle is missed. */
static void a_crowd_meets(void **state)
{
	struct hall *h = hall_open(voters_meet);
	struct crowd *c = calloc(1, sizeof(*c));
	struct evidence ev = { calloc(CROWD, sizeof(*ev.votes)), CROWD, calloc(CROWD, sizeof(*ev.objects)), CROWD, NULL };
	const struct evidence_view view = { .voter = crowd_lookup, .arg = c };
	struct err e = { 0 };
	struct verified v;

	(void)state;
	for (size_t i = 0; i < CROWD; i++) {
		struct vote vote = world_vote(h->w, 0, CHOICE_YES);
		struct challenge met;

		vote.member = (struct id16){ { (uint8_t)(i >> 8), (uint8_t)i } };
		c->key[i] = envelope_key(SIG_ED25519);
		c->thumb[i] = envelope_thumb(c->key[i]);
		met = hall_challenge(h, &h->w->proposal.digest, &c->thumb[i]);
		ev.votes[i] = world_sign_vote(h->w, &vote, c->key[i]);
		ev.objects[CROWD - 1 - i] =
			(struct evidence_object){ .jws = envelope(h->w->c, KIND_CHALLENGE, challenge_print(&met), h->w->keys->notary),
				.key = *sig_key_pub(h->w->keys->notary) };
	}
	if (!evidence_verify(h->w->c, h->w->charter, &h->w->proposal, &ev, &view, h->w->now, false, &v, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(v.facts.votes_n, CROWD);
	verified_free(&v);
	jws_free(&ev.objects[CROWD / 2].jws);
	ev.objects[CROWD / 2] = ev.objects[--ev.objects_n];
	assert_false(evidence_verify(h->w->c, h->w->charter, &h->w->proposal, &ev, &view, h->w->now, false, &v, &e));
	assert_string_equal(e.name, "challenge_missing");
	evidence_free(&ev);
	for (size_t i = 0; i < CROWD; i++)
		sig_key_free(c->key[i]);
	free(c);
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(challenges_become_facts),
		cmocka_unit_test(challenges_are_of_this_proposal),
		cmocka_unit_test(challenges_are_of_their_time),
		cmocka_unit_test(challenges_are_by_a_notary_alone),
		cmocka_unit_test(work_is_done_again_by_the_reader),
		cmocka_unit_test(a_notary_whose_time_is_over),
		cmocka_unit_test(nobody_is_asked),
		cmocka_unit_test(each_challenge_stands_once),
		cmocka_unit_test(voters_are_asked),
		cmocka_unit_test(a_vote_without),
		cmocka_unit_test(a_challenge_is_for_one_thing),
		cmocka_unit_test(a_challenge_covers_its_vote),
		cmocka_unit_test(a_void_vote_is_not_asked),
		cmocka_unit_test(another_mind_another_challenge),
		cmocka_unit_test(vouchers_are_asked),
		cmocka_unit_test(a_crowd_meets),
	};

	return cmocka_run_group_tests_name("evidence_challenge", tests, NULL, NULL);
}
