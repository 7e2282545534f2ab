/* SPDX-License-Identifier: ISC
 * Decisions, and what they rest on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void test_admission(void **state)
{
	(void)state;
	ask(NULL);
	follower_decide(f, "yny", OUTCOME_YES);
	follower_accepts(f);
	electorate_is(4);
	certificate_is(&w->decision.digest, 3);
}

/* A batch that is refused at its end leaves nobody in the order of electors: what joins again stands there once. */
static void test_admission_taken_back(void **state)
{
	struct world_mark good;
	struct err e = { 0 };

	(void)state;
	ask(NULL);
	follower_decide(f, "yny", OUTCOME_YES);
	good = world_mark(w);
	world_log(w, *last(), NULL);
	assert_false(follower_take(f, &e));
	electorate_is(3);
	world_back(w, &good);
	follower_accepts(f);
	electorate_is(4);
	world_propose_expulsion(w, 2);
	follower_accepts(f);
}

static void test_admission_early(void **state)
{
	(void)state;
	ask(NULL);
	f->now = w->now; /* two yes of three are enough: no term is waited for */
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	electorate_is(4);
}

static void test_refusals_and_voids(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_NO, OUTCOME_EXPIRED, OUTCOME_VOID };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		ask(NULL);
		follower_decide(f, "n", outcomes[i]);
		follower_accepts(f);
		electorate_is(3);
		if (i < 2)
			follower_free(f);
	}
}

static void test_expulsion(void **state)
{
	struct digest cause;

	(void)state;
	ask(NULL);
	world_propose_expulsion(w, 2);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	electorate_is(2);
	profile_founder_cause(&w->genesis, &w->members[2].member, &cause);
	no_certificate(&cause, "not_a_member");
}

static void test_expulsion_of_another(void **state)
{
	struct entry en;

	(void)state;
	ask(NULL);
	world_propose_expulsion(w, 2);
	follower_decide(f, "yy", OUTCOME_YES);
	en = *last();
	en.member = w->members[0].member;
	rewritten(&en, "log_unknown");
}

static void decide(const char *choices, void (*change)(struct decision *d), const char *name)
{
	struct decision d;
	struct verified v;

	hall_clear(f->h);
	for (size_t i = 0; choices[i] != '\0'; i++)
		if (choices[i] != '-')
			hall_cast(f->h, i, choices[i] == 'y' ? CHOICE_YES : CHOICE_NO);
	v = hall_good(f->h);
	d = world_decision(w, &v, OUTCOME_NO);
	d.outcome = OUTCOME_YES;
	if (change != NULL)
		change(&d);
	{
		struct jws j = envelope(w->c, KIND_DECISION, decision_print(&d), w->keys->notary);
		struct entry en = { .event = EVENT_DECISION };

		jws_digest(&j, KIND_DECISION, &en.object);
		w->now++;
		world_log(w, en, envelope_json(&j));
		w->log[w->log_n - 1].evidence = world_evidence(&f->h->ev);
		jws_free(&j);
	}
	verified_free(&v);
	if (name != NULL)
		refused(name);
}

#define OTHERWISE(name, change) \
	static void name(struct decision *d) \
	{ \
		change; \
	}
OTHERWISE(of_another_group, d->genesis = digest_fill(1))
OTHERWISE(by_another_charter, d->charter = digest_fill(1))
OTHERWISE(on_another_proposal, d->proposal = digest_fill(1))
OTHERWISE(made_earlier, d->decided--)
OTHERWISE(from_an_older_log, d->log_size--)
OTHERWISE(from_another_log, d->log_root = digest_fill(1))
OTHERWISE(with_more_yes, d->yes++)
OTHERWISE(with_other_votes, d->votes_root = digest_fill(1))
OTHERWISE(with_other_words, d->evidence_root = digest_fill(1))

static void test_decisions(void **state)
{
	(void)state;
	ask(NULL);
	decide("yy", of_another_group, "wrong_context");
	decide("yy", by_another_charter, "wrong_context");
	decide("yy", on_another_proposal, "log_unknown");
	decide("yy", made_earlier, "log_time");
	decide("yy", from_an_older_log, "forked");
	decide("yy", from_another_log, "forked");
	decide("yy", with_more_yes, "votes_differ");
	decide("yy", with_other_votes, "votes_differ");
	decide("yy", with_other_words, "evidence_differs");
	decide("y", NULL, "votes_missing");
	decide("ynn", NULL, "votes_missing");
	decide("", NULL, "votes_missing");
}

static void test_decisions_by_another(void **state)
{
	(void)state;
	ask(NULL);
	follower_decide(f, "nn", OUTCOME_NO);
	by(KIND_DECISION, decision_print(&w->decision), w->issuing, "not_a_notary");
}

static void test_evidence(void **state)
{
	json_t *evidence, *votes;

	(void)state;
	ask(NULL);
	decide("yy", NULL, NULL);
	evidence = w->log[w->log_n - 1].evidence;
	w->log[w->log_n - 1].evidence = NULL;
	follower_refuses(f, "votes_missing");
	w->log[w->log_n - 1].evidence = evidence;
	votes = json_object_get(evidence, "votes");
	json_object_set_new(json_array_get(votes, 0), "status", json_integer(1));
	follower_refuses(f, "vote_status");
	json_object_set_new(json_array_get(votes, 0), "status", json_integer(0));
	json_array_append_new(votes, json_deep_copy(json_array_get(votes, 0)));
	follower_refuses(f, "vote_repeated");
	json_array_remove(votes, 2);
	json_array_remove(votes, 1);
	follower_refuses(f, "votes_differ");
}

static json_t *part;

static void with_part(struct decision *d)
{
	d->scheme = part;
}

static void no_with_part(struct decision *d)
{
	d->scheme = part;
	d->outcome = OUTCOME_NO;
}

/* The scheme's own parts are judged by the scheme, that of a *no* too; and nothing else stands in evidence. */
static void test_parts_of_a_scheme(void **state)
{
	json_t *evidence;

	(void)state;
	part = json_object();
	ask(NULL);
	decide("yy", with_part, "scheme_part");
	decide("nn", no_with_part, "scheme_part");
	decide("yy", NULL, NULL);
	evidence = w->log[w->log_n - 1].evidence;
	json_object_set(evidence, "scheme", part);
	follower_refuses(f, "scheme_part");
	json_object_del(evidence, "scheme");
	json_object_set(evidence, "surprise", part);
	follower_refuses(f, "unknown_member");
	json_decref(part);
}

static void test_decided_twice(void **state)
{
	(void)state;
	ask(NULL);
	follower_decide(f, "nn", OUTCOME_NO);
	follower_accepts(f);
	mark = world_mark(w);
	decide("yy", NULL, "already_decided");
	follower_decide(f, "nn", OUTCOME_EXPIRED);
	refused("already_decided");
}

/* Member 2 is of the admission's electorate, and was expelled since. */
static void test_a_voter_brought_back(void **state)
{
	struct proposal admission;

	(void)state;
	ask(NULL);
	admission = w->proposal;
	world_propose_expulsion(w, 2);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
	mark = world_mark(w);
	w->proposal = admission;
	decide("y-y", NULL, "vote_status");
	w->proposal = admission;
	w->members[2].standing.gone = true;
	hall_clear(f->h);
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

static void test_a_vote_of_who_left(void **state)
{
	(void)state;
	ask(NULL);
	world_leave(w, 1);
	decide("yy", NULL, "vote_status");
	world_revoke_key(w, 1);
	decide("yy", NULL, "vote_status");
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	decide("yy", NULL, NULL);
	assert_true(follower_take(f, NULL));
}

static void with_probation(json_t *charter)
{
	charters_set(charter, "/voting/probation", "100");
}

static void test_votes_on_probation(void **state)
{
	(void)state;
	ask(with_probation);
	follower_decide(f, "yy", OUTCOME_YES);
	w->applicant = envelope_key(SIG_ED25519);
	world_apply(w);
	world_propose_admission(w);
	follower_accepts(f);
	mark = world_mark(w);
	w->members[3].standing = (struct voter){ .elector = true, .keys = { w->members[3].thumb }, .keys_n = 1 };
	decide("yy-y", NULL, "on_probation");
	follower_decide(f, "yy", OUTCOME_YES);
	follower_accepts(f);
}

static void term_matters(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\"}}");
}

static void test_the_term_is_measured(void **state)
{
	struct world_mark m;

	(void)state;
	f = follower_new(term_matters);
	w = f->w;
	f->h = calloc(1, sizeof(*f->h));
	f->h->w = w;
	f->h->ev.votes = f->h->votes;
	f->h->ev.objects = f->h->objects;
	world_apply(w);
	world_propose_admission(w);
	f->now = w->now;
	follower_accepts(f);
	m = world_mark(w);
	f->h->closed = true;
	f->now = proposal_closes(&w->proposal) - 1;
	follower_decide(f, "y", OUTCOME_YES);
	w->log_n -= 2; /* without what follows */
	buf_free(&w->log[w->log_n].bytes);
	buf_free(&w->log[w->log_n + 1].bytes);
	follower_refuses_since(f, &m, "term_not_seen");
	f->now++;
	f->h->closed = true;
	follower_decide(f, "y", OUTCOME_YES);
	follower_accepts(f);
	electorate_is(4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(admission),
		TEST(admission_taken_back),
		TEST(admission_early),
		TEST(refusals_and_voids),
		TEST(expulsion),
		TEST(expulsion_of_another),
		TEST(decisions),
		TEST(decisions_by_another),
		TEST(evidence),
		TEST(parts_of_a_scheme),
		TEST(decided_twice),
		TEST(a_voter_brought_back),
		TEST(a_vote_of_who_left),
		TEST(votes_on_probation),
		TEST(the_term_is_measured),
	};

	return cmocka_run_group_tests_name("ledger_decide", tests, NULL, NULL);
}
