/* SPDX-License-Identifier: ISC
 * A provider's word, where the provider says nothing: no try is used. What it says is tests/e2e/challenges.sh's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>

#include "authority/providers.h"
#include "authority/store_puzzle.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/tickets.h"

/* Nobody serves at this port. */
static struct provider nobody = { .label = "gate",
	.url = "http://127.0.0.1:1/siteverify",
	.secret = "s",
	.hostname = TICKETS_HERE,
	.allow_private = true,
	.timeout = 1000 };

static int start(void **state)
{
	const struct puzzles_options o = { .kinds = "", .per_key = 3, .provider = &nobody, .wait_max = 2 };
	int rc = realm_start(state);
	struct realm *r = *state;

	nobody.row = provider_row("custom");
	r->a.puzzles = puzzles_new(&o, NULL);
	return rc != 0 || r->a.puzzles == NULL;
}

static void by_gate(json_t *charter)
{
	charters_set(charter, "/admission", "{\"external\":{\"provider\":\"gate\"}}");
	charters_set(charter, "/tests", "[]");
}

static const char *bring(struct folk *f, const json_t *c, const char *token)
{
	static struct err e;
	struct id16 id = tickets_id(c);
	struct answer out = { 0 };

	err_clear(&e);
	act_token(f->r->w, f->g.name, &id, tickets_member(c, "terms"), TICKETS_HERE, token, &out, &e);
	answer_free(&out);
	return e.name;
}

static void who_cannot_be_asked_costs_no_try(void **state)
{
	struct folk f = folk_new(*state, "gated", by_gate);
	struct sig_key *k = envelope_key(SIG_ED25519);
	json_t *t = tickets_for(&f, k, NULL);
	const json_t *c = tickets_of_kind(t, "external");
	const struct puzzles *p = f.r->a.puzzles;

	for (int i = 0; i < PUZZLE_TRIES + 2; i++)
		assert_string_equal(bring(&f, c, "token"), "provider_away");
	atomic_fetch_add(p->outside, 2);
	for (int i = 0; i < PUZZLE_TRIES + 2; i++)
		assert_string_equal(bring(&f, c, "token"), "busy");
	atomic_fetch_sub(p->outside, 2);
	assert_string_equal(bring(&f, c, "two words"), "bad_value");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM puzzles WHERE g = %d"), 0);
	json_decref(t);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_cannot_be_asked_costs_no_try),
	};

	return cmocka_run_group_tests(tests, start, tickets_stop);
}
