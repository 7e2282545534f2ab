/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/asked.h"
#include "tests/lib/envelopes.h"

static void test_after_the_close_it_is_too_late(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "late", NULL);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[1], CHOICE_YES), early = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	assert_true(folk_send_vote(&q.f, q.w, 1, &early, r->founders[0], &first, &e));
	folk_let_pass(&q.f, 1);
	v.iat -= 700000;
	asked_refuses(&q, &v, r->founders[1], "closed");
	asked_close(&q);

	/* what was acknowledged has its receipt for ever */
	q = asked_open(r, "late-again", NULL);
	early = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_YES);
	v = folk_vote(&q.f, q.w, 1, &q.member[2], CHOICE_YES);
	answer_free(&first);
	assert_true(folk_send_vote(&q.f, q.w, 1, &early, r->founders[0], &first, &e));
	assert_string_equal(folk_cast(&q.f, q.w, 1, 1, CHOICE_YES), "");
	assert_true(folk_decide(&q.f, q.w, 1));
	asked_refuses(&q, &v, r->founders[2], "closed");
	assert_true(folk_send_vote(&q.f, q.w, 1, &early, r->founders[0], &again, &e));
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	answer_free(&first);
	answer_free(&again);
	asked_close(&q);
}

static void test_a_stopped_group_takes_no_votes(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "stopped", NULL);
	struct err e = { 0 };

	assert_true(group_stop(q.w, q.f.g.g, "a test", &e));
	assert_string_equal(folk_cast(&q.f, q.w, 1, 0, CHOICE_YES), "signer_ahead");
	asked_close(&q);
}

/* ---- batches */

enum { BATCH = 8 };

static struct said sign(struct asked *q, size_t i, enum choice choice, int64_t later)
{
	struct vote v = folk_vote(&q->f, q->w, 1, &q->member[i], choice);
	const struct sig_key *k = q->f.r->founders[i];

	v.iat += later;
	return said_by(q->w, KIND_VOTE, vote_print(&v), &k, 1);
}

static void test_a_batch_answers_each_for_itself(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "batch", NULL);
	struct said s[BATCH] = { sign(&q, 0, CHOICE_YES, 0), sign(&q, 1, CHOICE_NO, 0), sign(&q, 0, CHOICE_YES, 0),
		sign(&q, 0, CHOICE_NO, 1), sign(&q, 0, CHOICE_YES, 2), sign(&q, 2, CHOICE_ABSTAIN, 0), sign(&q, 1, CHOICE_YES, 1),
		sign(&q, 2, CHOICE_YES, -90000) };
	static const char *const expected[BATCH] = { "", "", "", "equivocation", "", "", "equivocation", "vote_late" };
	struct vote_in in[BATCH];

	for (size_t i = 0; i < BATCH; i++)
		in[i] = (struct vote_in){ .group = q.f.g.name, .number = 1, .jws = &s[i].j, .doc = s[i].doc };
	act_vote(q.w, in, BATCH);
	for (size_t i = 0; i < BATCH; i++)
		assert_string_equal(in[i].e.name, expected[i]);
	assert_true(slice_equal(buf_slice(&in[0].answer.text), buf_slice(&in[2].answer.text)));
	assert_false(in[4].answer.fresh);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 3);
	for (size_t i = 0; i < BATCH; i++) {
		answer_free(&in[i].answer);
		said_free(&s[i]);
	}
	act_vote(q.w, in, 0);
	asked_close(&q);
}

static void test_minds_change_within_a_batch(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "batchchange", asked_may_change);
	struct vote v = folk_vote(&q.f, q.w, 1, &q.member[0], CHOICE_NO);
	const struct sig_key *k = r->founders[0];
	struct said s[3];
	struct vote_in in[3];

	for (size_t i = 0; i < 3; i++) {
		s[i] = said_by(q.w, KIND_VOTE, vote_print(&v), &k, 1);
		jws_digest(&s[i].j, KIND_VOTE, &v.replaces);
		v.has_replaces = true;
		v.choice = i == 0 ? CHOICE_YES : CHOICE_ABSTAIN;
		in[i] = (struct vote_in){ .group = q.f.g.name, .number = 1, .jws = &s[i].j, .doc = s[i].doc };
	}
	act_vote(q.w, in, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(in[i].e.name, "");
		answer_free(&in[i].answer);
		said_free(&s[i]);
	}
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 3);
	assert_int_equal(folk_number(&q.f, "SELECT choice FROM votes WHERE g = %d AND replaced IS NULL"), CHOICE_ABSTAIN);
	asked_close(&q);
}

/* One vote that the store takes amiss does not cost the others theirs. */
static void test_a_batch_is_halved_until_the_culprit_stands_alone(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "halved", NULL);
	struct db *owner = pg_connect(r->pg->owner);
	struct said s[3] = { sign(&q, 0, CHOICE_YES, 0), sign(&q, 1, CHOICE_ABSTAIN, 0), sign(&q, 2, CHOICE_YES, 0) };
	struct vote_in in[3];

	pg_do(owner, "ALTER TABLE votes ADD CONSTRAINT no_abstention CHECK (choice <> 2) NOT VALID");
	for (size_t i = 0; i < 3; i++)
		in[i] = (struct vote_in){ .group = q.f.g.name, .number = 1, .jws = &s[i].j, .doc = s[i].doc };
	act_vote(q.w, in, 3);
	pg_do(owner, "ALTER TABLE votes DROP CONSTRAINT no_abstention");
	db_close(owner);
	assert_string_equal(in[0].e.name, "");
	assert_string_equal(in[1].e.name, "database_conflict");
	assert_string_equal(in[2].e.name, "");
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 2);
	for (size_t i = 0; i < 3; i++) {
		answer_free(&in[i].answer);
		said_free(&s[i]);
	}
	asked_close(&q);
}

/* ---- at once */

enum { VOTERS = 12, SENDERS = 4, ALL = 2 * VOTERS };
struct sender {
	struct folk *f;
	struct worker *w;
	const struct said *votes; /* ALL of them: the first half on proposal `first`, the other on the next */
	uint64_t first;
	bool backwards;
	struct vote_in in[ALL];
};

static void *send_all(void *arg)
{
	struct sender *me = arg;

	for (size_t i = 0; i < ALL; i++) {
		size_t from = me->backwards ? ALL - 1 - i : i;

		me->in[from] = (struct vote_in){ .group = me->f->g.name,
			.number = me->first + (from >= VOTERS),
			.jws = &me->votes[from].j,
			.doc = me->votes[from].doc };
	}
	act_vote(me->w, me->in, ALL);
	return NULL;
}

/* Everybody sends everybody's votes on two proposals: each is stored once, and all get its one receipt. */
static void test_many_senders_store_each_vote_once(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "senders", NULL);
	struct sig_key *applicants[2] = { envelope_key(SIG_ED25519), envelope_key(SIG_P256) }, *voter[VOTERS];
	struct id16 member[VOTERS];
	struct said votes[ALL];
	struct sender *all = calloc(SENDERS, sizeof(*all));
	pthread_t threads[SENDERS];
	uint64_t first;

	for (size_t i = 0; i < VOTERS; i++) {
		voter[i] = envelope_key(SIG_ED25519);
		member[i] = folk_admit(&f, r->w, voter[i]);
	}
	first = folk_propose(&f, r->w, applicants[0]);
	assert_int_equal(folk_propose(&f, r->w, applicants[1]), first + 1);
	for (size_t i = 0; i < ALL; i++) {
		struct vote v = folk_vote(&f, r->w, first + i / VOTERS, &member[i % VOTERS], CHOICE_ABSTAIN);
		const struct sig_key *k = voter[i % VOTERS];

		votes[i] = said_by(r->w, KIND_VOTE, vote_print(&v), &k, 1);
	}
	for (size_t i = 0; i < SENDERS; i++) {
		all[i] = (struct sender){ .f = &f, .w = realm_worker(r), .votes = votes, .first = first, .backwards = i % 2 == 1 };
		assert_int_equal(pthread_create(&threads[i], NULL, send_all, &all[i]), 0);
	}
	for (size_t i = 0; i < SENDERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		worker_close(all[i].w);
	}
	for (size_t i = 0; i < ALL; i++) {
		size_t fresh = 0;

		for (size_t k = 0; k < SENDERS; k++) {
			assert_string_equal(all[k].in[i].e.name, "");
			assert_true(slice_equal(buf_slice(&all[k].in[i].answer.text), buf_slice(&all[0].in[i].answer.text)));
			fresh += all[k].in[i].answer.fresh;
		}
		assert_int_equal(fresh, 1);
	}
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM votes WHERE g = %d AND choice = 2"), ALL);
	for (size_t i = 0; i < ALL; i++) {
		for (size_t k = 0; k < SENDERS; k++)
			answer_free(&all[k].in[i].answer);
		said_free(&votes[i]);
	}
	for (size_t i = 0; i < VOTERS; i++)
		sig_key_free(voter[i]);
	sig_key_free(applicants[0]);
	sig_key_free(applicants[1]);
	free(all);
	folk_free(&f);
}

/* One member, many threads, both choices: one vote is stored. */
struct double_voter {
	struct folk *f;
	struct worker *w;
	enum choice choice;
	const char *name;
};

static void *vote_twice(void *arg)
{
	struct double_voter *me = arg;

	me->name = strdup(folk_cast(me->f, me->w, 1, 0, me->choice));
	return NULL;
}

static void test_one_member_has_one_vote_however_fast(void **state)
{
	struct realm *r = *state;
	struct asked q = asked_open(r, "doublevoter", NULL);
	struct double_voter all[SENDERS];
	pthread_t threads[SENDERS];
	size_t stored = 0;

	for (size_t i = 0; i < SENDERS; i++) {
		all[i] = (struct double_voter){ .f = &q.f, .w = realm_worker(r), .choice = i % 2 == 0 ? CHOICE_YES : CHOICE_NO };
		assert_int_equal(pthread_create(&threads[i], NULL, vote_twice, &all[i]), 0);
	}
	for (size_t i = 0; i < SENDERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		worker_close(all[i].w);
		assert_true(strcmp(all[i].name, "") == 0 || strcmp(all[i].name, "equivocation") == 0);
		stored += strcmp(all[i].name, "") == 0;
		free((char *)(uintptr_t)all[i].name);
	}
	assert_int_equal(stored, SENDERS / 2);
	assert_int_equal(folk_number(&q.f, "SELECT count(*) FROM votes WHERE g = %d"), 1);
	asked_close(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_after_the_close_it_is_too_late),
		cmocka_unit_test(test_a_stopped_group_takes_no_votes),
		cmocka_unit_test(test_a_batch_answers_each_for_itself),
		cmocka_unit_test(test_minds_change_within_a_batch),
		cmocka_unit_test(test_a_batch_is_halved_until_the_culprit_stands_alone),
		cmocka_unit_test(test_many_senders_store_each_vote_once),
		cmocka_unit_test(test_one_member_has_one_vote_however_fast),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
