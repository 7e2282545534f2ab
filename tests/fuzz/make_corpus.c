/* SPDX-License-Identifier: ISC
 * Makes the corpora and what the targets take for given (fixed.h), out of a whole group: make_corpus DIR, where DIR holds corpus/ and
 * fixed.h. Keys are new each time, so that all of it has to be made together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "authority/journal.h"
#include "peer/crl.h"
#include "peer/ledger.h"
#include "peer/pem.h"
#include "peer/request.h"
#include "peer/revocations.h"
#include "tests/fuzz/make.h"
#include "tests/fuzz/quoted.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"
#include "voting/receipt.h"

static const char *top;

void put(const char *target, const char *name, struct slice bytes)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/corpus/%s", top, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/corpus/%s/%s", top, target, name);
	f = fopen(path, "wbe");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

void put_text(const char *target, const char *name, const char *text)
{
	put(target, name, slice_str(text));
}

void put_doc(const char *target, const char *name, json_t *doc)
{
	struct buf text = { 0 };

	assert_true(json_write(doc, &text, NULL));
	put(target, name, buf_slice(&text));
	json_decref(doc);
	buf_free(&text);
}

void put_signed(const char *target, const char *name, const json_t *envelope)
{
	struct err e = { 0 };
	struct at at = at_root(envelope, &e);
	struct jws j;

	assert_true(jws_read(&at, &j));
	put(target, name, buf_slice(&j.payload));
	jws_free(&j);
	put_doc("jws", name, json_deep_copy(envelope));
}

/* ---- a world */

/* The target that reads the object of an event. */
static const char *const targets[EVENTS] = { [EVENT_SEEDS] = "request",
	[EVENT_APPLICATION] = "application",
	[EVENT_PROPOSAL] = "ballot",
	[EVENT_DECISION] = "ballot",
	[EVENT_LEFT] = "request",
	[EVENT_ISSUED] = "request",
	[EVENT_REVOKED] = "request",
	[EVENT_VOUCHED] = "ballot" };

/* A log that a follower would not take shows a fuzzer little. */
static void follow(const struct world *w)
{
	struct err e = { 0 };
	struct ledger *l = ledger_new(&w->genesis, &e);

	assert_true(l != NULL && ledger_issuer(l, sig_key_pub(w->issuing), &e));
	for (size_t i = 0; i < w->log_n; i++) {
		struct ledger_item item = { buf_slice(&w->log[i].bytes), w->log[i].object, w->log[i].evidence };

		if (!ledger_extend(l, w->c, &item, 0, &e))
			fail_msg("entry %zu: %s: %s", i, e.name, e.text);
	}
	ledger_free(l);
}

static void log_of(const struct world *w)
{
	char name[32];

	follow(w);
	for (size_t i = 0; i < w->log_n; i++) {
		const struct world_entry *en = &w->log[i];

		snprintf(name, sizeof(name), "%02zu-%s", i, event_name(en->entry.event));
		put("entry", name, buf_slice(&en->bytes));
		if (en->object != NULL && targets[en->entry.event] != NULL)
			put_signed(targets[en->entry.event], name, en->object);
	}
}

/* ---- short logs: what one act brings behind the founding */

static void admit(struct world *w)
{
	world_apply(w);
	world_propose_admission(w);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
}

static void expel(struct world *w)
{
	world_propose_expulsion(w, 0);
	liar_decide_by(w, "-yy", false, OUTCOME_YES);
}

static void refuse(struct world *w)
{
	world_apply(w);
	world_propose_admission(w);
	liar_decide_by(w, "nnn", false, OUTCOME_NO);
}

static void ask(struct world *w)
{
	world_renew(w, 1);
	world_leave(w, 1);
	world_revoke_key(w, 2);
}

static void amend(struct world *w)
{
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
}

static void ledgers(struct world *w)
{
	static const struct {
		const char *name;
		void (*act)(struct world *w);
	} logs[] = { { "admission", admit }, { "expulsion", expel }, { "refusal", refuse }, { "requests", ask }, { "amendment", amend },
		{ "vouches", make_vouches } };
	struct world_mark mark = world_mark(w);

	put_doc("ledger", "founding", liar_items(w, 0, w->log_n));
	put_doc("ledger", "not-from-the-start", liar_items(w, 1, 3));
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		logs[i].act(w);
		follow(w);
		put_doc("ledger", logs[i].name, liar_items(w, 0, w->log_n));
		world_back(w, &mark);
	}
}

static void ballots(const struct world *w)
{
	struct evidence_vote v = world_cast(w, 0, CHOICE_YES);
	struct evidence_object o = world_say(w, 0, true);
	struct motion m = { .genesis = w->genesis, .charter = w->genesis, .question = Q_EXPEL, .member = w->members[0].member };
	struct receipt r = { .genesis = w->genesis, .object = w->genesis, .stored = 1, .due = 2 };
	struct jws jm = envelope(w->c, KIND_MOTION, motion_print(&m), w->members[1].key);
	struct jws jr = envelope(w->c, KIND_RECEIPT, receipt_print(&r), w->keys->notary);

	put("ballot", "vote", buf_slice(&v.jws.payload));
	put("ballot", "word", buf_slice(&o.jws.payload));
	put("ballot", "motion", buf_slice(&jm.payload));
	put("ballot", "receipt", buf_slice(&jr.payload));
	jws_free(&v.jws);
	jws_free(&o.jws);
	jws_free(&jm);
	jws_free(&jr);
}

static void evidences(const struct world *w)
{
	static const char *const choices[] = { "", "y", "yy", "yny", "naa" };
	char name[16];

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct evidence ev = liar_votes(w, choices[i]);
		struct evidence_object words[1] = { world_say(w, 0, true) };

		if (i == 2) {
			ev.objects = words;
			ev.objects_n = 1;
		}
		snprintf(name, sizeof(name), "votes-%s", choices[i]);
		put_doc("evidence", name, world_evidence(&ev));
		ev.objects = NULL;
		ev.objects_n = 0;
		jws_free(&words[0].jws);
		liar_votes_free(&ev);
	}
}

static void sealed(const struct world *w, struct buf *tbs, const struct sig_key *k, const char *target, const char *name)
{
	uint8_t sig[SIG_BYTES];
	struct buf der = { 0 };

	assert_true(sig_sign(w->c, k, buf_slice(tbs), sig, NULL) && profile_seal(buf_slice(tbs), sig_key_pub(k)->alg, sig, &der));
	put(target, name, buf_slice(&der));
	buf_free(&der);
	buf_free(tbs);
}

static void certificates(const struct world *w)
{
	struct sig_key *p256 = envelope_key(SIG_P256);
	struct gmc_fields f = world_fields(w, 0);
	struct buf tbs = { 0 };

	world_tbs(w, 0, &tbs);
	sealed(w, &tbs, w->issuing, "cert", "gmc");
	f.name = "A name \xc3\xa9";
	f.key = *sig_key_pub(p256);
	f.issuer_alg = SIG_P256;
	f.not_after = INT64_C(2600000000); /* GeneralizedTime */
	assert_true(profile_gmc(&f, &tbs));
	sealed(w, &tbs, p256, "cert", "gmc-p256-name");
	assert_true(profile_ca(&w->genesis, sig_key_pub(w->issuing), 1, 2, &tbs));
	sealed(w, &tbs, w->issuing, "cert", "ca");
	assert_true(profile_ca(&w->genesis, sig_key_pub(p256), 1, INT64_C(2600000000), &tbs));
	sealed(w, &tbs, p256, "cert", "ca-p256");
	put("csr", "ed25519", buf_slice(&w->members[0].csr));
	put("csr", "p256", buf_slice(&w->members[2].csr));
	assert_true(csr_make(w->c, p256, "A name", &tbs, NULL));
	put("csr", "name", buf_slice(&tbs));
	buf_free(&tbs);
	sig_key_free(p256);
}

static void lists(const struct world *w)
{
	struct crl_entry entries[3] = { { .from = 5, .reason = 1 }, { .from = 5, .reason = 0 },
		{ .from = INT64_C(2600000000), .reason = 9 } };
	struct revoked revoked[3] = { { .from = 5 }, { .from = 5, .has_key = true, .cause = CAUSE_SUPERSEDED },
		{ .from = 7, .has_serial = true } };
	struct revocations l = {
		.genesis = w->genesis, .charter = w->genesis, .number = 3, .this_update = 10, .next_update = 20, .version = 1
	};
	struct buf tbs = { 0 };
	uint8_t ski[20];

	profile_ski(sig_key_pub(w->issuing), ski);
	for (size_t i = 0; i < 3; i++)
		entries[i].serial.b[0] = (uint8_t)(0x40 + i);
	for (size_t n = 0; n <= 3; n++) {
		char name[8];
		struct jws j;

		snprintf(name, sizeof(name), "%zu", n);
		assert_true(crl_build(&w->genesis, SIG_ED25519, ski, 7 + 300 * n, 1000, 2000, entries, n, &tbs));
		sealed(w, &tbs, w->issuing, "crl", name);
		l.r = revoked;
		l.n = n;
		j = envelope(w->c, KIND_REVOCATIONS, revocations_print(&l), w->keys->revocation);
		put("revocations", name, buf_slice(&j.payload));
		jws_free(&j);
	}
}

static void approvals(const struct world *w)
{
	struct charters_assertion a = charters_assertion(w->keys, w->charter);

	put_doc("approval", "signature", json_incref(json_array_get(w->signed_charter.approvals, 0)));
	put_doc("approval", "signature-p256", json_incref(json_array_get(w->signed_charter.approvals, 1)));
	put_doc("approval", "passkey", charters_passkey(w->keys, &a));
	a.flags = 0;
	put_doc("approval", "passkey-not-verified", charters_passkey(w->keys, &a));
	put_doc("trust", "charter", json_deep_copy(w->log[0].object));
}

static void keys(const struct world *w)
{
	struct buf der = { 0 }, text = { 0 };

	for (size_t i = 1; i < 3; i++) {
		assert_true(sig_key_to_pkcs8(w->members[i].key, &der, NULL) && pem_write("PRIVATE KEY", buf_slice(&der), &text));
		put("pem", i == 1 ? "ed25519" : "p256", buf_slice(&text));
		buf_free(&der);
		buf_free(&text);
	}
	put_text("pem", "base64url", "AQIDBAUGBwgJ");
}

static bool nothing(void *arg, uint8_t type, struct slice body, struct err *e)
{
	(void)arg;
	(void)type;
	(void)body;
	(void)e;
	return true;
}

static void journals(void)
{
	struct slice body = slice_str("a record");
	struct journal *j;
	char path[512];

	snprintf(path, sizeof(path), "%s/corpus/journal", top);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/corpus/journal/two", top);
	remove(path);
	j = journal_open(path, nothing, NULL, NULL);
	assert_non_null(j);
	assert_true(journal_add(j, 1, &body, 1, NULL) && journal_add(j, 2, &body, 1, NULL) && journal_sync(j, NULL));
	journal_close(j);
	put_text("journal", "short", "\x01\x02");
}

/* ---- what the targets take for given */

static void fixed(const struct world *w, struct slice proposal)
{
	char path[512], digest[DIGEST_TEXT], thumb[THUMB_TEXT];
	struct buf key = { 0 };
	json_t *jwk = jwk_print(sig_key_pub(w->issuing));
	FILE *f;

	snprintf(path, sizeof(path), "%s/fixed.h", top);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs("/* SPDX-License-Identifier: ISC\n * Made by make_corpus.c, together with the corpora. */\n"
	      "#ifndef TESTS_FUZZ_FIXED_H\n#define TESTS_FUZZ_FIXED_H\n\n/* clang-format off */\n",
		f);
	digest_text(&w->genesis, digest);
	assert_true(json_write(jwk, &key, NULL));
	quoted(f, "fixed_genesis", slice_str(digest));
	quoted(f, "fixed_issuer", buf_slice(&key));
	quoted(f, "fixed_charter", buf_slice(&w->charter->payload));
	quoted(f, "fixed_proposal", proposal);
	fputs("static const char *const fixed_thumbs[] __attribute__((unused)) = {", f);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		thumb_text(&w->members[i].thumb, thumb);
		fprintf(f, "\n\t\"%s\",", thumb);
	}
	fputs("\n};\n/* clang-format on */\n\n#endif\n", f);
	fclose(f);
	json_decref(jwk);
	buf_free(&key);
}

/* Short: it stands in every log. */
static void shorter(json_t *charter)
{
	charters_set(charter, "/administrators/keys/3", NULL);
	charters_set(charter, "/administrators/keys/2", NULL);
	charters_set(charter, "/authority/operators/1", NULL);
	charters_set(charter, "/authority/addresses/0", NULL);
	charters_set(charter, "/tests/0", NULL);
}

static void admission(void **state)
{
	struct world *w = world_new(shorter);
	struct jws j;
	struct err e = { 0 };
	struct at at;
	json_t *head;

	(void)state;
	put("charter", "first", buf_slice(&w->charter->payload));
	ledgers(w);
	world_apply(w);
	world_propose_admission(w);
	make_objects(w);
	at = at_root(w->proposal_json, &e);
	assert_true(jws_read(&at, &j));
	fixed(w, buf_slice(&j.payload));
	jws_free(&j);
	ballots(w);
	evidences(w);
	approvals(w);
	certificates(w);
	lists(w);
	keys(w);
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	world_propose_expulsion(w, 0);
	liar_decide_by(w, "-yy", false, OUTCOME_YES);
	head = world_head(w);
	put_signed("request", "head", head);
	json_decref(head);
	world_renew(w, 1);
	world_leave(w, 1);
	world_revoke_key(w, 2);
	world_draft(w, NULL);
	world_amend(w, NULL, NULL);
	put("charter", "second", buf_slice(&w->charter->payload));
	log_of(w);
	world_free(w);
}

static void records(void **state)
{
	(void)state;
	make_records();
}

static void plain(void **state)
{
	(void)state;
	make_texts();
	journals();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest parts[] = { cmocka_unit_test(plain), cmocka_unit_test(admission), cmocka_unit_test(records) };

	if (argc != 2) {
		fprintf(stderr, "usage: make_corpus tests/fuzz\n");
		return 2;
	}
	top = argv[1];
	return cmocka_run_group_tests_name("corpora", parts, NULL, NULL);
}
