/* SPDX-License-Identifier: ISC
 * What a custody does when it is asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/custody_state.h"
#include "peer/issuance.h"
#include "peer/profile.h"
#include "peer/revocations.h"

static void add_long(struct buf *b, struct slice s)
{
	buf_add_u32(b, (uint32_t)s.n);
	buf_add_slice(b, s);
}

static bool add_document(struct buf *b, const json_t *doc, struct err *e)
{
	struct buf text = { 0 };
	bool ok = doc == NULL || json_write(doc, &text, e);

	add_long(b, buf_slice(&text));
	buf_free(&text);
	return ok;
}

static bool write_entry(struct custody *k, struct slice entry, const json_t *object, const json_t *evidence, int64_t now, struct err *e)
{
	struct buf b = { 0 };
	struct slice body;
	bool ok;

	buf_add_u64(&b, (uint64_t)now);
	add_long(&b, entry);
	ok = add_document(&b, object, e) && add_document(&b, evidence, e);
	body = buf_slice(&b);
	ok = ok && (!b.failed || err_memory(e)) && journal_add(k->journal, RECORD_ENTRY, &body, 1, e);
	buf_free(&b);
	return ok;
}

/* An entry that stands already must be the same, byte for byte. */
static bool same_entry(const struct custody *k, uint64_t index, struct slice entry, struct err *e)
{
	struct digest leaf;

	merkle_leaf(entry, &leaf);
	if (digest_compare(&leaf, ledger_leaf(k->ledger, index)) == 0)
		return true;
	return err_set(e, "forked", "entry %llu is not the one that the signer has: this log was forked", (unsigned long long)index);
}

static bool extend_one(struct custody *k, uint64_t index, const struct at *at, int64_t now, struct err *e)
{
	static const char *const MEMBERS[] = { "entry", "object", "evidence", NULL };
	struct at object, evidence;
	struct buf entry = { 0 };
	bool ok = at_only(at, MEMBERS) && at_base64(at, "entry", 1, OBJECT_MAX, &entry) && at_optional(at, "object", &object) &&
		at_optional(at, "evidence", &evidence);

	if (ok && index < ledger_size(k->ledger))
		ok = same_entry(k, index, buf_slice(&entry), e);
	else if (ok)
		ok = custody_take(k, buf_slice(&entry), object.v, evidence.v, now, e) &&
			write_entry(k, buf_slice(&entry), object.v, evidence.v, now, e);
	buf_free(&entry);
	return ok;
}

static bool extend_all(struct custody *k, uint64_t from, const json_t *items, int64_t now, struct err *e)
{
	struct at list = at_root(items, e), one;
	size_t n;

	if (!at_array(&list, 0, 65536, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !extend_one(k, from + i, &one, now, e))
			return false;
	return true;
}

bool custody_begin_epoch(struct custody *k, int64_t now, struct err *e)
{
	struct buf b = { 0 };
	struct slice body;
	bool ok;

	buf_add_u64(&b, (uint64_t)now);
	body = buf_slice(&b);
	ok = (!b.failed || err_memory(e)) && journal_add(k->journal, RECORD_EPOCH, &body, 1, e);
	buf_free(&b);
	if (ok)
		k->epoch = now;
	return ok;
}

bool custody_extend(struct custody *k, uint64_t from, const json_t *items, int64_t now, struct err *e)
{
	bool rebuilding = k->rebuilding;
	int64_t epoch = k->epoch;

	k->astray = false;
	if (from > ledger_size(k->ledger))
		return err_set(
			e, "behind", "the signer has %llu entries; send those from there on", (unsigned long long)ledger_size(k->ledger));
	ledger_mark(k->ledger);
	if ((epoch > 0 || custody_begin_epoch(k, now, e)) && extend_all(k, from, items, now, e) && journal_sync(k->journal, e)) {
		ledger_commit(k->ledger);
		return custody_bind(k, e);
	}
	k->rebuilding = rebuilding;
	k->epoch = epoch;
	ledger_rollback(k->ledger);
	journal_drop(k->journal);
	if (k->astray && custody_size(k) > 0)
		custody_begin_again(k);
	return false;
}

bool custody_may_sign(const struct custody *k, struct err *e)
{
	if (!k->rebuilding)
		return true;
	return err_set(e, "state_lost", "the state is being rebuilt: %llu of %llu entries are here",
		(unsigned long long)ledger_size(k->ledger), (unsigned long long)k->goal.size);
}

static bool seal(struct custody *k, struct slice tbs, const struct digest *spki, struct buf *out, struct err *e)
{
	const struct sig_key *key = keyring_issuing(k->keys, spki, e);
	uint8_t sig[SIG_BYTES];

	if (key == NULL || !sig_sign(k->crypto, key, tbs, sig, e))
		return false;
	return profile_seal(tbs, sig_key_pub(key)->alg, sig, out) ? true : err_memory(e);
}

bool custody_keep_new(struct custody *k, const struct digest *cause, struct slice der, struct err *e)
{
	struct slice parts[] = { slice_of(cause->b, sizeof(cause->b)), der };

	return journal_add(k->journal, RECORD_CERTIFICATE, parts, 2, e) && custody_keep(k, cause, der, e);
}

static bool sign_new(struct custody *k, const struct digest *cause, struct buf *der, struct err *e)
{
	struct buf tbs = { 0 };
	struct sig_pub issuer;
	struct digest spki;
	bool ok = ledger_tbs(k->ledger, cause, &issuer, &tbs, e) && (profile_spki_digest(&issuer, &spki) || err_memory(e));

	if (ok && custody_by_members(k, &spki))
		ok = err_set(e, "held_by_members",
			"the members hold this certificate's issuing key: it is prepared, and sealed with their signature");
	ok = ok && seal(k, buf_slice(&tbs), &spki, der, e) && custody_keep_new(k, cause, buf_slice(der), e);
	buf_free(&tbs);
	return ok;
}

bool custody_certify(struct custody *k, const struct digest *cause, struct buf *out, struct err *e)
{
	uint32_t at = map_find(&k->by_cause, cause);
	struct buf der = { 0 };
	bool ok = true;

	if (!custody_may_sign(k, e))
		return false;
	if (at == MAP_NONE)
		ok = sign_new(k, cause, &der, e);
	else
		buf_add_slice(&der, buf_slice(&k->certs[at].der));
	buf_add_slice(out, buf_slice(&der));
	buf_free(&der);
	return ok && (!out->failed || err_memory(e));
}

bool custody_keep_authority(struct custody *k, const struct digest *spki, struct slice der, struct err *e)
{
	struct slice parts[] = { slice_of(spki->b, sizeof(spki->b)), der };
	struct buf copy = { 0 };

	if (k->authorities == AUTHORITIES_MAX)
		return err_set(e, "too_many_issuers", "a group has at most %d issuing keys", AUTHORITIES_MAX);
	buf_add_slice(&copy, der);
	if (copy.failed || !journal_add(k->journal, RECORD_AUTHORITY, parts, 2, e)) {
		buf_free(&copy);
		return err_ok(e) ? err_memory(e) : false;
	}
	k->authority_spki[k->authorities] = *spki;
	k->authority[k->authorities++] = copy;
	return true;
}

static bool sign_authority(struct custody *k, const struct key_pair *p, struct err *e)
{
	struct buf tbs = { 0 }, der = { 0 };
	bool ok = ledger_ca(k->ledger, &p->issuing, &tbs, e) && seal(k, buf_slice(&tbs), &p->spki, &der, e) &&
		custody_keep_authority(k, &p->spki, buf_slice(&der), e);

	buf_free(&tbs);
	buf_free(&der);
	return ok;
}

/* CA certificates that were sealed, behind those of the signer's own n keys: the one with this number, or AUTHORITIES_MAX. */
static size_t sealed_authority(const struct custody *k, size_t number)
{
	for (size_t at = 0; at < k->authorities; at++)
		if (custody_by_members(k, &k->authority_spki[at]) && number-- == 0)
			return at;
	return AUTHORITIES_MAX;
}

/* The signer's own pair with this number among those that charters name; NULL past the last. *n: how many there are up to there. In a group
 * whose members hold the issuing key the pair serves for its revocation key alone. */
static const struct key_pair *own_authority(const struct custody *k, size_t number, size_t *n)
{
	const struct key_pair *p;

	*n = 0;
	for (size_t i = 0; (p = keyring_of(k->keys, &k->genesis, i)) != NULL; i++)
		if (custody_named(k, &p->spki) != NULL && (*n)++ == number)
			return p;
	return NULL;
}

bool custody_authority(struct custody *k, size_t i, struct buf *out, struct err *e)
{
	const struct key_pair *p;
	size_t at = 0, own;

	if (!custody_may_sign(k, e))
		return false;
	p = own_authority(k, i, &own);
	if (p == NULL && (at = sealed_authority(k, i - own)) == AUTHORITIES_MAX)
		return false;
	while (p != NULL && at < k->authorities && digest_compare(&k->authority_spki[at], &p->spki) != 0)
		at++;
	if (at == k->authorities && !sign_authority(k, p, e))
		return false;
	buf_add_slice(out, buf_slice(&k->authority[at]));
	return out->failed ? err_memory(e) : true;
}

/* The pair whose revocation key the charter in force names; its issuing key signs the CRL, where the members do not. */
static const struct key_pair *list_pair(const struct custody *k, const struct charter *c, int64_t now)
{
	const struct key_pair *p;

	for (size_t i = 0; (p = keyring_of(k->keys, &k->genesis, i)) != NULL; i++) {
		struct digest thumb;

		jwk_thumbprint(&p->revocation, &thumb);
		if ((charter_issuer(c, &p->spki) != NULL || c->voting.scheme == SCHEME_THRESHOLD) &&
			charter_revocation_key(c, &thumb, now) != NULL)
			return p;
	}
	return NULL;
}

static bool list_begin(const struct custody *k, const struct charter *c, int64_t now, uint64_t number, struct revocations *out)
{
	memset(out, 0, sizeof(*out));
	out->genesis = k->genesis;
	out->charter = c->object.digest;
	out->number = number;
	out->this_update = now;
	out->next_update = now + 2 * c->freshness.update;
	out->version = c->version;
	out->log_size = ledger_size(k->ledger);
	return ledger_root(k->ledger, out->log_size, &out->log_root);
}

/* The bytes of the CRL that goes with a list; signed, where the key is here. */
static bool make_crl(struct custody *k, const struct charter *c, const struct key_pair *p, const struct revocations *r,
	struct custody_list *out, struct err *e)
{
	const struct signing_list of = { r->number, r->log_size, r->this_update, r->next_update };
	const struct charter_issuer *by = issuance_issuer(c, r->this_update);
	const bool members = by != NULL && by->by_members;
	const struct sig_pub *issuer = members ? ledger_issuer_key(k->ledger, &by->spki) : &p->issuing;
	struct buf tbs = { 0 };
	bool ok;

	if (issuer == NULL || (!members && charter_issuer(c, &p->spki) == NULL))
		return true;
	if (members) {
		out->issuing = by->spki;
		return ledger_crl(k->ledger, &of, issuer, &out->tbs, e);
	}
	ok = ledger_crl(k->ledger, &of, issuer, &tbs, e) && seal(k, buf_slice(&tbs), &p->spki, &out->crl, e);
	buf_free(&tbs);
	return ok;
}

static bool sign_lists(struct custody *k, const struct charter *c, const struct key_pair *p, struct revocations *list,
	struct custody_list *out, struct err *e)
{
	const struct sig_key *key = keyring_revocation(k->keys, &p->spki, e);
	struct crl_entry *entries = NULL;
	size_t n = 0;
	bool ok;

	ok = key != NULL &&
		ledger_revoked(k->ledger, list->log_size, list->this_update, &p->issuing, &entries, &n, &list->r, &list->n, e) &&
		make_crl(k, c, p, list, out, e) &&
		(out->revocations = object_sign(k->crypto, KIND_REVOCATIONS, revocations_print(list), key, e)) != NULL;
	free(entries);
	free(list->r);
	return ok;
}

bool custody_lists(struct custody *k, int64_t now, struct custody_list *out, struct err *e)
{
	const struct charter *c = ledger_charter(k->ledger, ledger_size(k->ledger), now);
	const struct key_pair *p = c == NULL ? NULL : list_pair(k, c, now);
	struct revocations list;
	struct buf text = { 0 };
	struct slice body;

	memset(out, 0, sizeof(*out));
	if (!custody_may_sign(k, e))
		return false;
	if (p == NULL || !list_begin(k, c, now, k->number + 1, &list))
		return err_set(e, "issuer_unknown", "the charter in force names no issuing and revocation key that this signer holds now");
	if (!sign_lists(k, c, p, &list, out, e))
		goto failed;
	buf_add_u64(&text, list.number);
	body = buf_slice(&text);
	if (text.failed || !journal_add(k->journal, RECORD_LISTS, &body, 1, e)) {
		buf_free(&text);
		err_memory(e);
		goto failed;
	}
	buf_free(&text);
	out->number = k->number = list.number;
	return true;
failed:
	custody_list_free(out);
	return false;
}

void custody_list_free(struct custody_list *l)
{
	json_decref(l->revocations);
	buf_free(&l->crl);
	buf_free(&l->tbs);
	memset(l, 0, sizeof(*l));
}

bool custody_sync(struct custody *k, struct err *e)
{
	if (journal_sync(k->journal, e)) {
		k->certs_synced = k->certs_n;
		k->number_synced = k->number;
		k->authorities_synced = k->authorities;
		return true;
	}
	custody_forget(k);
	return false;
}

void custody_forget(struct custody *k)
{
	journal_drop(k->journal);
	for (; k->certs_n > k->certs_synced; k->certs_n--) {
		map_remove(&k->by_cause, &k->certs[k->certs_n - 1].cause);
		buf_free(&k->certs[k->certs_n - 1].der);
	}
	for (; k->authorities > k->authorities_synced; k->authorities--)
		buf_free(&k->authority[k->authorities - 1]);
	k->number = k->number_synced;
}

void custody_discard(struct custody *k, const char *dir)
{
	struct digest genesis = k->genesis;
	char path[CUSTODY_PATH];
	bool empty = ledger_size(k->ledger) == 0 && !k->rebuilding;

	custody_close(k);
	custody_path(dir, &genesis, path);
	if (empty)
		unlink(path);
}
