/* SPDX-License-Identifier: ISC
 * Complaints, and motions that rest on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/archive.h"
#include "authority/read.h"
#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "voting/complaint.h"

static void two_and_a_complaint(json_t *charter)
{
	charters_set(charter, "/expelling", "{\"movers\":2,\"complaint\":true}");
}

static void only_complaints(json_t *charter)
{
	charters_set(charter, "/expelling", "{\"complaint\":true}");
}

static struct complaint observed(struct folk *f, size_t by, size_t about)
{
	return (struct complaint){ .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.member = f->r->keys->member[about],
		.by = f->r->keys->member[by],
		.iat = time_now(),
		.about = COMPLAINT_OBSERVED,
		.what = OBSERVED_FLOODED,
		.when = time_now() };
}

static bool send(
	struct folk *f, const struct complaint *x, const struct sig_key *k, struct digest *digest, struct answer *out, struct err *e)
{
	struct said s = said_by(f->r->w, KIND_COMPLAINT, complaint_print(x), &k, 1);
	struct answer own = { 0 };
	bool rc = act_complain(f->r->w, f->g.name, &s.j, s.doc, NULL, out != NULL ? out : &own, e);

	if (digest != NULL)
		jws_digest(&s.j, KIND_COMPLAINT, digest);
	answer_free(&own);
	said_free(&s);
	return rc;
}

static void complain(struct folk *f, const struct complaint *x, const struct sig_key *k, struct digest *digest)
{
	struct err e = { 0 };

	if (!send(f, x, k, digest, NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static void refused(struct folk *f, const struct complaint *x, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT count(*) FROM complaints WHERE g = %d");
	struct err e = { 0 };

	assert_false(send(f, x, k, NULL, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(f, "SELECT count(*) FROM complaints WHERE g = %d"), before);
}

/* A motion of founders to expel founder 2. Gives the refusal, or "". */
static const char *moved(struct folk *f, const struct digest *complaints, size_t n, size_t movers)
{
	static struct err e;
	struct motion m = folk_motion(f, &f->r->keys->member[2]);
	const struct sig_key *const keys[] = { f->r->founders[0], f->r->founders[1], f->r->founders[2] };
	struct answer out = { 0 };
	struct said s;

	for (; m.complaints_n < n; m.complaints_n++)
		m.complaints[m.complaints_n] = complaints[m.complaints_n];
	s = said_by(f->r->w, KIND_MOTION, motion_print(&m), keys, movers);
	err_clear(&e);
	(void)act_move(f->r->w, f->g.name, &s.j, s.doc, NULL, &out, &e);
	answer_free(&out);
	said_free(&s);
	return e.name;
}

static void test_a_complaint_is_kept_once(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "kept", NULL);
	struct complaint x = observed(&f, 0, 2);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };
	json_t *doc;

	assert_true(send(&f, &x, r->founders[0], NULL, &first, &e));
	assert_true(send(&f, &x, r->founders[0], NULL, &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	doc = read_complaints(r->w, &f.g, &r->keys->member[2], &e);
	assert_int_equal(json_array_size(json_object_get(doc, "complaints")), 1);
	json_decref(doc);
	doc = read_complaints(r->w, &f.g, &r->keys->member[1], &e);
	assert_int_equal(json_array_size(json_object_get(doc, "complaints")), 0);
	json_decref(doc);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
}

static void test_who_may_complain_of_whom(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "whom", NULL);
	struct complaint x = observed(&f, 0, 2), wrong = x;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct revocation leave = folk_revocation(&f, REVOKE_MEMBER);
	struct err e = { 0 };

	refused(&f, &x, k, "not_a_member");
	refused(&f, &x, r->founders[1], "wrong_key");
	wrong.genesis.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = x;
	wrong.charter.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "not_found");
	wrong = x;
	wrong.iat += 2 * COMPLAINT_SLACK;
	refused(&f, &wrong, r->founders[0], "complaint_late");
	wrong = x;
	wrong.member.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "not_a_member");
	assert_true(folk_send_rekey(&f, r->w, &r->keys->member[0], r->founders[0], k, NULL, &e));
	refused(&f, &x, r->founders[0], "wrong_key");
	complain(&f, &x, k, NULL);
	leave.member = r->keys->member[2];
	assert_true(folk_send_revocation(&f, r->w, &leave, r->founders[2], NULL, &e));
	x.iat++;
	refused(&f, &x, k, "not_found");
	sig_key_free(k);
	folk_free(&f);
}

static void test_there_are_not_too_many(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "many", NULL);
	struct complaint x = observed(&f, 0, 2);

	for (int i = 0; i < 16; i++, x.iat--)
		complain(&f, &x, r->founders[0], NULL);
	refused(&f, &x, r->founders[0], "over_limit");
	x = observed(&f, 1, 2);
	complain(&f, &x, r->founders[1], NULL);
	folk_free(&f);
}

/* Founder 2 votes twice on proposal 1; the server shows both. */
static json_t *contradiction(struct folk *f)
{
	struct vote v = folk_vote(f, f->r->w, 1, &f->r->keys->member[2], CHOICE_NO);
	struct err e = { 0 };
	json_t *doc, *out;

	assert_string_equal(folk_cast(f, f->r->w, 1, 2, CHOICE_YES), "");
	assert_false(folk_send_vote(f, f->r->w, 1, &v, f->r->founders[2], NULL, &e));
	assert_string_equal(e.name, "equivocation");
	doc = read_contradictions(f->r->w, &f->g, 1, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "contradictions")), 1);
	out = json_incref(json_array_get(json_object_get(doc, "contradictions"), 0));
	json_decref(doc);
	return out;
}

static void by_votes(struct complaint *x, json_t *kept)
{
	x->about = COMPLAINT_VOTES;
	x->envelopes = json_object_get(kept, "votes");
	for (size_t i = 0; i < 2; i++) {
		struct err e = { 0 };
		struct at at = at_root(json_array_get(json_object_get(kept, "keys"), i), &e);

		assert_true(jwk_parse(&at, &x->votes[i].key));
	}
}

static void show_votes(json_t *charter)
{
	two_and_a_complaint(charter);
	charters_set(charter, "/voting/show", "\"votes\"");
}

static void test_two_move_by_what_proves_itself(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "proved", show_votes);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct complaint x = observed(&f, 0, 2), second = observed(&f, 1, 2);
	struct digest d[2], swap;
	json_t *kept, *record;

	assert_int_equal(folk_propose(&f, r->w, k), 1);
	kept = contradiction(&f);
	by_votes(&x, kept);
	complain(&f, &x, r->founders[0], &d[0]);
	complain(&f, &second, r->founders[1], &d[1]);
	if (digest_compare(&d[0], &d[1]) > 0) {
		swap = d[0];
		d[0] = d[1];
		d[1] = swap;
	}
	json_array_set(x.envelopes, 1, json_array_get(x.envelopes, 0));
	x.votes[1].key = x.votes[0].key;
	refused(&f, &x, r->founders[0], "no_contradiction");
	assert_string_equal(moved(&f, d, 2, 1), "movers_missing");
	assert_string_equal(moved(&f, d, 0, 2), "complaint_missing");
	assert_string_equal(moved(&f, d, 2, 3), "not_allowed");
	assert_string_equal(moved(&f, d, 2, 2), "");
	assert_string_equal(folk_cast(&f, r->w, 2, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, 2, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, r->w, 2));
	record = archive_record(r->w, &f.g, 2, NULL);
	assert_int_equal(json_array_size(json_object_get(record, "movers")), 1);
	assert_int_equal(json_array_size(json_object_get(record, "complaints")), 2);
	json_decref(record);
	folk_follow(&f);
	json_decref(kept);
	sig_key_free(k);
	folk_free(&f);
}

static void show_counts(json_t *charter)
{
	charters_set(charter, "/voting/show", "\"counts\"");
}

static void test_nobody_sees_before_how_others_vote(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "unseen", show_counts);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct err e = { 0 };

	assert_int_equal(folk_propose(&f, r->w, k), 1);
	assert_null(read_contradictions(r->w, &f.g, 1, &e));
	assert_string_equal(e.name, "undecided");
	err_clear(&e);
	assert_null(read_contradictions(r->w, &f.g, 2, &e));
	assert_string_equal(e.name, "not_found");
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_motion_names_what_stands(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "stands", only_complaints);
	struct complaint x = observed(&f, 1, 2), other = observed(&f, 1, 0);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = { { 1 } };
	struct err e = { 0 };

	assert_string_equal(moved(&f, &d, 0, 1), "complaint_missing");
	assert_string_equal(moved(&f, &d, 1, 1), "complaint_missing");
	complain(&f, &other, r->founders[1], &d);
	assert_string_equal(moved(&f, &d, 1, 1), "wrong_context");
	complain(&f, &x, r->founders[1], &d);
	assert_true(folk_send_rekey(&f, r->w, &r->keys->member[1], r->founders[1], k, NULL, &e));
	assert_string_equal(moved(&f, &d, 1, 1), "complaint_void");
	x.iat++;
	complain(&f, &x, k, &d);
	assert_string_equal(moved(&f, &d, 1, 1), "");
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_complaint_is_kept_once),
		cmocka_unit_test(test_who_may_complain_of_whom),
		cmocka_unit_test(test_there_are_not_too_many),
		cmocka_unit_test(test_two_move_by_what_proves_itself),
		cmocka_unit_test(test_nobody_sees_before_how_others_vote),
		cmocka_unit_test(test_a_motion_names_what_stands),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
