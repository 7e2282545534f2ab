/* SPDX-License-Identifier: ISC
 * Certificates under a key that the members hold, through the signer's socket: the test is the members. timeout: 300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/time.h"
#include "charter/object.h"
#include "peer/cert.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

enum { AGO = 3600 };

/* A group whose members hold its issuing key. */
struct union_of_members {
	struct sig_key *key;
	struct world *w;
};

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

static void held_by_members(json_t *charter)
{
	charters_set(charter, "/authority/issuing/0/held_by", "\"members\"");
}

static void bring_key(struct world *w, const struct sig_pub *key)
{
	json_t *list = json_array(), *one = jwk_print(key);

	assert_int_equal(json_array_append_new(list, one), 0);
	json_decref(w->log[0].evidence);
	w->log[0].evidence = json_pack("{s:o}", "issuing", list);
}

static struct union_of_members members_new(enum sig_alg alg)
{
	struct union_of_members m = { .key = envelope_key(alg) };
	struct world_start begin = { .change = held_by_members, .issuing = sig_key_pub(m.key), .now = time_now() - AGO };

	m.w = world_begin(&begin);
	bring_key(m.w, sig_key_pub(m.key));
	return m;
}

static void members_free(struct union_of_members *m)
{
	world_free(m->w);
	sig_key_free(m->key);
}

static struct digest founder(const struct world *w, size_t i)
{
	struct digest cause;

	profile_founder_cause(&w->genesis, &w->members[i].member, &cause);
	return cause;
}

/* ---- the two requests */

static json_t *ask(struct liar *l, const struct world *w, const char *op, const struct digest *cause, const uint8_t *sig, struct err *e)
{
	json_t *o = json_pack("{s:s}", "op", op);

	assert_true(object_set_digest(o, "genesis", &w->genesis) && object_set_digest(o, "cause", cause));
	if (sig != NULL)
		assert_true(object_set_base64(o, "signature", slice_of(sig, SIG_BYTES)));
	return signer_ask(l->link, o, e);
}

static void bytes_of(const json_t *answer, const char *name, struct buf *out)
{
	struct err e = { 0 };
	struct at at = at_root(answer, &e);

	if (!at_base64(&at, name, 1, 65536, out))
		fail_msg("%s: %s", e.name, e.text);
}

static void prepared(struct liar *l, const struct union_of_members *m, const struct digest *cause, struct buf *tbs)
{
	struct digest want, got;
	struct err e = { 0 };
	json_t *answer = ask(l, m->w, "prepare", cause, NULL, &e);
	struct at at = at_root(answer, &e);

	if (answer == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_true(at_digest(&at, "issuing", &got) && profile_spki_digest(sig_key_pub(m->key), &want));
	assert_memory_equal(&got, &want, sizeof(want));
	bytes_of(answer, "tbs", tbs);
	json_decref(answer);
}

static void sealed(struct liar *l, const struct union_of_members *m, const struct digest *cause, struct buf *der)
{
	struct buf tbs = { 0 };
	uint8_t sig[SIG_BYTES];
	struct err e = { 0 };
	json_t *answer;

	prepared(l, m, cause, &tbs);
	assert_true(sig_sign(m->w->c, m->key, buf_slice(&tbs), sig, &e));
	answer = ask(l, m->w, "seal", cause, sig, &e);
	if (answer == NULL)
		fail_msg("%s: %s", e.name, e.text);
	bytes_of(answer, "certificate", der);
	json_decref(answer);
	buf_free(&tbs);
}

/* Neither what the signer says nor a byte of its state is changed. */
static void refused(struct liar *l, const struct world *w, const char *op, const struct digest *cause, const uint8_t *sig, const char *name)
{
	struct buf before = liar_state(l, w), after;
	struct err e = { 0 };

	assert_null(ask(l, w, op, cause, sig, &e));
	assert_string_equal(e.name, name);
	after = liar_state(l, w);
	assert_true(slice_equal(buf_slice(&before), buf_slice(&after)));
	buf_free(&before);
	buf_free(&after);
}

static void not_certified(struct liar *l, const struct world *w, const struct digest *cause)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	assert_false(liar_certify(l, w, cause, &out, &e));
	assert_string_equal(e.name, "held_by_members");
	buf_free(&out);
}

static void certificate_is(const struct union_of_members *m, size_t i, struct slice der, const struct ca_cert *ca)
{
	struct buf tbs = { 0 };
	struct gmc_cert cert;
	struct err e = { 0 };

	assert_int_equal(cert_parse_gmc(der, &cert), CERT_OK);
	assert_true(cert_verify(m->w->c, &cert, ca, &e));
	world_tbs(m->w, i, &tbs);
	assert_true(slice_equal(cert.tbs, buf_slice(&tbs)));
	buf_free(&tbs);
}

/* The CA certificate has a cause as all have; once sealed it is given out with those that the signer makes itself. */
static void authority_sealed(struct liar *l, const struct union_of_members *m, struct buf *der, struct ca_cert *ca)
{
	struct buf all[8] = { 0 };
	struct digest spki, cause;
	struct err e = { 0 };
	size_t n;

	assert_true(signer_authority(l->link, &m->w->genesis, all, &n, &e));
	assert_int_equal(n, 0);
	assert_true(profile_spki_digest(sig_key_pub(m->key), &spki));
	profile_ca_cause(&m->w->genesis, &spki, &cause);
	sealed(l, m, &cause, der);
	assert_int_equal(cert_parse_ca(buf_slice(der), ca), CERT_OK);
	assert_true(cert_verify_ca(m->w->c, ca, &e));
	assert_true(signer_authority(l->link, &m->w->genesis, all, &n, &e));
	assert_int_equal(n, 1);
	assert_true(slice_equal(buf_slice(&all[0]), buf_slice(der)));
	buf_free(&all[0]);
	sealed(l, m, &cause, &all[0]);
	assert_true(slice_equal(buf_slice(&all[0]), buf_slice(der)));
	buf_free(&all[0]);
}

static void one_certificate_for_a_cause(struct liar *l, enum sig_alg alg)
{
	struct union_of_members m = members_new(alg);
	struct buf ca_der = { 0 }, der = { 0 }, again = { 0 };
	struct digest cause = founder(m.w, 1);
	struct ca_cert ca;
	struct err e = { 0 };

	liar_accepted(l, m.w);
	not_certified(l, m.w, &cause);
	authority_sealed(l, &m, &ca_der, &ca);
	sealed(l, &m, &cause, &der);
	certificate_is(&m, 1, buf_slice(&der), &ca);
	sealed(l, &m, &cause, &again); /* ECDSA's second signature is another one */
	assert_true(slice_equal(buf_slice(&again), buf_slice(&der)));
	liar_kill(l);
	liar_start(l);
	again.n = 0;
	assert_true(liar_certify(l, m.w, &cause, &again, &e));
	assert_true(slice_equal(buf_slice(&again), buf_slice(&der)));
	again.n = 0;
	sealed(l, &m, &cause, &again);
	assert_true(slice_equal(buf_slice(&again), buf_slice(&der)));
	cause = founder(m.w, 2);
	not_certified(l, m.w, &cause);
	buf_free(&ca_der);
	buf_free(&der);
	buf_free(&again);
	members_free(&m);
}

static void members_of_ed25519_seal(void **state)
{
	one_certificate_for_a_cause(*state, SIG_ED25519);
}

static void members_of_p256_seal(void **state)
{
	one_certificate_for_a_cause(*state, SIG_P256);
}

/* It decides as for a certificate of its own: an applicant without the votes has no bytes to sign. */
static void what_was_not_decided_is_not_prepared(void **state)
{
	struct liar *l = *state;
	struct union_of_members m = members_new(SIG_ED25519);
	struct buf der = { 0 };
	struct digest nobody = { { 1 } };

	liar_accepted(l, m.w);
	refused(l, m.w, "prepare", &nobody, NULL, "log_unknown");
	world_apply(m.w);
	world_propose_admission(m.w);
	liar_accepted(l, m.w);
	{
		struct world_mark mark = world_mark(m.w);

		liar_decide_by(m.w, "y", false, OUTCOME_YES);
		liar_refused(l, m.w, "votes_missing");
		world_back(m.w, &mark);
	}
	liar_decide_by(m.w, "yy", false, OUTCOME_YES);
	refused(l, m.w, "prepare", &m.w->decision.digest, NULL, "log_unknown");
	liar_accepted(l, m.w);
	sealed(l, &m, &m.w->decision.digest, &der);
	buf_free(&der);
	members_free(&m);
}

/* s of another signature that verifies as well: the order of the group less s (SEC 2 version 2.0, section 2.4.2). */
static void turn_over(uint8_t sig[static SIG_BYTES])
{
	static const uint8_t order[32] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	int borrow = 0;

	for (size_t i = 32; i > 0; i--) {
		int d = order[i - 1] - sig[32 + i - 1] - borrow;

		borrow = d < 0;
		sig[32 + i - 1] = (uint8_t)(d + (borrow ? 256 : 0));
	}
}

static void only_the_members_signature_seals(void **state)
{
	struct liar *l = *state;
	struct union_of_members m = members_new(SIG_P256), other = members_new(SIG_P256);
	struct digest cause = founder(m.w, 0), second = founder(m.w, 1);
	uint8_t sig[SIG_BYTES];
	struct buf tbs = { 0 };
	struct err e = { 0 };

	liar_accepted(l, m.w);
	prepared(l, &m, &cause, &tbs);
	assert_true(sig_sign(m.w->c, other.key, buf_slice(&tbs), sig, &e));
	refused(l, m.w, "seal", &cause, sig, "bad_signature");
	assert_true(sig_sign(m.w->c, m.key, buf_slice(&tbs), sig, &e));
	refused(l, m.w, "seal", &second, sig, "bad_signature");
	turn_over(sig);
	assert_true(sig_verify(m.w->c, sig_key_pub(m.key), buf_slice(&tbs), sig, &e));
	refused(l, m.w, "seal", &cause, sig, "bad_signature");
	sig[0] ^= 1;
	refused(l, m.w, "seal", &cause, sig, "bad_signature");
	buf_free(&tbs);
	members_free(&m);
	members_free(&other);
}

static void a_key_of_the_signer_takes_no_signature_from_outside(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct digest cause = founder(w, 0), spki, authority;
	const uint8_t sig[SIG_BYTES] = { 0 };

	refused(l, w, "prepare", &cause, NULL, "held_by_signer");
	refused(l, w, "seal", &cause, sig, "held_by_signer");
	assert_true(profile_spki_digest(&w->issuer.key, &spki));
	profile_ca_cause(&w->genesis, &spki, &authority);
	refused(l, w, "prepare", &authority, NULL, "log_unknown");
	liar_signs(l, w, &cause);
	world_free(w);
}

static void the_members_key_comes_with_its_charter(void **state)
{
	struct liar *l = *state;
	struct union_of_members m = members_new(SIG_ED25519), other = members_new(SIG_ED25519);
	struct signer_list list;
	struct err e = { 0 };

	bring_key(m.w, sig_key_pub(other.key));
	liar_refused_items(l, m.w, 0, liar_items(m.w, 0, m.w->log_n), "issuer_unknown");
	json_object_set_new(m.w->log[0].evidence, "surprise", json_true());
	liar_refused_items(l, m.w, 0, liar_items(m.w, 0, m.w->log_n), "unknown_member");
	json_decref(m.w->log[0].evidence);
	m.w->log[0].evidence = NULL;
	liar_refused_items(l, m.w, 0, liar_items(m.w, 0, m.w->log_n), "issuer_unknown");
	bring_key(m.w, sig_key_pub(m.key));
	liar_accepted(l, m.w);
	assert_false(signer_lists(l->link, &m.w->genesis, &list, &e)); /* reserved: they need a signature from outside too */
	assert_string_equal(e.name, "issuer_unknown");
	members_free(&m);
	members_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_ed25519_seal),
		cmocka_unit_test(members_of_p256_seal),
		cmocka_unit_test(what_was_not_decided_is_not_prepared),
		cmocka_unit_test(only_the_members_signature_seals),
		cmocka_unit_test(a_key_of_the_signer_takes_no_signature_from_outside),
		cmocka_unit_test(the_members_key_comes_with_its_charter),
	};

	return cmocka_run_group_tests_name("custody_seal", tests, start, end);
}
