/* SPDX-License-Identifier: ISC
 * What the tests of the ledger share: a follower of a world, and a place in the world's log to come back to. */
#ifndef TESTS_LIB_FOLLOWING_H
#define TESTS_LIB_FOLLOWING_H

#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/followers.h"

static struct follower *f;
static struct world *w;
static struct world_mark mark;
#define TEST(name) cmocka_unit_test_teardown(test_##name, down)

static inline int down(void **state)
{
	(void)state;
	follower_free(f);
	f = NULL;
	return 0;
}

static inline void begin(void (*change)(json_t *charter))
{
	f = follower_new(change);
	w = f->w;
	mark = world_mark(w);
}

static inline void ask(void (*change)(json_t *charter))
{
	f = follower_asked(change);
	w = f->w;
	mark = world_mark(w);
}

static inline void refused(const char *name)
{
	follower_refuses_since(f, &mark, name);
}

/* The last entry of the log is changed before it is shown. */
static inline struct entry *last(void)
{
	return &w->log[w->log_n - 1].entry;
}

static inline void rewritten(const struct entry *en, const char *name)
{
	world_rewrite(w, w->log_n - 1, en);
	follower_refuses(f, name);
}

/* The object of the last entry is signed by somebody else, or is another. */
static inline void by(const char *kind, json_t *payload, const struct sig_key *k, const char *name)
{
	struct digest digest;
	struct entry en = *last();

	json_decref(w->log[w->log_n - 1].object);
	w->log[w->log_n - 1].object = world_request(w, kind, payload, k, &digest);
	en.object = digest;
	world_rewrite(w, w->log_n - 1, &en);
	refused(name);
}

static inline void electorate_is(size_t n)
{
	struct electorate el;
	struct err e = { 0 };

	assert_true(ledger_electorate(f->l, ledger_size(f->l), w->now, &el, &e));
	assert_int_equal(el.n, n);
	electorate_free(&el);
}

static inline void certificate_is(const struct digest *cause, size_t i)
{
	struct buf want = { 0 }, got = { 0 };
	struct err e = { 0 };
	struct sig_pub issuer;

	world_tbs(w, i, &want);
	if (!ledger_tbs(f->l, cause, &issuer, &got, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_true(slice_equal(buf_slice(&want), buf_slice(&got)));
	assert_true(sig_pub_equal(&issuer, &w->issuer.key));
	buf_free(&want);
	buf_free(&got);
}

static inline void no_certificate(const struct digest *cause, const char *name)
{
	struct err e = { 0 };
	struct sig_pub issuer;
	struct buf out = { 0 };

	assert_false(ledger_tbs(f->l, cause, &issuer, &out, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(out.n, 0);
}

static inline void vote_to_amend(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

/* A change of one field. */
#define ENTRY(name, change) \
	static void name(struct entry *en) \
	{ \
		change; \
	}

#endif
