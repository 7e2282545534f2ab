/* SPDX-License-Identifier: ISC
 * What a record makes of its log: heads, charters, the row of entries, and who stood where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/reading.h"

/* As far as the entries; their digests lead to nothing that is changed afterwards. */
static void begin(void)
{
	reading(admitted());
	is_believed(record_believe_head(r) && record_believe_entries(r));
	is_believed(record_believe_charters(r));
	is_believed(proposal_parse(&r->proposal_jws, &r->proposal, r->e) && decision_parse(&r->decision_jws, &r->decision, r->e));
}

static void test_heads(void **state)
{
	struct trust pin = { .has_head = true };

	(void)state;
	begin();
	pin.head = r->head;
	r->pin = &pin;
	is_believed(record_believe_head(r));
	pin.head.root.b[0] ^= 1;
	is_refused(record_believe_head(r), "forked");
	pin.head.size++; /* of another size: it says nothing here */
	is_believed(record_believe_head(r));
	r->pin = NULL;
	r->genesis.b[0] ^= 1;
	is_refused(record_believe_head(r), "record_mixed");
}

static void test_charters(void **state)
{
	struct entry *en;
	struct entry good;

	(void)state;
	begin();
	en = &r->links[0].line.entry;
	good = *en;
	en->event = EVENT_SEEDS;
	is_refused(record_believe_charters(r), "entry_differs");
	*en = good;
	en->version++;
	is_refused(record_believe_charters(r), "entry_differs");
	*en = good;
	en->index++;
	is_refused(record_believe_charters(r), "log_order");
	*en = good;
	en->approvals.b[0] ^= 1;
	is_refused(record_believe_charters(r), "approvals_differ");
	*en = good;
	en->has_decision = true;
	is_refused(record_believe_charters(r), "record_unasked");
	*en = good;
	r->genesis.b[0] ^= 1;
	is_refused(record_believe_charters(r), "record_mixed");
}

static void test_a_row_of_entries(void **state)
{
	struct entry *en, good;
	size_t n;

	(void)state;
	begin();
	is_believed(record_believe_lines(r));
	n = r->lines_n;
	r->lines_n = 3;
	is_refused(record_believe_lines(r), "entries_missing");
	r->lines_n = n;
	en = &r->lines[1].entry;
	good = *en;
	en->index++;
	is_refused(record_believe_lines(r), "log_order");
	*en = good;
	en->time = r->lines[0].entry.time - 1;
	is_refused(record_believe_lines(r), "log_order");
	*en = good;
	r->lines[0].entry.event = EVENT_SEEDS;
	is_refused(record_believe_lines(r), "entry_differs");
	r->lines[0].entry.event = EVENT_PROPOSAL;
	r->decision.digest.b[0] ^= 1;
	is_refused(record_believe_lines(r), "entry_differs");
}

/* A *yes* on an admission brings joined and issued; a refusal brings nothing. */
static void test_consequences(void **state)
{
	(void)state;
	begin();
	assert_int_equal(record_consequences(r), 2);
	assert_ptr_equal(record_decided(r), &r->lines[r->lines_n - 3]);
	assert_int_equal(record_decided(r)->entry.event, EVENT_DECISION);
	r->proposal.question = Q_EXPEL;
	assert_int_equal(record_consequences(r), 1);
	r->proposal.question = Q_AMEND;
	assert_int_equal(record_consequences(r), 1);
	r->decision.outcome = OUTCOME_NO;
	assert_int_equal(record_consequences(r), 0);
	assert_ptr_equal(record_decided(r), &r->lines[r->lines_n - 1]);
}

static void test_places_in_the_electorate(void **state)
{
	struct record_seat other;

	(void)state;
	begin();
	is_believed(record_seat_holds(r, &r->seats[0]));
	other = r->seats[0];
	other.index ^= 1;
	is_refused(record_seat_holds(r, &other), "not_in_electorate");
	other = r->seats[0];
	other.elector.key.b[0] ^= 1;
	is_refused(record_seat_holds(r, &other), "not_in_electorate");
	other = r->seats[0];
	other.path.n = 0;
	is_refused(record_seat_holds(r, &other), "not_in_electorate");
}

static void test_the_order_of_votes(void **state)
{
	struct evidence_vote v;
	struct record_seat s;

	(void)state;
	begin();
	v = r->evidence.votes[0];
	r->evidence.votes[0] = r->evidence.votes[1];
	r->evidence.votes[1] = v;
	is_refused(record_believe_votes(r), "not_in_electorate"); /* each beside the other's place */
	s = r->seats[0];
	r->seats[0] = r->seats[1];
	r->seats[1] = s;
	is_refused(record_believe_votes(r), "not_sorted");
}

static void test_what_is_known_of_voters(void **state)
{
	struct id16 nobody = id16_fill(9);
	struct voter v;

	(void)state;
	begin();
	is_believed(record_believe_votes(r));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		assert_true(record_lookup(r, &w->members[i].member, &v));
		assert_true(v.elector && !v.gone && v.keys_n == 1 && v.revoked_n == 0);
		assert_memory_equal(&v.keys[0], &w->members[i].thumb, sizeof(v.keys[0]));
	}
	assert_false(record_lookup(r, &nobody, &v));
	assert_false(v.elector);
	/* whose expulsion is asked for stands in the electorate, whether it voted on something or not */
	r->proposal.question = Q_EXPEL;
	r->proposal.member = nobody;
	assert_true(record_lookup(r, &nobody, &v));
	assert_int_equal(v.keys_n, 0);
}

static void test_notaries(void **state)
{
	(void)state;
	begin();
	is_believed(record_notary(r, &r->decision_jws, record_decided(r)->entry.index, r->decision.decided, "decision"));
	is_refused(record_notary(r, &r->decision_jws, record_decided(r)->entry.index, CHARTERS_UNTIL, "decision"), "not_a_notary");
	is_refused(
		record_notary(r, &r->application_jws, record_decided(r)->entry.index, r->decision.decided, "application"), "not_a_notary");
	envelope_break(&r->decision_jws, 0);
	is_refused(record_notary(r, &r->decision_jws, record_decided(r)->entry.index, r->decision.decided, "decision"), "bad_signature");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READ_TEST(heads),
		READ_TEST(charters),
		READ_TEST(a_row_of_entries),
		READ_TEST(consequences),
		READ_TEST(places_in_the_electorate),
		READ_TEST(the_order_of_votes),
		READ_TEST(what_is_known_of_voters),
		READ_TEST(notaries),
	};

	return cmocka_run_group_tests_name("record_log", tests, NULL, NULL);
}
