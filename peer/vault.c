/* SPDX-License-Identifier: ISC
 * The file: "gmcvault1\n", 24 bytes of nonce, then the ciphertext of records: a byte of type, a length (u32), and so many bytes. */
#include "peer/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/digest.h"
#include "peer/file.h"

#define MAGIC "gmcvault1\n"
enum { PATH_LENGTH = 1280, FILE_MAX = 64 * 1024 * 1024, KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES };
enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
enum { RECORD_CEREMONY = 1, RECORD_POST, RECORD_SHARE };
enum { HEAD = sizeof(MAGIC) - 1 + NONCE, SHARE_RECORD = 3 * 32 + 4 + 1 + 2 + CURVE_BYTES, POST_RECORD = 32 + 1 + 4 };

struct kept_ceremony {
	struct digest digest;
	uint8_t seed[SEED_BYTES];
};
struct kept_post {
	struct digest ceremony;
	enum phase phase;
	uint32_t turn;
	char *text; /* owned */
};

struct vault {
	int lock;
	char path[PATH_LENGTH];
	uint8_t key[KEY];
	struct kept_ceremony ceremonies[VAULT_CEREMONIES_MAX];
	size_t ceremonies_n;
	struct vault_share shares[VAULT_SHARES_MAX];
	size_t shares_n;
	struct kept_post posts[VAULT_POSTS_MAX];
	size_t posts_n;
};

/* ---- writing */

/* SHA-256("gmc-vault/1" ‖ 0 ‖ PKCS#8 of the member's key) */
static bool set_key(struct vault *v, const struct sig_key *key, struct err *e)
{
	struct buf der = { 0 };
	struct slice part;
	struct digest d;
	bool rc = sig_key_to_pkcs8(key, &der, e);

	if (rc) {
		part = buf_slice(&der);
		digest_labelled("gmc-vault/1", &part, 1, &d);
		memcpy(v->key, d.b, sizeof(v->key));
		bytes_wipe(&d, sizeof(d));
	}
	buf_free(&der);
	return rc;
}

static void put_head(struct buf *b, uint8_t type, size_t length)
{
	buf_add_u8(b, type);
	buf_add_u32(b, (uint32_t)length);
}

static void put_share(struct buf *b, const struct vault_share *s)
{
	put_head(b, RECORD_SHARE, SHARE_RECORD);
	buf_add(b, s->key.b, sizeof(s->key.b));
	buf_add(b, s->ceremony.b, sizeof(s->ceremony.b));
	buf_add(b, s->transcript.b, sizeof(s->transcript.b));
	buf_add_u32(b, s->epoch);
	buf_add_u8(b, s->serves);
	buf_add_u8(b, (uint8_t)(s->share.id >> 8));
	buf_add_u8(b, (uint8_t)s->share.id);
	buf_add(b, s->share.value.b, sizeof(s->share.value.b));
}

static void put_post(struct buf *b, const struct kept_post *p)
{
	put_head(b, RECORD_POST, POST_RECORD + strlen(p->text));
	buf_add(b, p->ceremony.b, sizeof(p->ceremony.b));
	buf_add_u8(b, (uint8_t)p->phase);
	buf_add_u32(b, p->turn);
	buf_add_str(b, p->text);
}

static size_t size_of(const struct vault *v)
{
	size_t n = v->ceremonies_n * (5 + 32 + SEED_BYTES) + v->shares_n * (5 + SHARE_RECORD);

	for (size_t i = 0; i < v->posts_n; i++)
		n += 5 + POST_RECORD + strlen(v->posts[i].text);
	return n;
}

/* All room is taken first: a buffer that moves would leave secrets behind. */
static bool put_all(const struct vault *v, struct buf *b)
{
	if (!buf_reserve(b, size_of(v)))
		return false;
	for (size_t i = 0; i < v->ceremonies_n; i++) {
		put_head(b, RECORD_CEREMONY, 32 + SEED_BYTES);
		buf_add(b, v->ceremonies[i].digest.b, 32);
		buf_add(b, v->ceremonies[i].seed, SEED_BYTES);
	}
	for (size_t i = 0; i < v->shares_n; i++)
		put_share(b, &v->shares[i]);
	for (size_t i = 0; i < v->posts_n; i++)
		put_post(b, &v->posts[i]);
	return !b->failed;
}

static bool save(const struct vault *v, struct err *e)
{
	struct buf plain = { 0 }, file = { 0 };
	uint8_t nonce[NONCE];
	bool rc = put_all(v, &plain) && buf_reserve(&file, HEAD + plain.n + TAG);

	if (rc) {
		bytes_random(nonce, sizeof(nonce));
		buf_add_str(&file, MAGIC);
		buf_add(&file, nonce, sizeof(nonce));
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
			file.p + file.n, NULL, plain.p, plain.n, (const uint8_t *)MAGIC, sizeof(MAGIC) - 1, NULL, nonce, v->key);
		file.n += plain.n + TAG;
	}
	rc = rc ? file_write(v->path, 0600, buf_slice(&file), e) : err_memory(e);
	buf_free(&plain);
	buf_free(&file);
	return rc;
}

/* ---- reading */

static bool read_ceremony(struct vault *v, struct slice r)
{
	struct kept_ceremony *c = &v->ceremonies[v->ceremonies_n];

	if (r.n != 32 + SEED_BYTES || v->ceremonies_n == VAULT_CEREMONIES_MAX)
		return false;
	memcpy(c->digest.b, r.p, 32);
	memcpy(c->seed, r.p + 32, SEED_BYTES);
	v->ceremonies_n++;
	return true;
}

static bool read_share(struct vault *v, struct slice r)
{
	struct vault_share *s = &v->shares[v->shares_n];

	if (r.n != SHARE_RECORD || v->shares_n == VAULT_SHARES_MAX)
		return false;
	memcpy(s->key.b, r.p, 32);
	memcpy(s->ceremony.b, r.p + 32, 32);
	memcpy(s->transcript.b, r.p + 64, 32);
	s->epoch = bytes_u32(r.p + 96);
	s->serves = r.p[100] != 0;
	s->share.id = (share_id)(r.p[101] << 8 | r.p[102]);
	memcpy(s->share.value.b, r.p + 103, CURVE_BYTES);
	v->shares_n++;
	return true;
}

static bool add_post(struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn, struct slice text)
{
	struct kept_post *p = &v->posts[v->posts_n];

	if (v->posts_n == VAULT_POSTS_MAX)
		return false;
	*p = (struct kept_post){ .ceremony = *ceremony, .phase = phase, .turn = turn, .text = malloc(text.n + 1) };
	if (p->text == NULL)
		return false;
	memcpy(p->text, text.p, text.n);
	p->text[text.n] = '\0';
	v->posts_n++;
	return true;
}

static bool read_post(struct vault *v, struct slice r)
{
	struct digest ceremony;

	if (r.n < POST_RECORD || r.p[32] >= PHASES)
		return false;
	memcpy(ceremony.b, r.p, 32);
	return add_post(v, &ceremony, (enum phase)r.p[32], bytes_u32(r.p + 33), slice_of(r.p + POST_RECORD, r.n - POST_RECORD));
}

static bool read_records(struct vault *v, struct slice s)
{
	static bool (*const read[])(struct vault *,
		struct slice) = { [RECORD_CEREMONY] = read_ceremony, [RECORD_POST] = read_post, [RECORD_SHARE] = read_share };

	while (s.n >= 5) {
		const uint8_t type = s.p[0];
		const size_t n = bytes_u32(s.p + 1);

		s = slice_of(s.p + 5, s.n - 5);
		if (type < RECORD_CEREMONY || type > RECORD_SHARE || n > s.n || !read[type](v, slice_of(s.p, n)))
			return false;
		s = slice_of(s.p + n, s.n - n);
	}
	return s.n == 0;
}

static bool decrypt(const struct vault *v, struct slice file, struct buf *plain)
{
	const uint8_t *nonce = file.p + sizeof(MAGIC) - 1;

	if (file.n < HEAD + TAG || memcmp(file.p, MAGIC, sizeof(MAGIC) - 1) != 0 || !buf_reserve(plain, file.n))
		return false;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain->p, NULL, NULL, file.p + HEAD, file.n - HEAD, (const uint8_t *)MAGIC, sizeof(MAGIC) - 1, nonce, v->key) != 0)
		return false;
	plain->n = file.n - HEAD - TAG;
	return true;
}

static bool load(struct vault *v, struct err *e)
{
	struct buf file = { 0 }, plain = { 0 };
	bool rc;

	if (access(v->path, F_OK) != 0)
		return save(v, e);
	rc = file_read_secret(v->path, FILE_MAX, &file, e) &&
		((decrypt(v, buf_slice(&file), &plain) && read_records(v, buf_slice(&plain))) ||
			err_set(e, "vault_unreadable", "%s was made under another key than the member's present one, or is damaged",
				v->path));
	buf_free(&file);
	buf_free(&plain);
	return rc;
}

static bool take_lock(struct vault *v, struct err *e)
{
	char path[PATH_LENGTH + 8];

	snprintf(path, sizeof(path), "%s.lock", v->path);
	v->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (v->lock < 0)
		return err_set(e, "file_unwritable", "%s: %s", path, strerror(errno));
	return flock(v->lock, LOCK_EX | LOCK_NB) == 0 ||
		err_set(e, "vault_busy", "another process has %s open: an agent runs already for this member", v->path);
}

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
		if (take_lock(v, e) && set_key(v, key, e) && load(v, e))
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
	return set_key(v, key, e) && save(v, e);
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

bool vault_seed(struct vault *v, const struct digest *ceremony, uint8_t out[static SEED_BYTES], struct err *e)
{
	struct kept_ceremony *c = find_ceremony(v, ceremony);

	if (c == NULL) {
		if (v->ceremonies_n == VAULT_CEREMONIES_MAX)
			return full(e);
		c = &v->ceremonies[v->ceremonies_n];
		c->digest = *ceremony;
		bytes_random(c->seed, SEED_BYTES);
		v->ceremonies_n++;
		if (!save(v, e)) {
			v->ceremonies_n--;
			bytes_wipe(c, sizeof(*c));
			return false;
		}
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
	if (!add_post(v, ceremony, phase, turn, slice_str(text)))
		return err_memory(e);
	if (save(v, e))
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
	if (c != NULL) {
		v->ceremonies_n--;
		*c = v->ceremonies[v->ceremonies_n];
		bytes_wipe(&v->ceremonies[v->ceremonies_n], sizeof(*c));
	}
	return save(v, e);
}

const struct digest *vault_ceremony_at(const struct vault *v, size_t i)
{
	return i < v->ceremonies_n ? &v->ceremonies[i].digest : NULL;
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
	return save(v, e);
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
