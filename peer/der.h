/* SPDX-License-Identifier: ISC
 * DER (X.690) for the few shapes of our profile: a strict reader that allocates nothing, and a writer. */
#ifndef PEER_DER_H
#define PEER_DER_H

#include "base/bytes.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_UTCTIME = 0x17,
	DER_GENERALIZED = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};

/* What is left to read. Every reader takes one element of the tag from the front and returns false, changing nothing, when it is not there
 * in strict DER (short form where it fits, minimal length, definite, within bounds). */
struct der {
	const uint8_t *p, *end;
};
struct der der_of(struct slice s);
bool der_done(const struct der *d);
bool der_peek(const struct der *d, uint8_t tag);
bool der_enter(struct der *d, uint8_t tag, struct der *inside);
bool der_bytes(struct der *d, uint8_t tag, struct slice *content);
bool der_element(struct der *d, uint8_t tag, struct slice *whole); /* with its header */
bool der_same(struct der *d, struct slice element);                /* exactly these bytes, header and all */
bool der_oid(struct der *d, struct slice oid);                     /* exactly this content */
bool der_null(struct der *d);
bool der_bool(struct der *d, bool *out);                 /* 0x00 or 0xff */
bool der_uint(struct der *d, uint64_t *out);             /* non-negative, minimal, at most 8 bytes */
bool der_positive(struct der *d, struct slice *content); /* positive, minimal INTEGER's content */
bool der_bits(struct der *d, struct slice *content);     /* BIT STRING without unused bits */
bool der_time(struct der *d, int64_t *out);              /* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 has them */
/* Is it a row of elements in strict DER, all the way down, at most 16 deep? What the elements mean is not asked. */
bool der_sound(struct slice s);

/* Writing into a buffer; lengths are patched when an element is closed: put `mark = der_open(b, tag)` ... `der_close(b, mark)`. */
size_t der_open(struct buf *b, uint8_t tag);
void der_close(struct buf *b, size_t mark);
void der_put(struct buf *b, uint8_t tag, struct slice content);
void der_put_oid(struct buf *b, struct slice oid);
void der_put_uint(struct buf *b, uint64_t v);
void der_put_positive(struct buf *b, struct slice magnitude); /* adds the leading zero where needed */
void der_put_bits(struct buf *b, struct slice content);
void der_put_bool(struct buf *b, bool v);
void der_put_time(struct buf *b, int64_t t); /* fails b when t is not within 1950..9999 */

#endif
