/* SPDX-License-Identifier: ISC
 * A lying gauthd against a real gauth-signer, through its socket: certificates. timeout: 300 */
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

/* ---- what an honest gauthd gets */

static void authority_of(struct liar *l, const struct world *w, struct buf der[static AUTHORITIES], struct ca_cert *ca)
{
	struct err e = { 0 };
	size_t n;

	must(signer_authority(l->link, &w->genesis, der, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(cert_parse_ca(buf_slice(&der[0]), ca), CERT_OK);
	must(cert_verify_ca(w->c, ca, &e), &e);
}

/* Its bytes are those that the world would have signed. */
static void certificate_is(struct liar *l, const struct world *w, size_t i, const struct digest *cause)
{
	struct buf authority[AUTHORITIES] = { 0 }, der = { 0 }, again = { 0 }, tbs = { 0 };
	struct gmc_cert cert;
	struct ca_cert ca;
	struct err e = { 0 };

	authority_of(l, w, authority, &ca);
	must(liar_certify(l, w, cause, &der, &e), &e);
	assert_int_equal(cert_parse_gmc(buf_slice(&der), &cert), CERT_OK);
	must(cert_verify(w->c, &cert, &ca, &e), &e);
	world_tbs(w, i, &tbs);
	assert_true(slice_equal(cert.tbs, buf_slice(&tbs)));
	must(liar_certify(l, w, cause, &again, &e), &e);
	assert_true(slice_equal(buf_slice(&again), buf_slice(&der)));
	buf_free(&authority[0]);
	buf_free(&der);
	buf_free(&again);
	buf_free(&tbs);
}

static void honest_with(struct liar *l, enum sig_alg alg)
{
	struct world *w = liar_world(l, alg, NULL);
	struct digest cause;

	liar_accepted(l, w);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		profile_founder_cause(&w->genesis, &w->members[i].member, &cause);
		certificate_is(l, w, i, &cause);
	}
	liar_admit(w, "yy");
	liar_accepted(l, w);
	certificate_is(l, w, 3, &w->decision.digest);
	world_free(w);
}

static void honest_requests_go_through(void **state)
{
	honest_with(*state, SIG_ED25519);
	honest_with(*state, SIG_P256);
}

/* ---- a second certificate, and another than the cause gives */

static void no_second_certificate_for_a_cause(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m;
	struct entry second;
	struct digest cause;

	liar_admit(w, "yy");
	liar_accepted(l, w);
	m = world_mark(w);
	second = w->log[w->log_n - 1].entry;
	w->now++;
	world_log(w, second, NULL);
	liar_refused(l, w, "already_issued");
	world_back(w, &m);
	second = w->log[w->log_n - 2].entry; /* joined once more by the same decision */
	w->now++;
	world_log(w, second, NULL);
	liar_refused(l, w, "log_order");
	world_back(w, &m);
	world_renew(w, 0);
	cause = w->log[w->log_n - 1].entry.object;
	liar_accepted(l, w);
	m = world_mark(w);
	world_log(w, w->log[w->log_n - 1].entry, json_incref(w->log[w->log_n - 1].object));
	liar_refused(l, w, "already_issued");
	world_back(w, &m);
	certificate_is(l, w, 3, &w->decision.digest);
	{
		struct buf der = { 0 };
		struct err e = { 0 };

		must(liar_certify(l, w, &cause, &der, &e), &e);
		buf_free(&der);
	}
	world_free(w);
}

static void another_serial(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->serial.b[3] ^= 1;
}

static void another_end(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->until += 86400;
}

static void another_body(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->tbs = digest_fill(4);
}

static void another_date(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->time += 60;
}

static void an_earlier_date(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->time -= 60;
}

static void another_key(const struct world *w, struct entry *en)
{
	if (en->event == EVENT_ISSUED)
		en->key = w->members[0].thumb;
}

static void another_member(const struct world *w, struct entry *en)
{
	if (en->event == EVENT_ISSUED)
		en->member = w->members[0].member;
}

static void another_cause(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_ISSUED)
		en->object = digest_fill(5);
}

static void another_node(const struct world *w, struct entry *en)
{
	(void)w;
	if (en->event == EVENT_JOINED)
		en->node.b[0] ^= 1;
}

static void joins_under_another_key(const struct world *w, struct entry *en)
{
	if (en->event == EVENT_JOINED)
		en->key = w->members[0].thumb;
}

static void the_certificate_follows_from_its_cause(void **state)
{
	static const struct {
		void (*twist)(const struct world *w, struct entry *en);
		const char *name;
	} lies[] = {
		{ another_serial, "serial_differs" },
		{ another_end, "tbs_differs" },
		{ another_body, "tbs_differs" },
		{ another_date, "log_time" },
		{ an_earlier_date, "log_time" },
		{ another_key, "key_revoked" },
		{ another_member, "key_revoked" },
		{ another_cause, "log_order" },
		{ another_node, "log_unknown" },
		{ joins_under_another_key, "log_unknown" },
	};
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		w->twist_entry = lies[i].twist;
		liar_admit(w, "yy");
		liar_refused(l, w, lies[i].name);
		world_back(w, &m);
	}
	w->twist_entry = NULL;
	liar_admit(w, "yy");
	liar_accepted(l, w);
	certificate_is(l, w, 3, &w->decision.digest);
	world_free(w);
}

static void nobody_joins_without_a_decision(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct world_mark m = world_mark(w);
	struct entry joined = { .event = EVENT_JOINED, .object = digest_fill(6), .member = id16_fill(1), .key = digest_fill(2) };

	world_log(w, joined, NULL);
	liar_refused(l, w, "log_unknown");
	world_back(w, &m);
	joined.object = w->genesis; /* a fourth founder */
	world_log(w, joined, NULL);
	liar_refused(l, w, "log_order");
	world_back(w, &m);
	world_renew(w, 0);
	w->log[w->log_n - 1].object = (json_decref(w->log[w->log_n - 1].object), NULL);
	liar_refused(l, w, "log_unknown"); /* a certificate without its request */
	world_back(w, &m);
	liar_admit(w, "yy");
	world_back(w, &m);
	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	m = world_mark(w);
	liar_decide_by(w, "nn", false, OUTCOME_NO);
	w->n++;
	world_log_member(w, 3, &w->decision.digest); /* the group said no */
	liar_refused(l, w, "log_unknown");
	world_back(w, &m);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	m = world_mark(w);
	m.log_n -= 2;
	m.n--;
	world_back(w, &m); /* a crash after the decision was sent */
	liar_accepted(l, w);
	world_apply(w);
	liar_refused(l, w, "log_order");
	world_back(w, &m);
	w->n++;
	world_log_member(w, 3, &w->decision.digest);
	liar_accepted(l, w);
	certificate_is(l, w, 3, &w->decision.digest);
	world_free(w);
}

static void what_the_log_does_not_intend_is_not_signed(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct digest causes[2] = { { { 0 } }, digest_fill(9) };
	struct buf der[2] = { 0 }, before, after;
	struct err e = { 0 };

	profile_founder_cause(&w->genesis, &w->members[0].member, &causes[0]);
	before = liar_state(l, w);
	assert_false(liar_certify(l, w, &causes[1], &der[1], &e));
	assert_string_equal(e.name, "log_unknown");
	err_clear(&e);
	assert_false(signer_certify(l->link, &w->genesis, causes, 2, der, &e)); /* all or none */
	assert_string_equal(e.name, "log_unknown");
	after = liar_state(l, w);
	assert_true(slice_equal(buf_slice(&before), buf_slice(&after)));
	certificate_is(l, w, 0, &causes[0]);
	buf_free(&before);
	buf_free(&after);
	buf_free(&der[0]);
	buf_free(&der[1]);
	world_free(w);
}

/* It was never signed while the member was in the group, and now it is too late. */
static void who_left_gets_no_certificate(void **state)
{
	struct liar *l = *state;
	struct world *w = liar_founded(l, NULL);
	struct digest cause;
	struct buf der = { 0 };
	struct err e = { 0 };

	world_leave(w, 1);
	world_revoke_key(w, 2);
	liar_accepted(l, w);
	profile_founder_cause(&w->genesis, &w->members[1].member, &cause);
	assert_false(liar_certify(l, w, &cause, &der, &e));
	assert_string_equal(e.name, "not_a_member");
	err_clear(&e);
	profile_founder_cause(&w->genesis, &w->members[2].member, &cause);
	assert_false(liar_certify(l, w, &cause, &der, &e));
	assert_string_equal(e.name, "key_revoked");
	profile_founder_cause(&w->genesis, &w->members[0].member, &cause);
	certificate_is(l, w, 0, &cause);
	buf_free(&der);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_requests_go_through),
		cmocka_unit_test(no_second_certificate_for_a_cause),
		cmocka_unit_test(the_certificate_follows_from_its_cause),
		cmocka_unit_test(nobody_joins_without_a_decision),
		cmocka_unit_test(what_the_log_does_not_intend_is_not_signed),
		cmocka_unit_test(who_left_gets_no_certificate),
	};

	return cmocka_run_group_tests_name("liar: issue", tests, start, end);
}
