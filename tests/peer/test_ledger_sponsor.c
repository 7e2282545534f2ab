/* SPDX-License-Identifier: ISC
 * What vouchers answer for: whom they bring in, and whom the group expels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/vouching.h"

enum { SPONSOR_WINDOW = 1000, PENALTY = 300 };

static void sponsored(json_t *charter, const char *sponsor)
{
	rule(charter, "");
	charters_set(charter, "/membership/sponsor", sponsor);
}

static void vouchers_alone(json_t *charter)
{
	sponsored(charter, "{\"per\":1,\"window\":1000,\"depth\":1}");
}

static void two_steps(json_t *charter)
{
	sponsored(charter, "{\"per\":1,\"window\":1000,\"depth\":2}");
}

static void penal(json_t *charter)
{
	rule(charter, "");
	charters_set(charter, "/vouching", "{\"probation\":0,\"cascade\":\"none\",\"penalty\":300}");
}

/* Member i vouches for the applicant, and the founders' votes admit it. What comes of that is logged, and not followed yet. */
static void admit_by(size_t i, uint32_t live)
{
	struct vouch vouch = world_vouch(w, i);
	struct decision d;
	struct verified v;
	size_t at;

	world_log_vouch(w, &vouch, w->members[i].key, live);
	follower_accepts(f);
	mark = world_mark(w);
	hall_clear(f->h);
	hall_say(f->h, world_sign_vouch(w, &vouch, w->members[i].key));
	hall_cast(f->h, 0, CHOICE_YES);
	hall_cast(f->h, 1, CHOICE_YES);
	v = hall_good(f->h);
	d = world_decision(w, &v, OUTCOME_YES);
	at = w->log_n;
	world_decide(w, &d);
	verified_free(&v);
	w->log[at].evidence = world_evidence(&f->h->ev);
}

/* It is the joining that is refused; the certificate behind it is not looked at. */
static void spent(void)
{
	buf_free(&w->log[--w->log_n].bytes);
	refused("sponsor_spent");
}

static void first_by_founder(void (*change)(json_t *charter))
{
	ask(change);
	admit_by(0, 1);
	follower_accepts(f);
	electorate_is(4);
	w->applicant = envelope_key(SIG_ED25519);
	w->members[3].standing = (struct voter){ .elector = true, .keys_n = 1 };
	jwk_thumbprint(sig_key_pub(w->members[3].key), &w->members[3].standing.keys[0]);
}

static void test_a_second_is_too_many(void **state)
{
	(void)state;
	first_by_founder(vouchers_alone);
	ask_again(0);
	admit_by(0, 2);
	spent();
	electorate_is(4);
}

static void test_after_the_window(void **state)
{
	(void)state;
	first_by_founder(vouchers_alone);
	ask_again(SPONSOR_WINDOW);
	admit_by(0, 2);
	follower_accepts(f);
	electorate_is(5);
}

/* Who was brought in by founder 0 brings somebody in itself: with a depth of two that is founder 0's second. */
static void test_up_the_tree(void **state)
{
	(void)state;
	first_by_founder(two_steps);
	ask_again(0);
	admit_by(3, 1);
	spent();
	down(state);
	first_by_founder(vouchers_alone);
	ask_again(0);
	admit_by(3, 1);
	follower_accepts(f);
	electorate_is(5);
}

static void test_a_penalty(void **state)
{
	int64_t since;

	(void)state;
	first_by_founder(penal);
	world_propose_expulsion(w, 3);
	follower_decide(f, "yyy", OUTCOME_YES);
	follower_accepts(f);
	since = last()->time;
	ask_again(0);
	at(since + PENALTY - 1);
	vouch_refused(0, 2, "penalised");
	vouched(1, 1);
	at(since + PENALTY);
	vouched(0, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_is_too_many),
		TEST(after_the_window),
		TEST(up_the_tree),
		TEST(a_penalty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
