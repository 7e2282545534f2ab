/* SPDX-License-Identifier: ISC
 * Candidates, measurements, invitations and draws in the service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "authority/inviting.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "voting/invitation.h"

enum { LIFE = 3600 };

static void asking(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":3600,\"observers\":2}},{\"votes\":{\"count\":2}}]}");
	charters_set(charter, "/inviting", "{\"measures\":{\"uptime\":60},\"window\":86400,\"every\":3600}");
	charters_set(charter, "/tests", "[]");
}

static void drawing(json_t *charter)
{
	asking(charter);
	charters_set(
		charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":3600,\"draw\":1,\"observers\":2}},{\"votes\":{\"count\":2}}]}");
}

static int64_t now_of(struct folk *f)
{
	return folk_number(f, "SELECT now_s() + 0 * %d");
}

typedef bool act(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e);

/* The name of the refusal, or "". Static text. */
static const char *send(struct folk *f, act *run, const char *kind, json_t *payload, const struct sig_key *k)
{
	static struct err e;
	struct said s = said_by(f->r->w, kind, payload, &k, 1);
	struct answer out = { 0 };
	bool ok;

	err_clear(&e);
	ok = run(f->r->w, f->g.name, &s.j, s.doc, &out, &e);
	answer_free(&out);
	said_free(&s);
	return ok ? "" : e.name;
}

static const char *stand(struct folk *f, const struct sig_key *k, struct digest *candidacy)
{
	struct candidacy v = { .genesis = f->g.genesis, .charter = f->charter->object.digest, .key = *sig_key_pub(k), .iat = now_of(f) };
	static uint8_t nonce[CANDIDACY_NONCE];
	json_t *payload;
	struct buf text = { 0 };

	nonce[0]++;
	strcpy(v.name, "dee");
	payload = candidacy_print(&v, nonce);
	assert_true(json_write(payload, &text, NULL));
	digest_of(KIND_CANDIDACY, buf_slice(&text), candidacy);
	buf_free(&text);
	return send(f, act_candidate, KIND_CANDIDACY, payload, k);
}

static const char *measure(struct folk *f, size_t founder, const struct digest *candidacy, int64_t uptime)
{
	struct measurement m = { .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.member = f->r->keys->member[founder],
		.has_candidate = true,
		.candidate = *candidacy,
		.uptime = uptime,
		.iat = now_of(f) };

	return send(f, act_measure, KIND_MEASUREMENT, measurement_print(&m), f->r->founders[founder]);
}

static const char *invite(struct folk *f, size_t founder, const struct digest *candidacy, int64_t life)
{
	struct invitation v = { .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.candidate = *candidacy,
		.has_member = true,
		.member = f->r->keys->member[founder],
		.iat = now_of(f) };

	v.until = v.iat + life;
	return send(f, act_invite, KIND_INVITATION, invitation_print(&v), f->r->founders[founder]);
}

static const char *apply(struct folk *f, const struct sig_key *k)
{
	static struct err e;
	struct application a = folk_application(f, f->r->w, k);

	err_clear(&e);
	return folk_send_application(f, f->r->w, &a, k, NULL, &e) ? "" : e.name;
}

static void test_members_invite(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "invite", asking);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_P256);
	struct digest c, none;

	assert_string_equal(stand(&f, k, &c), "");
	assert_string_equal(stand(&f, k, &none), "already_candidate");
	assert_string_equal(stand(&f, r->founders[0], &none), "key_in_use");
	assert_string_equal(measure(&f, 0, &none, 70), "not_a_candidate");
	assert_string_equal(invite(&f, 0, &c, 60), "not_eligible");
	assert_string_equal(measure(&f, 0, &c, 70), "");
	assert_string_equal(measure(&f, 0, &c, 71), "too_soon");
	assert_string_equal(invite(&f, 0, &c, 60), "not_eligible");
	assert_string_equal(measure(&f, 1, &c, 60), "");
	assert_string_equal(invite(&f, 0, &c, LIFE + 60), "out_of_range");
	assert_string_equal(apply(&f, k), "not_invited");
	assert_string_equal(invite(&f, 0, &c, LIFE), "");
	assert_string_equal(invite(&f, 1, &c, LIFE), "not_a_candidate");
	assert_string_equal(apply(&f, other), "not_invited");
	folk_admit(&f, r->w, k);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM invitations WHERE g = %d AND application IS NOT NULL"), 1);
	folk_audited(&f, 1);
	folk_follow(&f);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

static void of_operators(json_t *charter)
{
	asking(charter);
	charters_set(charter, "/admission",
		"{\"all\":[{\"invitation\":{\"life\":3600,\"observers\":1,\"inviters\":\"operators\"}},{\"votes\":{\"count\":2}}]}");
}

static const char *operator_invites(struct folk *f, const struct digest *candidacy, const struct sig_key *k, int64_t life)
{
	struct invitation v = { .genesis = f->g.genesis, .charter = f->charter->object.digest, .candidate = *candidacy, .iat = now_of(f) };

	v.until = v.iat + life;
	return send(f, act_invite, KIND_INVITATION, invitation_print(&v), k);
}

static void test_operators_invite(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "operators", of_operators);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest c;

	assert_string_equal(stand(&f, k, &c), "");
	assert_string_equal(operator_invites(&f, &c, r->keys->operators[0], LIFE), "not_eligible");
	assert_string_equal(measure(&f, 0, &c, 70), "");
	assert_string_equal(invite(&f, 0, &c, LIFE), "not_allowed");
	assert_string_equal(operator_invites(&f, &c, r->founders[0], LIFE), "not_an_operator");
	assert_string_equal(operator_invites(&f, &c, r->a.notary, LIFE), "not_an_operator");
	assert_string_equal(apply(&f, k), "not_invited");
	assert_string_equal(operator_invites(&f, &c, r->keys->operators[1], LIFE), "");
	assert_string_equal(operator_invites(&f, &c, r->keys->operators[0], LIFE - 1), "not_a_candidate");
	folk_admit(&f, r->w, k);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM evidence WHERE g = %d"), 2);
	folk_audited(&f, 1);
	sig_key_free(k);
	folk_free(&f);
}

/* An invitation is for one application, whatever becomes of that. */
static void test_an_invitation_is_used_up(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "once", asking);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct err e = { 0 };
	struct digest c, first;

	assert_string_equal(stand(&f, k, &c), "");
	assert_string_equal(measure(&f, 0, &c, 70), "");
	assert_string_equal(measure(&f, 1, &c, 70), "");
	assert_string_equal(invite(&f, 0, &c, LIFE), "");
	first = folk_apply(&f, r->w, k);
	assert_string_equal(apply(&f, k), "key_in_use");
	assert_true(folk_send_withdrawal(&f, r->w, &first, k, &e));
	assert_string_equal(apply(&f, k), "not_invited");
	assert_string_equal(invite(&f, 1, &c, LIFE), "not_a_candidate");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 1);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

/* An inviter who is gone has invited nobody: the others' votes do not bring the applicant in. */
static void test_an_inviter_who_left(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "gone", asking);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct revocation leave = folk_revocation(&f, REVOKE_MEMBER);
	struct err e = { 0 };
	struct digest c;
	uint64_t number;

	assert_string_equal(stand(&f, k, &c), "");
	assert_string_equal(measure(&f, 0, &c, 70), "");
	assert_string_equal(measure(&f, 1, &c, 70), "");
	assert_string_equal(invite(&f, 2, &c, LIFE), "");
	number = folk_propose(&f, r->w, k);
	leave.member = r->keys->member[2];
	assert_true(folk_send_revocation(&f, r->w, &leave, r->founders[2], NULL, &e));
	assert_string_equal(folk_cast(&f, r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, r->w, number, 1, CHOICE_YES), "");
	folk_decide(&f, r->w, number);
	assert_int_not_equal(folk_outcome(&f, number), OUTCOME_YES);
	folk_follow(&f);
	sig_key_free(k);
	folk_free(&f);
}

static void test_a_draw(void **state)
{
	struct realm *r = *state;
	struct folk f = folk_new(r, "draws", drawing);
	struct sig_key *k[3];
	struct digest c[3];
	struct err e = { 0 };
	size_t came = 0;

	for (size_t i = 0; i < 3; i++) {
		k[i] = envelope_key(SIG_ED25519);
		assert_string_equal(stand(&f, k[i], &c[i]), "");
	}
	assert_true(act_draw(r->w, f.g.g, &e));
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM draws WHERE g = %d"), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(measure(&f, 0, &c[i], i == 2 ? 59 : 70), "");
		assert_string_equal(measure(&f, 1, &c[i], 70), "");
	}
	assert_string_equal(invite(&f, 0, &c[0], 60), "not_allowed");
	assert_true(act_draw(r->w, f.g.g, &e));
	assert_true(act_draw(r->w, f.g.g, &e)); /* nothing is due so soon after */
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM draws WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT eligible FROM draws WHERE g = %d"), 2);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM invitations WHERE g = %d"), 1);
	assert_int_equal(folk_number(&f, "SELECT seeds_used FROM groups WHERE g = %d"), 1);
	for (size_t i = 0; i < 3; i++) {
		struct application a = folk_application(&f, r->w, k[i]);

		err_clear(&e);
		if (folk_send_application(&f, r->w, &a, k[i], NULL, &e))
			came++;
		else
			assert_string_equal(e.name, "not_invited");
	}
	assert_int_equal(came, 1);
	assert_int_equal(folk_number(&f, "SELECT seed FROM applications WHERE g = %d"), 1);
	folk_follow(&f);
	for (size_t i = 0; i < 3; i++)
		sig_key_free(k[i]);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_invite),
		cmocka_unit_test(test_operators_invite),
		cmocka_unit_test(test_an_invitation_is_used_up),
		cmocka_unit_test(test_an_inviter_who_left),
		cmocka_unit_test(test_a_draw),
	};

	return cmocka_run_group_tests_name("invite", tests, realm_start, realm_stop);
}
