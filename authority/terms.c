/* SPDX-License-Identifier: ISC */
#include "authority/terms.h"

#include <sodium.h>
#include <string.h>

enum { VERSION = 1, MAC = crypto_auth_hmacsha256_BYTES };

_Static_assert(TERMS_KEY == crypto_auth_hmacsha256_KEYBYTES, "the key is HMAC-SHA-256's");

/* ---- fields in their order, once for both ways */

/* Writes to p or reads from it, and goes on; `bad` from the first that does not fit. */
struct field {
	uint8_t *p;
	size_t left;
	bool reads, bad;
};

static void bytes(struct field *f, void *v, size_t n)
{
	f->bad = f->bad || n > f->left;
	if (f->bad)
		return;
	if (f->reads)
		memcpy(v, f->p, n);
	else
		memcpy(f->p, v, n);
	f->p += n;
	f->left -= n;
}

/* Big endian, of n bytes. */
static void number(struct field *f, uint64_t *v, size_t n)
{
	uint8_t b[8] = { 0 };

	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)(*v >> (8 * (n - 1 - i)));
	bytes(f, b, n);
	*v = 0;
	for (size_t i = 0; i < n; i++)
		*v = *v << 8 | b[i];
}

static void integer(struct field *f, int64_t *v)
{
	uint64_t u = (uint64_t)*v;

	number(f, &u, 8);
	f->bad = f->bad || u > INT64_MAX;
	*v = (int64_t)u;
}

/* A length of one byte, and so many bytes without a NUL. */
static void text(struct field *f, char *v, size_t size)
{
	uint64_t n = strlen(v);

	number(f, &n, 1);
	f->bad = f->bad || n >= size;
	if (f->bad)
		return;
	bytes(f, v, n);
	f->bad = f->bad || memchr(v, '\0', n) != NULL;
	v[n] = '\0';
}

static void walk(struct field *f, struct terms *t)
{
	uint64_t version = VERSION, kind = t->kind, secret = t->secret;

	number(f, &version, 1);
	number(f, &kind, 1);
	number(f, &secret, 4);
	f->bad = f->bad || version != VERSION || kind >= PUZZLE_KINDS;
	t->kind = (enum puzzle_kind)kind;
	t->secret = (uint32_t)secret;
	bytes(f, t->ticket.b, sizeof(t->ticket.b));
	bytes(f, t->id.b, sizeof(t->id.b));
	bytes(f, t->genesis.b, sizeof(t->genesis.b));
	bytes(f, t->charter.b, sizeof(t->charter.b));
	bytes(f, t->key.b, sizeof(t->key.b));
	bytes(f, t->subject.b, sizeof(t->subject.b));
	integer(f, &t->effort);
	integer(f, &t->iat);
	integer(f, &t->until);
	text(f, t->origin, sizeof(t->origin));
	text(f, t->label, sizeof(t->label));
}

/* ---- the text */

/* 6 of head, 160 of identifiers and digests, 24 of numbers, the texts with their lengths, the MAC. */
_Static_assert(6 + 160 + 24 + TERMS_ORIGIN + TERMS_LABEL + MAC <= TERMS_MAX, "all terms have room");

void terms_write(const struct terms *t, const uint8_t key[static TERMS_KEY], char out[static TERMS_TEXT])
{
	struct terms copy = *t;
	uint8_t b[TERMS_MAX];
	struct field f = { .p = b, .left = sizeof(b) - MAC };
	size_t n;

	walk(&f, &copy);
	n = (size_t)(f.p - b);
	crypto_auth_hmacsha256(b + n, b, n, key);
	base64url_encode(b, n + MAC, out);
}

static bool decode(const char *s, struct buf *out, struct err *e)
{
	const size_t n = strlen(s);

	return (n < TERMS_TEXT && base64url_decode((struct slice){ (const uint8_t *)s, n }, out) && out->n > MAC + 6 &&
		       out->p[0] == VERSION) ||
		err_set(e, "bad_value", "these are no terms of a challenge: they were cut short or changed on the way");
}

bool terms_secret(const char *s, uint32_t *out, struct err *e)
{
	struct buf b = { 0 };
	bool rc = decode(s, &b, e);

	if (rc)
		*out = bytes_u32(b.p + 2);
	buf_free(&b);
	return rc;
}

bool terms_read(const char *s, const uint8_t key[static TERMS_KEY], struct terms *out, struct err *e)
{
	struct buf b = { 0 };
	struct terms t = { 0 };
	struct field f = { .reads = true };
	bool rc = decode(s, &b, e);

	if (rc) {
		f.p = b.p;
		f.left = b.n - MAC;
		rc = crypto_auth_hmacsha256_verify(b.p + f.left, b.p, f.left, key) == 0 ||
			err_set(e, "challenge_forged", "this authority has set no challenge with these terms");
	}
	if (rc) {
		walk(&f, &t);
		rc = (!f.bad && f.left == 0) || err_set(e, "bad_value", "these terms are not of the form that is read here");
	}
	if (rc)
		*out = t;
	buf_free(&b);
	return rc;
}
