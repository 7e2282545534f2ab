/* SPDX-License-Identifier: ISC
 * Corpora of objects: whole, with every part that each may have, and without each of its members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "peer/request.h"
#include "tests/fuzz/make.h"
#include "tests/lib/envelopes.h"
#include "voting/challenge.h"
#include "voting/ticket.h"
#include "voting/motion.h"
#include "voting/receipt.h"
#include "voting/vouch.h"

static const uint8_t nonce[16] = { 9 };

/* A payload; the same without each of its members, and with another value in its place. Takes the document. */
static void spoilt(const char *target, const char *name, json_t *doc)
{
	const char *member;
	json_t *value;
	char file[96];

	assert_non_null(doc);
	json_object_foreach(doc, member, value)
	{
		json_t *without = json_copy(doc), *odd = json_copy(doc);

		assert_int_equal(json_object_del(without, member), 0);
		assert_int_equal(json_object_set_new(odd, member, json_is_string(value) ? json_integer(-1) : json_string("\xc3\xa9")), 0);
		snprintf(file, sizeof(file), "%s-without-%s", name, member);
		put_doc(target, file, without);
		snprintf(file, sizeof(file), "%s-odd-%s", name, member);
		put_doc(target, file, odd);
	}
	put_doc(target, name, doc);
}

/* ---- charters: one change of a valid one each */

#define LEAF(json) \
	{ \
		"/admission", json \
	}

static const struct {
	const char *at, *json;
} changes[] = {
	LEAF("{\"votes\":{\"count\":1,\"veto\":2,\"base\":\"electorate\"}}"),
	LEAF("{\"votes\":{\"fraction\":\"1/3\",\"minimum\":1,\"base\":\"cast\"}}"),
	LEAF("{\"votes\":{\"count\":1,\"of\":[\"01000000000000000000000000000000\"]}}"),
	LEAF("{\"votes\":{\"count\":4,\"nearest\":3,\"opposite\":3}}"),
	LEAF("{\"list\":{\"keys\":[]}}"),
	LEAF("{\"authority\":{\"k\":2}}"),
	LEAF("{\"vouches\":{\"count\":2,\"age\":1,\"budget\":2,\"window\":3,\"expiry\":4,\"reason\":true}}"),
	LEAF("{\"captcha\":{\"kinds\":[\"graphic\",\"audio\",\"logic\"]}}"),
	LEAF("{\"work\":{\"effort\":20}}"),
	LEAF("{\"external\":{\"provider\":\"mail\"}}"),
	LEAF("{\"invitation\":{\"life\":60,\"draw\":2,\"observers\":3,\"inviters\":\"members\"}}"),
	LEAF("{\"all\":[{\"votes\":{\"count\":2}},{\"any\":[{\"authority\":{\"k\":1}},{\"work\":{\"effort\":1}}]}]}"),
	LEAF("{\"at_least\":{\"k\":2,\"of\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}},{\"list\":{\"keys\":[]}}]}}"),
	LEAF("{\"votes\":{\"count\":1},\"work\":{\"effort\":1}}"),
	LEAF("{\"votes\":{\"fraction\":\"3/2\"}}"),
	LEAF("{\"at_least\":{\"k\":3,\"of\":[{\"votes\":{\"count\":1}}]}}"),
	LEAF("{\"all\":[]}"),
	{ "/amendment", "{\"authority\":{\"k\":1}}" },
	{ "/renewal", "{\"authority\":{\"k\":2}}" },
	{ "/readmission", "{\"wait\":100,\"requirement\":{\"votes\":{\"count\":3}}}" },
	{ "/recovery", "{\"member\":{\"authority\":{\"k\":1}}}" },
	{ "/recovery", "{\"administrators\":{\"threshold\":1,\"keys\":[],\"notice\":5,\"veto\":2}}" },
	{ "/voting", "{\"scheme\":\"threshold\",\"term\":60,\"change\":true,\"show\":\"nothing\",\"threshold\":2,\"probation\":9}" },
	{ "/voting", "{\"scheme\":\"multisignature\",\"term\":60,\"change\":false,\"show\":\"counts\"}" },
	{ "/voting/human", "{\"captcha\":{\"kinds\":[\"logic\"]}}" },
	{ "/vouching", "{\"probation\":7,\"cascade\":\"suspend\",\"human\":{\"work\":{\"effort\":5}}}" },
	{ "/membership",
		"{\"life\":31536000,\"keys\":[\"P-256\"],\"names\":\"key\",\"overlay\":\"o\",\"nodes\":\"key\",\"reload\":true,"
		"\"limit\":3,\"per_day\":4,\"rejoin\":5,\"class\":\"client\",\"removal\":\"operators\"}" },
	{ "/membership/seeder", "@/administrators/keys/0/key" },
	{ "/membership/limit", "1" },
	{ "/freshness/unknown", "\"allow\"" },
	{ "/records/visible", "\"parties\"" },
	{ "/witnesses", "{\"threshold\":1,\"keys\":[]}" },
	{ "/authority/issuing/0/held_by", "\"members\"" },
	{ "/administrators/offline", "0" },
	{ "/administrators/threshold", "9" },
	{ "/administrators/keys/1", "@/administrators/keys/0" },
	{ "/administrators/keys/3/passkey/origins/0", "\"https://elsewhere.example\"" },
	{ "/authority/issuing/0/until", "0" },
	{ "/authority/operators", "[]" },
	{ "/authority/addresses/0/url", "\"http://charter.example/x\"" },
	{ "/founders/1", "@/founders/0" },
	{ "/tests/0",
		"{\"name\":\"t\",\"question\":\"expel\",\"members\":9,\"yes\":1,\"no\":2,\"abstain\":3,\"approvals\":2,\"listed\":true,"
		"\"closed\":true,\"expect\":\"not yet\"}" },
	{ "/tests/1", "@/tests/0" },
	{ "/extensions", "{\"colour\":{\"critical\":false,\"value\":\"green\"}}" },
	{ "/extensions", "{\"colour\":{\"critical\":true,\"value\":[]}}" },
	{ "/version", "2" },
	{ "/genesis", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"" },
};

static void charters(const struct charters *t)
{
	json_t *all = charters_first(t);
	char name[16];

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *doc = charters_first(t);

		charters_set(doc, changes[i].at, changes[i].json);
		snprintf(name, sizeof(name), "change-%02zu", i);
		put_doc("charter", name, doc);
	}
	spoilt("charter", "first", all);
}

/* ---- what is signed */

static void applications(const struct world *w)
{
	struct application a = w->application;
	struct withdrawal gone = { .genesis = w->genesis, .application = a.digest, .iat = w->now };

	put_doc("application", "plain", application_print(&a, nonce));
	a.has_statement = true;
	a.statement = digest_fill(3);
	spoilt("application", "full", application_print(&a, nonce));
	snprintf(a.name, sizeof(a.name), "Zo\xc3\xab \xf0\x9f\x98\x80");
	a.csr_n /= 2;
	put_doc("application", "half-a-request", application_print(&a, nonce));
	spoilt("application", "withdrawal", withdrawal_print(&gone));
}

static void votes(const struct world *w)
{
	struct vote v = world_vote(w, 1, CHOICE_ABSTAIN);
	struct motion m = {
		.genesis = w->genesis, .charter = w->genesis, .question = Q_AMEND, .subject = digest_fill(4), .has_reason = true
	};
	struct operator_word word = world_word(w, false);
	struct receipt r = { .genesis = w->genesis, .object = w->genesis, .stored = 1, .due = 2 };

	v.has_reason = v.has_replaces = true;
	v.reason = digest_fill(5);
	v.replaces = digest_fill(6);
	spoilt("ballot", "vote-full", vote_print(&v));
	spoilt("ballot", "motion-amend", motion_print(&m));
	m.question = Q_EXPEL;
	m.member = w->members[0].member;
	put_doc("ballot", "motion-expel", motion_print(&m));
	put_doc("ballot", "word-no", operator_print(&word));
	put_doc("ballot", "receipt-both", receipt_print(&r));
	spoilt("ballot", "proposal", proposal_print(&w->proposal));
}

static void make_ticket(const struct world *w)
{
	struct ticket t = { .genesis = w->genesis, .charter = w->genesis, .key = *sig_key_pub(w->keys->notary), .iat = 7 };

	put_doc("terms", "request", ticket_print(&t, nonce));
	t.subject = w->application.digest;
	spoilt("terms", "request-subject", ticket_print(&t, nonce));
}

/* What charters ask of people and machines: a proposal with neighbours and probation, vouches, challenges met. */
static void humans(const struct world *w)
{
	static const char *const names[] = { "challenge-captcha", "challenge-work", "challenge-external" };
	struct proposal p = w->proposal;
	struct vouch v = world_vouch(w, 0);
	struct challenge c = { .genesis = w->genesis,
		.charter = w->genesis,
		.subject = w->application.digest,
		.key = w->application.thumb,
		.captcha = CAPTCHA_AUDIO,
		.effort = 20,
		.provider = "mail",
		.iat = 7,
		.until = 70 };

	p.electorate_without = 1;
	p.has_ring = true;
	p.nearest_n = p.opposite_n = 2;
	for (size_t i = 0; i < 2; i++)
		p.nearest[i] = p.opposite[1 - i] = w->members[i].member;
	spoilt("ballot", "proposal-ring", proposal_print(&p));
	put_doc("ballot", "vouch", vouch_print(&v));
	v.has_reason = true;
	v.reason = digest_fill(7);
	spoilt("ballot", "vouch-reason", vouch_print(&v));
	for (enum challenge_type t = CHALLENGE_CAPTCHA; t <= CHALLENGE_EXTERNAL; t++) {
		c.type = t;
		c.work.counter = 1;
		put_doc("ballot", names[t], challenge_print(&c));
	}
	spoilt("ballot", "challenge", challenge_print(&c));
	make_ticket(w);
}

static void decisions(const struct world *w)
{
	struct decision d = { .genesis = w->genesis, .charter = w->genesis, .proposal = w->proposal.digest, .decided = 5, .log_size = 3 };
	char name[32];

	for (enum outcome o = OUTCOME_YES; o <= OUTCOME_EXPIRED; o++) {
		d.outcome = o;
		snprintf(name, sizeof(name), "decision-%s", outcome_name(o));
		put_doc("ballot", name, decision_print(&d));
	}
	d.outcome = OUTCOME_VOID;
	for (enum void_cause c = VOID_WITHDRAWN; c <= VOID_KEY_GONE; c++) {
		d.cause = c;
		snprintf(name, sizeof(name), "decision-void-%d", (int)c);
		put_doc("ballot", name, decision_print(&d));
	}
	spoilt("ballot", "decision", decision_print(&d));
}

static void requests(const struct world *w)
{
	struct renewal renewal = { .genesis = w->genesis, .charter = w->genesis, .member = w->members[0].member, .iat = 7 };
	struct rekey rekey = { .genesis = w->genesis, .charter = w->genesis, .member = w->members[0].member, .iat = 7 };
	struct revocation x = { .genesis = w->genesis, .charter = w->genesis, .member = w->members[0].member, .iat = 7 };
	char name[32];

	memcpy(rekey.csr, w->members[1].csr.p, w->members[1].csr.n);
	rekey.csr_n = w->members[1].csr.n;
	spoilt("request", "renewal", renewal_print(&renewal, nonce));
	spoilt("request", "rekey", rekey_print(&rekey, nonce));
	for (enum revocation_target t = REVOKE_MEMBER; t <= REVOKE_SERIAL; t++) {
		x.target = t;
		x.cause = (enum cause)t;
		snprintf(name, sizeof(name), "revocation-%d", (int)t);
		put_doc("request", name, revocation_print(&x));
	}
	spoilt("request", "revocation", revocation_print(&x));
}

/* Each event, with all that it may say. */
static void entries(const struct world *w)
{
	struct entry en = { .genesis = w->genesis,
		.index = 5,
		.time = 6,
		.version = 2,
		.has_decision = true,
		.has_key = true,
		.until = 9,
		.age = 8,
		.live = 7 };
	char name[32];

	for (enum event v = 0; v < EVENTS; v++) {
		struct buf bytes = { 0 };

		en.event = v;
		en.cause = (enum cause)(v % CAUSES);
		en.has_serial = v % 2 == 1;
		if (entry_print(&en, &bytes, NULL)) {
			snprintf(name, sizeof(name), "full-%s", event_name(v));
			put("entry", name, buf_slice(&bytes));
		}
		buf_free(&bytes);
	}
}

/* Under a charter with each thing that the ledger computes again: weights, neighbours, vouches, nodes and names of keys, limits. */
static void of_humans(json_t *charter)
{
	charters_set(charter, "/admission",
		"{\"any\":[{\"votes\":{\"count\":2}},{\"votes\":{\"count\":1,\"nearest\":2,\"opposite\":1}},{\"vouches\":{\"count\":2,\"age\":60,"
		"\"budget\":2,\"window\":600,\"expiry\":900}}]}");
	charters_set(charter, "/voting/probation", "60");
	charters_set(charter, "/vouching", "{\"probation\":60,\"cascade\":\"none\"}");
	charters_set(charter, "/membership/nodes", "\"key\"");
	charters_set(charter, "/membership/names", "\"key\"");
	charters_set(charter, "/membership/limit", "5");
	charters_set(charter, "/membership/per_day", "1");
}

void make_vouches(struct world *w)
{
	struct vouch v;

	world_draft(w, of_humans);
	world_amend(w, NULL, NULL);
	w->now = w->charter->effective;
	world_apply(w);
	world_propose_admission(w);
	v = world_vouch(w, 0);
	world_log_vouch(w, &v, w->members[0].key, 1);
}

void make_objects(const struct world *w)
{
	charters(w->keys);
	applications(w);
	votes(w);
	humans(w);
	decisions(w);
	requests(w);
	entries(w);
}
