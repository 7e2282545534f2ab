/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: vouches, work, neighbours, probation and limits. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/followers.h"
#include "tests/lib/labour.h"
#include "tests/lib/liar.h"

static int start(void **state)
{
	*state = liar_new();
	return 0;
}

static int end(void **state)
{
	liar_free(*state);
	return 0;
}

static void two_vouches(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"any\":[{\"votes\":{\"count\":3}},{\"vouches\":{\"count\":2,\"age\":60,\"budget\":1,\"window\":300}}]}");
}

static struct evidence_object vouch(struct world *w, size_t i, uint32_t live)
{
	struct vouch v = world_vouch(w, i);

	world_log_vouch(w, &v, w->members[i].key, live);
	return world_sign_vouch(w, &v, w->members[i].key);
}

static void drop(struct evidence_object *o)
{
	jws_free(&o->jws);
}

/* The last entry says something else than what it would have to. */
static void vouches_with(struct liar *l, struct world *w, void (*lie)(struct entry *en), uint32_t live, const char *name)
{
	struct world_mark m = world_mark(w);
	struct evidence_object o = vouch(w, 0, live);
	struct entry en = w->log[w->log_n - 1].entry;

	if (lie != NULL) {
		lie(&en);
		world_rewrite(w, w->log_n - 1, &en);
	}
	liar_refused(l, w, name);
	world_back(w, &m);
	drop(&o);
}

static void who_is_older(struct entry *en)
{
	en->age += 3600;
}

static void who_is_another(struct entry *en)
{
	en->member.b[0] ^= 1;
}

static void for_another(struct entry *en)
{
	en->application.b[0] ^= 1;
}

/* Nobody gives a vouch more weight, or one to whom it is not for. */
static void a_vouch_weighs_what_the_log_says(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, two_vouches);
	struct evidence_object o;

	vouches_with(l, w, who_is_older, 1, "vouch_differs");
	vouches_with(l, w, NULL, 1, "vouch_too_young");
	w->now += 60;
	vouches_with(l, w, who_is_another, 1, "vouch_differs");
	vouches_with(l, w, for_another, 1, "vouch_differs");
	vouches_with(l, w, NULL, 2, "vouch_differs");
	o = vouch(w, 0, 1);
	drop(&o);
	liar_accepted(l, w);
	vouches_with(l, w, NULL, 2, "replayed");
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	vouches_with(l, w, NULL, 1, "vouch_differs");
	vouches_with(l, w, NULL, 2, "budget_spent");
	world_free(w);
}

static void nobody_vouches_for_a_member(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, two_vouches);
	struct vouch v = world_vouch(w, 0);
	struct world_mark m;

	w->now += 60;
	m = world_mark(w);
	world_log_vouch(w, &v, w->members[1].key, 1);
	liar_refused(l, w, "wrong_key");
	world_back(w, &m);
	world_log_vouch(w, &v, w->keys->notary, 1);
	liar_refused(l, w, "wrong_key");
	world_free(w);
}

/* Each vouch of the log is in a yes, and none that is void; the signer knows them again when it was killed in between. */
static void a_yes_has_the_vouches_of_the_log(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, two_vouches);
	struct evidence_object objects[3];
	struct evidence ev = { .objects = objects };
	struct world_mark m;

	w->now += 60;
	for (size_t i = 0; i < 3; i++)
		objects[i] = vouch(w, i, 1);
	liar_accepted(l, w);
	liar_kill(l);
	liar_start(l);
	m = world_mark(w);
	ev.objects_n = 2;
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "evidence_missing");
	world_back(w, &m);
	world_leave(w, 2);
	ev.objects_n = 3;
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_refused(l, w, "vouch_void");
	world_back(w, &m);
	liar_decide(w, &ev, false, OUTCOME_YES);
	liar_accepted(l, w);
	liar_signs(l, w, &w->decision.digest);
	for (size_t i = 0; i < 3; i++)
		drop(&objects[i]);
	world_free(w);
}

/* ---- work */

static void sixteen_mebibytes(json_t *charter)
{
	charters_set(charter, "/admission", "{\"work\":{\"effort\":16384}}");
}

/* The notary is gauthd's, and signs what it likes. */
static struct evidence_object by_notary(const struct world *w, const struct challenge *c)
{
	return (struct evidence_object){ .jws = envelope(w->c, KIND_CHALLENGE, challenge_print(c), w->keys->notary),
		.key = *sig_key_pub(w->keys->notary) };
}

/* A decision with this work behind it, though the evidence beside it claims other work. */
static void claim_work(struct liar *l, struct world *w, const struct challenge *done, const struct challenge *claimed, const char *name)
{
	struct world_mark m = world_mark(w);
	struct evidence_object good = by_notary(w, done), lie = by_notary(w, claimed);
	struct evidence ev = { .objects = &good, .objects_n = 1 };
	size_t index = liar_decide(w, &ev, false, OUTCOME_YES);

	ev.objects = &lie;
	json_decref(w->log[index].evidence);
	w->log[index].evidence = world_evidence(&ev);
	if (name == NULL) {
		liar_accepted(l, w);
	} else {
		liar_refused(l, w, name);
		world_back(w, &m);
	}
	drop(&good);
	drop(&lie);
}

static void nobody_is_let_in_for_work_that_was_not_done(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, sixteen_mebibytes);
	struct challenge done = { .genesis = w->genesis,
		.charter = w->proposal.charter,
		.subject = w->proposal.subject,
		.key = w->proposal.key,
		.iat = w->now,
		.until = w->now + 600 };
	struct challenge lie = done;

	labour(&done, 16384);
	labour(&lie, 8192);
	lie.effort = 16384;
	claim_work(l, w, &done, &lie, "work_short");
	lie.work.counter++;
	claim_work(l, w, &done, &lie, "work_wrong");
	claim_work(l, w, &done, &done, NULL);
	liar_signs(l, w, &w->decision.digest);
	world_free(w);
}

static void two_neighbours(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"count\":2,\"nearest\":2}}");
}

static void a_friend(const struct world *w, struct proposal *p)
{
	size_t i = 0;

	while (id16_compare(&p->nearest[0], &w->members[i].member) == 0 || id16_compare(&p->nearest[1], &w->members[i].member) == 0)
		i++;
	p->nearest[1] = w->members[i].member;
}

static void nobody(const struct world *w, struct proposal *p)
{
	(void)w;
	p->has_ring = false;
}

static void neighbours_are_not_chosen(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, two_neighbours);

	world_apply(w);
	liar_twisted(l, w, a_friend, "ring_differs");
	liar_twisted(l, w, nobody, "ring_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	world_free(w);
}

static void probation(json_t *charter)
{
	charters_set(charter, "/voting/probation", "600");
	charters_set(charter, "/membership/limit", "4");
}

static void all_may_vote(const struct world *w, struct proposal *p)
{
	for (size_t i = 0; i < w->electorate.n; i++)
		w->electorate.e[i].weight = 1;
	p->electorate_without = 0;
	assert_true(electorate_root(&w->electorate, &p->electorate_root, NULL));
}

/* A newcomer on probation has no vote, and a full group takes nobody. */
static void probation_and_limit_hold(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_asked(l, probation);

	liar_welcome(l, w);
	w->applicant = envelope_key(SIG_ED25519);
	world_apply(w);
	liar_twisted(l, w, all_may_vote, "electorate_differs");
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes); /* without its certificate */
	liar_refused(l, w, "group_full");
	world_free(w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_vouch_weighs_what_the_log_says),
		TEST(nobody_vouches_for_a_member),
		TEST(a_yes_has_the_vouches_of_the_log),
		TEST(nobody_is_let_in_for_work_that_was_not_done),
		TEST(neighbours_are_not_chosen),
		TEST(probation_and_limit_hold),
	};

	return cmocka_run_group_tests_name("liar_vouch", tests, NULL, NULL);
}
