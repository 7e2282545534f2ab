/* SPDX-License-Identifier: ISC
 * A signer that is killed, whose state is torn, altered or lost, and a gauthd that would make use of it. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "peer/file.h"
#include "peer/revocations.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

struct town {
	struct liar *l;
	struct world *w;
	struct digest cause; /* of the first founder's certificate */
	struct buf der;
};

static void must(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s", e->name, e->text);
}

/* A group whose log the signer has, with one certificate signed. P-256: two signatures over one certificate would differ. */
static struct town *town_new(void)
{
	struct town *t = calloc(1, sizeof(*t));
	struct err e = { 0 };

	assert_non_null(t);
	t->l = liar_new();
	t->w = liar_world(t->l, SIG_P256, NULL);
	profile_founder_cause(&t->w->genesis, &t->w->members[0].member, &t->cause);
	liar_accepted(t->l, t->w);
	must(liar_certify(t->l, t->w, &t->cause, &t->der, &e), &e);
	return t;
}

static void town_free(struct town *t)
{
	world_free(t->w);
	liar_free(t->l);
	buf_free(&t->der);
	free(t);
}

/* It signs, and what it signed before is still the same. */
static void signs(const struct town *t)
{
	struct buf der = { 0 };
	struct err e = { 0 };

	must(liar_certify(t->l, t->w, &t->cause, &der, &e), &e);
	assert_true(slice_equal(buf_slice(&der), buf_slice(&t->der)));
	buf_free(&der);
}

/* Every request about the group is refused by this name. */
static void mute(const struct town *t, const char *name)
{
	struct buf der = { 0 };
	struct signer_list list;
	struct signer_state state;
	struct err e = { 0 };

	assert_false(signer_hello(t->l->link, &t->w->genesis, &state, &e));
	assert_string_equal(e.name, name);
	err_clear(&e);
	assert_false(liar_send_items(t->l, t->w, 0, liar_items(t->w, 0, t->w->log_n), &e));
	assert_string_equal(e.name, name);
	err_clear(&e);
	assert_false(liar_certify(t->l, t->w, &t->cause, &der, &e));
	assert_string_equal(e.name, name);
	err_clear(&e);
	assert_false(signer_lists(t->l->link, &t->w->genesis, &list, &e));
	assert_string_equal(e.name, name);
}

static void put_file(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

/* ---- killed */

static void sigkill_loses_nothing(void **state)
{
	struct town *t = town_new();
	struct buf before = liar_state(t->l, t->w), after;

	(void)state;
	liar_kill(t->l);
	liar_start(t->l);
	assert_int_equal(liar_size(t->l, t->w), t->w->log_n);
	after = liar_state(t->l, t->w);
	assert_true(slice_equal(buf_slice(&before), buf_slice(&after)));
	signs(t);
	liar_admit(t->w, "yy");
	liar_accepted(t->l, t->w);
	buf_free(&before);
	buf_free(&after);
	town_free(t);
}

/* A refused request signs nothing that a later one could hand out before it lasts. */
static void a_refused_request_signs_nothing(void **state)
{
	struct town *t = town_new();
	struct digest causes[2] = { { { 0 } }, digest_fill(9) };
	struct buf der[2] = { 0 };
	struct world_mark m = world_mark(t->w);
	struct err e = { 0 };

	(void)state;
	profile_founder_cause(&t->w->genesis, &t->w->members[1].member, &causes[0]);
	assert_false(signer_certify(t->l->link, &t->w->genesis, causes, 2, der, &e));
	liar_admit(t->w, "y");
	liar_refused(t->l, t->w, "votes_missing");
	world_back(t->w, &m);
	t->cause = causes[0];
	buf_free(&t->der);
	err_clear(&e);
	must(liar_certify(t->l, t->w, &t->cause, &t->der, &e), &e);
	liar_kill(t->l);
	liar_start(t->l);
	signs(t);
	town_free(t);
}

/* The file as if the power had gone n bytes before the end of what was written. */
static void torn_by(struct town *t, size_t n)
{
	struct buf bytes = liar_state(t->l, t->w);
	char path[LIAR_PATH];

	liar_state_path(t->l, t->w, path);
	liar_kill(t->l);
	put_file(path, slice_of(bytes.p, bytes.n - n));
	liar_start(t->l);
	buf_free(&bytes);
}

static void a_torn_record_is_taken_off(void **state)
{
	static const size_t cuts[] = { 1, 31, 32, 33, 200 };
	struct town *t = town_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		world_renew(t->w, 0);
		liar_accepted(t->l, t->w);
		torn_by(t, cuts[i]);
		assert_int_equal(liar_size(t->l, t->w), t->w->log_n - 1);
		liar_accepted(t->l, t->w);
		signs(t);
	}
	town_free(t);
}

/* ---- altered */

static void an_altered_state_is_refused(void **state)
{
	struct town *t = town_new();
	struct buf good = liar_state(t->l, t->w), bad = { 0 };
	const size_t places[] = { 0, 2, 4, 7, 20, good.n / 2, good.n - 33, good.n - 1 };
	char path[LIAR_PATH];

	(void)state;
	liar_state_path(t->l, t->w, path);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		liar_kill(t->l);
		bad.n = 0;
		buf_add_slice(&bad, buf_slice(&good));
		bad.p[places[i]] ^= 1;
		put_file(path, buf_slice(&bad));
		liar_start(t->l);
		mute(t, "journal_broken");
	}
	liar_kill(t->l);
	put_file(path, buf_slice(&good));
	liar_start(t->l);
	signs(t);
	buf_free(&good);
	buf_free(&bad);
	town_free(t);
}

/* Its records taken out, or in another order: each follows the one before. */
static void a_record_left_out_is_noticed(void **state)
{
	struct town *t = town_new();
	struct buf good = liar_state(t->l, t->w);
	size_t first = 9 + bytes_u32(good.p) + 32;
	char path[LIAR_PATH];

	(void)state;
	liar_state_path(t->l, t->w, path);
	liar_kill(t->l);
	put_file(path, slice_of(good.p + first, good.n - first));
	liar_start(t->l);
	mute(t, "journal_broken");
	liar_kill(t->l);
	put_file(path, buf_slice(&good));
	liar_start(t->l);
	signs(t);
	buf_free(&good);
	town_free(t);
}

static void a_second_signer_is_kept_out(void **state)
{
	struct town *t = town_new();
	struct liar second = *t->l, *first = t->l;

	(void)state;
	snprintf(second.socket, sizeof(second.socket), "%.250s/2", first->dir);
	second.link = NULL;
	liar_start(&second);
	t->l = &second;
	mute(t, "journal_locked");
	t->l = first;
	signs(t);
	liar_kill(&second);
	town_free(t);
}

/* ---- lost */

/* A head of the world's log, or of what `root` says instead, signed by so many administrators, as a file. */
static void head_file(const struct town *t, const struct digest *root, size_t signers, char path[static LIAR_PATH])
{
	const struct world *w = t->w;
	const struct sig_key *const keys[] = { w->keys->admins[0], w->keys->admins[1] };
	struct head h = { .genesis = w->genesis, .size = w->log_n, .root = world_root(w, w->log_n), .time = time_now() };
	struct buf text = { 0 };
	struct jws j;
	json_t *doc;

	if (root != NULL)
		h.root = *root;
	j = envelope_by(w->c, KIND_HEAD, head_print(&h), keys, signers);
	doc = envelope_json(&j);
	assert_true(json_write(doc, &text, NULL));
	snprintf(path, LIAR_PATH, "%.250s/head.json", t->l->dir);
	put_file(path, buf_slice(&text));
	json_decref(doc);
	jws_free(&j);
	buf_free(&text);
}

static void lose(struct town *t)
{
	char path[LIAR_PATH];

	liar_state_path(t->l, t->w, path);
	liar_kill(t->l);
	assert_int_equal(unlink(path), 0);
}

static void begin_again(struct town *t, const struct digest *root, size_t signers)
{
	char head[LIAR_PATH];

	head_file(t, root, signers, head);
	if (t->l->link != NULL)
		liar_kill(t->l);
	assert_int_equal(liar_rebuild(t->l, head), 0);
	liar_start(t->l);
}

static void a_lost_state_signs_nothing(void **state)
{
	struct town *t = town_new();
	char path[LIAR_PATH];

	(void)state;
	lose(t);
	liar_start(t->l);
	mute(t, "state_lost");
	mute(t, "state_lost"); /* asking does not make a state */
	liar_kill(t->l);
	liar_state_path(t->l, t->w, path);
	put_file(path, slice_str("")); /* a file system that came back with the name alone */
	liar_start(t->l);
	mute(t, "state_lost");
	begin_again(t, NULL, 2);
	liar_accepted(t->l, t->w);
	town_free(t);
}

/* A log that differs from the good one in its last entry; and it is as long. */
static void told_otherwise(struct town *t, const struct world_mark *m)
{
	world_back(t->w, m);
	t->w->now += 30;
	liar_admit(t->w, "yyy");
}

static void a_forked_log_does_not_rebuild(void **state)
{
	struct town *t = town_new();
	struct world_mark m = world_mark(t->w);
	struct buf der = { 0 };
	struct err e = { 0 };
	size_t n;

	(void)state;
	liar_admit(t->w, "yy");
	liar_accepted(t->l, t->w);
	lose(t);
	begin_again(t, NULL, 2);
	n = t->w->log_n;
	told_otherwise(t, &m);
	liar_refused_items(t->l, t->w, 0, liar_items(t->w, 0, n), "forked");
	/* Bit by bit it gets so far, and loses all of it where it ought to end. */
	assert_true(liar_send_items(t->l, t->w, 0, liar_items(t->w, 0, n - 2), &e));
	assert_false(liar_certify(t->l, t->w, &t->cause, &der, &e));
	assert_string_equal(e.name, "state_lost");
	err_clear(&e);
	assert_false(liar_send(t->l, t->w, &e));
	assert_string_equal(e.name, "forked");
	assert_int_equal(liar_size(t->l, t->w), 0);
	/* A shorter one ends nothing. */
	world_back(t->w, &m);
	liar_accepted(t->l, t->w);
	err_clear(&e);
	assert_false(liar_certify(t->l, t->w, &t->cause, &der, &e));
	assert_string_equal(e.name, "state_lost");
	buf_free(&der);
	/* What the wrong log says is the right one under a head of its own. */
	told_otherwise(t, &m);
	begin_again(t, NULL, 2);
	liar_accepted(t->l, t->w);
	err_clear(&e);
	must(liar_certify(t->l, t->w, &t->w->decision.digest, &der, &e), &e);
	buf_free(&der);
	town_free(t);
}

static uint64_t next_number(const struct town *t)
{
	struct signer_list got;
	struct revocations list;
	struct err e = { 0 };
	uint64_t number;
	struct jws j;

	must(signer_lists(t->l->link, &t->w->genesis, &got, &e) && jws_parse(buf_slice(&got.revocations), 1 << 20, &j, &e) &&
			revocations_parse(&j, &list, &e),
		&e);
	number = list.number;
	revocations_free(&list);
	jws_free(&j);
	signer_list_free(&got);
	return number;
}

static void the_right_log_rebuilds(void **state)
{
	struct town *t = town_new();
	struct digest wrong = digest_fill(2);
	uint64_t number = next_number(t), after;
	struct err e = { 0 };
	char head[LIAR_PATH];

	(void)state;
	liar_admit(t->w, "yy");
	liar_accepted(t->l, t->w);
	head_file(t, NULL, 2, head);
	liar_kill(t->l);
	assert_int_equal(liar_rebuild(t->l, head), 1); /* state_stands */
	liar_start(t->l);
	lose(t);
	begin_again(t, &wrong, 2);
	liar_refused_items(t->l, t->w, 0, liar_items(t->w, 0, t->w->log_n), "forked");
	begin_again(t, NULL, 1);
	liar_refused_items(t->l, t->w, 0, liar_items(t->w, 0, t->w->log_n), "approvals_missing");
	begin_again(t, NULL, 2);
	assert_true(liar_send_items(t->l, t->w, 0, liar_items(t->w, 0, 5), &e));
	liar_kill(t->l);
	liar_start(t->l); /* half way */
	liar_accepted(t->l, t->w);
	after = next_number(t);
	assert_true(after > number + 1000000);
	liar_kill(t->l);
	liar_start(t->l);
	assert_int_equal(liar_size(t->l, t->w), t->w->log_n);
	world_renew(t->w, 0);
	liar_accepted(t->l, t->w);
	/* Lost once more, with the same head: the numbers go on all the same. */
	lose(t);
	begin_again(t, NULL, 2);
	liar_accepted(t->l, t->w);
	assert_true(next_number(t) > after);
	town_free(t);
}

static void a_head_must_be_one(void **state)
{
	struct town *t = town_new();
	char head[LIAR_PATH];

	(void)state;
	lose(t);
	snprintf(head, sizeof(head), "%.250s/head.json", t->l->dir);
	put_file(head, slice_str("{}"));
	assert_int_equal(liar_rebuild(t->l, head), 1);
	put_file(head, slice_str(""));
	assert_int_equal(liar_rebuild(t->l, head), 1);
	unlink(head);
	assert_int_equal(liar_rebuild(t->l, head), 1);
	liar_start(t->l);
	mute(t, "state_lost");
	town_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sigkill_loses_nothing),
		cmocka_unit_test(a_refused_request_signs_nothing),
		cmocka_unit_test(a_torn_record_is_taken_off),
		cmocka_unit_test(an_altered_state_is_refused),
		cmocka_unit_test(a_record_left_out_is_noticed),
		cmocka_unit_test(a_second_signer_is_kept_out),
		cmocka_unit_test(a_lost_state_signs_nothing),
		cmocka_unit_test(a_forked_log_does_not_rebuild),
		cmocka_unit_test(the_right_log_rebuilds),
		cmocka_unit_test(a_head_must_be_one),
	};

	return cmocka_run_group_tests_name("liar: state", tests, NULL, NULL);
}
