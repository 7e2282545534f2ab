/* SPDX-License-Identifier: ISC */
#include "authority/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/keyfile.h"
#include "peer/profile.h"

enum { PATH_LENGTH = 4096, UNBOUND_MAX = 1024, HEX_DIGEST = 65 };
#define ISSUING ".issuing.pem"
#define REVOCATION ".revocation.pem"
#define BOUND ".group"

struct keyring {
	char dir[PATH_LENGTH - 128];
	char passphrase[512];
	struct key_pair *pairs;
	size_t n, cap;
};

static void path_of(const struct keyring *k, const struct digest *spki, const char *suffix, char out[static PATH_LENGTH])
{
	char name[HEX_DIGEST];

	hex_encode(spki->b, sizeof(spki->b), name);
	snprintf(out, PATH_LENGTH, "%s/%s%s", k->dir, name, suffix);
}

static struct key_pair *room(struct keyring *k, struct err *e)
{
	if (k->n == k->cap) {
		size_t more = k->cap == 0 ? 16 : 2 * k->cap;
		struct key_pair *p = realloc(k->pairs, more * sizeof(*p));

		if (p == NULL) {
			err_memory(e);
			return NULL;
		}
		k->pairs = p;
		k->cap = more;
	}
	memset(&k->pairs[k->n], 0, sizeof(k->pairs[0]));
	return &k->pairs[k->n];
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

static bool load(struct keyring *k, const struct digest *spki, struct err *e)
{
	struct key_pair *p = room(k, e);
	char path[PATH_LENGTH];
	struct digest got;

	if (p == NULL)
		return false;
	p->spki = *spki;
	path_of(k, spki, ISSUING, path);
	p->issuing = keyfile_read(path, k->passphrase, e);
	path_of(k, spki, REVOCATION, path);
	p->revocation = p->issuing == NULL ? NULL : keyfile_read(path, k->passphrase, e);
	k->n++;
	if (p->revocation == NULL)
		return false;
	if (!profile_spki_digest(sig_key_pub(p->issuing), &got) || digest_compare(&got, spki) != 0)
		return err_set(e, "bad_key", "%s holds another key than its name says", path);
	return read_binding(k, p, e);
}

/* A pair counts when both files are there: a crash between them leaves one that nobody was told of. */
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
		char other[PATH_LENGTH];

		if (n != HEX_DIGEST - 1 + strlen(ISSUING) || strcmp(f->d_name + HEX_DIGEST - 1, ISSUING) != 0 ||
			!hex_decode(f->d_name, HEX_DIGEST - 1, spki.b, sizeof(spki.b)))
			continue;
		path_of(k, &spki, REVOCATION, other);
		if (access(other, F_OK) == 0)
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
	else if (load_all(k, e))
		return k;
	keyring_free(k);
	return NULL;
}

void keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++) {
		sig_key_free(k->pairs[i].issuing);
		sig_key_free(k->pairs[i].revocation);
	}
	free(k->pairs);
	bytes_wipe(k, sizeof(*k));
	free(k);
}

const struct key_pair *keyring_create(struct keyring *k, enum sig_alg alg, struct err *e)
{
	struct key_pair *p = room(k, e);
	char path[PATH_LENGTH];
	size_t unbound = 0;

	for (size_t i = 0; i < k->n; i++)
		unbound += !k->pairs[i].bound;
	if (unbound >= UNBOUND_MAX)
		err_set(e, "too_many_keys", "there are %d keys that no group uses; take the unused files out of %s", UNBOUND_MAX, k->dir);
	if (p == NULL || !err_ok(e))
		return NULL;
	p->issuing = sig_key_generate(alg, e);
	p->revocation = p->issuing == NULL ? NULL : sig_key_generate(SIG_ED25519, e);
	if (p->revocation != NULL && profile_spki_digest(sig_key_pub(p->issuing), &p->spki)) {
		path_of(k, &p->spki, ISSUING, path);
		if (keyfile_write(path, p->issuing, k->passphrase, e)) {
			path_of(k, &p->spki, REVOCATION, path);
			if (keyfile_write(path, p->revocation, k->passphrase, e)) {
				k->n++;
				return p;
			}
		}
	}
	sig_key_free(p->issuing);
	sig_key_free(p->revocation);
	err_memory(e);
	return NULL;
}

static struct key_pair *find(const struct keyring *k, const struct digest *spki)
{
	for (size_t i = 0; i < k->n; i++)
		if (digest_compare(&k->pairs[i].spki, spki) == 0)
			return &k->pairs[i];
	return NULL;
}

const struct key_pair *keyring_find(const struct keyring *k, const struct digest *spki)
{
	return find(k, spki);
}

const struct key_pair *keyring_of(const struct keyring *k, const struct digest *genesis, size_t i)
{
	for (size_t p = 0; p < k->n; p++)
		if (k->pairs[p].bound && digest_compare(&k->pairs[p].genesis, genesis) == 0 && i-- == 0)
			return &k->pairs[p];
	return NULL;
}

bool keyring_bind(struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e)
{
	struct key_pair *p = find(k, spki);
	char path[PATH_LENGTH], text[DIGEST_TEXT];

	if (p == NULL)
		return err_set(e, "issuer_unknown", "this signer does not hold the issuing key that the charter names");
	if (p->bound)
		return digest_compare(&p->genesis, genesis) == 0
			? true
			: err_set(e, "key_bound", "the issuing key belongs to another group for ever");
	path_of(k, spki, BOUND, path);
	digest_text(genesis, text);
	if (!file_write(path, 0600, slice_str(text), e))
		return false;
	p->bound = true;
	p->genesis = *genesis;
	return true;
}
