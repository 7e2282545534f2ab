/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/merkle_tree.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/worlds.h"

/* ---- keys and charter */

static void make_member(struct world *w, size_t i, struct sig_key *k, const struct id16 *member)
{
	struct world_member *m = &w->members[i];

	m->key = k;
	m->thumb = envelope_thumb(k);
	m->member = *member;
	m->standing = (struct voter){ .elector = true, .keys = { m->thumb }, .keys_n = 1 };
	w->n = i + 1;
}

static void make_founders(struct world *w)
{
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		make_member(w, i, envelope_key(i == 2 ? SIG_P256 : SIG_ED25519), &w->keys->member[i]);
		assert_true(csr_make(w->c, w->members[i].key, NULL, &w->members[i].csr, NULL));
		buf_free(&w->keys->csr[i]);
		buf_add_slice(&w->keys->csr[i], buf_slice(&w->members[i].csr));
	}
}

static void make_charter(struct world *w, const struct world_start *start)
{
	json_t *doc;

	w->issuer.key = start->issuing != NULL ? *start->issuing : *sig_key_pub(w->issuing);
	assert_true(profile_spki_digest(&w->issuer.key, &w->keys->issuing_spki));
	w->keys->issuing_alg = w->issuer.key.alg;
	if (start->revocation != NULL)
		w->keys->revocation_pub = *start->revocation;
	doc = charters_first(w->keys);
	if (start->change != NULL)
		start->change(doc);
	w->signed_charter = charters_signed(w->keys, doc, 2);
	w->charter = w->signed_charter.charter;
	w->genesis = w->charter->object.genesis;
}

/* docs/objects/proposal.md: founders take the digest of their list for the seed. */
static void make_nodes(struct world *w)
{
	struct slice parts[2 * CHARTERS_FOUNDERS];
	struct digest csr[CHARTERS_FOUNDERS], seed;

	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		csr_digest(buf_slice(&w->members[i].csr), &csr[i]);
		parts[2 * i] = slice_of(csr[i].b, sizeof(csr[i].b));
		parts[2 * i + 1] = slice_of(w->members[i].member.b, sizeof(w->members[i].member.b));
	}
	digest_labelled("gmc-founders/1", parts, 2 * CHARTERS_FOUNDERS, &seed);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		if (w->charter->membership.nodes_by_key)
			proposal_key_node(&w->genesis, &w->members[i].thumb, &w->members[i].node);
		else
			proposal_node(&w->genesis, &csr[i], seed.b, &w->members[i].node);
}

/* ---- log */

uint64_t world_log(struct world *w, struct entry en, json_t *object)
{
	struct world_entry *next = &w->log[w->log_n];

	assert_true(w->log_n < WORLD_LOG);
	en.genesis = w->genesis;
	en.index = w->log_n;
	en.time = w->now;
	if (w->twist_entry != NULL)
		w->twist_entry(w, &en);
	next->entry = en;
	next->object = object;
	assert_true(entry_print(&en, &next->bytes, NULL));
	merkle_leaf(buf_slice(&next->bytes), &next->leaf);
	return w->log_n++;
}

static void leaves_of(const struct world *w, struct digest leaves[static WORLD_LOG])
{
	for (size_t i = 0; i < w->log_n; i++)
		leaves[i] = w->log[i].leaf;
}

struct digest world_root(const struct world *w, size_t size)
{
	struct digest leaves[WORLD_LOG], root;

	assert_true(size <= w->log_n);
	leaves_of(w, leaves);
	merkle_root(leaves, size, &root);
	return root;
}

void world_prove(const struct world *w, const uint64_t *set, size_t n, struct buf *nodes)
{
	struct merkle_tree t = { 0 };

	for (size_t i = 0; i < w->log_n; i++)
		assert_true(merkle_tree_append(&t, &w->log[i].leaf, NULL));
	(void)merkle_tree_set(&t, set, n, w->log_n, nodes, NULL);
	merkle_tree_free(&t);
}

static struct jws by_notary(const struct world *w, const char *kind, json_t *doc)
{
	return envelope(w->c, kind, doc, w->keys->notary);
}

json_t *world_head(const struct world *w)
{
	struct head h = { .genesis = w->genesis, .size = w->log_n, .root = world_root(w, w->log_n), .time = w->now };
	struct jws j = by_notary(w, KIND_HEAD, head_print(&h));
	json_t *o = envelope_json(&j);

	jws_free(&j);
	return o;
}

static void log_charter(struct world *w)
{
	struct err e = { 0 };
	json_t *doc;

	if (!chain_approved(w->c, &w->signed_charter, NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
	doc = signed_charter_print(buf_slice(&w->charter->payload), w->signed_charter.approvals, NULL);
	assert_non_null(doc);
	w->issuer.not_before = w->now - PROFILE_BACKDATE;
	w->issuer.not_after = w->charter->authority.issuing[0].until;
	world_log(w,
		(struct entry){ .event = EVENT_CHARTER, .object = w->genesis, .version = 1, .approvals = w->signed_charter.approvals_root },
		doc);
}

static void log_seeds(struct world *w)
{
	struct seeds s = { .genesis = w->genesis, .first = 0, .n = WORLD_SEEDS, .iat = w->now };
	struct digest digest;
	struct jws j;

	for (size_t i = 0; i < WORLD_SEEDS; i++) {
		memset(w->seeds[i], (int)(0x50 + i), sizeof(w->seeds[i]));
		proposal_commitment(&w->genesis, i, w->seeds[i], &s.commitments[i]);
	}
	j = by_notary(w, KIND_SEEDS, seeds_print(&s));
	jws_digest(&j, KIND_SEEDS, &digest);
	world_log(w, (struct entry){ .event = EVENT_SEEDS, .object = digest }, envelope_json(&j));
	jws_free(&j);
}

/* ---- certificates */

static void issuance_of(const struct world *w, size_t i, struct issuance *out)
{
	const struct world_member *m = &w->members[i];

	*out = (struct issuance){ .origin = ORIGIN_ADMISSION,
		.cause = w->decision.digest,
		.decision = w->decision.digest,
		.member = m->member,
		.node = m->node,
		.name = w->application.name,
		.key = *sig_key_pub(m->key),
		.time = w->decision.decided };
	if (i >= CHARTERS_FOUNDERS)
		return;
	out->origin = ORIGIN_FOUNDING;
	profile_founder_cause(&w->genesis, &m->member, &out->cause);
	out->decision = w->genesis;
	out->name = w->signed_charter.charter->founders[i].name;
	out->time = w->log[0].entry.time;
}

/* The charter that a certificate is issued under: the first for founders, the proposal's for who is admitted. */
static const struct charter *charter_of(const struct world *w, size_t i)
{
	const struct charter *c = w->signed_charter.charter;

	for (size_t k = 0; k < w->later_n && i >= CHARTERS_FOUNDERS; k++)
		if (digest_compare(&w->later[k].charter->object.digest, &w->proposal.charter) == 0)
			c = w->later[k].charter;
	return c;
}

struct gmc_fields world_fields(const struct world *w, size_t i)
{
	struct issuance is;
	struct gmc_fields f;

	issuance_of(w, i, &is);
	issuance_fields(charter_of(w, i), &w->issuer, &is, &f);
	return f;
}

void world_tbs(const struct world *w, size_t i, struct buf *out)
{
	struct gmc_fields f = world_fields(w, i);

	assert_true(profile_gmc(&f, out));
}

void world_log_member(struct world *w, size_t i, const struct digest *joined_by)
{
	struct world_member *m = &w->members[i];
	struct entry joined = { .event = EVENT_JOINED, .object = *joined_by, .member = m->member, .key = m->thumb, .node = m->node };
	struct entry issued = { .event = EVENT_ISSUED, .member = m->member, .key = m->thumb };
	struct gmc_fields f = world_fields(w, i);
	struct buf tbs = { 0 };
	struct issuance is;

	issuance_of(w, i, &is);
	world_tbs(w, i, &tbs);
	issued.object = is.cause;
	issued.serial = f.serial;
	issued.until = f.not_after;
	profile_tbs_digest(buf_slice(&tbs), &issued.tbs);
	m->since = w->now;
	world_log(w, joined, NULL);
	if (w->charter->authority.issuing_n > 0)
		world_log(w, issued, NULL);
	buf_free(&tbs);
}

/* ---- the world */

struct world *world_new(void (*change)(json_t *charter))
{
	return world_begin(&(struct world_start){ .change = change });
}

struct world *world_begin(const struct world_start *start)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->keys = charters_new();
	w->c = w->keys->crypto;
	w->issuing = start->issuing != NULL ? NULL : envelope_key(SIG_ED25519);
	w->applicant = envelope_key(SIG_ED25519);
	w->now = start->now != 0 ? start->now : CHARTERS_EFFECTIVE + 60;
	make_founders(w);
	make_charter(w, start);
	make_nodes(w);
	log_charter(w);
	log_seeds(w);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		world_log_member(w, i, &w->genesis);
	return w;
}

struct world_mark world_mark(const struct world *w)
{
	struct world_mark m = { .log_n = w->log_n,
		.later_n = w->later_n,
		.n = w->n,
		.now = w->now,
		.charter = w->charter,
		.application = w->application,
		.proposal = w->proposal,
		.decision = w->decision };

	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		m.gone[i] = w->members[i].gone;
	return m;
}

void world_back(struct world *w, const struct world_mark *m)
{
	while (w->log_n > m->log_n) {
		struct world_entry *last = &w->log[--w->log_n];

		buf_free(&last->bytes);
		json_decref(last->object);
		json_decref(last->evidence);
		memset(last, 0, sizeof(*last));
	}
	while (w->later_n > m->later_n)
		signed_charter_free(&w->later[--w->later_n]);
	w->n = m->n;
	w->now = m->now;
	w->charter = m->charter;
	w->application = m->application;
	w->proposal = m->proposal;
	w->decision = m->decision;
	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		w->members[i].gone = m->gone[i];
}

void world_free(struct world *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++) {
		if (w->members[i].key != w->applicant)
			sig_key_free(w->members[i].key);
		buf_free(&w->members[i].csr);
	}
	for (size_t i = 0; i < w->log_n; i++) {
		buf_free(&w->log[i].bytes);
		json_decref(w->log[i].object);
		json_decref(w->log[i].evidence);
	}
	for (size_t i = 0; i < w->later_n; i++)
		signed_charter_free(&w->later[i]);
	json_decref(w->application_json);
	json_decref(w->motion_json);
	json_decref(w->complaints);
	json_decref(w->proposal_json);
	json_decref(w->decision_json);
	electorate_free(&w->electorate);
	signed_charter_free(&w->signed_charter);
	sig_key_free(w->issuing);
	sig_key_free(w->applicant);
	charters_free(w->keys);
	free(w);
}
