/* SPDX-License-Identifier: ISC
 * The vault's file: "gmcvault1\n", 24 bytes of nonce, then the ciphertext of records: a byte of type, a length (u32), and so many bytes.
 *
 * A nonce that serves two messages gives the share away, and a copy of a vault has all its nonces a second time. So the vault says where
 * it was written: which lock file was beside it, by device and inode, in which boot of the machine, and in which generation, a number that
 * the lock file holds too and that grows with each change. One that is copied or restored finds another lock, or a lock of a later
 * generation, and burns the nonces that it has. (A machine that is restored while it runs is beyond this.) */
#include "peer/vault_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "peer/file.h"

#define MAGIC "gmcvault1\n"
enum { FILE_MAX = 64 * 1024 * 1024 };
enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
enum { RECORD_CEREMONY = 1, RECORD_POST, RECORD_SHARE, RECORD_NONCE, RECORD_PLACE };
enum { HEAD = sizeof(MAGIC) - 1 + NONCE, SHARE_RECORD = 3 * 32 + 4 + 1 + 2 + CURVE_BYTES, POST_RECORD = 32 + 1 + 4 };
enum { NONCE_RECORD = 32 + 4 + SEED_BYTES, PLACE_RECORD = 3 * 8 + VAULT_BOOT };

/* ---- writing */

/* SHA-256("gmc-vault/1" ‖ 0 ‖ PKCS#8 of the member's key) */
bool vault_set_key(struct vault *v, const struct sig_key *key, struct err *e)
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

static void put_nonce(struct buf *b, const struct kept_nonce *n)
{
	put_head(b, RECORD_NONCE, NONCE_RECORD);
	buf_add(b, n->ceremony.b, sizeof(n->ceremony.b));
	buf_add_u32(b, n->turn);
	buf_add(b, n->seed, sizeof(n->seed));
}

static void put_place(struct buf *b, const struct kept_place *p)
{
	put_head(b, RECORD_PLACE, PLACE_RECORD);
	buf_add_u64(b, p->device);
	buf_add_u64(b, p->inode);
	buf_add_u64(b, p->generation);
	buf_add(b, p->boot, sizeof(p->boot));
}

static size_t size_of(const struct vault *v)
{
	size_t n = 5 + PLACE_RECORD + v->ceremonies_n * (5 + 32 + SEED_BYTES) + v->shares_n * (5 + SHARE_RECORD) +
		v->nonces_n * (5 + NONCE_RECORD);

	for (size_t i = 0; i < v->posts_n; i++)
		n += 5 + POST_RECORD + strlen(v->posts[i].text);
	return n;
}

/* All room is taken first: a buffer that moves would leave secrets behind. */
static bool put_all(const struct vault *v, struct buf *b)
{
	if (!buf_reserve(b, size_of(v)))
		return false;
	put_place(b, &v->place);
	for (size_t i = 0; i < v->ceremonies_n; i++) {
		put_head(b, RECORD_CEREMONY, 32 + SEED_BYTES);
		buf_add(b, v->ceremonies[i].digest.b, 32);
		buf_add(b, v->ceremonies[i].seed, SEED_BYTES);
	}
	for (size_t i = 0; i < v->shares_n; i++)
		put_share(b, &v->shares[i]);
	for (size_t i = 0; i < v->nonces_n; i++)
		put_nonce(b, &v->nonces[i]);
	for (size_t i = 0; i < v->posts_n; i++)
		put_post(b, &v->posts[i]);
	return !b->failed;
}

/* The lock's generation follows the file's: a crash in between leaves a file that is one ahead. */
static bool keep_generation(struct vault *v, struct err *e)
{
	uint8_t big_endian[8];

	for (size_t i = 0; i < sizeof(big_endian); i++)
		big_endian[i] = (uint8_t)(v->place.generation >> (56 - 8 * i));
	return (pwrite(v->lock, big_endian, sizeof(big_endian), 0) == (ssize_t)sizeof(big_endian) && fdatasync(v->lock) == 0) ||
		err_set(e, "file_unwritable", "%s.lock: %s", v->path, strerror(errno));
}

bool vault_save(struct vault *v, struct err *e)
{
	struct buf plain = { 0 }, file = { 0 };
	uint8_t nonce[NONCE];
	bool rc;

	v->place.generation++;
	rc = put_all(v, &plain) && buf_reserve(&file, HEAD + plain.n + TAG);

	if (rc) {
		bytes_random(nonce, sizeof(nonce));
		buf_add_str(&file, MAGIC);
		buf_add(&file, nonce, sizeof(nonce));
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
			file.p + file.n, NULL, plain.p, plain.n, (const uint8_t *)MAGIC, sizeof(MAGIC) - 1, NULL, nonce, v->key);
		file.n += plain.n + TAG;
	}
	rc = rc ? file_write(v->path, 0600, buf_slice(&file), e) && keep_generation(v, e) : err_memory(e);
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

bool vault_add_post(struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn, struct slice text)
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
	return vault_add_post(v, &ceremony, (enum phase)r.p[32], bytes_u32(r.p + 33), slice_of(r.p + POST_RECORD, r.n - POST_RECORD));
}

static bool read_nonce(struct vault *v, struct slice r)
{
	struct kept_nonce *n = &v->nonces[v->nonces_n];

	if (r.n != NONCE_RECORD || v->nonces_n == VAULT_NONCES_MAX)
		return false;
	memcpy(n->ceremony.b, r.p, 32);
	n->turn = bytes_u32(r.p + 32);
	memcpy(n->seed, r.p + 36, SEED_BYTES);
	v->nonces_n++;
	return true;
}

static bool read_place(struct vault *v, struct slice r)
{
	if (r.n != PLACE_RECORD)
		return false;
	v->place = (struct kept_place){ .device = bytes_u64(r.p), .inode = bytes_u64(r.p + 8), .generation = bytes_u64(r.p + 16) };
	memcpy(v->place.boot, r.p + 24, VAULT_BOOT);
	return true;
}

static bool read_records(struct vault *v, struct slice s)
{
	static bool (*const read[])(struct vault *, struct slice) = {
		[RECORD_CEREMONY] = read_ceremony,
		[RECORD_POST] = read_post,
		[RECORD_SHARE] = read_share,
		[RECORD_NONCE] = read_nonce,
		[RECORD_PLACE] = read_place,
	};

	while (s.n >= 5) {
		const uint8_t type = s.p[0];
		const size_t n = bytes_u32(s.p + 1);

		s = slice_of(s.p + 5, s.n - 5);
		if (type < RECORD_CEREMONY || type > RECORD_PLACE || n > s.n || !read[type](v, slice_of(s.p, n)))
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

static bool take_lock(struct vault *v, struct err *e)
{
	char path[VAULT_PATH + 8];

	snprintf(path, sizeof(path), "%s.lock", v->path);
	v->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (v->lock < 0)
		return err_set(e, "file_unwritable", "%s: %s", path, strerror(errno));
	return flock(v->lock, LOCK_EX | LOCK_NB) == 0 ||
		err_set(e, "vault_busy", "another process has %s open: an agent runs already for this member", v->path);
}

/* ---- where it is */

/* The file is the one that its lock knows, or one ahead of it; a lock that was just made knows none. */
static bool find_place(const struct vault *v, struct kept_place *out, struct err *e)
{
	struct buf boot = { 0 };
	uint8_t big_endian[8];
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (fstat(v->lock, &st) != 0)
		return err_set(e, "file_unreadable", "%s.lock: %s", v->path, strerror(errno));
	out->device = (uint64_t)st.st_dev;
	out->inode = (uint64_t)st.st_ino;
	if (pread(v->lock, big_endian, sizeof(big_endian), 0) == (ssize_t)sizeof(big_endian))
		out->generation = bytes_u64(big_endian);
	/* Without one every start counts as another boot: that costs nonces, and nothing else. */
	if (file_read("/proc/sys/kernel/random/boot_id", 256, &boot, NULL) && boot.n >= VAULT_BOOT)
		memcpy(out->boot, boot.p, VAULT_BOOT);
	else
		bytes_random(out->boot, VAULT_BOOT);
	buf_free(&boot);
	return true;
}

static bool is_where_it_was(const struct kept_place *was, const struct kept_place *is)
{
	return was->device == is->device && was->inode == is->inode && memcmp(was->boot, is->boot, VAULT_BOOT) == 0 &&
		(was->generation == is->generation || was->generation == is->generation + 1);
}

/* The generation goes on above both, so that no copy catches up with it. */
static bool settle_in(struct vault *v, const struct kept_place *is, struct err *e)
{
	const uint64_t later = v->place.generation > is->generation ? v->place.generation : is->generation;
	const bool same = is_where_it_was(&v->place, is);

	if (!same) {
		v->burnt = v->nonces_n;
		bytes_wipe(v->nonces, sizeof(v->nonces));
		v->nonces_n = 0;
	}
	v->place = *is;
	v->place.generation = later;
	return same || vault_save(v, e);
}

static bool read_file(struct vault *v, struct err *e)
{
	struct buf file = { 0 }, plain = { 0 };
	bool rc = file_read_secret(v->path, FILE_MAX, &file, e) &&
		((decrypt(v, buf_slice(&file), &plain) && read_records(v, buf_slice(&plain))) ||
			err_set(e, "vault_unreadable", "%s was made under another key than the member's present one, or is damaged",
				v->path));

	buf_free(&file);
	buf_free(&plain);
	return rc;
}

bool vault_load(struct vault *v, struct err *e)
{
	struct kept_place is;

	if (!take_lock(v, e) || !find_place(v, &is, e) || (access(v->path, F_OK) == 0 && !read_file(v, e)))
		return false;
	return settle_in(v, &is, e);
}
