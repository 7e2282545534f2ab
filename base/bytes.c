/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slice slice_of(const void *p, size_t n)
{
	return (struct slice){ p, n };
}

struct slice slice_str(const char *s)
{
	return slice_of(s, strlen(s));
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Moves by hand instead of realloc: the old block may hold a secret and must not go back to the heap with it. */
bool buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap < 64 ? 64 : b->cap;
	uint8_t *p;

	if (b->failed)
		return false;
	if (more <= b->cap - b->n)
		return true;
	if (more > SIZE_MAX / 4 - b->n) {
		b->failed = true;
		return false;
	}
	while (cap - b->n < more)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	bytes_wipe(b->p, b->n);
	free(b->p);
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!buf_reserve(b, n) || n == 0)
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.n);
}

void buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_add_u8(struct buf *b, uint8_t v)
{
	buf_add(b, &v, 1);
}

void buf_add_u32(struct buf *b, uint32_t v)
{
	uint8_t t[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	buf_add(b, t, sizeof(t));
}

void buf_add_u64(struct buf *b, uint64_t v)
{
	buf_add_u32(b, (uint32_t)(v >> 32));
	buf_add_u32(b, (uint32_t)v);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		b->failed = true;
	if (buf_reserve(b, n < 0 ? 0 : (size_t)n + 1)) {
		vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

struct slice buf_slice(const struct buf *b)
{
	return slice_of(b->p, b->n);
}

const char *buf_cstr(struct buf *b)
{
	if (!buf_reserve(b, 1))
		return NULL;
	b->p[b->n] = '\0';
	return (const char *)b->p;
}

void buf_free(struct buf *b)
{
	bytes_wipe(b->p, b->n);
	free(b->p);
	*b = (struct buf){ 0 };
}

uint32_t bytes_u32(const uint8_t p[static 4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t bytes_u64(const uint8_t p[static 8])
{
	return (uint64_t)bytes_u32(p) << 32 | bytes_u32(p + 4);
}

bool bytes_equal_ct(const void *a, const void *b, size_t n)
{
	return n == 0 || sodium_memcmp(a, b, n) == 0;
}

void bytes_wipe(void *p, size_t n)
{
	if (n > 0)
		sodium_memzero(p, n);
}

void bytes_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

int digest_compare(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

int id16_compare(const struct id16 *a, const struct id16 *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

void hex_encode(const uint8_t *p, size_t n, char *out)
{
	static const char digits[16] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(const char *s, size_t len, uint8_t *out, size_t n)
{
	if (len / 2 != n || len % 2 != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void digest_text(const struct digest *d, char out[static DIGEST_TEXT])
{
	memcpy(out, "sha256:", 7);
	hex_encode(d->b, sizeof(d->b), out + 7);
}

bool digest_parse(const char *s, struct digest *out)
{
	struct digest d;

	if (strncmp(s, "sha256:", 7) != 0 || !hex_decode(s + 7, strlen(s + 7), d.b, sizeof(d.b)))
		return false;
	*out = d;
	return true;
}

void id16_text(const struct id16 *id, char out[static ID16_TEXT])
{
	hex_encode(id->b, sizeof(id->b), out);
}

bool id16_parse(const char *s, struct id16 *out)
{
	struct id16 id;

	if (!hex_decode(s, strlen(s), id.b, sizeof(id.b)))
		return false;
	*out = id;
	return true;
}

static const char b64_alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Value + 1 of each character of RFC 4648 table 2; 0 for all others. */
static const uint8_t b64_value[256] = {
	['A'] = 1,
	['B'] = 2,
	['C'] = 3,
	['D'] = 4,
	['E'] = 5,
	['F'] = 6,
	['G'] = 7,
	['H'] = 8,
	['I'] = 9,
	['J'] = 10,
	['K'] = 11,
	['L'] = 12,
	['M'] = 13,
	['N'] = 14,
	['O'] = 15,
	['P'] = 16,
	['Q'] = 17,
	['R'] = 18,
	['S'] = 19,
	['T'] = 20,
	['U'] = 21,
	['V'] = 22,
	['W'] = 23,
	['X'] = 24,
	['Y'] = 25,
	['Z'] = 26,
	['a'] = 27,
	['b'] = 28,
	['c'] = 29,
	['d'] = 30,
	['e'] = 31,
	['f'] = 32,
	['g'] = 33,
	['h'] = 34,
	['i'] = 35,
	['j'] = 36,
	['k'] = 37,
	['l'] = 38,
	['m'] = 39,
	['n'] = 40,
	['o'] = 41,
	['p'] = 42,
	['q'] = 43,
	['r'] = 44,
	['s'] = 45,
	['t'] = 46,
	['u'] = 47,
	['v'] = 48,
	['w'] = 49,
	['x'] = 50,
	['y'] = 51,
	['z'] = 52,
	['0'] = 53,
	['1'] = 54,
	['2'] = 55,
	['3'] = 56,
	['4'] = 57,
	['5'] = 58,
	['6'] = 59,
	['7'] = 60,
	['8'] = 61,
	['9'] = 62,
	['-'] = 63,
	['_'] = 64,
};

size_t base64url_length(size_t n)
{
	return n / 3 * 4 + (n % 3 == 0 ? 0 : n % 3 + 1);
}

void base64url_encode(const void *p, size_t n, char *out)
{
	const uint8_t *in = p;
	size_t i = 0;

	for (; i + 3 <= n; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2];

		*out++ = b64_alphabet[v >> 18];
		*out++ = b64_alphabet[v >> 12 & 63];
		*out++ = b64_alphabet[v >> 6 & 63];
		*out++ = b64_alphabet[v & 63];
	}
	if (i < n) {
		uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0);

		*out++ = b64_alphabet[v >> 18];
		*out++ = b64_alphabet[v >> 12 & 63];
		if (i + 1 < n)
			*out++ = b64_alphabet[v >> 6 & 63];
	}
	*out = '\0';
}

/* The none, two or three characters behind the last whole group. Their unused bits must be zero, or one value had several texts. */
static bool b64_tail(const uint8_t *s, size_t len, uint8_t *out)
{
	uint32_t v = 0;

	if (len == 0)
		return true;
	for (size_t i = 0; i < len; i++) {
		if (b64_value[s[i]] == 0)
			return false;
		v = v << 6 | (b64_value[s[i]] - 1U);
	}
	if (len == 2) {
		out[0] = (uint8_t)(v >> 4);
		return (v & 15) == 0;
	}
	out[0] = (uint8_t)(v >> 10);
	out[1] = (uint8_t)(v >> 2);
	return (v & 3) == 0;
}

/* Writes len / 4 * 3 bytes and those of the tail. */
static bool b64_decode(const uint8_t *s, size_t len, uint8_t *out)
{
	size_t i = 0;

	for (; i + 4 <= len; i += 4) {
		uint8_t a = b64_value[s[i]], b = b64_value[s[i + 1]], c = b64_value[s[i + 2]], d = b64_value[s[i + 3]];
		uint32_t v;

		if (a == 0 || b == 0 || c == 0 || d == 0)
			return false;
		v = (a - 1U) << 18 | (b - 1U) << 12 | (c - 1U) << 6 | (d - 1U);
		*out++ = (uint8_t)(v >> 16);
		*out++ = (uint8_t)(v >> 8);
		*out++ = (uint8_t)v;
	}
	return b64_tail(s + i, len - i, out);
}

static size_t b64_bytes(size_t len)
{
	return len / 4 * 3 + (len % 4 == 0 ? 0 : len % 4 - 1);
}

bool base64url_decode(struct slice text, struct buf *out)
{
	if (text.n == 0)
		return !out->failed;
	if (text.n % 4 == 1)
		return false;
	if (!buf_reserve(out, b64_bytes(text.n)) || !b64_decode(text.p, text.n, out->p + out->n))
		return false;
	out->n += b64_bytes(text.n);
	return true;
}

bool base64url_decode_exact(const char *s, size_t len, void *out, size_t n)
{
	if (len != base64url_length(n))
		return false;
	return len == 0 || b64_decode((const uint8_t *)s, len, out);
}
