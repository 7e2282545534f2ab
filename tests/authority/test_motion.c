/* SPDX-License-Identifier: ISC
 * Motions to expel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/read.h"
#include "peer/application.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static void refused(struct folk *f, const struct motion *m, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT log_size FROM groups WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_motion(f, f->r->w, m, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(f, "SELECT log_size FROM groups WHERE g = %d"), before);
}

static void test_a_motion_opens_one_proposal(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "moved", NULL);
	struct motion m = folk_motion(&f, &r->keys->member[1]);
	struct answer first = { 0 }, again = { 0 };
	struct err e = { 0 };

	assert_true(folk_send_motion(&f, r->w, &m, r->founders[0], &first, &e));
	assert_true(folk_send_motion(&f, r->w, &m, r->founders[0], &again, &e));
	assert_true(first.fresh);
	assert_false(again.fresh);
	assert_string_equal(first.id, "1");
	assert_true(slice_equal(buf_slice(&first.text), buf_slice(&again.text)));
	m.iat++;
	refused(&f, &m, r->founders[2], "already_open");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM proposals WHERE g = %d AND question = 1"), 1);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM objects WHERE g = %d AND kind = 'gmc-motion'"), 1);
	folk_follow(&f);
	answer_free(&first);
	answer_free(&again);
	folk_free(&f);
}

static void test_who_may_move_what(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "movers", NULL);
	struct motion m = folk_motion(&f, &r->keys->member[1]), wrong = m;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct revocation x = folk_revocation(&f, REVOKE_KEY);
	struct err e = { 0 };

	refused(&f, &m, k, "not_a_member");
	refused(&f, &m, r->founders[1], "not_allowed"); /* itself */
	wrong.genesis.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "wrong_context");
	wrong = m;
	wrong.charter.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "charter_not_in_force");
	wrong = m;
	wrong.member.b[0] ^= 1;
	refused(&f, &wrong, r->founders[0], "not_a_member");
	wrong = m;
	wrong.question = Q_AMEND;
	refused(&f, &wrong, r->founders[0], "not_allowed");
	assert_true(folk_send_rekey(&f, r->w, &r->keys->member[0], r->founders[0], k, NULL, &e));
	refused(&f, &m, r->founders[0], "wrong_key");
	jwk_thumbprint(sig_key_pub(k), &x.key);
	assert_true(folk_send_revocation(&f, r->w, &x, k, NULL, &e));
	refused(&f, &m, k, "key_revoked");
	x = folk_revocation(&f, REVOKE_MEMBER);
	x.member = r->keys->member[1];
	assert_true(folk_send_revocation(&f, r->w, &x, r->founders[1], NULL, &e));
	refused(&f, &m, r->founders[2], "not_found");
	m = folk_motion(&f, &r->keys->member[2]);
	refused(&f, &m, r->founders[1], "not_a_member");
	sig_key_free(k);
	folk_free(&f);
}

static void no_expulsion(json_t *charter)
{
	charters_set(charter, "/expulsion", NULL);
}

static void test_a_charter_may_know_no_expulsion(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "nobody", no_expulsion);
	struct motion m = folk_motion(&f, &r->keys->member[1]);

	refused(&f, &m, r->founders[0], "not_allowed");
	folk_free(&f);
}

/* What a voter reads on the group's first proposal; static until the next call. */
static const char *shown_reason(struct worker *w, const char *group)
{
	static char text[64];
	struct group g;
	struct err e = { 0 };
	json_t *doc = group_find(w, group, &g, &e) ? read_proposal(w, &g, 1, &e) : NULL;

	assert_non_null(doc);
	snprintf(text, sizeof(text), "%s", json_string_value(json_object_get(json_object_get(doc, "reason"), "text")));
	json_decref(doc);
	return text;
}

static void test_a_reason_is_the_one_that_was_signed(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "reasons", NULL);
	struct motion m = folk_motion(&f, &r->keys->member[1]);
	struct free_text text = { .text = "Sells seats.", .salt = { 9 } };
	const struct sig_key *k = r->founders[0];
	struct answer out = { 0 };
	struct err e = { 0 };
	struct said s;

	m.has_reason = true;
	text_digest(text.salt, slice_str("Sells sea shells."), &m.reason);
	s = said_by(r->w, KIND_MOTION, motion_print(&m), &k, 1);
	assert_false(act_move(r->w, f.g.name, &s.j, s.doc, &text, &out, &e));
	assert_string_equal(e.name, "text_differs");
	said_free(&s);
	e = (struct err){ 0 };
	text_digest(text.salt, slice_str(text.text), &m.reason);
	s = said_by(r->w, KIND_MOTION, motion_print(&m), &k, 1);
	assert_true(act_move(r->w, f.g.name, &s.j, s.doc, &text, &out, &e));
	said_free(&s);
	assert_string_equal(shown_reason(r->w, f.g.name), text.text);
	answer_free(&out);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_motion_opens_one_proposal),
		cmocka_unit_test(test_who_may_move_what),
		cmocka_unit_test(test_a_charter_may_know_no_expulsion),
		cmocka_unit_test(test_a_reason_is_the_one_that_was_signed),
	};

	return cmocka_run_group_tests(tests, realm_start, realm_stop);
}
