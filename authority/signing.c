/* SPDX-License-Identifier: ISC */
#include "authority/signing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "authority/custody.h"
#include "authority/frame.h"
#include "authority/keyring.h"
#include "authority/signer.h"
#include "authority/verifiers.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/object.h"
#include "peer/keyfile.h"

enum { GROUPS_MAX = 1024, CAUSES_MAX = 256, PATH_LENGTH = 3584 };

struct signing {
	char groups[PATH_LENGTH];
	struct keyring *keys;
	struct crypto *crypto;
	struct verifiers *verifiers;
	struct log *log;
	struct custody *custody[GROUPS_MAX];
	size_t n;
};

struct signing *signing_open(const char *dir, const char *passphrase, struct log *log, struct err *e)
{
	struct signing *s = calloc(1, sizeof(*s));
	char keys[PATH_LENGTH];

	if (s == NULL) {
		err_memory(e);
		return NULL;
	}
	s->log = log;
	snprintf(s->groups, sizeof(s->groups), "%.3500s/groups", dir);
	snprintf(keys, sizeof(keys), "%.3500s/keys", dir);
	if ((mkdir(dir, 0700) != 0 && errno != EEXIST) || (mkdir(s->groups, 0700) != 0 && errno != EEXIST))
		err_set(e, "journal_unreadable", "cannot make %s: %s", s->groups, strerror(errno));
	else if ((s->crypto = crypto_new(e)) != NULL && (s->verifiers = verifiers_new(s->crypto, verifiers_fit(), e)) != NULL &&
		(s->keys = keyring_open(keys, passphrase, e)) != NULL)
		return s;
	signing_close(s);
	return NULL;
}

void signing_close(struct signing *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		custody_close(s->custody[i]);
	keyring_free(s->keys);
	verifiers_free(s->verifiers);
	crypto_free(s->crypto);
	free(s);
}

bool signing_rebuild(struct signing *s, const char *path, struct err *e)
{
	struct buf text = { 0 };
	bool ok = file_read(path, OBJECT_MAX * 2, &text, e) &&
		custody_rebuild(s->groups, buf_slice(&text), s->keys, s->crypto, time_now(), e);

	buf_free(&text);
	return ok;
}

/* A group's custody, opened on demand. */
static struct custody *custody_of(struct signing *s, const struct digest *genesis, struct err *e)
{
	struct custody *k;

	for (size_t i = 0; i < s->n; i++)
		if (digest_compare(custody_genesis(s->custody[i]), genesis) == 0)
			return s->custody[i];
	if (s->n == GROUPS_MAX) {
		err_set(e, "too_many_groups", "this signer serves %d groups and no more", GROUPS_MAX);
		return NULL;
	}
	k = custody_open(s->groups, genesis, s->keys, s->crypto, e);
	if (k != NULL)
		s->custody[s->n++] = k;
	return k;
}

/* Ends a request. What a refused one signed is forgotten; a group of which nothing was ever taken in does not stay. */
static void let_go(struct signing *s, struct custody *k, bool ok)
{
	if (!ok)
		custody_forget(k);
	if (custody_size(k) > 0)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->custody[i] == k)
			s->custody[i] = s->custody[--s->n];
	custody_discard(k, s->groups);
}

static bool put_state(json_t *out, const struct custody *k)
{
	struct digest root;

	custody_root(k, &root);
	return object_set_digest(out, "genesis", custody_genesis(k)) && object_set_int(out, "size", (int64_t)custody_size(k)) &&
		object_set_digest(out, "root", &root);
}

static bool on_hello(struct signing *s, const struct at *at, json_t *out)
{
	struct digest genesis;
	struct custody *k;
	int64_t version;
	bool ok;

	if (!at_int(at, "v", 0, JSON_INT_MAX, &version))
		return false;
	if (version != SIGNER_VERSION)
		return err_set(at->e, "wrong_version", "this signer speaks version %d of the protocol", SIGNER_VERSION);
	if (!at_digest(at, "genesis", &genesis) || (k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	ok = (object_set_int(out, "v", SIGNER_VERSION) && object_set_int(out, "epoch", custody_epoch(k)) && put_state(out, k)) ||
		err_memory(at->e);
	let_go(s, k, ok);
	return ok;
}

static bool on_create(struct signing *s, const struct at *at, json_t *out)
{
	static const char *const ALGS[] = { "Ed25519", "P-256", NULL };
	const struct key_pair *p;
	int alg;

	if (!at_word(at, "alg", ALGS, &alg) || (p = keyring_create(s->keys, alg == 0 ? SIG_ED25519 : SIG_P256, at->e)) == NULL)
		return false;
	return (object_set_digest(out, "spki", &p->spki) && object_set_key(out, "issuing", &p->issuing) &&
		       object_set_key(out, "revocation", &p->revocation)) ||
		err_memory(at->e);
}

/* Asked before a charter is logged: one that the signer must refuse then would stop its group for good. */
static bool on_issuers(struct signing *s, const struct at *at, json_t *out)
{
	struct digest genesis, spki;
	struct at list, one;
	size_t n;

	(void)out;
	if (!at_digest(at, "genesis", &genesis) || !at_member(at, "issuing", &list) || !at_array(&list, 1, CHARTER_ISSUING_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !at_digest(&one, NULL, &spki) || !keyring_may_bind(s->keys, &spki, &genesis, at->e))
			return false;
	return true;
}

/* Entries that stand already are compared alone, so the verifiers begin behind them. */
static bool extend(struct signing *s, struct custody *k, uint64_t from, const json_t *items, struct err *e)
{
	uint64_t size = custody_size(k);
	bool ok;

	if (from <= size)
		verifiers_run(s->verifiers, custody_charter(k), items, (size_t)(size - from));
	ok = custody_extend(k, from, items, time_now(), e);
	verifiers_forget(s->verifiers);
	return ok;
}

static bool on_extend(struct signing *s, const struct at *at, json_t *out)
{
	struct digest genesis;
	struct custody *k;
	struct at items;
	int64_t from;
	bool ok;

	if (!at_digest(at, "genesis", &genesis) || !at_int(at, "from", 0, JSON_INT_MAX, &from) || !at_member(at, "items", &items) ||
		(k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	ok = extend(s, k, (uint64_t)from, items.v, at->e);
	if (!ok && err_is(at->e, "behind"))
		object_set_int(out, "size", (int64_t)custody_size(k));
	ok = ok && (put_state(out, k) || err_memory(at->e));
	let_go(s, k, ok);
	return ok;
}

static bool add_base64(json_t *list, struct slice bytes)
{
	char *text = malloc(base64url_length(bytes.n) + 1);
	bool ok = text != NULL;

	if (ok) {
		base64url_encode(bytes.p, bytes.n, text);
		ok = json_array_append_new(list, json_string(text)) == 0;
	}
	free(text);
	return ok;
}

static bool certify_one(struct custody *k, const struct at *one, json_t *list)
{
	struct buf der = { 0 };
	struct digest cause;
	bool ok = at_digest(one, NULL, &cause) && custody_certify(k, &cause, &der, one->e) &&
		(add_base64(list, buf_slice(&der)) || err_memory(one->e));

	buf_free(&der);
	return ok;
}

static bool on_certify(struct signing *s, const struct at *at, json_t *out)
{
	json_t *list = json_array();
	struct digest genesis;
	struct custody *k;
	struct at causes, one;
	size_t n;
	bool ok = list != NULL && json_object_set_new(out, "certificates", list) == 0;

	ok = (ok || err_memory(at->e)) && at_digest(at, "genesis", &genesis) && at_member(at, "causes", &causes) &&
		at_array(&causes, 1, CAUSES_MAX, &n);
	if (!ok || (k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	for (size_t i = 0; i < n && ok; i++)
		ok = at_element(&causes, i, &one) && certify_one(k, &one, list);
	ok = ok && custody_sync(k, at->e);
	let_go(s, k, ok);
	return ok;
}

static bool on_prepare(struct signing *s, const struct at *at, json_t *out)
{
	struct digest genesis, cause, spki;
	struct custody *k;
	struct buf tbs = { 0 };
	bool ok;

	if (!at_digest(at, "genesis", &genesis) || !at_digest(at, "cause", &cause) || (k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	ok = custody_prepare(k, &cause, &spki, &tbs, at->e) &&
		((object_set_base64(out, "tbs", buf_slice(&tbs)) && object_set_digest(out, "issuing", &spki)) || err_memory(at->e));
	buf_free(&tbs);
	let_go(s, k, ok);
	return ok;
}

static bool on_seal(struct signing *s, const struct at *at, json_t *out)
{
	struct digest genesis, cause;
	uint8_t sig[SIG_BYTES];
	struct custody *k;
	struct buf der = { 0 };
	bool ok;

	if (!at_digest(at, "genesis", &genesis) || !at_digest(at, "cause", &cause) || !at_base64_exact(at, "signature", sig, sizeof(sig)) ||
		(k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	ok = custody_seal(k, &cause, sig, &der, at->e) && custody_sync(k, at->e) &&
		(object_set_base64(out, "certificate", buf_slice(&der)) || err_memory(at->e));
	buf_free(&der);
	let_go(s, k, ok);
	return ok;
}

static bool on_authority(struct signing *s, const struct at *at, json_t *out)
{
	json_t *list = json_array();
	struct digest genesis;
	struct custody *k;
	struct buf der = { 0 };
	bool ok = list != NULL && json_object_set_new(out, "certificates", list) == 0;

	if ((!ok && !err_memory(at->e)) || !at_digest(at, "genesis", &genesis) || (k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	for (size_t i = 0; ok && custody_authority(k, i, &der, at->e); i++) {
		ok = add_base64(list, buf_slice(&der));
		buf_free(&der);
	}
	ok = ok && err_ok(at->e) && custody_sync(k, at->e);
	let_go(s, k, ok);
	return ok;
}

static bool put_list(json_t *out, const struct custody_list *l)
{
	return json_object_set(out, "revocations", l->revocations) == 0 && object_set_int(out, "number", (int64_t)l->number) &&
		(l->crl.n == 0 || object_set_base64(out, "crl", buf_slice(&l->crl))) &&
		(l->tbs.n == 0 || (object_set_base64(out, "tbs", buf_slice(&l->tbs)) && object_set_digest(out, "issuing", &l->issuing)));
}

static bool on_lists(struct signing *s, const struct at *at, json_t *out)
{
	struct custody_list list = { 0 };
	struct digest genesis;
	struct custody *k;
	bool ok;

	if (!at_digest(at, "genesis", &genesis) || (k = custody_of(s, &genesis, at->e)) == NULL)
		return false;
	ok = custody_lists(k, time_now(), &list, at->e) && custody_sync(k, at->e) && (put_list(out, &list) || err_memory(at->e));
	custody_list_free(&list);
	let_go(s, k, ok);
	return ok;
}

/* What may be asked: the whole protocol. */
static const struct {
	const char *op;
	const char *const members[5];
	bool (*on)(struct signing *s, const struct at *at, json_t *out);
} OPS[] = {
	{ "hello", { "op", "v", "genesis", NULL }, on_hello },
	{ "create", { "op", "alg", NULL }, on_create },
	{ "issuers", { "op", "genesis", "issuing", NULL }, on_issuers },
	{ "extend", { "op", "genesis", "from", "items", NULL }, on_extend },
	{ "certify", { "op", "genesis", "causes", NULL }, on_certify },
	{ "prepare", { "op", "genesis", "cause", NULL }, on_prepare },
	{ "seal", { "op", "genesis", "cause", "signature", NULL }, on_seal },
	{ "authority", { "op", "genesis", NULL }, on_authority },
	{ "lists", { "op", "genesis", NULL }, on_lists },
};

static bool dispatch(struct signing *s, const struct at *at, json_t *out)
{
	const char *op;

	if (!at_string(at, "op", 1, 32, &op))
		return false;
	for (size_t i = 0; i < sizeof(OPS) / sizeof(OPS[0]); i++)
		if (strcmp(OPS[i].op, op) == 0)
			return at_only(at, OPS[i].members) && OPS[i].on(s, at, out);
	return at_refuse(at, "unknown_op", "the signer does not know that request");
}

static json_t *refusal(struct signing *s, json_t *out, const struct err *e)
{
	json_t *size = json_incref(json_object_get(out, "size"));

	json_decref(out);
	out = json_pack("{s:b, s:s, s:s, s:o*}", "ok", 0, "error", e->name, "text", e->text, "size", size);
	log_error(s->log, LOG_WARN, "refused", e, NULL);
	return out;
}

bool signing_answer(struct signing *s, struct slice request, struct buf *answer)
{
	struct err e = { 0 };
	json_t *doc = json_read(request, FRAME_MAX, &e), *out = json_pack("{s:b}", "ok", 1);
	struct at at = at_root(doc, &e);
	bool ok = doc != NULL && out != NULL && dispatch(s, &at, out);

	json_decref(doc);
	if (!ok)
		out = refusal(s, out, &e);
	ok = out != NULL && json_write(out, answer, NULL);
	json_decref(out);
	return ok;
}
