/* SPDX-License-Identifier: ISC */
#include "peer/vault_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vault *vault_open(const char *path, const struct sig_key *key, struct err *e)
{
	struct vault *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		err_memory(e);
		return NULL;
	}
	v->lock = -1;
	if (strlen(path) < sizeof(v->path)) {
		memcpy(v->path, path, strlen(path) + 1);
		if (vault_set_key(v, key, e) && vault_load(v, e))
			return v;
	} else {
		err_set(e, "file_unwritable", "the vault's name is too long");
	}
	vault_close(v);
	return NULL;
}

void vault_close(struct vault *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->posts_n; i++)
		free(v->posts[i].text);
	if (v->lock >= 0)
		close(v->lock);
	bytes_wipe(v, sizeof(*v));
	free(v);
}

bool vault_rekey(struct vault *v, const struct sig_key *key, struct err *e)
{
	return vault_set_key(v, key, e) && vault_save(v, e);
}

/* ---- ceremonies */

static bool full(struct err *e)
{
	return err_set(e, "vault_full", "the vault holds as much of ceremonies that are not over as it may");
}

static struct kept_ceremony *find_ceremony(struct vault *v, const struct digest *ceremony)
{
	for (size_t i = 0; i < v->ceremonies_n; i++)
		if (digest_compare(&v->ceremonies[i].digest, ceremony) == 0)
			return &v->ceremonies[i];
	return NULL;
}

/* The ceremony, begun when it was not; not saved. NULL: "vault_full". */
static struct kept_ceremony *begin(struct vault *v, const struct digest *ceremony, struct err *e)
{
	struct kept_ceremony *c = find_ceremony(v, ceremony);

	if (c != NULL)
		return c;
	if (v->ceremonies_n == VAULT_CEREMONIES_MAX) {
		full(e);
		return NULL;
	}
	c = &v->ceremonies[v->ceremonies_n++];
	c->digest = *ceremony;
	bytes_random(c->seed, SEED_BYTES);
	return c;
}

static void forget(struct vault *v, struct kept_ceremony *c)
{
	v->ceremonies_n--;
	*c = v->ceremonies[v->ceremonies_n];
	bytes_wipe(&v->ceremonies[v->ceremonies_n], sizeof(*c));
}

bool vault_seed(struct vault *v, const struct digest *ceremony, uint8_t out[static SEED_BYTES], struct err *e)
{
	const bool fresh = find_ceremony(v, ceremony) == NULL;
	struct kept_ceremony *c = begin(v, ceremony, e);

	if (c == NULL)
		return false;
	if (fresh && !vault_save(v, e)) {
		forget(v, c);
		return false;
	}
	memcpy(out, c->seed, SEED_BYTES);
	return true;
}

const char *vault_post(const struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn)
{
	for (size_t i = 0; i < v->posts_n; i++)
		if (v->posts[i].phase == phase && v->posts[i].turn == turn && digest_compare(&v->posts[i].ceremony, ceremony) == 0)
			return v->posts[i].text;
	return NULL;
}

bool vault_keep_post(struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn, const char *text, struct err *e)
{
	if (v->posts_n == VAULT_POSTS_MAX)
		return full(e);
	if (!vault_add_post(v, ceremony, phase, turn, slice_str(text)))
		return err_memory(e);
	if (vault_save(v, e))
		return true;
	free(v->posts[--v->posts_n].text);
	return false;
}

static void drop_posts(struct vault *v, const struct digest *ceremony)
{
	size_t n = 0;

	for (size_t i = 0; i < v->posts_n; i++) {
		if (digest_compare(&v->posts[i].ceremony, ceremony) == 0)
			free(v->posts[i].text);
		else
			v->posts[n++] = v->posts[i];
	}
	v->posts_n = n;
}

static void drop_nonce(struct vault *v, size_t at)
{
	v->nonces_n--;
	v->nonces[at] = v->nonces[v->nonces_n];
	bytes_wipe(&v->nonces[v->nonces_n], sizeof(v->nonces[0]));
}

static void drop_nonces(struct vault *v, const struct digest *ceremony)
{
	for (size_t i = v->nonces_n; i > 0; i--)
		if (digest_compare(&v->nonces[i - 1].ceremony, ceremony) == 0)
			drop_nonce(v, i - 1);
}

static void drop_share(struct vault *v, size_t at)
{
	v->shares_n--;
	memmove(&v->shares[at], &v->shares[at + 1], (v->shares_n - at) * sizeof(v->shares[0]));
	bytes_wipe(&v->shares[v->shares_n], sizeof(v->shares[0]));
}

static void settle_shares(struct vault *v, const struct vault_share *given, bool done)
{
	const struct vault_share of = *given;

	for (size_t i = v->shares_n; i > 0; i--) {
		struct vault_share *s = &v->shares[i - 1];
		const bool same = digest_compare(&s->ceremony, &of.ceremony) == 0;

		if (same && done)
			s->serves = true;
		else if (same || (done && digest_compare(&s->key, &of.key) == 0 && s->epoch < of.epoch))
			drop_share(v, i - 1);
	}
}

bool vault_settle(struct vault *v, const struct digest *ceremony, bool done, struct err *e)
{
	struct kept_ceremony *c = find_ceremony(v, ceremony);

	for (size_t i = 0; i < v->shares_n; i++)
		if (digest_compare(&v->shares[i].ceremony, ceremony) == 0) {
			settle_shares(v, &v->shares[i], done);
			break;
		}
	drop_posts(v, ceremony);
	drop_nonces(v, ceremony);
	if (c != NULL)
		forget(v, c);
	return vault_save(v, e);
}

const struct digest *vault_ceremony_at(const struct vault *v, size_t i)
{
	return i < v->ceremonies_n ? &v->ceremonies[i].digest : NULL;
}

/* ---- nonces */

static size_t find_nonce(const struct vault *v, const struct digest *ceremony, uint32_t turn)
{
	size_t at = 0;

	while (at < v->nonces_n && (v->nonces[at].turn != turn || digest_compare(&v->nonces[at].ceremony, ceremony) != 0))
		at++;
	return at;
}

bool vault_nonce_draw(struct vault *v, const struct digest *ceremony, uint32_t turn, uint8_t out[static SEED_BYTES], struct err *e)
{
	const size_t at = find_nonce(v, ceremony, turn);

	if (at == v->nonces_n) {
		if (at == VAULT_NONCES_MAX)
			return full(e);
		if (begin(v, ceremony, e) == NULL)
			return false;
		v->nonces[at].ceremony = *ceremony;
		v->nonces[at].turn = turn;
		bytes_random(v->nonces[at].seed, SEED_BYTES);
		v->nonces_n++;
		if (!vault_save(v, e)) {
			drop_nonce(v, at);
			return false;
		}
	}
	memcpy(out, v->nonces[at].seed, SEED_BYTES);
	return true;
}

bool vault_nonce(const struct vault *v, const struct digest *ceremony, uint32_t turn, uint8_t out[static SEED_BYTES], struct err *e)
{
	const size_t at = find_nonce(v, ceremony, turn);

	if (at == v->nonces_n)
		return err_set(e, "nonce_used", "the nonces of turn %u have served, or were burnt: give out others", (unsigned)turn);
	memcpy(out, v->nonces[at].seed, SEED_BYTES);
	return true;
}

bool vault_nonce_spend(struct vault *v, const struct digest *ceremony, uint32_t turn, uint32_t package, const char *text, struct err *e)
{
	const size_t at = find_nonce(v, ceremony, turn);
	bool rc;

	if (at == v->nonces_n)
		return err_set(e, "nonce_used", "the nonces of turn %u have served already", (unsigned)turn);
	if (v->posts_n == VAULT_POSTS_MAX)
		return full(e);
	if (!vault_add_post(v, ceremony, PHASE_SIGN, package, slice_str(text)))
		return err_memory(e);
	drop_nonce(v, at);
	rc = vault_save(v, e);
	/* What could not be written was not said either; but it may have been written all the same, so the nonces are gone. */
	if (!rc)
		free(v->posts[--v->posts_n].text);
	return rc;
}

size_t vault_burnt(const struct vault *v)
{
	return v->burnt;
}

/* ---- shares */

bool vault_keep_share(struct vault *v, const struct vault_share *s, struct err *e)
{
	size_t at = 0;

	while (at < v->shares_n && digest_compare(&v->shares[at].ceremony, &s->ceremony) != 0)
		at++;
	if (at == VAULT_SHARES_MAX)
		return full(e);
	v->shares[at] = *s;
	v->shares[at].serves = false;
	v->shares_n += at == v->shares_n;
	return vault_save(v, e);
}

const struct vault_share *vault_share(const struct vault *v, const struct digest *key)
{
	const struct vault_share *found = NULL;

	for (size_t i = 0; i < v->shares_n; i++) {
		const struct vault_share *s = &v->shares[i];

		if (s->serves && digest_compare(&s->key, key) == 0 && (found == NULL || s->epoch > found->epoch))
			found = s;
	}
	return found;
}

const struct vault_share *vault_share_of(const struct vault *v, const struct digest *transcript)
{
	for (size_t i = 0; i < v->shares_n; i++)
		if (digest_compare(&v->shares[i].transcript, transcript) == 0)
			return &v->shares[i];
	return NULL;
}

const struct vault_share *vault_share_at(const struct vault *v, size_t i)
{
	return i < v->shares_n ? &v->shares[i] : NULL;
}
