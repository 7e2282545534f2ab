/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: the log, revocations, keys. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "peer/cert.h"
#include "peer/crl.h"
#include "peer/revocations.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

enum { AUTHORITIES = 8 };

static int start(void **state)
{
	*state = liar_new();
	return 0;
}

static int end(void **state)
{
	liar_free(*state);
	return 0;
}

static void must(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s", e->name, e->text);
}

/* ---- the log */

static void another_log_is_forked(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);
	uint64_t size;
	struct err e = { 0 };

	world_apply(w);
	liar_accepted(l, w);
	world_back(w, &m);
	w->now += 7;
	world_apply(w); /* the same place, told otherwise */
	liar_refused_items(l, w, m.log_n, liar_items(w, m.log_n, w->log_n), "forked");
	liar_refused_items(l, w, 0, liar_items(w, 0, w->log_n), "forked");
	world_back(w, &m);
	liar_refused_items(l, w, m.log_n + 2, json_array(), "behind");
	/* A shortened log is one that the signer has already: it forgets nothing over it. */
	assert_true(signer_extend(l->link, &w->genesis, 0, liar_items(w, 0, m.log_n), &size, &e));
	assert_int_equal(size, m.log_n + 1);
	world_free(w);
}

static void the_truth_goes_on_after_a_fork(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct buf first;

	world_apply(w);
	liar_accepted(l, w);
	first = w->log[w->log_n - 1].bytes;
	w->log[w->log_n - 1].bytes = w->log[0].bytes;
	liar_refused_items(l, w, 0, liar_items(w, 0, w->log_n), "forked");
	w->log[w->log_n - 1].bytes = first;
	world_propose_admission(w);
	liar_accepted(l, w);
	world_free(w);
}

/* An applicant and a decision each repeat the log's head; a charter does so too. */
static void objects_of_a_fork_are_refused(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);
	struct digest leaf = w->log[3].leaf;

	w->log[3].leaf = digest_fill(7);
	world_apply(w);
	liar_refused(l, w, "forked");
	w->log[3].leaf = leaf;
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	m = world_mark(w);
	w->log[3].leaf = digest_fill(7);
	{
		struct evidence ev = liar_votes(w, "yy");

		liar_decide(w, &ev, false, OUTCOME_YES);
		liar_refused(l, w, "forked");
		w->log[3].leaf = leaf;
		world_back(w, &m);
		liar_decide(w, &ev, false, OUTCOME_YES);
		liar_votes_free(&ev);
	}
	liar_accepted(l, w);
	liar_signs(l, w, &w->decision.digest);
	world_free(w);
}

static void time_does_not_go_back_or_ahead(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);

	w->now -= 100;
	world_apply(w);
	liar_refused(l, w, "log_time");
	world_back(w, &m);
	w->now = time_now() + 3600;
	world_apply(w);
	liar_refused(l, w, "log_time");
	world_back(w, &m);
	liar_admit(w, "yy");
	liar_accepted(l, w);
	world_free(w);
}

static void seeds_come_before_founders(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_world(l, SIG_ED25519, NULL);
	json_t *items = liar_items(w, 0, 3);

	json_array_remove(items, 1);
	liar_refused_items(l, w, 0, items, "log_index");
	liar_refused_items(l, w, 0, liar_items(w, 1, 3), "log_index");
	liar_accepted(l, w);
	world_free(w);
}

/* ---- revocations */

static void lists_of(struct liar *l, const struct world *w, struct buf *crl, struct revocations *list)
{
	struct signer_list got;
	struct err e = { 0 };
	struct jws j;

	must(signer_lists(l->link, &w->genesis, &got, &e), &e);
	must(jws_parse(buf_slice(&got.revocations), 1 << 20, &j, &e), &e);
	must(revocations_parse(&j, list, &e), &e);
	must(jws_verify(w->c, &j, 0, &w->charter->authority.revocation[0].key, &e), &e);
	jws_free(&j);
	buf_add_slice(crl, buf_slice(&got.crl));
	signer_list_free(&got);
}

static bool listed(struct liar *l, const struct world *w, size_t i)
{
	struct revocations list;
	struct crl_entry found;
	struct buf crl = { 0 };
	struct digest cause;
	struct id16 serial;
	struct crl c;
	struct err e = { 0 };
	bool in_crl, in_list;

	lists_of(l, w, &crl, &list);
	profile_founder_cause(&w->genesis, &w->members[i].member, &cause);
	profile_serial(&cause, &serial);
	must(crl_parse(buf_slice(&crl), &c, &e), &e);
	must(crl_verify(w->c, &c, &w->issuer.key, &e), &e);
	assert_int_equal(c.number, list.number);
	in_crl = crl_find(&c, &serial, &found);
	in_list = revocations_find(&list, &w->members[i].member, &w->members[i].thumb, &serial) != NULL;
	assert_int_equal(in_crl, in_list);
	revocations_free(&list);
	buf_free(&crl);
	return in_crl;
}

/* Nobody hands the signer a list: it makes it out of its own log, and a log without the revocation is another log. */
static void a_revocation_is_not_dropped(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);

	assert_false(listed(l, w, 1));
	world_leave(w, 1);
	world_revoke_key(w, 2);
	liar_accepted(l, w);
	assert_true(listed(l, w, 1));
	assert_true(listed(l, w, 2));
	assert_false(listed(l, w, 0));
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_refused_items(l, w, m.log_n, liar_items(w, m.log_n, w->log_n), "forked");
	assert_true(listed(l, w, 1));
	assert_true(listed(l, w, 2));
	world_free(w);
}

static void numbers_of_lists_only_grow(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct buf crl = { 0 };
	struct revocations list;
	uint64_t last = 0;

	for (int i = 0; i < 5; i++) {
		if (i == 3) {
			liar_kill(l);
			liar_start(l);
		}
		lists_of(l, w, &crl, &list);
		assert_true(list.number > last);
		assert_true(list.next_update > list.this_update && list.this_update <= time_now());
		last = list.number;
		revocations_free(&list);
		buf_free(&crl);
	}
	world_free(w);
}

static void a_stranger_revokes(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);
	struct sig_key *own = w->members[1].key, *operator= w->keys->operators[0];

	w->members[1].key = w->members[0].key;
	world_leave(w, 1);
	liar_refused(l, w, "not_allowed");
	w->members[1].key = own;
	world_back(w, &m);
	w->keys->operators[0] = w->keys->notary;
	world_revoke_key(w, 1);
	liar_refused(l, w, "not_allowed");
	w->keys->operators[0] = operator;
	world_back(w, &m);
	world_revoke_key(w, 1);
	liar_accepted(l, w);
	m = world_mark(w);
	world_leave(w, 1); /* by a key that is revoked */
	liar_refused(l, w, "not_allowed");
	world_back(w, &m);
	world_leave(w, 0);
	liar_accepted(l, w);
	world_free(w);
}

/* ---- keys */

static void a_key_belongs_to_one_group_for_ever(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL), *other;
	struct world_start start = { .issuing = &w->issuer.key, .revocation = &w->keys->revocation_pub, .now = time_now() - 3600 };

	other = world_begin(&start);
	liar_refused(l, other, "key_bound");
	liar_kill(l);
	liar_start(l);
	liar_refused(l, other, "key_bound");
	world_apply(w);
	liar_accepted(l, w);
	world_free(other);
	world_free(w);
}

static void a_key_of_somebody_else_is_not_signed_with(void **state)
{
	struct liar *l = *state;
	struct world *w = world_begin(&(struct world_start){ .now = time_now() - 3600 }), *good;

	liar_refused(l, w, "issuer_unknown");
	good = liar_founded(l, NULL);
	world_free(good);
	world_free(w);
}

static json_t *more_keys; /* what a charter is to name, beside its own key */

static void name_more_keys(json_t *charter)
{
	json_array_extend(json_object_get(json_object_get(charter, "authority"), "issuing"), more_keys);
}

/* Keys that a refused charter names are no keys of the group: they neither count nor bind. */
static void a_refused_charter_takes_no_keys(void **state)
{
	struct liar *l = *state;
	struct world *w;
	json_t *object;

	more_keys = json_array();
	for (int i = 0; i < 3; i++)
		json_array_append_new(more_keys, liar_issuing(l));
	w = liar_founded(l, NULL);
	for (int round = 0; round < 3; round++) {
		struct world_mark m = world_mark(w);

		world_draft(w, name_more_keys);
		world_amend(w, NULL, NULL);
		object = w->log[w->log_n - 1].object;
		json_array_remove(json_object_get(object, "approvals"), 1);
		liar_refused(l, w, "approvals_missing");
		world_back(w, &m);
		json_array_clear(more_keys);
		for (int i = 0; i < 3; i++)
			json_array_append_new(more_keys, liar_issuing(l));
	}
	world_draft(w, name_more_keys);
	world_amend(w, NULL, NULL);
	liar_accepted(l, w);
	json_decref(more_keys);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_log_is_forked),
		cmocka_unit_test(the_truth_goes_on_after_a_fork),
		cmocka_unit_test(objects_of_a_fork_are_refused),
		cmocka_unit_test(time_does_not_go_back_or_ahead),
		cmocka_unit_test(seeds_come_before_founders),
		cmocka_unit_test(a_revocation_is_not_dropped),
		cmocka_unit_test(numbers_of_lists_only_grow),
		cmocka_unit_test(a_stranger_revokes),
		cmocka_unit_test(a_key_belongs_to_one_group_for_ever),
		cmocka_unit_test(a_key_of_somebody_else_is_not_signed_with),
		cmocka_unit_test(a_refused_charter_takes_no_keys),
	};

	return cmocka_run_group_tests_name("liar: log", tests, start, end);
}
