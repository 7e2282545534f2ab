/* SPDX-License-Identifier: ISC
 * Motions by several members, and the complaints that they rest on, as the log brings them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/complaining.h"

static json_t *evidence(void)
{
	return w->log[w->log_n - 1].evidence;
}

/* The last proposal's evidence is refused, and then forgotten. */
static void moved_is(const char *name)
{
	refused(name);
	forget();
}

static void expels(void)
{
	world_propose_expulsion(w, 2);
	follower_accepts(f);
}

static void test_two_move_with_what_proves_itself(void **state)
{
	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	contradicts(0, 2);
	world_complain(w, 1, 2, NULL);
	expels();
	assert_int_equal(json_array_size(json_object_get(evidence(), "complaints")), 2);
}

static void test_movers(void **state)
{
	(void)state;
	begin(two_and_a_complaint);
	world_complain(w, 0, 2, NULL);
	w->movers = 1;
	world_propose_expulsion(w, 2);
	refused("movers_missing");
	down(NULL);
	begin(NULL);
	w->movers = 2;
	world_propose_expulsion(w, 2);
	refused("bad_jws");
}

static void about_itself(const struct world *world, struct motion *m)
{
	m->member = world->members[1].member;
}

static void test_nobody_moves_its_own(void **state)
{
	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	world_complain(w, 0, 1, NULL);
	w->twist_motion = about_itself;
	world_propose_expulsion(w, 2); /* moved by 0 and 1 */
	refused("not_allowed");
}

static void test_complaints_are_those_named(void **state)
{
	json_t *other;

	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	world_propose_expulsion(w, 2);
	refused("complaint_missing");
	world_complain(w, 0, 2, NULL);
	world_propose_expulsion(w, 2);
	json_object_del(evidence(), "complaints");
	refused("complaint_missing");
	world_propose_expulsion(w, 2);
	other = json_deep_copy(w->complaints);
	forget();
	w->now++;
	world_complain(w, 0, 2, NULL);
	json_object_set(evidence(), "complaints", w->complaints);
	json_decref(other);
	moved_is("complaint_missing");
}

static void of_another_group(struct complaint *x)
{
	x->genesis = digest_fill(1);
}

static void under_no_charter(struct complaint *x)
{
	x->charter = digest_fill(1);
}

static void about_another(struct complaint *x)
{
	x->member = id16_fill(1);
}

static void by_another(struct complaint *x)
{
	x->by = id16_fill(1);
}

static void dated_ahead(struct complaint *x)
{
	x->iat += COMPLAINT_SLACK + 10;
}

static void test_complaints_speak_of_the_accused(void **state)
{
	static const struct {
		void (*change)(struct complaint *x);
		const char *name;
	} wrong[] = {
		{ of_another_group, "wrong_context" },
		{ under_no_charter, "wrong_context" },
		{ about_another, "wrong_context" },
		{ by_another, "complaint_void" },
		{ dated_ahead, "complaint_late" },
	};

	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		world_complain(w, 0, 2, wrong[i].change);
		world_propose_expulsion(w, 2);
		moved_is(wrong[i].name);
	}
}

static void test_who_complains_stands(void **state)
{
	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	world_complain(w, 1, 2, NULL);
	world_revoke_key(w, 1);
	follower_accepts(f);
	mark = world_mark(w);
	world_propose_expulsion(w, 2);
	refused("not_a_member"); /* who complained moves as well */
	w->movers = 1;
	down(NULL);
	begin(NULL);
	world_complain(w, 1, 2, NULL);
	world_revoke_key(w, 1);
	follower_accepts(f);
	mark = world_mark(w);
	world_propose_expulsion(w, 2);
	refused("complaint_void");
}

static void contradicting(const struct vote votes[static 2], const struct sig_key *first, const struct sig_key *second, const char *name)
{
	const struct sig_key *const keys[] = { first, second };

	world_complain_votes(w, 0, 2, votes, keys);
	world_propose_expulsion(w, 2);
	moved_is(name);
}

static void test_votes_prove_themselves(void **state)
{
	const struct sig_key *k;
	struct vote votes[2];

	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	k = w->members[2].key;
	two_votes(2, votes);
	votes[1].choice = CHOICE_YES;
	votes[1].iat++;
	contradicting(votes, k, k, "no_contradiction");
	two_votes(2, votes);
	votes[1].proposal = digest_fill(9);
	contradicting(votes, k, k, "no_contradiction");
	two_votes(2, votes);
	contradicting(votes, k, w->members[1].key, "wrong_key");
	votes[0].charter = votes[1].charter = digest_fill(9);
	contradicting(votes, k, k, "unknown_charter");
	two_votes(1, votes);
	contradicting(votes, k, k, "wrong_context");
}

/* Under this charter a second vote may take the first one's place. */
static void test_minds_may_change(void **state)
{
	const struct sig_key *k;
	struct vote votes[2];

	(void)state;
	begin(two_who_may_change);
	w->movers = 2;
	k = w->members[2].key;
	two_votes(2, votes);
	votes[1].has_replaces = true;
	votes[1].replaces = digest_fill(3);
	contradicting(votes, k, k, "no_contradiction");
	contradicts(0, 2);
	expels();
}

/* A key that the accused had before is its own still. */
static void test_a_new_key_undoes_nothing(void **state)
{
	(void)state;
	begin(two_and_a_complaint);
	w->movers = 2;
	contradicts(0, 2);
	world_rekey(w, 2, envelope_key(SIG_ED25519));
	follower_accepts(f);
	expels();
}

/* The same words at the same time make the same motion. */
static void dated_alike(const struct world *world, struct motion *m)
{
	(void)world;
	m->iat -= m->iat % 1000;
}

static void test_a_motion_is_put_once(void **state)
{
	(void)state;
	begin(NULL);
	w->twist_motion = dated_alike;
	expels();
	mark = world_mark(w);
	world_propose_expulsion(w, 2);
	refused("replayed");
}

static void test_what_is_taken_back_may_come_again(void **state)
{
	(void)state;
	begin(NULL);
	world_propose_expulsion(w, 2);
	mark = world_mark(w);
	w->movers = 2;
	world_propose_expulsion(w, 1);
	follower_refuses_since(f, &mark, "bad_jws");
	follower_accepts(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_move_with_what_proves_itself),
		TEST(movers),
		TEST(nobody_moves_its_own),
		TEST(complaints_are_those_named),
		TEST(complaints_speak_of_the_accused),
		TEST(who_complains_stands),
		TEST(votes_prove_themselves),
		TEST(minds_may_change),
		TEST(a_new_key_undoes_nothing),
		TEST(a_motion_is_put_once),
		TEST(what_is_taken_back_may_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
