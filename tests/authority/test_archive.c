/* SPDX-License-Identifier: ISC
 * Records and trust files out of a real store, as an auditor and a peer read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/archive.h"
#include "base/jwk.h"
#include "peer/profile.h"
#include "peer/record.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static struct trust *trusted(struct folk *f)
{
	struct err e = { 0 };
	json_t *doc = archive_trust(f->r->w, &f->g, &e);
	struct buf text = { 0 };
	struct trust *t;

	if (doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_true(json_write(doc, &text, NULL));
	json_decref(doc);
	t = trust_parse(f->r->w->crypto, buf_slice(&text), &f->g.genesis, &e);
	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
	buf_free(&text);
	return t;
}

/* The record of a proposal, audited under the group's own trust file: the name of what is wrong, or "". */
static void audited(struct folk *f, uint64_t number, enum outcome outcome, const char *name)
{
	struct err e = { 0 };
	json_t *doc = archive_record(f->r->w, &f->g, number, &e);
	struct trust *t = trusted(f);
	struct buf text = { 0 };
	struct audit a;
	bool rc;

	if (doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_true(json_write(doc, &text, NULL));
	rc = record_audit(f->r->w->crypto, buf_slice(&text), t, &a, &e);
	if (strcmp(e.name, name) != 0)
		fail_msg("%s: %s", e.name, e.text);
	if (rc) {
		assert_int_equal(a.outcome, outcome);
		assert_int_equal(a.number, number);
		audit_free(&a);
	}
	json_decref(doc);
	buf_free(&text);
	trust_free(t);
}

static void vote(struct folk *f, uint64_t number, enum choice choice)
{
	assert_string_equal(folk_cast(f, f->r->w, number, 0, choice), "");
	assert_string_equal(folk_cast(f, f->r->w, number, 1, choice), "");
	assert_true(folk_decide(f, f->r->w, number));
}

/* There is no signer here: all but the certificate holds. */
static void test_admissions(void **state)
{
	struct sig_key *ned = envelope_key(SIG_ED25519), *nell = envelope_key(SIG_P256);
	struct folk f = folk_new(*state, "admit", NULL);
	uint64_t number = folk_propose(&f, f.r->w, ned);

	vote(&f, number, CHOICE_NO);
	audited(&f, number, OUTCOME_NO, "");
	number = folk_propose(&f, f.r->w, nell);
	vote(&f, number, CHOICE_YES);
	audited(&f, number, OUTCOME_YES, "gmc_missing");
	sig_key_free(ned);
	sig_key_free(nell);
	folk_free(&f);
}

/* The CA certificate that the signer would have given: that of charter 1's issuing key. */
static void sign_authority(struct folk *f, struct buf *out)
{
	int64_t since = folk_number(f, "SELECT time FROM log WHERE g = %d AND idx = 0") - PROFILE_BACKDATE;
	struct sig_key *k = f->r->issuing;
	struct buf tbs = { 0 };
	uint8_t sig[SIG_BYTES];

	assert_true(profile_ca(&f->g.genesis, sig_key_pub(k), since, f->charter->authority.issuing[0].until, &tbs));
	assert_true(sig_sign(f->r->w->crypto, k, buf_slice(&tbs), sig, NULL));
	assert_true(profile_seal(buf_slice(&tbs), sig_key_pub(k)->alg, sig, out));
	buf_free(&tbs);
}

/* As publishing leaves it when the signer refuses. */
static void abandon(struct folk *f)
{
	static const struct statement authority = { "test_authority", "UPDATE authorities SET der = $2 WHERE g = $1 AND der IS NULL" };
	static const struct statement st = { "test_abandon",
		"UPDATE certificates SET state = 'abandoned' WHERE g = $1 AND state = 'intended' AND number IS NOT NULL" };
	struct db_args a = { 0 };
	struct buf ca = { 0 };

	sign_authority(f, &ca);
	arg_int4(&a, f->g.g);
	assert_true(db_run(f->r->w->db, &st, &a, NULL, NULL));
	arg_bytes(&a, ca.p, ca.n);
	assert_true(db_run(f->r->w->db, &authority, &a, NULL, NULL));
	buf_free(&ca);
}

static void revoke(
	struct folk *f, enum revocation_target target, const struct id16 *member, const struct digest *key, const struct sig_key *by)
{
	struct revocation x = folk_revocation(f, target);
	struct answer out = { 0 };
	struct err e = { 0 };

	x.member = *member;
	if (target == REVOKE_KEY)
		x.key = *key;
	if (!folk_send_revocation(f, f->r->w, &x, by, &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
}

/* Who left, or had its key revoked, before a certificate was signed was admitted all the same, and the log says why there is none. */
static void test_admitted_and_gone(void **state)
{
	static const enum revocation_target targets[] = { REVOKE_MEMBER, REVOKE_KEY };
	struct folk f = folk_new(*state, "gone", NULL);
	struct sig_key *other = envelope_key(SIG_ED25519);

	for (size_t i = 0; i < 2; i++) {
		struct sig_key *k = envelope_key(SIG_ED25519);
		struct id16 member = folk_admit(&f, f.r->w, k);
		uint64_t number = (uint64_t)folk_number(&f, "SELECT proposals FROM groups WHERE g = %d");
		struct digest thumb;

		jwk_thumbprint(sig_key_pub(k), &thumb);
		audited(&f, number, OUTCOME_YES, "gmc_missing");
		(void)folk_apply(&f, f.r->w, other);
		revoke(&f, targets[i], &member, &thumb, k);
		abandon(&f);
		audited(&f, number, OUTCOME_YES, "");
		sig_key_free(k);
		sig_key_free(other);
		other = envelope_key(SIG_ED25519);
	}
	sig_key_free(other);
	folk_free(&f);
}

/* ---- texts */

static const char words[] = "I know Ned.";
static const uint8_t salt[17] = "sixteen bytes...";

static void founder_says(struct folk *f, uint64_t number, size_t i)
{
	struct vote v = folk_vote(f, f->r->w, number, &f->r->keys->member[i], CHOICE_YES);
	struct answer out = { 0 };
	struct err e = { 0 };

	v.has_reason = true;
	text_digest(salt, slice_str(words), &v.reason);
	if (!folk_send_vote(f, f->r->w, number, &v, f->r->founders[i], &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
}

/* The texts come, or go. */
static void keep_texts(struct folk *f, bool keep)
{
	struct db *db = pg_connect(f->r->pg->daemon);
	char text[80] = "NULL", by[80] = "NULL";
	struct buf sql = { 0 };

	if (keep) {
		snprintf(text, sizeof(text), "'%s'", words);
		snprintf(by, sizeof(by), "'%s'::bytea", (const char *)salt);
	}
	buf_printf(&sql, "UPDATE votes SET reason = %s, salt = %s WHERE g = %d;", text, by, (int)f->g.g);
	buf_printf(&sql, " UPDATE applications SET statement = %s, salt = %s WHERE g = %d", text, by, (int)f->g.g);
	pg_do(db, buf_cstr(&sql));
	buf_free(&sql);
	db_close(db);
}

static size_t texts(struct folk *f, uint64_t number)
{
	struct err e = { 0 };
	json_t *doc = archive_record(f->r->w, &f->g, number, &e);
	size_t n = json_array_size(json_object_get(doc, "texts"));

	assert_non_null(doc);
	json_decref(doc);
	return n;
}

/* Two voters and the applicant give one text with one salt: it stands once as a reason and once as a statement. */
static void test_texts(void **state)
{
	struct folk f = folk_new(*state, "texts", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	struct answer out = { 0 };
	struct err e = { 0 };
	struct digest d, thumb;

	jwk_thumbprint(sig_key_pub(k), &thumb);
	a.has_statement = true;
	text_digest(salt, slice_str(words), &a.statement);
	assert_true(folk_send_application(&f, f.r->w, &a, k, &out, &e));
	assert_true(digest_parse(out.id, &d));
	answer_free(&out);
	assert_true(act_open(f.r->w, f.g.g, &d, &e));
	founder_says(&f, 1, 0);
	founder_says(&f, 1, 1);
	assert_true(folk_decide(&f, f.r->w, 1));
	audited(&f, 1, OUTCOME_YES, "gmc_missing");
	assert_int_equal(texts(&f, 1), 0);
	keep_texts(&f, true);
	revoke(&f, REVOKE_KEY, &f.r->keys->member[0], &thumb, k);
	abandon(&f);
	assert_int_equal(texts(&f, 1), 2);
	audited(&f, 1, OUTCOME_YES, "");
	keep_texts(&f, false);
	assert_int_equal(texts(&f, 1), 0);
	audited(&f, 1, OUTCOME_YES, "");
	sig_key_free(k);
	folk_free(&f);
}

/* Nobody would read it; the group goes on. */
static void test_too_large(void **state)
{
	struct folk f = folk_new(*state, "too-large", NULL);
	uint64_t number = folk_move(&f, f.r->w, 1, &f.r->keys->member[2]);
	struct db *db = pg_connect(f.r->pg->owner);
	struct err e = { 0 };
	struct buf sql = { 0 };

	vote(&f, number, CHOICE_NO);
	audited(&f, number, OUTCOME_NO, "");
	buf_printf(&sql,
		"ALTER TABLE log DISABLE TRIGGER USER; UPDATE log SET payload = convert_to(repeat('x', 7000000), 'UTF8')"
		" WHERE g = %d AND event IN (3, 4); ALTER TABLE log ENABLE TRIGGER USER",
		(int)f.g.g);
	pg_do(db, buf_cstr(&sql));
	assert_null(archive_record(f.r->w, &f.g, number, &e));
	assert_string_equal(e.name, "record_too_large");
	buf_free(&sql);
	db_close(db);
	folk_free(&f);
}

static void test_expulsions(void **state)
{
	struct folk f = folk_new(*state, "expel", NULL);
	uint64_t number = folk_move(&f, f.r->w, 1, &f.r->keys->member[2]);

	vote(&f, number, CHOICE_YES);
	audited(&f, number, OUTCOME_YES, "");
	number = folk_move(&f, f.r->w, 0, &f.r->keys->member[1]);
	assert_string_equal(folk_cast(&f, f.r->w, number, 0, CHOICE_NO), "");
	assert_true(folk_decide(&f, f.r->w, number));
	audited(&f, number, OUTCOME_NO, "");
	folk_free(&f);
}

static void by_vote(json_t *charter)
{
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

static uint64_t amend(struct folk *f, const char *purpose)
{
	json_t *next = realm_next(f->r, &f->g), *doc;
	struct answer out = { 0 };
	struct err e = { 0 };

	by_vote(next);
	charters_set(next, "/purpose", purpose);
	doc = realm_proposed(f->r, next, 2);
	if (!act_propose_charter(f->r->w, f->g.name, doc, &out, &e))
		fail_msg("%s: %s", e.name, e.text);
	answer_free(&out);
	json_decref(doc);
	return (uint64_t)folk_number(f, "SELECT proposals FROM groups WHERE g = %d");
}

static void test_amendments(void **state)
{
	struct folk f = folk_new(*state, "amend", by_vote);
	uint64_t number = amend(&f, "\"One.\"");
	struct trust *t;

	vote(&f, number, CHOICE_NO);
	audited(&f, number, OUTCOME_NO, "");
	number = amend(&f, "\"Two.\"");
	vote(&f, number, CHOICE_YES);
	audited(&f, number, OUTCOME_YES, "");
	t = trusted(&f);
	assert_int_equal(trust_newest(t)->version, 2);
	assert_non_null(t->charters[1].record);
	trust_free(t);
	folk_free(&f);
}

/* The record of a voted charter goes wherever the charters go: one that is too large would take them from everybody. */
static void test_an_amendment_that_nobody_could_read(void **state)
{
	struct folk f = folk_new(*state, "unreadable", by_vote);
	struct db *db = pg_connect(f.r->pg->owner);
	uint64_t number = amend(&f, "\"Much happens.\"");
	struct buf sql = { 0 };
	struct trust *t;

	buf_printf(&sql,
		"ALTER TABLE log DISABLE TRIGGER USER; UPDATE log SET payload = convert_to(repeat('x', 7000000), 'UTF8')"
		" WHERE g = %d AND event = 3; ALTER TABLE log ENABLE TRIGGER USER",
		(int)f.g.g);
	pg_do(db, buf_cstr(&sql));
	assert_string_equal(folk_cast(&f, f.r->w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&f, f.r->w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, f.r->w, number));
	assert_int_equal(folk_outcome(&f, number), OUTCOME_VOID);
	t = trusted(&f);
	assert_int_equal(trust_newest(t)->version, 1);
	trust_free(t);
	buf_free(&sql);
	db_close(db);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_admissions),
		cmocka_unit_test(test_admitted_and_gone),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_expulsions),
		cmocka_unit_test(test_amendments),
		cmocka_unit_test(test_an_amendment_that_nobody_could_read),
	};

	return cmocka_run_group_tests_name("archive", tests, realm_start, realm_stop);
}
