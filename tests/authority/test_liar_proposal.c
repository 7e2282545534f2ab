/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: every lie is refused by its name and changes nothing, and then the truth
 * goes through. Here: proposals, charters, terms. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/time.h"
#include "tests/lib/envelopes.h"
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
/* ---- proposals and charters */

/* With everything that follows from it. */
static void take_seed(const struct world *w, struct proposal *p, const uint8_t seed[static 32])
{
	memcpy(p->seed, seed, sizeof(p->seed));
	proposal_member(&w->genesis, &p->subject, p->seed, &p->member);
	proposal_node(&w->genesis, &p->subject, p->seed, &p->node);
}

static void another_seed(const struct world *w, struct proposal *p)
{
	static const uint8_t own[32] = { 1 };

	take_seed(w, p, own);
}

/* It was committed to, and is another application's. */
static void the_next_seed(const struct world *w, struct proposal *p)
{
	p->seed_number = 1;
	take_seed(w, p, w->seeds[1]);
}

static void another_node(const struct world *w, struct proposal *p)
{
	(void)w;
	p->node.b[0] ^= 1;
}

static void another_number(const struct world *w, struct proposal *p)
{
	(void)w;
	p->number++;
}

static void another_key(const struct world *w, struct proposal *p)
{
	p->key = w->members[0].thumb;
}

static void a_shorter_term(const struct world *w, struct proposal *p)
{
	(void)w;
	p->term = 60;
}

static void opened_before(const struct world *w, struct proposal *p)
{
	(void)w;
	p->opened -= 1000;
}

static void another_group(const struct world *w, struct proposal *p)
{
	(void)w;
	p->genesis = digest_fill(1);
}

static void a_proposal_is_not_what_it_must_be(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);

	world_apply(w);
	liar_twisted(l, w, another_seed, "seed_differs");
	liar_twisted(l, w, the_next_seed, "seed_differs");
	liar_twisted(l, w, another_node, "seed_differs");
	liar_twisted(l, w, another_number, "log_order");
	liar_twisted(l, w, another_key, "wrong_key");
	liar_twisted(l, w, a_shorter_term, "log_time");
	liar_twisted(l, w, opened_before, "log_time");
	liar_twisted(l, w, another_group, "wrong_context");
	world_propose_admission(w);
	liar_twisted(l, w, NULL, "already_decided");
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

static void under_the_next_charter(const struct world *w, struct proposal *p)
{
	p->charter = w->later[0].charter->object.digest;
}

static void under_the_first_charter(const struct world *w, struct proposal *p)
{
	p->charter = w->genesis;
}

/* What the next charter repeats of the first, and when it begins: a change of charter has no other way to know. */
static struct {
	json_t *authority;
	int64_t effective;
} next;

static void keep_authority(json_t *charter)
{
	next.authority = json_incref(json_object_get(charter, "authority"));
}

static void begin_later(json_t *charter)
{
	json_object_set_new(charter, "authority", next.authority);
	json_object_set_new(charter, "effective", json_integer(next.effective));
}

/* Charter 2, in force in a hundred seconds. Proposals stay under the first until w->charter is the other one. */
static void amend(struct world *w)
{
	next.effective = w->now + 100;
	world_draft(w, begin_later);
	world_amend(w, NULL, NULL);
	w->charter = w->signed_charter.charter;
}

static void the_charter_is_not_in_force(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, keep_authority);

	amend(w);
	world_apply(w);
	liar_twisted(l, w, under_the_next_charter, "charter_not_in_force"); /* it stands in the log, and is not effective yet */
	liar_accepted(l, w);
	w->now += 200;
	liar_twisted(l, w, under_the_first_charter, "charter_not_in_force");
	w->charter = w->later[0].charter;
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

static void of_another_genesis(const struct world *w, struct entry *en)
{
	(void)w;
	en->genesis = digest_fill(8);
}

static void the_genesis_is_another(void **state)
{
	struct liar *l = *state;
	struct world *a = liar_founded(l, NULL), *b = liar_founded(l, NULL);
	struct world_mark m = world_mark(a);

	world_apply(a);
	liar_refused_items(l, b, b->log_n, liar_items(a, a->log_n - 1, a->log_n), "wrong_context");
	world_back(a, &m);
	a->twist_entry = of_another_genesis;
	world_apply(a);
	liar_refused(l, a, "wrong_context");
	a->twist_entry = NULL;
	world_back(a, &m);
	world_apply(a);
	liar_accepted(l, a);
	world_apply(b);
	liar_accepted(l, b);
	world_free(a);
	world_free(b);
}

/* A notary of another group signs proposals and decisions; so does nobody. */
static void it_is_no_notary(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct sig_key *notary = w->keys->notary;
	struct world_mark m;

	world_apply(w);
	w->keys->notary = w->applicant;
	liar_twisted(l, w, NULL, "not_a_notary");
	w->keys->notary = notary;
	world_propose_admission(w);
	liar_accepted(l, w);
	m = world_mark(w);
	w->keys->notary = w->applicant;
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	liar_refused(l, w, "not_a_notary");
	w->keys->notary = notary;
	world_back(w, &m);
	liar_welcome(l, w);
	world_free(w);
}

static void charter_two_lacks_approvals(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, keep_authority);
	struct world_mark m = world_mark(w);
	json_t *doc;

	amend(w);
	doc = w->log[m.log_n].object;
	json_array_remove(json_object_get(doc, "approvals"), 1);
	liar_refused(l, w, "approvals_missing");
	json_array_append(json_object_get(doc, "approvals"), json_array_get(json_object_get(doc, "approvals"), 0));
	liar_refused(l, w, "approval_repeated");
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

static void amendment_is_voted_on(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
	keep_authority(charter);
}

static void charter_two_was_not_voted_on(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, amendment_is_voted_on);
	struct world_mark m = world_mark(w);

	amend(w);
	liar_refused(l, w, "votes_missing");
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	liar_welcome(l, w);
	world_free(w);
}

/* ---- terms: where more votes, or a veto, could still come, a *yes* waits until the signer itself saw the term pass */

static void with_a_veto(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"minimum\":2,\"veto\":1}}");
	charters_set(charter, "/voting/term", "600");
}

static void of_votes_cast(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\"}}");
	charters_set(charter, "/voting/term", "600");
}

static void the_term_was_not_seen(struct liar *l, void (*change)(json_t *charter), const char *votes)
{
	struct world *w = liar_asked(l, change);
	struct world_mark m = world_mark(w);

	assert_true(w->now + 600 < time_now()); /* by its own dates the term is over */
	liar_decide_by(w, votes, true, OUTCOME_YES);
	liar_refused(l, w, "term_not_seen");
	world_back(w, &m);
	liar_decide_by(w, votes, false, OUTCOME_YES);
	liar_refused(l, w, "term_open");
	world_back(w, &m);
	liar_decide_by(w, "yyy", false, OUTCOME_YES); /* nobody is left to object */
	liar_accepted(l, w);
	world_free(w);
}

static void a_veto_could_still_come(void **state)
{
	the_term_was_not_seen(*state, with_a_veto, "yy");
}

static void votes_could_still_be_cast(void **state)
{
	the_term_was_not_seen(*state, of_votes_cast, "y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proposal_is_not_what_it_must_be),
		cmocka_unit_test(the_charter_is_not_in_force),
		cmocka_unit_test(the_genesis_is_another),
		cmocka_unit_test(it_is_no_notary),
		cmocka_unit_test(charter_two_lacks_approvals),
		cmocka_unit_test(charter_two_was_not_voted_on),
		cmocka_unit_test(a_veto_could_still_come),
		cmocka_unit_test(votes_could_still_be_cast),
	};

	return cmocka_run_group_tests_name("liar: proposal", tests, start, end);
}
