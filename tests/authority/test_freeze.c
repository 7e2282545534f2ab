/* SPDX-License-Identifier: ISC
 * Freezes: who begins one, what waits for its end, and the notice before a version takes effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/store_application.h"
#include "base/time.h"
#include "voting/decision.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "voting/freeze.h"

static void freezing(json_t *charter)
{
	charters_set(charter, "/amending", "{\"freeze\":1}");
}

static bool send(struct folk *f, const struct freeze *x, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(f->r->w, KIND_FREEZE, freeze_print(x), &k, 1);
	bool rc = act_freeze(f->r->w, f->g.name, &s.j, s.doc, out, e);

	said_free(&s);
	return rc;
}

static struct freeze freeze_for(const struct folk *f, int64_t lasts)
{
	int64_t now = time_now();

	return (struct freeze){ .genesis = f->g.genesis, .charter = f->g.genesis, .until = now + lasts, .iat = now };
}

/* The name of the refusal, or "". Static text. */
static const char *freeze(struct folk *f, const struct freeze *x, const struct sig_key *k)
{
	static struct err e;
	struct answer a = { 0 };

	e = (struct err){ 0 };
	(void)send(f, x, k, &a, &e);
	answer_free(&a);
	return e.name;
}

static void end_it(struct folk *f)
{
	struct db *owner = pg_connect(f->r->pg->owner);
	char sql[100];

	snprintf(sql, sizeof(sql), "UPDATE groups SET frozen_until = now_s() WHERE g = %d", (int)f->g.g);
	pg_do(owner, sql);
	snprintf(sql, sizeof(sql), "UPDATE proposals SET waits = now_s() WHERE g = %d", (int)f->g.g);
	pg_do(owner, sql);
	db_close(owner);
}

static void test_who_freezes(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "who", freezing), warm = folk_new(r, "warm", NULL);
	struct freeze x = freeze_for(&f, 3600), other = freeze_for(&warm, 3600), late = freeze_for(&f, FREEZE_MAX + 60);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	assert_string_equal(freeze(&f, &x, r->founders[0]), "not_allowed");
	assert_string_equal(freeze(&f, &other, r->keys->admins[0]), "wrong_context");
	assert_string_equal(freeze(&warm, &other, r->keys->admins[0]), "not_allowed");
	assert_string_equal(freeze(&f, &late, r->keys->admins[0]), "out_of_range");
	assert_int_equal(folk_number(&f, "SELECT frozen_until FROM groups WHERE g = %d"), 0);
	assert_true(send(&f, &x, r->keys->admins[0], &first, &e));
	assert_true(send(&f, &x, r->keys->admins[0], &again, &e));
	assert_true(first.fresh && !again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	assert_int_equal(folk_number(&f, "SELECT frozen_until FROM groups WHERE g = %d"), x.until);
	x.until++;
	assert_string_equal(freeze(&f, &x, r->keys->admins[1]), "frozen");
	end_it(&f);
	x.until++;
	assert_string_equal(freeze(&f, &x, r->keys->admins[1]), "frozen_lately");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM log WHERE g = %d AND event = 15"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
	folk_free(&warm);
}

/* Who has passed waits with the votes that it had, and who asks is told. */
static void test_what_waits(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "waits", freezing);
	struct sig_key *k = envelope_key(SIG_ED25519), *l = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(&f, r->w, k);
	struct application next = folk_application(&f, r->w, l);
	struct freeze x = freeze_for(&f, 3600);
	struct err e = { 0 };

	assert_string_equal(freeze(&f, &x, r->keys->admins[0]), "");
	assert_false(folk_send_application(&f, r->w, &next, l, NULL, &e));
	assert_string_equal(e.name, "frozen");
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(folk_cast(&f, r->w, number, i, CHOICE_YES), "");
	assert_false(folk_decide(&f, r->w, number));
	assert_int_equal(folk_number(&f, "SELECT waits FROM proposals WHERE g = %d"), x.until);
	folk_let_pass(&f, number);
	assert_false(folk_decide(&f, r->w, number));
	end_it(&f);
	assert_true(folk_decide(&f, r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_YES);
	sig_key_free(k);
	sig_key_free(l);
	folk_free(&f);
}

/* An application that came before is put afterwards. */
static void test_what_came_before(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "before", freezing);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, r->w, k);
	struct freeze x = freeze_for(&f, 3600);
	struct err e = { 0 };

	assert_string_equal(freeze(&f, &x, r->keys->admins[0]), "");
	assert_true(act_open(r->w, f.g.g, &d, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 0);
	end_it(&f);
	assert_true(act_open(r->w, f.g.g, &d, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d"), 1);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_freezes),
		cmocka_unit_test(test_what_waits),
		cmocka_unit_test(test_what_came_before),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
