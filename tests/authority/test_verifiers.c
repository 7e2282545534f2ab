/* SPDX-License-Identifier: ISC
 * Signatures that are verified beforehand: those that hold are remembered, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "authority/verifiers.h"
#include "charter/object.h"
#include "tests/lib/liar.h"

/* An admission by two votes: a request and its envelope, two votes, and by the notary seeds, proposal and decision. */
enum { MEMBERS = 4, NOTARY = 3, ALL = MEMBERS + NOTARY };

struct desk {
	struct world *w;
	struct crypto *c;
	struct verifiers *v;
	json_t *items;
	size_t decision;
};

static int start(void **state)
{
	static struct desk d;

	d.w = world_begin(&(struct world_start){ 0 });
	d.decision = liar_admit(d.w, "yy");
	d.items = liar_items(d.w, 0, d.w->log_n);
	d.c = crypto_new(NULL);
	d.v = verifiers_new(d.c, 3, NULL);
	*state = &d;
	return d.v == NULL;
}

static int stop(void **state)
{
	struct desk *d = *state;

	verifiers_free(d->v);
	crypto_free(d->c);
	json_decref(d->items);
	world_free(d->w);
	return 0;
}

static size_t known(struct desk *d, const struct charter *ch, const json_t *items, size_t first)
{
	size_t n;

	verifiers_run(d->v, ch, items, first);
	n = verifiers_known(d->v);
	verifiers_forget(d->v);
	assert_int_equal(verifiers_known(d->v), 0);
	return n;
}

static void test_what_holds_is_remembered(void **state)
{
	struct desk *d = *state;

	for (int i = 0; i < 20; i++)
		assert_int_equal(known(d, d->w->charter, d->items, 0), ALL);
	assert_int_equal(known(d, NULL, d->items, 0), MEMBERS);
	assert_int_equal(known(d, d->w->charter, d->items, d->decision + 1), 0);
}

/* The envelope of the first vote. */
static json_t *vote_of(const struct desk *d, json_t *items)
{
	json_t *votes = json_object_get(json_object_get(json_array_get(items, d->decision), "evidence"), "votes");

	return json_object_get(json_array_get(votes, 0), "vote");
}

static void test_what_does_not_hold_is_not(void **state)
{
	struct desk *d = *state;
	json_t *items = json_deep_copy(d->items), *vote = vote_of(d, items);
	char text[96];
	struct err e = { 0 };
	struct at at = at_root(items, &e);
	struct jws j;

	/* any other signature of its length */
	snprintf(text, sizeof(text), "%s", json_string_value(json_object_get(vote, "signature")));
	text[8] = text[8] == 'A' ? 'B' : 'A';
	json_object_set_new(vote, "signature", json_string(text));
	assert_int_equal(known(d, d->w->charter, items, 0), ALL - 1);

	/* what is remembered of the true one does not help it */
	verifiers_run(d->v, d->w->charter, d->items, 0);
	at = at_root(vote, &e);
	assert_true(jws_read(&at, &j));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		assert_false(jws_verify(d->c, &j, 0, sig_key_pub(d->w->members[i].key), NULL));
	jws_free(&j);
	verifiers_forget(d->v);
	json_decref(items);
}

/* What is verified between batches, as when a journal is read, fills no memory. */
static void test_nothing_is_remembered_between_batches(void **state)
{
	struct desk *d = *state;
	json_t *vote = vote_of(d, d->items);
	struct err e = { 0 };
	struct at at = at_root(vote, &e);
	struct jws j;
	size_t good = 0;

	assert_int_equal(known(d, d->w->charter, d->items, 0), ALL);
	assert_true(jws_read(&at, &j));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		good += jws_verify(d->c, &j, 0, sig_key_pub(d->w->members[i].key), NULL);
	jws_free(&j);
	assert_int_equal(good, 1);
	assert_int_equal(verifiers_known(d->v), 0);
}

static void test_anything_may_come(void **state)
{
	struct desk *d = *state;
	json_t *items = json_pack("[i, s, n, {s:n, s:n}, {s:[], s:{s:[{}]}}, {s:{}, s:{s:i}}, []]", 1, "x", "object", "evidence", "object",
		"evidence", "votes", "object", "evidence", "votes", 1);

	assert_non_null(items);
	assert_int_equal(known(d, d->w->charter, items, 0), 0);
	assert_int_equal(known(d, d->w->charter, items, 100), 0);
	assert_int_equal(known(d, NULL, NULL, 0), 0);
	json_decref(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_holds_is_remembered),
		cmocka_unit_test(test_what_does_not_hold_is_not),
		cmocka_unit_test(test_nothing_is_remembered_between_batches),
		cmocka_unit_test(test_anything_may_come),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
