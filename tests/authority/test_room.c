/* SPDX-License-Identifier: ISC
 * How many may be members, and how many may become one within a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"

/* Votes of founders 0 and 1, which do. */
static void pass(struct folk *f, uint64_t number)
{
	assert_string_equal(folk_cast(f, f->r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(f, f->r->w, number, 1, CHOICE_YES), "");
}

static void of_five(json_t *charter)
{
	charters_set(charter, "/membership/limit", "5");
}

static void test_no_more_may_wait_than_have_room(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "full", of_five);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519), *m = envelope_key(SIG_ED25519);
	uint64_t first = folk_propose(&f, r->w, k), second = folk_propose(&f, r->w, l);
	struct application third = folk_application(&f, r->w, m);
	struct err e = { 0 };

	assert_false(folk_send_application(&f, r->w, &third, m, NULL, &e));
	assert_string_equal(e.name, "group_full");
	pass(&f, first);
	assert_true(folk_decide(&f, r->w, first));
	pass(&f, second);
	assert_true(folk_decide(&f, r->w, second));
	assert_int_equal(folk_outcome(&f, second), OUTCOME_YES);
	folk_audited(&f, second);
	sig_key_free(k);
	sig_key_free(l);
	sig_key_free(m);
	folk_free(&f);
}

/* As when a later charter takes fewer members than the one that the applicant came under. */
static void test_a_full_group_lets_nobody_in(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "fuller", of_five);
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct db *owner = pg_connect(r->pg->owner);
	char sql[300];

	snprintf(sql, sizeof(sql),
		"INSERT INTO members (g, member, name, node, decision, joined) SELECT %d, substr(sha256(int4send(i)), 1, 16), 'x',"
		" substr(sha256(int4send(i)), 17), sha256('d'), 100000 + i FROM generate_series(1, 2) i",
		(int)f.g.g);
	pg_do(owner, sql);
	pass(&f, number);
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_VOID);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused'"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 5"), 3);
	db_close(owner);
	sig_key_free(k);
	folk_free(&f);
}

static void one_a_day(json_t *charter)
{
	charters_set(charter, "/membership/per_day", "1");
}

struct due {
	struct folk *f;
	uint64_t number;
	bool found;
};

static void found(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	struct due *d = arg;

	(void)digest;
	d->found = d->found || (g == d->f->g.g && number == d->number);
}

static bool is_due(struct folk *f, uint64_t number)
{
	struct due d = { .f = f, .number = number };
	struct err e = { 0 };

	assert_true(store_proposal_due(f->r->w, found, &d, &e));
	return d.found;
}

static void test_one_a_day(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "daily", one_a_day);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	uint64_t first = folk_propose(&f, r->w, k), second = folk_propose(&f, r->w, l);
	struct db *owner = pg_connect(r->pg->owner);
	char sql[200];

	pass(&f, first);
	pass(&f, second);
	assert_true(folk_decide(&f, r->w, first));
	assert_true(is_due(&f, second));
	assert_false(folk_decide(&f, r->w, second));
	assert_false(is_due(&f, second));
	/* until the first has been a member for a day */
	assert_int_equal(folk_number(&f,
				 "SELECT waits - (SELECT max(l.time) FROM log l JOIN members m ON m.g = l.g AND m.joined = l.idx"
				 " WHERE l.g = p.g) FROM proposals p WHERE g = %d AND number = 2"),
		86400);
	snprintf(sql, sizeof(sql), "UPDATE proposals SET waits = now_s() WHERE g = %d AND number = 2", (int)f.g.g);
	pg_do(owner, sql);
	assert_true(is_due(&f, second));
	/* a day later */
	pg_do(owner, "ALTER TABLE log DISABLE TRIGGER log_stands");
	snprintf(sql, sizeof(sql), "UPDATE log SET time = time - 86400 WHERE g = %d", (int)f.g.g);
	pg_do(owner, sql);
	pg_do(owner, "ALTER TABLE log ENABLE TRIGGER log_stands");
	assert_true(folk_decide(&f, r->w, second));
	assert_int_equal(folk_outcome(&f, second), OUTCOME_YES);
	db_close(owner);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_more_may_wait_than_have_room),
		cmocka_unit_test(test_a_full_group_lets_nobody_in),
		cmocka_unit_test(test_one_a_day),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
