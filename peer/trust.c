/* SPDX-License-Identifier: ISC */
#include "peer/trust.h"

#include <stdlib.h>
#include <string.h>

#include "peer/record.h"

enum { DAY = 86400 };

static bool bad(struct err *e, const char *why)
{
	return err_set(e, "bad_trust", "%s; fetch the trust file again", why);
}

static bool read_charters(struct trust *t, struct crypto *c, const struct at *at)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "charters", &list) || !at_array(&list, 1, TRUST_CHARTERS_MAX, &n))
		return false;
	t->charters = calloc(n, sizeof(*t->charters));
	if (t->charters == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		const struct charter *previous = i == 0 ? NULL : t->charters[i - 1].charter;

		if (!at_element(&list, i, &one) || !signed_charter_read(&one, NULL, &t->charters[i]))
			return false;
		t->charters_n++;
		if (!record_follows(c, &t->charters[i], previous, at->e))
			return false;
	}
	if (digest_compare(&t->charters[0].charter->object.digest, &t->genesis) != 0)
		return err_set(at->e, "wrong_context", "charter 1 is not the one that the genesis names");
	return true;
}

static bool read_group(struct trust *t, const struct at *at)
{
	const char *label;

	t->group = trust_newest(t)->group;
	if (!at_label(at, "group", &label))
		return false;
	return strcmp(label, t->group) == 0 || bad(at->e, "it gives the group another label than its charters do");
}

/* The first version that names an issuing key gives its CA certificate its end. */
static const struct charter_issuer *first_naming(const struct trust *t, const struct digest *spki)
{
	const struct charter_issuer *found = NULL;

	for (size_t i = 0; i < t->charters_n && found == NULL; i++)
		found = charter_issuer(t->charters[i].charter, spki);
	return found;
}

static bool believe_authority(struct trust *t, struct crypto *c, struct slice der, struct err *e)
{
	struct ca_cert *ca = &t->authorities[t->authorities_n];
	const struct charter_issuer *named;

	if (cert_parse_ca(der, ca) != CERT_OK || digest_compare(&ca->genesis, &t->genesis) != 0)
		return bad(e, "a CA certificate in it is none of this group's");
	named = first_naming(t, &ca->spki);
	if (named == NULL || named->alg != ca->key.alg || named->until != ca->not_after)
		return bad(e, "a CA certificate in it has a key or an end that no charter gives it");
	if (trust_authority(t, ca->ski) != NULL)
		return bad(e, "a CA certificate stands in it twice");
	if (!cert_verify_ca(c, ca, e))
		return false;
	t->authorities_n++;
	return true;
}

/* The certificates are pointed into: all room is taken before the first. */
static bool read_authorities(struct trust *t, struct crypto *c, const struct at *at)
{
	struct at list, one;
	size_t n, before;

	if (!at_member(at, "authorities", &list) || !at_array(&list, 0, TRUST_AUTHORITIES_MAX, &n))
		return false;
	if (!buf_reserve(&t->bytes, n * GMC_DER_MAX))
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		before = t->bytes.n;
		if (!at_element(&list, i, &one) || !at_base64(&one, NULL, 1, GMC_DER_MAX, &t->bytes) ||
			!believe_authority(t, c, slice_of(t->bytes.p + before, t->bytes.n - before), at->e))
			return false;
	}
	return true;
}

/* Could version i still be in force at a time? The next one is, from its `effective` on, once the log holds it. */
static bool may_be_in_force(const struct trust *t, size_t i, int64_t time)
{
	const struct charter *c = t->charters[i].charter;

	return i + 1 == t->charters_n || time < t->charters[i + 1].charter->effective + c->voting.term + DAY;
}

typedef const struct charter_key *find_key(const struct charter *c, const struct digest *thumb, int64_t at);

static const struct charter_key *signer(const struct trust *t, const struct jws *j, int64_t time, find_key *find)
{
	const struct charter_key *k = NULL;

	for (size_t i = t->charters_n; i > 0 && k == NULL && j->n == 1; i--)
		if (may_be_in_force(t, i - 1, time))
			k = find(t->charters[i - 1].charter, &j->sigs[0].kid, time);
	return k;
}

const struct charter_key *trust_notary(const struct trust *t, const struct jws *j, int64_t time)
{
	return signer(t, j, time, charter_notary);
}

static bool believe_head(struct trust *t, struct crypto *c, const struct jws *j, struct err *e)
{
	const struct charter_key *k;

	if (!head_parse(j, &t->head, e))
		return false;
	if (digest_compare(&t->head.genesis, &t->genesis) != 0)
		return err_set(e, "wrong_context", "the head is that of another group's log");
	k = trust_notary(t, j, t->head.time);
	if (k == NULL)
		return err_set(e, "not_a_notary", "the head is not signed by a notary that the charters name for its time");
	return jws_verify(c, j, 0, &k->key, e);
}

static bool read_head(struct trust *t, struct crypto *c, const struct at *at)
{
	struct jws j;
	bool ok;

	t->has_head = at_has(at, "head");
	if (!t->has_head)
		return err_ok(at->e);
	if (!at_jws(at, "head", &j))
		return false;
	ok = believe_head(t, c, &j, at->e);
	jws_free(&j);
	return ok;
}

/* A list is made under one version, whose freshness it keeps to. */
static bool list_fits(struct trust *t, struct err *e)
{
	const struct revocations *l = &t->revocations;
	const struct charter *c = trust_charter(t, &l->charter);

	if (digest_compare(&l->genesis, &t->genesis) != 0)
		return err_set(e, "wrong_context", "the revocation list is another group's");
	if (c == NULL || c->version != l->version)
		return bad(e, "the revocation list was made under a charter that does not stand in it");
	if (l->next_update - l->this_update > 2 * c->freshness.update)
		return bad(e, "the revocation list says it is good for longer than its charter allows");
	if (t->has_head && t->head.size == l->log_size && digest_compare(&t->head.root, &l->log_root) != 0)
		return err_set(e, "forked", "head and revocation list speak of two logs of one size: keep both, they are evidence");
	return true;
}

/* The end of all answers: of the list and its grace, and of the key's own window. */
static int64_t fresh_until(const struct trust *t, const struct charter_key *k)
{
	int64_t end = t->revocations.next_update + trust_charter(t, &t->revocations.charter)->freshness.grace;

	return end < k->until ? end : k->until - 1;
}

static bool believe_list(struct trust *t, struct crypto *c, const struct jws *j, struct err *e)
{
	const struct charter_key *k;

	if (!revocations_parse(j, &t->revocations, e) || !list_fits(t, e))
		return false;
	k = signer(t, j, t->revocations.this_update, charter_revocation_key);
	if (k == NULL)
		return err_set(e, "not_a_revocation_key",
			"the revocation list is not signed by a revocation key that the charters name for its time");
	if (!jws_verify(c, j, 0, &k->key, e))
		return false;
	t->fresh_until = fresh_until(t, k);
	return true;
}

static bool read_list(struct trust *t, struct crypto *c, const struct at *at)
{
	struct jws j;
	bool ok;

	t->has_revocations = at_has(at, "revocations");
	if (!t->has_revocations)
		return err_ok(at->e);
	if (!at_jws(at, "revocations", &j))
		return false;
	ok = believe_list(t, c, &j, at->e);
	jws_free(&j);
	return ok;
}

struct trust *trust_parse(struct crypto *c, struct slice text, const struct digest *genesis, struct err *e)
{
	static const char *const members[] = { "group", "charters", "authorities", "head", "revocations", NULL };
	struct trust *t = calloc(1, sizeof(*t));
	struct err own = { 0 };
	struct object o = { 0 };
	struct at at;
	bool rc = false;

	if (t == NULL) {
		err_memory(e);
		return NULL;
	}
	if (!object_read(KIND_TRUST, text, members, &o, &at, &own))
		goto out;
	t->genesis = o.genesis;
	t->doc = json_incref(o.doc);
	if (genesis != NULL && digest_compare(genesis, &t->genesis) != 0) {
		err_set(&own, "wrong_context", "this is the trust file of another group than the one that is pinned");
		goto out;
	}
	rc = read_charters(t, c, &at) && read_group(t, &at) && read_authorities(t, c, &at) && read_head(t, c, &at) && read_list(t, c, &at);
out:
	object_free(&o);
	if (rc)
		return t;
	if (e != NULL && err_ok(e))
		*e = own;
	trust_free(t);
	return NULL;
}

void trust_free(struct trust *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->charters_n; i++)
		signed_charter_free(&t->charters[i]);
	free(t->charters);
	revocations_free(&t->revocations);
	json_decref(t->doc);
	buf_free(&t->bytes);
	free(t);
}

json_t *trust_print(
	const struct digest *genesis, const char *group, json_t *charters, json_t *authorities, json_t *head, json_t *revocations)
{
	json_t *o = object_begin(KIND_TRUST, genesis);

	if (object_set_string(o, "group", group) && json_object_set(o, "charters", charters) == 0 &&
		json_object_set(o, "authorities", authorities) == 0 && (head == NULL || json_object_set(o, "head", head) == 0) &&
		(revocations == NULL || json_object_set(o, "revocations", revocations) == 0))
		return o;
	json_decref(o);
	return NULL;
}

const struct charter *trust_newest(const struct trust *t)
{
	return t->charters[t->charters_n - 1].charter;
}

const struct charter *trust_charter(const struct trust *t, const struct digest *charter)
{
	for (size_t i = t->charters_n; i > 0; i--)
		if (digest_compare(&t->charters[i - 1].charter->object.digest, charter) == 0)
			return t->charters[i - 1].charter;
	return NULL;
}

const struct ca_cert *trust_authority(const struct trust *t, const uint8_t ski[static 20])
{
	for (size_t i = 0; i < t->authorities_n; i++)
		if (memcmp(t->authorities[i].ski, ski, sizeof(t->authorities[i].ski)) == 0)
			return &t->authorities[i];
	return NULL;
}
