/* SPDX-License-Identifier: ISC
 * Bytes: borrowed slices, fixed digests, a growing buffer, hex and base64url, wiping and comparing. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes; the owner outlives the slice. */
struct slice {
	const uint8_t *p;
	size_t n;
};

/* Fixed sizes are types of their own, so that one cannot be passed as another. */
struct digest {
	uint8_t b[32];
};
struct id16 {
	uint8_t b[16];
};

struct slice slice_of(const void *p, size_t n);
struct slice slice_str(const char *s); /* without the NUL */
bool slice_equal(struct slice a, struct slice b);

/* A buffer that grows. All zero is empty. Appending after memory ran out does nothing and leaves `failed` set: check it once, at the
 * end. */
struct buf {
	uint8_t *p;
	size_t n, cap;
	bool failed;
};
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_str(struct buf *b, const char *s);
void buf_add_u8(struct buf *b, uint8_t v);
void buf_add_u32(struct buf *b, uint32_t v); /* big endian */
void buf_add_u64(struct buf *b, uint64_t v); /* big endian */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_reserve(struct buf *b, size_t more); /* false and failed set when memory is out */
struct slice buf_slice(const struct buf *b);
const char *buf_cstr(struct buf *b); /* NUL-terminated view, NULL when failed; valid until the next call */
void buf_free(struct buf *b);        /* wipes what it held; b is empty again */

uint32_t bytes_u32(const uint8_t p[static 4]); /* big endian */
uint64_t bytes_u64(const uint8_t p[static 8]);

/* Constant time in the contents. */
bool bytes_equal_ct(const void *a, const void *b, size_t n);
/* Not to be optimised away. bytes_wipe(NULL, 0) is fine. */
void bytes_wipe(void *p, size_t n);
/* Fills from the system's generator; never fails. */
void bytes_random(void *p, size_t n);

int digest_compare(const struct digest *a, const struct digest *b); /* as memcmp */
int id16_compare(const struct id16 *a, const struct id16 *b);

/* Lower-case hex. out needs 2 n + 1 bytes. */
void hex_encode(const uint8_t *p, size_t n, char *out);
/* Exactly 2 n lower-case digits, nothing else. */
bool hex_decode(const char *s, size_t len, uint8_t *out, size_t n);

/* "sha256:" and 64 hex digits. */
enum { DIGEST_TEXT = 72, ID16_TEXT = 33 };
void digest_text(const struct digest *d, char out[static DIGEST_TEXT]);
bool digest_parse(const char *s, struct digest *out);
void id16_text(const struct id16 *id, char out[static ID16_TEXT]);
bool id16_parse(const char *s, struct id16 *out);

/* RFC 4648 section 5 without padding. Decoding is strict: no white space, no padding, unused bits zero. */
size_t base64url_length(size_t n);                         /* of the text, without a NUL */
void base64url_encode(const void *p, size_t n, char *out); /* writes base64url_length(n) bytes and a NUL */
bool base64url_decode(struct slice text, struct buf *out); /* appends; false when malformed or out of memory */
/* A text that must decode to exactly n bytes. */
bool base64url_decode_exact(const char *s, size_t len, void *out, size_t n);

#endif
