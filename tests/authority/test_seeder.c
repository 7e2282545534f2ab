/* SPDX-License-Identifier: ISC
 * The second contributor of seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/jwk.h"
#include "peer/head.h"
#include "tests/lib/charters.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/lib/pg.h"
#include "voting/proposal.h"
#include "voting/seed.h"

static struct sig_key *seeder;

static void seeded(json_t *charter)
{
	json_object_set_new(json_object_get(charter, "membership"), "seeder", jwk_print(sig_key_pub(seeder)));
}

static void seed_of(uint64_t number, uint8_t out[static 32])
{
	memset(out, 0x40, 32);
	out[0] = (uint8_t)number;
}

static bool send_seeds(struct folk *f, uint64_t first, const struct sig_key *k, struct err *e)
{
	struct seeds s = { .genesis = f->g.genesis, .first = first, .n = 4, .iat = 1 };
	struct said said;
	struct answer a = { 0 };
	uint8_t seed[32];
	bool rc;

	for (size_t i = 0; i < s.n; i++) {
		seed_of(first + i, seed);
		proposal_commitment(&s.genesis, first + i, seed, &s.commitments[i]);
	}
	said = said_by(f->r->w, KIND_SEEDS, seeds_print(&s), &k, 1);
	rc = act_commit_seeds(f->r->w, f->g.name, &said.j, said.doc, &a, e);
	said_free(&said);
	answer_free(&a);
	return rc;
}

static void commit(struct folk *f, uint64_t first)
{
	struct err e = { 0 };

	if (!send_seeds(f, first, seeder, &e))
		fail_msg("%s: %s", e.name, e.text);
}

/* number: of the seed that is sent; as: what it says it is. */
static const char *reveal(struct folk *f, const struct digest *application, uint64_t number, uint64_t as, const struct sig_key *k)
{
	struct seed_reveal s = { .genesis = f->g.genesis, .number = as, .application = *application, .iat = 1 };
	static struct err e;
	struct answer a = { 0 };
	struct said said;

	err_clear(&e);
	seed_of(number, s.seed);
	said = said_by(f->r->w, KIND_SEED, seed_print(&s), &k, 1);
	act_reveal(f->r->w, f->g.name, &said.j, said.doc, &a, &e);
	said_free(&said);
	answer_free(&a);
	return e.name;
}

static const char *refused(struct folk *f, const struct application *a, const struct sig_key *k)
{
	static struct err e;

	err_clear(&e);
	assert_false(folk_send_application(f, f->r->w, a, k, NULL, &e));
	return e.name;
}

static void open_all(struct folk *f, const struct digest *application)
{
	struct err e = { 0 };

	if (!act_open(f->r->w, f->g.g, application, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static int64_t proposals(struct folk *f)
{
	return folk_number(f, "SELECT count(*) FROM proposals WHERE g = %d");
}

static void test_an_application_waits_for_the_seeder(void **state)
{
	struct folk f = folk_new(*state, "waiting", seeded);
	struct sig_key *k[] = { envelope_key(SIG_ED25519), envelope_key(SIG_ED25519) };
	struct digest first, second;

	commit(&f, 0);
	first = folk_apply(&f, f.r->w, k[0]);
	second = folk_apply(&f, f.r->w, k[1]);
	open_all(&f, &first);
	assert_int_equal(proposals(&f), 0);
	assert_string_equal(reveal(&f, &second, 1, 1, seeder), "");
	assert_string_equal(reveal(&f, &first, 0, 0, seeder), "");
	open_all(&f, &second);
	open_all(&f, &first);
	assert_int_equal(proposals(&f), 2);
	assert_string_equal(reveal(&f, &first, 0, 0, seeder), ""); /* the same again */
	commit(&f, 4);
	folk_follow(&f);
	sig_key_free(k[0]);
	sig_key_free(k[1]);
	folk_free(&f);
}

static void test_nothing_to_apply_under(void **state)
{
	struct folk f = folk_new(*state, "nothing", seeded);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);

	assert_string_equal(refused(&f, &a, k), "seeds_missing");
	commit(&f, 0);
	assert_string_equal(refused(&f, &a, k), "stale_head");
	folk_apply(&f, f.r->w, k);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static const char *commit_refused(struct folk *f, uint64_t first, const struct sig_key *k)
{
	static struct err e;

	err_clear(&e);
	assert_false(send_seeds(f, first, k, &e));
	return e.name;
}

static void test_whose_seeds_and_which(void **state)
{
	struct folk f = folk_new(*state, "whose", seeded), g = folk_new(*state, "unseeded", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest application;

	assert_string_equal(commit_refused(&g, 0, seeder), "not_allowed");
	assert_string_equal(commit_refused(&f, 0, k), "not_allowed");
	assert_string_equal(commit_refused(&f, 1, seeder), "seed_differs");
	commit(&f, 0);
	commit(&f, 0); /* the same again */
	application = folk_apply(&f, f.r->w, k);
	assert_string_equal(reveal(&f, &application, 0, 0, k), "not_allowed");
	assert_string_equal(reveal(&f, &application, 1, 0, seeder), "seed_differs");
	assert_string_equal(reveal(&f, &application, 1, 1, seeder), "seed_differs");
	assert_string_equal(reveal(&f, &application, 9, 9, seeder), "not_found");
	assert_string_equal(reveal(&f, &application, 0, 0, seeder), "");
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
	folk_free(&g);
}

static void test_a_seeder_that_is_silent(void **state)
{
	struct folk f = folk_new(*state, "silent", seeded);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct db *owner = pg_connect(f.r->pg->owner);
	struct digest application;
	char sql[96];

	commit(&f, 0);
	application = folk_apply(&f, f.r->w, k);
	snprintf(sql, sizeof(sql), "UPDATE applications SET reveal_by = now_s() WHERE g = %d", (int)f.g.g);
	pg_do(owner, sql);
	db_close(owner);
	open_all(&f, &application);
	assert_int_equal(proposals(&f), 0);
	assert_int_equal(
		folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d AND state = 'refused' AND why LIKE '%%seeder%%'"), 1);
	assert_string_equal(reveal(&f, &application, 0, 0, seeder), "not_open");
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_application_waits_for_the_seeder),
		cmocka_unit_test(test_nothing_to_apply_under),
		cmocka_unit_test(test_whose_seeds_and_which),
		cmocka_unit_test(test_a_seeder_that_is_silent),
	};
	int failed;

	seeder = envelope_key(SIG_ED25519);
	failed = cmocka_run_group_tests(tests, realm_start, realm_stop);
	sig_key_free(seeder);
	return failed;
}
