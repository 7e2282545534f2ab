/* SPDX-License-Identifier: ISC
 * Who has a vote: members on probation have none, and some charters ask those who stand near. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/electors.h"
#include "authority/store_key.h"
#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"

static struct proposal proposal_of(struct folk *f, uint64_t number)
{
	struct stored_proposal p;
	struct err e = { 0 };

	if (!store_proposal_load(f->r->w, f->g.g, number, STORE_READ, &p, &e))
		fail_msg("%s: %s", e.name, e.text);
	return p.p;
}

/* ---- probation */

static void with_probation(json_t *charter)
{
	charters_set(charter, "/voting/probation", "100000");
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/1\"}}");
	charters_set(charter, "/tests", "[]");
}

static void test_newcomers_have_no_vote(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "probation", with_probation);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct electorate who;
	struct err e = { 0 };
	struct proposal p;
	struct vote v;

	for (size_t i = 0; i < 3; i++)
		assert_string_equal(folk_cast(&f, r->w, number, i, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	p = proposal_of(&f, number);
	assert_int_equal(p.electorate_n, 3);
	assert_int_equal(p.electorate_without, 0);

	number = folk_propose(&f, r->w, l);
	v = folk_vote(&f, r->w, number, &p.member, CHOICE_YES);
	p = proposal_of(&f, number);
	assert_int_equal(p.electorate_n, 4);
	assert_int_equal(p.electorate_without, 1);
	assert_true(electors_of(r->w, f.g.g, number, &who, &e));
	assert_int_equal(who.n, 4);
	assert_int_equal(who.e[electorate_find(&who, &v.member)].weight, 0);
	electorate_free(&who);
	assert_false(folk_send_vote(&f, r->w, number, &v, k, NULL, &e));
	assert_string_equal(e.name, "on_probation");
	/* all who have a vote are three */
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(folk_cast(&f, r->w, number, i, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	folk_audited(&f, number);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

static void vouching_probation(json_t *charter)
{
	charters_set(charter, "/vouching", "{\"probation\":100000,\"cascade\":\"none\"}");
	charters_set(charter, "/admission", "{\"any\":[{\"votes\":{\"count\":2}},{\"vouches\":{\"count\":1}}]}");
	charters_set(charter, "/tests", "[]");
}

static void test_newcomers_do_not_vouch(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "vouching", vouching_probation);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct id16 member = folk_admit(&f, r->w, k);
	struct digest d = folk_apply(&f, r->w, l);
	struct vouch v = folk_vouch(&f, &d, &member);
	struct err e = { 0 };

	assert_false(folk_send_vouch(&f, r->w, &v, k, NULL, &e));
	assert_string_equal(e.name, "vouch_too_young");
	/* founders have none */
	assert_string_equal(folk_vouch_for(&f, r->w, &d, 0), "");
	assert_true(folk_decide(&f, r->w, 2));
	assert_int_equal(folk_outcome(&f, 2), OUTCOME_YES);
	folk_audited(&f, 2);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

/* ---- the ring */

static void by_neighbours(json_t *charter)
{
	charters_set(charter, "/membership/nodes", "\"key\"");
	charters_set(charter, "/membership/names", "\"key\"");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":2,\"nearest\":1,\"opposite\":1}}");
	charters_set(charter, "/tests", "[]");
}

static size_t founder_of(struct folk *f, const struct id16 *member)
{
	for (size_t i = 0; i < 3; i++)
		if (id16_compare(&f->r->keys->member[i], member) == 0)
			return i;
	fail_msg("no founder");
	return 0;
}

static bool in_ring(const struct proposal *p, const struct id16 *member)
{
	return id16_compare(&p->nearest[0], member) == 0 || id16_compare(&p->opposite[0], member) == 0;
}

/* An applicant whose nearest elector is not the one opposite it: with three there are such. */
static uint64_t propose(struct folk *f, struct sig_key **k)
{
	for (int i = 0; i < 50; i++) {
		uint64_t number;
		struct proposal p;

		*k = envelope_key(SIG_ED25519);
		number = folk_propose(f, f->r->w, *k);
		p = proposal_of(f, number);
		assert_true(p.has_ring);
		assert_int_equal(p.nearest_n, 1);
		assert_int_equal(p.opposite_n, 1);
		if (id16_compare(&p.nearest[0], &p.opposite[0]) != 0)
			return number;
		sig_key_free(*k);
	}
	fail_msg("no such place");
	return 0;
}

static void test_neighbours_admit(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "ring", by_neighbours);
	struct sig_key *k;
	uint64_t number = propose(&f, &k);
	struct proposal p = proposal_of(&f, number);
	struct id16 node;

	proposal_key_node(&f.g.genesis, &p.key, &node);
	assert_int_equal(id16_compare(&node, &p.node), 0);
	/* who stands elsewhere may say what it likes */
	for (size_t i = 0; i < 3; i++)
		if (!in_ring(&p, &r->keys->member[i]))
			assert_string_equal(folk_cast(&f, r->w, number, i, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, number, founder_of(&f, &p.nearest[0]), CHOICE_YES), "");
	assert_false(folk_decide(&f, r->w, number));
	assert_string_equal(folk_cast(&f, r->w, number, founder_of(&f, &p.opposite[0]), CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	folk_audited(&f, number);
	sig_key_free(k);
	folk_free(&f);
}

static void newcomers_among_neighbours(json_t *charter)
{
	charters_set(charter, "/voting/probation", "100000");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":1,\"nearest\":4,\"opposite\":4}}");
	charters_set(charter, "/tests", "[]");
}

/* Who has no vote stands in nobody's neighbourhood: otherwise there would be places that cannot be asked. */
static void test_newcomers_are_no_neighbours(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "newcomers", newcomers_among_neighbours);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	struct proposal p;

	(void)folk_admit(&f, r->w, k);
	p = proposal_of(&f, folk_propose(&f, r->w, l));
	assert_int_equal(p.electorate_n, 4);
	assert_int_equal(p.nearest_n, 3);
	assert_int_equal(p.opposite_n, 3);
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newcomers_have_no_vote),
		cmocka_unit_test(test_newcomers_do_not_vouch),
		cmocka_unit_test(test_neighbours_admit),
		cmocka_unit_test(test_newcomers_are_no_neighbours),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
