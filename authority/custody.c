/* SPDX-License-Identifier: ISC */
#include "authority/custody_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/profile.h"

const struct digest *custody_genesis(const struct custody *k)
{
	return &k->genesis;
}

const struct charter *custody_charter(const struct custody *k)
{
	return ledger_newest(k->ledger);
}

int64_t custody_epoch(const struct custody *k)
{
	return k->epoch;
}

uint64_t custody_size(const struct custody *k)
{
	return ledger_size(k->ledger);
}

void custody_root(const struct custody *k, struct digest *out)
{
	ledger_root(k->ledger, ledger_size(k->ledger), out);
}

bool custody_keep(struct custody *k, const struct digest *cause, struct slice der, struct err *e)
{
	struct signed_cert *s;

	if (k->certs_n == k->certs_cap) {
		uint32_t more = k->certs_cap == 0 ? 64 : 2 * k->certs_cap;

		s = realloc(k->certs, more * sizeof(*s));
		if (s == NULL)
			return err_memory(e);
		k->certs = s;
		k->certs_cap = more;
	}
	s = &k->certs[k->certs_n];
	memset(s, 0, sizeof(*s));
	s->cause = *cause;
	buf_add_slice(&s->der, der);
	if (s->der.failed || !map_put(&k->by_cause, cause, k->certs_n))
		return err_memory(e);
	k->certs_n++;
	return true;
}

/* An empty ledger, which needs the public keys of all pairs that are the group's. */
static bool fresh_ledger(struct custody *k, struct err *e)
{
	struct ledger *l = ledger_new(&k->genesis, e);
	const struct key_pair *p;

	if (l == NULL)
		return false;
	ledger_free(k->ledger);
	k->ledger = l;
	for (size_t i = 0; (p = keyring_of(k->keys, &k->genesis, i)) != NULL; i++)
		if (!ledger_issuer(k->ledger, &p->issuing, e))
			return false;
	return true;
}

bool custody_set_goal(struct custody *k, struct slice text, struct err *e)
{
	struct head goal;
	struct jws j;

	if (!jws_parse(text, OBJECT_MAX, &j, e))
		return false;
	if (!head_parse(&j, &goal, e) || !fresh_ledger(k, e)) {
		jws_free(&j);
		return false;
	}
	jws_free(&k->goal_jws);
	k->goal_jws = j;
	k->goal = goal;
	k->goal_text.n = 0;
	buf_add_slice(&k->goal_text, text);
	k->rebuilding = true;
	return k->goal_text.failed ? err_memory(e) : true;
}

/* The public half of a key that the members hold comes in their transcript; where they made it elsewhere, beside the charter:
 * {"issuing": [JWK..]}. */
static bool claim_members_key(struct custody *k, const struct charter_issuer *named, const json_t *evidence, struct err *e)
{
	static const char *const members[] = { "issuing", NULL };
	const struct at at = at_root(evidence, e);
	struct digest spki;
	struct sig_pub key;
	struct at list, one;
	size_t n = 0;

	if (ledger_issuer_key(k->ledger, &named->spki) != NULL)
		return true;
	if (evidence != NULL &&
		(!at_only(&at, members) || !at_member(&at, "issuing", &list) || !at_array(&list, 1, CHARTER_ISSUING_MAX, &n)))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !jwk_parse(&one, &key))
			return false;
		if (!profile_spki_digest(&key, &spki))
			return err_memory(e);
		if (digest_compare(&spki, &named->spki) == 0 && key.alg == named->alg)
			return sig_pub_check(k->crypto, &key, e) && ledger_issuer(k->ledger, &key, e);
	}
	return err_set(
		e, "issuer_unknown", "a charter names an issuing key that the members hold, and its public key did not come with it");
}

/* A key that is free is bound to this group, one of another group is refused. */
static bool claim_own_key(struct custody *k, const struct charter_issuer *named, uint32_t version, struct err *e)
{
	const struct key_pair *p = keyring_find(k->keys, &named->spki);

	if (p == NULL)
		return err_set(e, "issuer_unknown", "this signer does not hold the issuing key that charter %u names", version);
	if (p->bound && digest_compare(&p->genesis, &k->genesis) != 0)
		return err_set(e, "key_bound", "the issuing key that charter %u names belongs to another group for ever", version);
	return ledger_issuer(k->ledger, &p->issuing, e);
}

/* Charters name issuing keys by digest. */
static bool claim_issuers(struct custody *k, const json_t *object, const json_t *evidence, struct err *e)
{
	struct at at = at_root(object, e);
	struct signed_charter sc;
	bool ok = true;

	if (!signed_charter_read(&at, NULL, &sc))
		return false;
	for (size_t i = 0; i < sc.charter->authority.issuing_n && ok; i++) {
		const struct charter_issuer *named = &sc.charter->authority.issuing[i];

		if (named->by_members)
			ok = sc.transcript != NULL || claim_members_key(k, named, evidence, e);
		else
			ok = claim_own_key(k, named, sc.charter->version, e);
	}
	signed_charter_free(&sc);
	return ok;
}

/* Where the members hold the issuing key, the signer still has a revocation key for the group, out of a pair that is no other group's. */
static bool bind_revoking(struct custody *k, const struct charter *c, struct err *e)
{
	for (size_t i = 0; c->voting.scheme == SCHEME_THRESHOLD && i < c->authority.revocation_n; i++) {
		const struct key_pair *p = keyring_revoking(k->keys, &c->authority.revocation[i].thumb);

		if (p != NULL && !p->bound && !keyring_bind(k->keys, &p->spki, &k->genesis, e))
			return false;
	}
	return true;
}

static bool bind_all(struct custody *k, const struct charter *c, struct err *e)
{
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		if (!c->authority.issuing[i].by_members && !keyring_bind(k->keys, &c->authority.issuing[i].spki, &k->genesis, e))
			return false;
	return bind_revoking(k, c, e);
}

/* The keys of every version: one that a later charter dropped within the same request has signed for this group all the same. */
bool custody_bind(struct custody *k, struct err *e)
{
	const struct charter *c = ledger_newest(k->ledger);

	for (; c != NULL; c = c->version == 1 ? NULL : ledger_charter_by(k->ledger, &c->previous))
		if (!bind_all(k, c, e))
			return false;
	return true;
}

bool custody_take(struct custody *k, struct slice entry, const json_t *object, const json_t *evidence, int64_t now, struct err *e)
{
	struct ledger_item item = { entry, object, evidence };
	struct entry en;

	if (!entry_parse(entry, &en, e))
		return false;
	if (en.event == EVENT_CHARTER && (object == NULL || !claim_issuers(k, object, evidence, e)))
		return err_set(e, "log_unknown", "a charter's entry came without its charter");
	/* Up to the head of a rebuilding the administrators answer for the terms, which were over before this signer saw the log again. */
	return ledger_extend(k->ledger, k->crypto, &item, k->rebuilding ? 0 : now, e) && custody_toward_goal(k, e);
}

/* Reading the journal: each entry with the clock at which it was first seen, so that terms are measured from then. */
static struct slice cut(struct slice *s, size_t n)
{
	struct slice front = { s->p, n <= s->n ? n : 0 };

	s->p += front.n;
	s->n -= front.n;
	return front;
}

static struct slice cut_long(struct slice *s)
{
	struct slice length = cut(s, 4);

	return length.n == 4 ? cut(s, bytes_u32(length.p)) : length;
}

static bool replay_entry(struct custody *k, struct slice body, struct err *e)
{
	struct slice seen = cut(&body, 8), entry = cut_long(&body), object = cut_long(&body), evidence = cut_long(&body);
	json_t *o = NULL, *v = NULL;
	bool ok = seen.n == 8;

	if (ok && object.n > 0)
		ok = (o = json_read(object, JOURNAL_RECORD_MAX, e)) != NULL;
	if (ok && evidence.n > 0)
		ok = (v = json_read(evidence, JOURNAL_RECORD_MAX, e)) != NULL;
	ok = ok && custody_take(k, entry, o, v, (int64_t)bytes_u64(seen.p), e);
	json_decref(o);
	json_decref(v);
	return ok;
}

static bool replay(void *arg, uint8_t type, struct slice body, struct err *e)
{
	struct custody *k = arg;
	struct digest d;
	struct slice head;

	if (type == RECORD_ENTRY)
		return replay_entry(k, body, e);
	if (type == RECORD_REBUILD)
		return custody_set_goal(k, body, e);
	head = cut(&body, type == RECORD_LISTS || type == RECORD_EPOCH ? 8 : sizeof(d.b));
	if (type == RECORD_LISTS && head.n == 8) {
		k->number = bytes_u64(head.p);
		return true;
	}
	if (type == RECORD_EPOCH && head.n == 8) {
		k->epoch = (int64_t)bytes_u64(head.p);
		return true;
	}
	if (head.n != sizeof(d.b))
		return err_set(e, "journal_broken", "the signer's state holds a record of a kind that this program does not know");
	memcpy(d.b, head.p, sizeof(d.b));
	if (type == RECORD_CERTIFICATE)
		return custody_keep(k, &d, body, e);
	if (type != RECORD_AUTHORITY || k->authorities == AUTHORITIES_MAX)
		return err_set(e, "journal_broken", "the signer's state holds a record of a kind that this program does not know");
	k->authority_spki[k->authorities] = d;
	buf_add_slice(&k->authority[k->authorities++], body);
	return true;
}

void custody_path(const char *dir, const struct digest *genesis, char out[static CUSTODY_PATH])
{
	char name[65];

	hex_encode(genesis->b, sizeof(genesis->b), name);
	snprintf(out, CUSTODY_PATH, "%s/%s.state", dir, name);
}

struct custody *custody_open_any(const char *dir, const struct digest *genesis, struct keyring *keys, struct crypto *c, struct err *e)
{
	struct custody *k = calloc(1, sizeof(*k));
	char path[CUSTODY_PATH];

	if (k == NULL) {
		err_memory(e);
		return NULL;
	}
	k->genesis = *genesis;
	k->keys = keys;
	k->crypto = c;
	custody_path(dir, genesis, path);
	if (fresh_ledger(k, e) && (k->journal = journal_open(path, replay, k, e)) != NULL && custody_bind(k, e)) {
		k->certs_synced = k->certs_n;
		k->number_synced = k->number;
		k->authorities_synced = k->authorities;
		return k;
	}
	custody_close(k);
	return NULL;
}

/* Keys are bound only once the first entries last: a group with keys and without entries has lost them, whether or not a file is left. */
static bool lost(const struct custody *k, struct err *e)
{
	if (k->rebuilding || ledger_size(k->ledger) > 0 || keyring_of(k->keys, &k->genesis, 0) == NULL)
		return false;
	err_set(e, "state_lost",
		"the state of this group is gone; nothing is signed until an operator rebuilds it (gauth-signer --rebuild) up to a head"
		" that the administrators signed");
	return true;
}

struct custody *custody_open(const char *dir, const struct digest *genesis, struct keyring *keys, struct crypto *c, struct err *e)
{
	struct custody *k = custody_open_any(dir, genesis, keys, c, e);

	if (k == NULL || !lost(k, e))
		return k;
	custody_discard(k, dir);
	return NULL;
}

void custody_close(struct custody *k)
{
	if (k == NULL)
		return;
	for (uint32_t i = 0; i < k->certs_n; i++)
		buf_free(&k->certs[i].der);
	for (size_t i = 0; i < k->authorities; i++)
		buf_free(&k->authority[i]);
	free(k->certs);
	jws_free(&k->goal_jws);
	buf_free(&k->goal_text);
	map_free(&k->by_cause);
	ledger_free(k->ledger);
	journal_close(k->journal);
	free(k);
}
