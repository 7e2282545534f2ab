/* SPDX-License-Identifier: ISC
 * Where entries stand, whatever they say, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"

static void test_place(void **state)
{
	struct entry good, en;

	(void)state;
	begin(NULL);
	world_renew(w, 0);
	good = en = *last();
	en.genesis = digest_fill(1);
	rewritten(&en, "wrong_context");
	en = good;
	en.index++;
	rewritten(&en, "log_index");
	en.index = 0;
	rewritten(&en, "log_index");
	en = good;
	en.time = w->log[0].entry.time - 1;
	rewritten(&en, "log_time");
	f->now = good.time - 301;
	rewritten(&good, "log_time");
	f->now++;
	world_rewrite(w, w->log_n - 1, &good);
	follower_accepts(f);
}

/* Each event has somebody who looks at it: none is taken with nothing but its words. */
static void test_bare(void **state)
{
	(void)state;
	begin(NULL);
	for (int event = EVENT_SUSPENDED; event < EVENTS; event++) {
		struct world_mark m = world_mark(w);

		world_log(w,
			(struct entry){ .event = (enum event)event,
				.object = digest_fill(1),
				.member = w->members[0].member,
				.has_serial = event == EVENT_REVOKED,
				.live = 1,
				.until = w->now + 60 },
			NULL);
		assert_false(follower_take(f, &(struct err){ 0 }));
		world_back(w, &m);
	}
}

/* A ledger of its own that is shown entries in this order. */
static void beginning(const size_t *order, size_t n, const char *name)
{
	struct ledger *l = ledger_new(&w->genesis, NULL);
	struct err e = { 0 };

	assert_true(ledger_issuer(l, &w->issuer.key, NULL));
	for (size_t i = 0; i < n; i++) {
		struct world_entry *we = &w->log[order[i]];
		struct entry en = we->entry;
		struct buf bytes = { 0 };
		struct ledger_item item;

		en.index = i;
		assert_true(entry_print(&en, &bytes, NULL));
		item = (struct ledger_item){ buf_slice(&bytes), we->object, NULL };
		if (i + 1 < n) {
			if (!ledger_extend(l, w->c, &item, 0, &e))
				fail_msg("%s: %s", e.name, e.text);
		} else {
			assert_false(ledger_extend(l, w->c, &item, 0, &e));
			assert_string_equal(e.name, name);
		}
		buf_free(&bytes);
	}
	ledger_free(l);
}

#define BEGINNING(name, ...) beginning((const size_t[]){ __VA_ARGS__ }, sizeof((const size_t[]){ __VA_ARGS__ }) / sizeof(size_t), name)

/* 0 charter, 1 seeds, 2 3 joined and issued of the first founder, 4 5 and 6 7 of the others, 8 a renewal */
static void test_beginning(void **state)
{
	(void)state;
	begin(NULL);
	world_renew(w, 0);
	BEGINNING("log_order", 1);
	BEGINNING("log_order", 2);
	BEGINNING("log_order", 0, 0);
	BEGINNING("log_order", 0, 2);
	BEGINNING("log_order", 0, 8);
	BEGINNING("log_order", 0, 1, 3);
	BEGINNING("log_order", 0, 1, 1);
	BEGINNING("log_unknown", 0, 1, 4); /* the second founder first */
	BEGINNING("log_order", 0, 1, 2, 4);
	BEGINNING("log_order", 0, 1, 2, 5);
	BEGINNING("log_order", 0, 1, 2, 3, 8);
	BEGINNING("log_order", 0, 1, 2, 3, 4, 5, 8);
	BEGINNING("log_order", 0, 1, 2, 3, 4, 5, 6, 7, 6);
}

/* What follows at once does so in the same second. */
static void test_together(void **state)
{
	struct entry en;

	(void)state;
	ask(NULL);
	follower_decide(f, "yy", OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes);
	en = *last();
	en.time++;
	rewritten(&en, "log_time");
	world_back(w, &mark);
	follower_decide(f, "yy", OUTCOME_YES);
	buf_free(&w->log[--w->log_n].bytes);
	buf_free(&w->log[--w->log_n].bytes);
	world_renew(w, 0);
	refused("log_order");
}

static void test_objects(void **state)
{
	struct entry good, en;
	json_t *object;

	(void)state;
	begin(NULL);
	world_renew(w, 0);
	good = *last();
	object = w->log[w->log_n - 1].object;
	w->log[w->log_n - 1].object = NULL;
	rewritten(&good, "log_unknown");
	w->log[w->log_n - 1].object = w->log[1].object;
	rewritten(&good, "wrong_typ");
	w->log[w->log_n - 1].object = object;
	en = good;
	en.object = digest_fill(1);
	profile_serial(&en.object, &en.serial);
	rewritten(&en, "log_unknown");
	json_object_set_new(object, "signature", json_string("AAAA"));
	rewritten(&good, "bad_jws");
}

static void test_empty(void **state)
{
	struct digest genesis = digest_fill(1), root;
	struct ledger *l = ledger_new(&genesis, NULL);
	struct electorate el;

	(void)state;
	assert_memory_equal(ledger_genesis(l), &genesis, sizeof(genesis));
	assert_int_equal(ledger_size(l), 0);
	assert_int_equal(ledger_time(l), 0);
	assert_true(ledger_root(l, 0, &root));
	assert_false(ledger_root(l, 1, &root));
	assert_null(ledger_leaf(l, 0));
	assert_null(ledger_newest(l));
	assert_null(ledger_charter(l, 5, 5));
	assert_null(ledger_charter_by(l, &genesis));
	assert_true(ledger_electorate(l, 0, 0, &el, NULL));
	assert_int_equal(el.n, 0);
	ledger_rollback(l);
	ledger_free(l);
	ledger_free(NULL);
}

static void everything(void)
{
	struct signed_charter *draft;

	follower_decide(f, "yy", OUTCOME_YES);
	world_renew(w, 0);
	world_rekey(w, 1, envelope_key(SIG_ED25519));
	world_revoke_key(w, 2);
	hall_clear(f->h);
	world_propose_expulsion(w, 2);
	follower_decide(f, "yy", OUTCOME_YES);
	hall_clear(f->h);
	draft = world_draft(w, vote_to_amend);
	world_propose_amendment(w, &draft->charter->object.digest);
	follower_decide(f, "yy", OUTCOME_YES);
	world_amend(w, NULL, &w->decision.digest);
	world_leave(w, 0);
}

static void same_as(struct buf *want, const char *when)
{
	struct buf got = ledger_shown(f->l, w);

	if (!slice_equal(buf_slice(want), buf_slice(&got)))
		fail_msg("%s: \n%s\n---\n%s", when, buf_cstr(want), buf_cstr(&got));
	buf_free(&got);
}

/* After every number of entries the way back leads to where it began, and the way forth to the same end. */
static void test_rollback_from_everywhere(void **state)
{
	struct buf before, after;
	struct err e = { 0 };

	(void)state;
	ask(vote_to_amend);
	everything();
	before = ledger_shown(f->l, w);
	for (size_t to = ledger_size(f->l); to <= w->log_n; to++) {
		ledger_mark(f->l);
		for (size_t i = ledger_size(f->l); i < to; i++) {
			struct ledger_item item = { buf_slice(&w->log[i].bytes), w->log[i].object, w->log[i].evidence };

			if (!ledger_extend(f->l, w->c, &item, 0, &e))
				fail_msg("entry %zu: %s: %s", i, e.name, e.text);
		}
		ledger_rollback(f->l);
		same_as(&before, "rolled back");
	}
	follower_accepts(f);
	after = ledger_shown(f->l, w);
	ledger_rollback(f->l); /* nothing is marked */
	same_as(&after, "no mark");
	ledger_free(f->l);
	f->l = ledger_new(&w->genesis, NULL);
	assert_true(ledger_issuer(f->l, &w->issuer.key, NULL));
	follower_accepts(f);
	same_as(&after, "followed anew");
	buf_free(&before);
	buf_free(&after);
}

/* One entry at a time, each committed, comes to the same. */
static void test_one_by_one(void **state)
{
	struct buf whole;
	size_t n;

	(void)state;
	ask(vote_to_amend);
	everything();
	follower_accepts(f);
	whole = ledger_shown(f->l, w);
	ledger_free(f->l);
	f->l = ledger_new(&w->genesis, NULL);
	assert_true(ledger_issuer(f->l, &w->issuer.key, NULL));
	n = w->log_n;
	for (size_t i = 0; i < n; i++) {
		struct ledger_item item = { buf_slice(&w->log[i].bytes), w->log[i].object, w->log[i].evidence };

		ledger_mark(f->l);
		assert_true(ledger_extend(f->l, w->c, &item, 0, NULL));
		ledger_commit(f->l);
		assert_int_equal(ledger_size(f->l), i + 1);
	}
	same_as(&whole, "one by one");
	buf_free(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(place),
		TEST(bare),
		TEST(beginning),
		TEST(together),
		TEST(objects),
		TEST(empty),
		TEST(rollback_from_everywhere),
		TEST(one_by_one),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
