/* SPDX-License-Identifier: ISC
 * A group in custody, with the clock in the test's hands. The lies that go over the socket are in test_liar*.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/custody.h"
#include "peer/file.h"
#include "tests/authority/scratch.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

enum { TERM = 600 };

struct vault {
	char dir[SCRATCH_MAX], keys_dir[SCRATCH_MAX];
	struct keyring *keys;
	struct custody *k;
	struct world *w;
};

static void must(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s", e->name, e->text);
}

static void open_again(struct vault *v)
{
	struct err e = { 0 };

	custody_close(v->k);
	v->k = custody_open(v->dir, &v->w->genesis, v->keys, v->w->c, &e);
	must(v->k != NULL, &e);
}

static bool extend(struct vault *v, int64_t now, struct err *e)
{
	uint64_t from = custody_size(v->k);
	json_t *items = liar_items(v->w, from, v->w->log_n);
	bool ok = custody_extend(v->k, from, items, now, e);

	json_decref(items);
	return ok;
}

static void accepted(struct vault *v, int64_t now)
{
	struct digest root, ours = world_root(v->w, v->w->log_n);
	struct err e = { 0 };

	must(extend(v, now, &e), &e);
	assert_int_equal(custody_size(v->k), v->w->log_n);
	custody_root(v->k, &root);
	assert_memory_equal(&root, &ours, sizeof(root));
}

static void refused(struct vault *v, int64_t now, const char *name)
{
	uint64_t size = custody_size(v->k);
	struct err e = { 0 };

	assert_false(extend(v, now, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(custody_size(v->k), size);
}

/* With nothing sent yet. */
static struct vault *vault_begin(void (*change)(json_t *charter))
{
	struct vault *v = calloc(1, sizeof(*v));
	struct err e = { 0 };
	const struct key_pair *p;
	struct world_start start = { .change = change, .now = 1000000 };

	assert_non_null(v);
	scratch_make(v->dir);
	scratch_path(v->dir, "keys", v->keys_dir);
	v->keys = keyring_open(v->keys_dir, "x", &e);
	must(v->keys != NULL, &e);
	p = keyring_create(v->keys, SIG_P256, &e);
	must(p != NULL, &e);
	start.issuing = &p->issuing;
	start.revocation = &p->revocation;
	v->w = world_begin(&start);
	open_again(v);
	return v;
}

static struct vault *vault_new(void (*change)(json_t *charter))
{
	struct vault *v = vault_begin(change);

	accepted(v, v->w->now);
	return v;
}

static void vault_free(struct vault *v)
{
	custody_close(v->k);
	world_free(v->w);
	keyring_free(v->keys);
	scratch_remove(v->dir);
	free(v);
}

static void with_a_veto(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"minimum\":2,\"veto\":1}}");
	charters_set(charter, "/expulsion", "{\"votes\":{\"count\":1,\"veto\":1}}");
	charters_set(charter, "/voting/term", "600");
}

/* At the end of the term, with fewer votes than could come: a veto could have been among them. */
static void decide_at_the_end(struct vault *v)
{
	struct evidence ev = liar_votes(v->w, v->w->proposal.question == Q_EXPEL ? "y" : "yy");

	liar_decide(v->w, &ev, true, OUTCOME_YES);
	liar_votes_free(&ev);
}

/* ---- terms, measured from when the signer saw the proposal */

static void a_term_runs_from_when_it_was_seen(void **state)
{
	struct vault *v = vault_new(with_a_veto);
	int64_t opened, seen;

	(void)state;
	world_apply(v->w);
	world_propose_admission(v->w);
	opened = v->w->now;
	seen = opened + 200;
	accepted(v, seen); /* told late */
	decide_at_the_end(v);
	refused(v, opened + TERM, "term_not_seen");
	refused(v, seen + TERM - 1, "term_not_seen");
	open_again(v); /* it is remembered */
	refused(v, seen + TERM - 1, "term_not_seen");
	accepted(v, seen + TERM);
	open_again(v);
	assert_int_equal(custody_size(v->k), v->w->log_n);
	vault_free(v);
}

static void both_at_once_is_not_seen_at_all(void **state)
{
	struct vault *v = vault_new(with_a_veto);
	int64_t now;
	struct world_mark m;

	(void)state;
	world_apply(v->w);
	world_propose_admission(v->w);
	m = world_mark(v->w);
	now = v->w->now + 100 * TERM;
	decide_at_the_end(v);
	refused(v, now, "term_not_seen");
	world_back(v->w, &m);
	accepted(v, now);
	decide_at_the_end(v);
	refused(v, now, "term_not_seen");
	accepted(v, now + TERM);
	vault_free(v);
}

static void the_future_is_not_believed(void **state)
{
	struct vault *v = vault_new(NULL);

	(void)state;
	world_apply(v->w);
	refused(v, v->w->now - 301, "log_time");
	accepted(v, v->w->now - 299);
	vault_free(v);
}

/* ---- a lost state */

static struct buf head_of(const struct world *w, int64_t time)
{
	const struct sig_key *const keys[] = { w->keys->admins[0], w->keys->admins[1] };
	struct head h = { .genesis = w->genesis, .size = w->log_n, .root = world_root(w, w->log_n), .time = time };
	struct jws j = envelope_by(w->c, KIND_HEAD, head_print(&h), keys, 2);
	json_t *doc = envelope_json(&j);
	struct buf text = { 0 };

	assert_true(json_write(doc, &text, NULL));
	json_decref(doc);
	jws_free(&j);
	return text;
}

static void lose(struct vault *v)
{
	char name[80];
	char path[SCRATCH_MAX];

	hex_encode(v->w->genesis.b, 32, name);
	strcat(name, ".state");
	scratch_path(v->dir, name, path);
	custody_close(v->k);
	v->k = NULL;
	assert_int_equal(unlink(path), 0);
}

/* The administrators answer for the terms before their head; those that are open then run from its time on. */
static void terms_before_the_head_are_not_measured_again(void **state)
{
	struct vault *v = vault_new(with_a_veto);
	int64_t seen, now;
	struct buf head;
	struct err e = { 0 };

	(void)state;
	world_apply(v->w);
	world_propose_admission(v->w);
	seen = v->w->now;
	accepted(v, seen);
	decide_at_the_end(v);
	accepted(v, seen + TERM);
	world_propose_expulsion(v->w, 2);
	now = v->w->now + 50;
	accepted(v, now);
	head = head_of(v->w, now);
	lose(v);
	must(custody_rebuild(v->dir, buf_slice(&head), v->keys, v->w->c, now + 500, &e), &e);
	buf_free(&head);
	open_again(v);
	accepted(v, now + 500); /* all of it in one breath, the first term being long over */
	decide_at_the_end(v);
	refused(v, now + TERM - 1, "term_not_seen");
	open_again(v);
	refused(v, now + TERM - 1, "term_not_seen");
	accepted(v, now + TERM);
	vault_free(v);
}

/* Of two machines with the group's state the one whose state was begun later is the group's signer. */
static void a_state_has_the_time_of_its_beginning(void **state)
{
	struct vault *v = vault_new(NULL);
	int64_t first = custody_epoch(v->k), second = v->w->now + 100;
	struct buf head = head_of(v->w, v->w->now);
	struct err e = { 0 };

	(void)state;
	assert_true(first > 0 && first < second);
	world_apply(v->w);
	accepted(v, v->w->now + 10);
	assert_int_equal(custody_epoch(v->k), first);
	open_again(v);
	assert_int_equal(custody_epoch(v->k), first);
	lose(v);
	must(custody_rebuild(v->dir, buf_slice(&head), v->keys, v->w->c, second, &e), &e);
	buf_free(&head);
	open_again(v);
	assert_int_equal(custody_epoch(v->k), second);
	accepted(v, second + 10);
	assert_int_equal(custody_epoch(v->k), second);
	vault_free(v);
}

static void a_head_of_tomorrow_begins_nothing(void **state)
{
	struct vault *v = vault_new(NULL);
	struct buf head = head_of(v->w, v->w->now + 1);
	struct err e = { 0 };

	(void)state;
	lose(v);
	assert_false(custody_rebuild(v->dir, buf_slice(&head), v->keys, v->w->c, v->w->now, &e));
	assert_string_equal(e.name, "bad_head");
	err_clear(&e);
	assert_null(custody_open(v->dir, &v->w->genesis, v->keys, v->w->c, &e));
	assert_string_equal(e.name, "state_lost");
	err_clear(&e);
	must(custody_rebuild(v->dir, buf_slice(&head), v->keys, v->w->c, v->w->now + 1, &e), &e);
	buf_free(&head);
	open_again(v);
	accepted(v, v->w->now + 1);
	vault_free(v);
}

static void no_key_no_rebuilding(void **state)
{
	struct vault *v = vault_new(NULL);
	struct world *other = world_begin(&(struct world_start){ .now = 1000000 });
	struct buf head = head_of(other, 1000000);
	struct err e = { 0 };

	(void)state;
	assert_false(custody_rebuild(v->dir, buf_slice(&head), v->keys, v->w->c, 1000000, &e));
	assert_string_equal(e.name, "issuer_unknown");
	buf_free(&head);
	world_free(other);
	vault_free(v);
}

/* ---- signatures that were not synced */

static void what_was_not_synced_is_forgotten(void **state)
{
	struct vault *v = vault_new(NULL);
	struct buf first = { 0 }, second = { 0 };
	struct digest cause;
	struct err e = { 0 };

	(void)state;
	profile_founder_cause(&v->w->genesis, &v->w->members[0].member, &cause);
	must(custody_certify(v->k, &cause, &first, &e), &e);
	custody_forget(v->k);
	must(custody_certify(v->k, &cause, &second, &e), &e);
	assert_false(slice_equal(buf_slice(&first), buf_slice(&second))); /* ECDSA: signed anew */
	must(custody_sync(v->k, &e), &e);
	custody_forget(v->k);
	buf_free(&first);
	must(custody_certify(v->k, &cause, &first, &e), &e);
	assert_true(slice_equal(buf_slice(&first), buf_slice(&second)));
	open_again(v);
	buf_free(&first);
	must(custody_certify(v->k, &cause, &first, &e), &e);
	assert_true(slice_equal(buf_slice(&first), buf_slice(&second)));
	buf_free(&first);
	buf_free(&second);
	vault_free(v);
}

static void numbers_are_forgotten_with_their_lists(void **state)
{
	struct vault *v = vault_new(NULL);
	uint64_t number[3];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct custody_list list;

		must(custody_lists(v->k, v->w->now, &list, &e), &e);
		number[i] = list.number;
		if (i == 0)
			custody_forget(v->k);
		else
			must(custody_sync(v->k, &e), &e);
		custody_list_free(&list);
	}
	assert_int_equal(number[0], number[1]);
	assert_true(number[2] > number[1]);
	vault_free(v);
}

static char successor[DIGEST_TEXT + 2];

static void another_issuer(json_t *charter)
{
	charters_set(charter, "/authority/issuing/0/spki", successor);
}

/* Two versions in one request: the key that only the first one names belongs to the group as much as the other. */
static void keys_of_every_version_are_bound(void **state)
{
	struct vault *v = vault_begin(NULL);
	struct err e = { 0 };
	const struct key_pair *p = keyring_create(v->keys, SIG_P256, &e);
	char text[DIGEST_TEXT];
	struct digest second, first = v->w->charter->authority.issuing[0].spki;

	(void)state;
	must(p != NULL, &e);
	second = p->spki;
	digest_text(&second, text);
	snprintf(successor, sizeof(successor), "\"%s\"", text);
	world_draft(v->w, another_issuer);
	world_amend(v->w, NULL, NULL);
	accepted(v, v->w->now);
	assert_true(keyring_find(v->keys, &second)->bound);
	assert_true(keyring_find(v->keys, &first)->bound);
	assert_memory_equal(&keyring_find(v->keys, &first)->genesis, &v->w->genesis, sizeof(struct digest));
	open_again(v);
	vault_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_term_runs_from_when_it_was_seen),
		cmocka_unit_test(both_at_once_is_not_seen_at_all),
		cmocka_unit_test(the_future_is_not_believed),
		cmocka_unit_test(terms_before_the_head_are_not_measured_again),
		cmocka_unit_test(a_state_has_the_time_of_its_beginning),
		cmocka_unit_test(a_head_of_tomorrow_begins_nothing),
		cmocka_unit_test(no_key_no_rebuilding),
		cmocka_unit_test(what_was_not_synced_is_forgotten),
		cmocka_unit_test(numbers_are_forgotten_with_their_lists),
		cmocka_unit_test(keys_of_every_version_are_bound),
	};

	return cmocka_run_group_tests_name("custody", tests, NULL, NULL);
}
