/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "peer/ledger_state.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/followers.h"

static struct follower *follow(struct world *w, struct hall *h)
{
	struct follower *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->w = w;
	f->h = h;
	f->l = ledger_new(&w->genesis, NULL);
	assert_non_null(f->l);
	assert_true(ledger_issuer(f->l, &w->issuer.key, NULL));
	follower_accepts(f);
	return f;
}

struct follower *follower_new(void (*change)(json_t *charter))
{
	return follow(world_new(change), NULL);
}

struct follower *follower_asked(void (*change)(json_t *charter))
{
	struct hall *h = hall_open(change);

	return follow(h->w, h);
}

void follower_free(struct follower *f)
{
	if (f == NULL)
		return;
	ledger_free(f->l);
	if (f->h != NULL)
		hall_close(f->h);
	else
		world_free(f->w);
	free(f);
}

static bool extend(struct follower *f, size_t i, struct err *e)
{
	const struct world_entry *we = &f->w->log[i];
	struct ledger_item item = { buf_slice(&we->bytes), we->object, we->evidence };

	return ledger_extend(f->l, f->w->c, &item, f->now, e);
}

bool follower_take(struct follower *f, struct err *e)
{
	ledger_mark(f->l);
	for (size_t i = ledger_size(f->l); i < f->w->log_n; i++)
		if (!extend(f, i, e)) {
			ledger_rollback(f->l);
			return false;
		}
	ledger_commit(f->l);
	return true;
}

void follower_accepts(struct follower *f)
{
	struct digest root, want;
	struct err e = { 0 };

	if (!follower_take(f, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_int_equal(ledger_size(f->l), f->w->log_n);
	assert_int_equal(ledger_time(f->l), f->w->log[f->w->log_n - 1].entry.time);
	for (size_t i = 0; i <= f->w->log_n; i++) {
		want = world_root(f->w, i);
		assert_true(ledger_root(f->l, i, &root));
		assert_memory_equal(&root, &want, sizeof(root));
	}
}

void follower_refuses(struct follower *f, const char *name)
{
	struct buf before = ledger_shown(f->l, f->w), after;
	struct err e = { 0 };
	size_t i = ledger_size(f->l);

	ledger_mark(f->l);
	for (; i + 1 < f->w->log_n; i++)
		if (!extend(f, i, &e))
			fail_msg("%s: entry %zu: %s: %s", name, i, e.name, e.text);
	assert_false(extend(f, i, &e));
	assert_string_equal(e.name, name);
	ledger_rollback(f->l);
	after = ledger_shown(f->l, f->w);
	if (!slice_equal(buf_slice(&before), buf_slice(&after)))
		fail_msg("%s: left something behind", name);
	buf_free(&before);
	buf_free(&after);
}

void follower_refuses_since(struct follower *f, const struct world_mark *m, const char *name)
{
	follower_refuses(f, name);
	world_back(f->w, m);
}

void follower_decide(struct follower *f, const char *choices, enum outcome outcome)
{
	static const char letters[] = "yna";
	struct decision d;
	struct verified v;
	size_t at = f->w->log_n;

	hall_clear(f->h);
	for (size_t i = 0; choices[i] != '\0'; i++)
		if (choices[i] != '-')
			hall_cast(f->h, i, (enum choice)(strchr(letters, choices[i]) - letters));
	v = hall_good(f->h);
	d = world_decision(f->w, &v, outcome);
	if (f->h->closed)
		d.decided = proposal_closes(&f->w->proposal);
	world_decide(f->w, &d);
	verified_free(&v);
	if (outcome == OUTCOME_YES)
		f->w->log[at].evidence = world_evidence(&f->h->ev);
}

/* ---- everything that a ledger shows */

static void show_digest(struct buf *b, const char *what, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	buf_printf(b, "%s %s\n", what, text);
}

static void show_electorate(struct buf *b, const struct ledger *l, uint64_t index)
{
	struct electorate el;
	struct digest root;

	assert_true(ledger_electorate(l, index, ledger_time(l), &el, NULL));
	assert_true(electorate_root(&el, &root, NULL));
	buf_printf(b, "electorate %llu %zu\n", (unsigned long long)index, el.n);
	show_digest(b, "its root", &root);
	electorate_free(&el);
}

static void show_charters(struct buf *b, const struct ledger *l, uint64_t index, int64_t time)
{
	const struct charter *c = ledger_charter(l, index, time);

	if (c != NULL)
		show_digest(b, "in force", &c->object.digest);
	buf_printf(b, "newest %u\n", ledger_newest(l) == NULL ? 0 : (unsigned)ledger_newest(l)->version);
}

static void show_certificate(struct buf *b, const struct ledger *l, const struct digest *cause)
{
	struct err e = { 0 };
	struct sig_pub issuer;
	struct buf tbs = { 0 };
	struct digest d;

	if (!ledger_tbs(l, cause, &issuer, &tbs, &e))
		buf_printf(b, "%s\n", e.name);
	digest_sha256(buf_slice(&tbs), &d);
	show_digest(b, "tbs", &d);
	buf_free(&tbs);
}

static void show_revoked(struct buf *b, const struct ledger *l, const struct world *w, int64_t at)
{
	struct crl_entry *crl;
	struct revoked *list;
	size_t crl_n, list_n;
	char id[ID16_TEXT];

	assert_true(ledger_revoked(l, ledger_size(l), at, &w->issuer.key, &crl, &crl_n, &list, &list_n, NULL));
	for (size_t i = 0; i < crl_n; i++) {
		id16_text(&crl[i].serial, id);
		buf_printf(b, "crl %s %lld %d\n", id, (long long)crl[i].from, crl[i].reason);
	}
	for (size_t i = 0; i < list_n; i++) {
		id16_text(&list[i].member, id);
		buf_printf(
			b, "list %s %lld %d %d %d\n", id, (long long)list[i].from, (int)list[i].cause, list[i].has_key, list[i].has_serial);
	}
	free(crl);
	free(list);
}

static void show_vouch(struct buf *b, const struct ledger *l, const struct entry *en)
{
	struct vouched v;

	if (!ledger_vouch_find(l, &en->object, &v))
		return;
	show_digest(b, "vouch", &en->object);
	buf_printf(b, "at %lld age %lld live %u of %zu\n", (long long)v.time, (long long)v.age, v.live,
		ledger_vouches_standing(l, &v.application));
}

struct buf ledger_shown(const struct ledger *l, const struct world *w)
{
	uint64_t n = ledger_size(l);
	struct buf b = { 0 };
	struct digest root;

	buf_printf(&b, "size %llu time %lld\n", (unsigned long long)n, (long long)ledger_time(l));
	for (uint64_t i = 0; i <= n; i++) {
		assert_true(ledger_root(l, i, &root));
		show_digest(&b, "root", &root);
		show_electorate(&b, l, i);
		show_charters(&b, l, i, i < w->log_n ? w->log[i].entry.time : w->now);
		if (ledger_leaf(l, i) != NULL)
			show_digest(&b, "leaf", ledger_leaf(l, i));
	}
	assert_false(ledger_root(l, n + 1, &root));
	assert_null(ledger_leaf(l, n));
	for (size_t i = 0; i < w->log_n; i++)
		if (w->log[i].entry.event == EVENT_ISSUED)
			show_certificate(&b, l, &w->log[i].entry.object);
	for (size_t i = 0; i < w->log_n; i++)
		if (w->log[i].entry.event == EVENT_VOUCHED)
			show_vouch(&b, l, &w->log[i].entry);
	show_revoked(&b, l, w, w->now);
	show_revoked(&b, l, w, 0);
	assert_false(b.failed);
	return b;
}

/* ---- more that happens in worlds */

void world_rewrite(struct world *w, size_t index, const struct entry *en)
{
	struct world_entry *we = &w->log[index];

	we->entry = *en;
	we->bytes.n = 0;
	assert_true(entry_print(en, &we->bytes, NULL));
	merkle_leaf(buf_slice(&we->bytes), &we->leaf);
}

json_t *world_request(const struct world *w, const char *kind, json_t *payload, const struct sig_key *k, struct digest *digest)
{
	struct jws j = envelope(w->c, kind, payload, k);
	json_t *o = envelope_json(&j);

	jws_digest(&j, kind, digest);
	jws_free(&j);
	return o;
}

void world_issue(struct world *w, size_t i, enum origin origin, const struct digest *cause, json_t *object)
{
	const struct world_member *m = &w->members[i];
	struct issuance is = { .origin = origin,
		.cause = *cause,
		.decision = i < CHARTERS_FOUNDERS ? w->genesis : w->decision.digest,
		.member = m->member,
		.node = m->node,
		.name = "",
		.key = *sig_key_pub(m->key),
		.time = w->now };
	struct entry issued = { .event = EVENT_ISSUED, .object = *cause, .member = m->member, .key = m->thumb };
	struct buf tbs = { 0 };
	struct gmc_fields f;

	issuance_fields(w->charter, &w->issuer, &is, &f);
	assert_true(profile_gmc(&f, &tbs));
	profile_tbs_digest(buf_slice(&tbs), &issued.tbs);
	buf_free(&tbs);
	issued.serial = f.serial;
	issued.until = f.not_after;
	world_log(w, issued, object);
}

void world_rekey(struct world *w, size_t i, struct sig_key *k)
{
	struct world_member *m = &w->members[i];
	const struct sig_key *const keys[] = { m->key, k };
	struct rekey r = { .genesis = w->genesis, .charter = w->charter->object.digest, .member = m->member, .iat = w->now };
	struct entry rekeyed = { .event = EVENT_REKEYED, .member = m->member, .old_key = m->thumb, .key = envelope_thumb(k) };
	uint8_t fresh[16] = { 8, (uint8_t)w->log_n };
	struct buf csr = { 0 };
	struct jws j;

	assert_true(csr_make(w->c, k, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	j = envelope_by(w->c, KIND_REKEY, rekey_print(&r, fresh), keys, 2);
	jws_digest(&j, KIND_REKEY, &rekeyed.object);
	w->now++;
	world_log(w, rekeyed, envelope_json(&j));
	jws_free(&j);
	if (m->key != w->applicant)
		sig_key_free(m->key);
	m->key = k;
	m->thumb = rekeyed.key;
	m->standing.keys[0] = m->thumb;
	world_issue(w, i, ORIGIN_REKEY, &rekeyed.object, NULL);
}
