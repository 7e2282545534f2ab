/* SPDX-License-Identifier: ISC */
#include "authority/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charter/object.h"
#include "peer/keyfile.h"
#include "peer/profile.h"

enum { PATH_LENGTH = 4096, UNBOUND_MAX = 1024, HEX_DIGEST = 65 };
#define ISSUING ".issuing.pem"
#define REVOCATION ".revocation.pem"
#define PUBLIC ".public.json"
#define BOUND ".group"

struct held {
	struct key_pair pair;
	struct sig_key *issuing, *revocation; /* NULL until they are needed */
};

struct keyring {
	char dir[PATH_LENGTH - 128];
	char passphrase[512];
	struct held *held;
	size_t n, cap;
};

static void path_of(const struct keyring *k, const struct digest *spki, const char *suffix, char out[static PATH_LENGTH])
{
	char name[HEX_DIGEST];

	hex_encode(spki->b, sizeof(spki->b), name);
	snprintf(out, PATH_LENGTH, "%s/%s%s", k->dir, name, suffix);
}

static struct held *room(struct keyring *k, struct err *e)
{
	if (k->n == k->cap) {
		size_t more = k->cap == 0 ? 16 : 2 * k->cap;
		struct held *p = realloc(k->held, more * sizeof(*p));

		if (p == NULL) {
			err_memory(e);
			return NULL;
		}
		k->held = p;
		k->cap = more;
	}
	memset(&k->held[k->n], 0, sizeof(k->held[0]));
	return &k->held[k->n];
}

static struct held *find(const struct keyring *k, const struct digest *spki)
{
	for (size_t i = 0; i < k->n; i++)
		if (digest_compare(&k->held[i].pair.spki, spki) == 0)
			return &k->held[i];
	return NULL;
}

static bool read_binding(struct keyring *k, struct key_pair *p, struct err *e)
{
	char path[PATH_LENGTH], text[DIGEST_TEXT];
	struct buf b = { 0 };

	path_of(k, &p->spki, BOUND, path);
	if (access(path, F_OK) != 0)
		return true;
	if (!file_read(path, DIGEST_TEXT, &b, e))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)b.n, (const char *)b.p);
	text[strcspn(text, "\n")] = '\0';
	buf_free(&b);
	p->bound = digest_parse(text, &p->genesis);
	return p->bound ? true : err_set(e, "key_unreadable", "%s does not name a group", path);
}

static bool read_public(struct keyring *k, struct key_pair *p, struct err *e)
{
	char path[PATH_LENGTH];
	struct buf text = { 0 };
	struct digest got;
	json_t *doc = NULL;
	struct at at;
	bool ok;

	path_of(k, &p->spki, PUBLIC, path);
	if (file_read(path, OBJECT_MAX, &text, e))
		doc = json_read(buf_slice(&text), OBJECT_MAX, e);
	buf_free(&text);
	at = at_root(doc, e);
	ok = doc != NULL && at_key(&at, "issuing", &p->issuing) && at_key(&at, "revocation", &p->revocation);
	json_decref(doc);
	if (ok && (!profile_spki_digest(&p->issuing, &got) || digest_compare(&got, &p->spki) != 0))
		ok = err_set(e, "bad_key", "%s holds another key than its name says", path);
	return ok;
}

static bool write_public(struct keyring *k, const struct key_pair *p, struct err *e)
{
	char path[PATH_LENGTH];
	json_t *doc = json_object();
	struct buf text = { 0 };
	bool ok;

	path_of(k, &p->spki, PUBLIC, path);
	ok = (object_set_key(doc, "issuing", &p->issuing) && object_set_key(doc, "revocation", &p->revocation)) || err_memory(e);
	ok = ok && json_write_pretty(doc, &text, e) && file_write(path, 0600, buf_slice(&text), e);
	json_decref(doc);
	buf_free(&text);
	return ok;
}

static bool load(struct keyring *k, const struct digest *spki, struct err *e)
{
	struct held *h = room(k, e);

	if (h == NULL)
		return false;
	h->pair.spki = *spki;
	k->n++;
	return read_public(k, &h->pair, e) && read_binding(k, &h->pair, e);
}

/* A pair counts when its public side is there, which is written last: a crash before leaves keys that nobody was told of. */
static bool load_all(struct keyring *k, struct err *e)
{
	DIR *d = opendir(k->dir);
	struct dirent *f;
	bool ok = true;

	if (d == NULL)
		return err_set(e, "key_unreadable", "cannot read %s: %s", k->dir, strerror(errno));
	while (ok && (f = readdir(d)) != NULL) {
		size_t n = strlen(f->d_name);
		struct digest spki;

		if (n == HEX_DIGEST - 1 + strlen(PUBLIC) && strcmp(f->d_name + HEX_DIGEST - 1, PUBLIC) == 0 &&
			hex_decode(f->d_name, HEX_DIGEST - 1, spki.b, sizeof(spki.b)))
			ok = load(k, &spki, e);
	}
	closedir(d);
	return ok;
}

struct keyring *keyring_open(const char *dir, const char *passphrase, struct err *e)
{
	struct keyring *k = calloc(1, sizeof(*k));

	if (k == NULL) {
		err_memory(e);
		return NULL;
	}
	snprintf(k->dir, sizeof(k->dir), "%s", dir);
	snprintf(k->passphrase, sizeof(k->passphrase), "%s", passphrase);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		err_set(e, "key_unreadable", "cannot make %s: %s", dir, strerror(errno));
	else if (load_all(k, e) && (k->n == 0 || keyring_issuing(k, &k->held[0].pair.spki, e) != NULL))
		return k;
	keyring_free(k);
	return NULL;
}

void keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++) {
		sig_key_free(k->held[i].issuing);
		sig_key_free(k->held[i].revocation);
	}
	free(k->held);
	bytes_wipe(k, sizeof(*k));
	free(k);
}

/* The private key behind one side of a pair, decrypted when it is not yet. */
static const struct sig_key *unlock(
	struct keyring *k, const struct digest *spki, const char *suffix, struct sig_key **key, const struct sig_pub *pub, struct err *e)
{
	char path[PATH_LENGTH];

	if (*key != NULL)
		return *key;
	path_of(k, spki, suffix, path);
	*key = keyfile_read(path, k->passphrase, e);
	if (*key == NULL || sig_pub_equal(sig_key_pub(*key), pub))
		return *key;
	sig_key_free(*key);
	*key = NULL;
	err_set(e, "bad_key", "%s holds another key than its public side says", path);
	return NULL;
}

static struct held *must_hold(const struct keyring *k, const struct digest *spki, struct err *e)
{
	struct held *h = find(k, spki);

	if (h == NULL)
		err_set(e, "issuer_unknown", "this signer does not hold that issuing key");
	return h;
}

const struct sig_key *keyring_issuing(struct keyring *k, const struct digest *spki, struct err *e)
{
	struct held *h = must_hold(k, spki, e);

	return h == NULL ? NULL : unlock(k, spki, ISSUING, &h->issuing, &h->pair.issuing, e);
}

const struct sig_key *keyring_revocation(struct keyring *k, const struct digest *spki, struct err *e)
{
	struct held *h = must_hold(k, spki, e);

	return h == NULL ? NULL : unlock(k, spki, REVOCATION, &h->revocation, &h->pair.revocation, e);
}

static bool keep_new(struct keyring *k, struct held *h, struct err *e)
{
	char path[PATH_LENGTH];

	h->pair.issuing = *sig_key_pub(h->issuing);
	h->pair.revocation = *sig_key_pub(h->revocation);
	if (!profile_spki_digest(&h->pair.issuing, &h->pair.spki))
		return err_memory(e);
	path_of(k, &h->pair.spki, ISSUING, path);
	if (!keyfile_write(path, h->issuing, k->passphrase, e))
		return false;
	path_of(k, &h->pair.spki, REVOCATION, path);
	return keyfile_write(path, h->revocation, k->passphrase, e) && write_public(k, &h->pair, e);
}

const struct key_pair *keyring_create(struct keyring *k, enum sig_alg alg, struct err *e)
{
	struct held *h = room(k, e);
	size_t unbound = 0;

	if (h == NULL)
		return NULL;
	for (size_t i = 0; i < k->n; i++)
		unbound += !k->held[i].pair.bound;
	if (unbound >= UNBOUND_MAX) {
		err_set(e, "too_many_keys", "there are %d keys that no group uses; take the unused files out of %s", UNBOUND_MAX, k->dir);
		return NULL;
	}
	h->issuing = sig_key_generate(alg, e);
	h->revocation = h->issuing == NULL ? NULL : sig_key_generate(SIG_ED25519, e);
	if (h->revocation != NULL && keep_new(k, h, e)) {
		k->n++;
		return &h->pair;
	}
	sig_key_free(h->issuing);
	sig_key_free(h->revocation);
	return NULL;
}

const struct key_pair *keyring_find(const struct keyring *k, const struct digest *spki)
{
	const struct held *h = find(k, spki);

	return h == NULL ? NULL : &h->pair;
}

const struct key_pair *keyring_of(const struct keyring *k, const struct digest *genesis, size_t i)
{
	for (size_t p = 0; p < k->n; p++)
		if (k->held[p].pair.bound && digest_compare(&k->held[p].pair.genesis, genesis) == 0 && i-- == 0)
			return &k->held[p].pair;
	return NULL;
}

const struct key_pair *keyring_revoking(const struct keyring *k, const struct digest *thumb)
{
	struct digest its;

	for (size_t p = 0; p < k->n; p++) {
		jwk_thumbprint(&k->held[p].pair.revocation, &its);
		if (digest_compare(&its, thumb) == 0)
			return &k->held[p].pair;
	}
	return NULL;
}

bool keyring_may_bind(const struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e)
{
	const struct held *h = must_hold(k, spki, e);

	if (h == NULL)
		return false;
	return !h->pair.bound || digest_compare(&h->pair.genesis, genesis) == 0 ||
		err_set(e, "key_bound", "the issuing key belongs to another group for ever");
}

bool keyring_bind(struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e)
{
	struct held *h = find(k, spki);
	char path[PATH_LENGTH], text[DIGEST_TEXT];

	if (!keyring_may_bind(k, spki, genesis, e))
		return false;
	if (h->pair.bound)
		return true;
	path_of(k, spki, BOUND, path);
	digest_text(genesis, text);
	if (!file_write(path, 0600, slice_str(text), e))
		return false;
	h->pair.bound = true;
	h->pair.genesis = *genesis;
	return true;
}
