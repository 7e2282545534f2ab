/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/archive.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "peer/ledger.h"
#include "tests/lib/folk.h"

static void must(bool rc, const char *what, const struct err *e)
{
	if (!rc)
		fail_msg("%s: %s: %s", what, e->name, e->text);
}

struct folk folk_new(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	json_t *doc = realm_first(r, name);
	struct folk f = { .r = r };
	struct buf payload = { 0 };
	struct err e = { 0 };

	if (change != NULL)
		change(doc);
	must(json_write(doc, &payload, &e), "charter", &e);
	f.charter = charter_parse(buf_slice(&payload), &e);
	must(f.charter != NULL, "charter", &e);
	buf_free(&payload);
	f.g = realm_found(r, name, doc);
	return f;
}

void folk_free(struct folk *f)
{
	charter_free(f->charter);
}

/* ---- objects */

struct said said_by(struct worker *w, const char *kind, json_t *payload, const struct sig_key *const *keys, size_t n)
{
	struct buf bytes = { 0 };
	struct err e = { 0 };
	struct said s = { 0 };
	struct at at;

	assert_non_null(payload);
	assert_true(json_write(payload, &bytes, NULL));
	s.doc = jws_sign(w->crypto, kind, buf_slice(&bytes), keys, n, &e);
	must(s.doc != NULL, kind, &e);
	at = at_root(s.doc, &e);
	must(jws_read(&at, &s.j), kind, &e);
	buf_free(&bytes);
	json_decref(payload);
	return s;
}

void said_free(struct said *s)
{
	jws_free(&s->j);
	json_decref(s->doc);
}

static void nonce_of(uint8_t out[static 16])
{
	bytes_random(out, 16);
}

struct application folk_application(struct folk *f, struct worker *w, const struct sig_key *k)
{
	static const struct statement st = { "folk_head", "SELECT size, root FROM heads WHERE g = $1 ORDER BY size DESC LIMIT 1" };
	struct application a = { .genesis = f->g.genesis, .charter = f->charter->object.digest, .name = "Ned", .iat = time_now() };
	struct db_args args = { 0 };
	struct buf csr = { 0 };
	struct err e = { 0 };
	PGresult *r;

	arg_int4(&args, f->g.g);
	must(db_run(w->db, &st, &args, &r, &e) && PQntuples(r) == 1 && res_digest(r, 0, 1, &a.log_root), "head", &e);
	a.log_size = (uint64_t)res_int(r, 0, 0);
	PQclear(r);
	must(csr_make(w->crypto, k, "Ned", &csr, &e), "csr", &e);
	memcpy(a.csr, csr.p, csr.n);
	a.csr_n = csr.n;
	buf_free(&csr);
	return a;
}

struct said folk_sign_application(struct worker *w, const struct application *a, const struct sig_key *k)
{
	uint8_t nonce[16];

	nonce_of(nonce);
	return said_by(w, KIND_APPLICATION, application_print(a, nonce), &k, 1);
}

bool folk_send_application(
	struct folk *f, struct worker *w, const struct application *a, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = folk_sign_application(w, a, k);
	struct answer own = { 0 };
	bool rc = act_apply(w, f->g.name, &s.j, s.doc, NULL, NULL, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

struct digest folk_apply(struct folk *f, struct worker *w, const struct sig_key *k)
{
	struct application a = folk_application(f, w, k);
	struct answer out = { 0 };
	struct err e = { 0 };
	struct digest d;

	must(folk_send_application(f, w, &a, k, &out, &e), "act_apply", &e);
	assert_true(digest_parse(out.id, &d));
	answer_free(&out);
	return d;
}

uint64_t folk_propose(struct folk *f, struct worker *w, const struct sig_key *k)
{
	struct digest d = folk_apply(f, w, k);
	uint64_t number = 0;
	struct err e = { 0 };

	must(act_open(w, f->g.g, &d, &e) && store_proposal_about(w, f->g.g, &d, &number, &e), "act_open", &e);
	assert_true(number > 0);
	return number;
}

struct id16 folk_admit(struct folk *f, struct worker *w, const struct sig_key *k)
{
	uint64_t number = folk_propose(f, w, k);
	struct stored_proposal p;
	struct err e = { 0 };

	assert_string_equal(folk_cast(f, w, number, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(f, w, number, 1, CHOICE_YES), "");
	assert_true(folk_decide(f, w, number));
	must(store_proposal_load(w, f->g.g, number, STORE_READ, &p, &e), "proposal", &e);
	assert_int_equal(p.outcome, OUTCOME_YES);
	return p.p.member;
}

/* ---- votes */

struct vote folk_vote(struct folk *f, struct worker *w, uint64_t number, const struct id16 *member, enum choice choice)
{
	struct stored_proposal p;
	struct err e = { 0 };

	must(store_proposal_load(w, f->g.g, number, STORE_READ, &p, &e), "proposal", &e);
	return (struct vote){ .genesis = f->g.genesis,
		.charter = p.p.charter,
		.proposal = p.digest,
		.choice = choice,
		.member = *member,
		.iat = p.p.opened };
}

bool folk_send_vote(
	struct folk *f, struct worker *w, uint64_t number, const struct vote *v, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(w, KIND_VOTE, vote_print(v), &k, 1);
	struct vote_in in = { .group = f->g.name, .number = number, .jws = &s.j, .doc = s.doc };

	act_vote(w, &in, 1);
	*e = in.e;
	if (out != NULL)
		*out = in.answer;
	else
		answer_free(&in.answer);
	said_free(&s);
	return err_ok(e);
}

const char *folk_cast(struct folk *f, struct worker *w, uint64_t number, size_t i, enum choice choice)
{
	static _Thread_local struct err e;
	struct vote v = folk_vote(f, w, number, &f->r->keys->member[i], choice);

	folk_send_vote(f, w, number, &v, f->r->founders[i], NULL, &e);
	return e.name;
}

/* ---- motions and words */

struct motion folk_motion(struct folk *f, const struct id16 *member)
{
	return (struct motion){
		.genesis = f->g.genesis, .charter = f->charter->object.digest, .question = Q_EXPEL, .member = *member, .iat = time_now()
	};
}

bool folk_send_motion(struct folk *f, struct worker *w, const struct motion *m, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(w, KIND_MOTION, motion_print(m), &k, 1);
	struct answer own = { 0 };
	bool rc = act_move(w, f->g.name, &s.j, s.doc, NULL, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

uint64_t folk_move(struct folk *f, struct worker *w, size_t i, const struct id16 *member)
{
	struct motion m = folk_motion(f, member);
	struct answer out = { 0 };
	struct err e = { 0 };
	uint64_t number;

	must(folk_send_motion(f, w, &m, f->r->founders[i], &out, &e), "act_move", &e);
	number = strtoull(out.id, NULL, 10);
	answer_free(&out);
	return number;
}

struct operator_word folk_word(struct folk *f, const struct digest *subject, bool approve)
{
	return (struct operator_word){
		.genesis = f->g.genesis, .charter = f->charter->object.digest, .subject = *subject, .approve = approve, .iat = time_now()
	};
}

bool folk_send_word(
	struct folk *f, struct worker *w, const struct operator_word *word, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(w, KIND_OPERATOR, operator_print(word), &k, 1);
	struct answer own = { 0 };
	bool rc = act_word(w, f->g.name, &s.j, s.doc, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

/* ---- requests */

bool folk_send_withdrawal(struct folk *f, struct worker *w, const struct digest *application, const struct sig_key *k, struct err *e)
{
	/* The same words whenever they are said, so that they may be said again. */
	struct withdrawal x = { .genesis = f->g.genesis, .application = *application, .iat = f->charter->effective };
	struct said s = said_by(w, KIND_WITHDRAWAL, withdrawal_print(&x), &k, 1);
	struct answer out = { 0 };
	bool rc = act_withdraw(w, f->g.name, application, &s.j, s.doc, &out, e);

	answer_free(&out);
	said_free(&s);
	return rc;
}

struct renewal folk_renewal(struct folk *f, const struct id16 *member)
{
	return (struct renewal){ .genesis = f->g.genesis, .charter = f->charter->object.digest, .member = *member, .iat = time_now() };
}

bool folk_send_renewal(
	struct folk *f, struct worker *w, const struct renewal *x, const struct sig_key *k, struct answer *out, struct err *e)
{
	static const uint8_t nonce[16] = { 7 };
	struct said s = said_by(w, KIND_RENEWAL, renewal_print(x, nonce), &k, 1);
	struct answer own = { 0 };
	bool rc = act_renew(w, f->g.name, &s.j, s.doc, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

bool folk_send_rekey(struct folk *f, struct worker *w, const struct id16 *member, const struct sig_key *old, const struct sig_key *key,
	struct answer *out, struct err *e)
{
	const struct sig_key *const keys[] = { old, key };
	struct rekey x = { .genesis = f->g.genesis, .charter = f->charter->object.digest, .member = *member, .iat = time_now() };
	struct answer own = { 0 };
	struct buf csr = { 0 };
	uint8_t nonce[16];
	struct said s;
	bool rc;

	nonce_of(nonce);
	must(csr_make(w->crypto, key, NULL, &csr, e), "csr", e);
	memcpy(x.csr, csr.p, csr.n);
	x.csr_n = csr.n;
	buf_free(&csr);
	s = said_by(w, KIND_REKEY, rekey_print(&x, nonce), keys, 2);
	rc = act_rekey(w, f->g.name, &s.j, s.doc, out != NULL ? out : &own, e);
	answer_free(&own);
	said_free(&s);
	return rc;
}

struct revocation folk_revocation(struct folk *f, enum revocation_target target)
{
	return (struct revocation){ .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.target = target,
		.cause = CAUSE_KEY_COMPROMISE,
		.iat = time_now() };
}

bool folk_send_revocation(
	struct folk *f, struct worker *w, const struct revocation *x, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(w, KIND_REVOCATION, revocation_print(x), &k, 1);
	struct answer own = { 0 };
	bool rc = act_revoke(w, f->g.name, &s.j, s.doc, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

/* ---- looking */

bool folk_decide(struct folk *f, struct worker *w, uint64_t number)
{
	struct err e = { 0 };
	bool decided;

	must(act_decide(w, f->g.g, number, &decided, &e), "act_decide", &e);
	return decided;
}

int folk_outcome(struct folk *f, uint64_t number)
{
	struct stored_proposal p;
	struct err e = { 0 };

	must(store_proposal_load(f->r->w, f->g.g, number, STORE_READ, &p, &e), "proposal", &e);
	return p.decided ? (int)p.outcome : -1;
}

int64_t folk_number(struct folk *f, const char *sql)
{
	PGconn *c = PQconnectdb(f->r->pg->owner);
	struct buf text = { 0 };
	PGresult *r;
	int64_t n;

	for (; *sql != '\0'; sql++) {
		if (sql[0] == '%' && sql[1] == 'd')
			buf_printf(&text, "%d", (int)f->g.g);
		else
			buf_add(&text, sql, 1);
		sql += sql[0] == '%';
	}
	r = PQexec(c, buf_cstr(&text));
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", buf_cstr(&text), PQerrorMessage(c));
	n = PQntuples(r) == 1 ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : -1;
	PQclear(r);
	PQfinish(c);
	buf_free(&text);
	return n;
}

void folk_let_pass(struct folk *f, uint64_t number)
{
	struct db *owner = pg_connect(f->r->pg->owner);
	char sql[256];

	pg_do(owner, "ALTER TABLE proposals DISABLE TRIGGER proposals_stand");
	snprintf(sql, sizeof(sql), "UPDATE proposals SET opened = opened - 700000, closes = closes - 700000 WHERE g = %d AND number = %llu",
		(int)f->g.g, (unsigned long long)number);
	pg_do(owner, sql);
	pg_do(owner, "ALTER TABLE proposals ENABLE TRIGGER proposals_stand");
	db_close(owner);
}

void folk_follow(struct folk *f)
{
	struct err e = { 0 };
	struct ledger *l = ledger_new(&f->g.genesis, &e);
	struct group g;
	json_t *items;

	must(l != NULL && ledger_issuer(l, sig_key_pub(f->r->issuing), &e), "ledger", &e);
	must(group_by_id(f->r->w, f->g.g, &g, &e), "group", &e);
	items = archive_items(f->r->w, &g, 0, (uint32_t)g.log_size, true, &e);
	must(items != NULL, "archive_items", &e);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const struct at root = at_root(json_array_get(items, i), &e);
		struct buf entry = { 0 };
		struct ledger_item item = { .object = json_object_get(root.v, "object"), .evidence = json_object_get(root.v, "evidence") };

		must(at_base64(&root, "entry", 1, OBJECT_MAX, &entry), "entry", &e);
		item.entry = buf_slice(&entry);
		if (!ledger_extend(l, f->r->w->crypto, &item, 0, &e))
			fail_msg("the ledger refuses entry %zu (%.*s): %s: %s", i, (int)entry.n, (const char *)entry.p, e.name, e.text);
		buf_free(&entry);
	}
	assert_int_equal(ledger_size(l), g.log_size);
	json_decref(items);
	ledger_free(l);
}
