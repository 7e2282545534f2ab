/* SPDX-License-Identifier: ISC */
#include "peer/der.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

/* X.690 8.1.3: lengths of up to four octets are enough for the longest list. */
enum { LENGTH_OCTETS = 4, DEPTH_MAX = 16 };
/* The first second that UTCTime can write. */
enum { TIME_1950 = -631152000 };

struct der der_of(struct slice s)
{
	static const uint8_t nothing[1] = { 0 };

	return s.n == 0 ? (struct der){ nothing, nothing } : (struct der){ s.p, s.p + s.n };
}

bool der_done(const struct der *d)
{
	return d->p == d->end;
}

bool der_peek(const struct der *d, uint8_t tag)
{
	return d->p < d->end && *d->p == tag;
}

/* The length behind the tag in its long form, where DER has no shorter one for it (X.690 10.1). Gives the sizes of header and content. */
static bool long_length(const struct der *d, size_t left, size_t *header, size_t *content)
{
	size_t octets = d->p[1] & 0x7f, n = 0;

	if (octets < 1 || octets > LENGTH_OCTETS || left - 2 < octets || d->p[2] == 0)
		return false;
	for (size_t i = 0; i < octets; i++)
		n = n << 8 | d->p[2 + i];
	*header = 2 + octets;
	*content = n;
	return n > 0x7f && n <= left - 2 - octets;
}

bool der_bytes(struct der *d, uint8_t tag, struct slice *content)
{
	size_t left = (size_t)(d->end - d->p), header = 2, n;

	if (left < 2 || d->p[0] != tag)
		return false;
	n = d->p[1];
	if (n > 0x7f ? !long_length(d, left, &header, &n) : n > left - 2)
		return false;
	*content = (struct slice){ d->p + header, n };
	d->p += header + n;
	return true;
}

bool der_enter(struct der *d, uint8_t tag, struct der *inside)
{
	struct slice content;

	if (!der_bytes(d, tag, &content))
		return false;
	*inside = (struct der){ content.p, content.p + content.n };
	return true;
}

bool der_element(struct der *d, uint8_t tag, struct slice *whole)
{
	const uint8_t *from = d->p;
	struct slice content;

	if (!der_bytes(d, tag, &content))
		return false;
	*whole = slice_of(from, (size_t)(d->p - from));
	return true;
}

bool der_same(struct der *d, struct slice element)
{
	if ((size_t)(d->end - d->p) < element.n || memcmp(d->p, element.p, element.n) != 0)
		return false;
	d->p += element.n;
	return true;
}

/* One element of any tag, and what it holds. */
static bool der_any(struct der *d, struct der *inside)
{
	/* a tag of more than one octet (X.690 8.1.2.4) occurs nowhere here */
	return d->p < d->end && (*d->p & 0x1f) != 0x1f && *d->p != 0 && der_enter(d, *d->p, inside);
}

bool der_sound(struct slice s)
{
	struct der stack[DEPTH_MAX + 1] = { der_of(s) };
	size_t depth = 0;

	for (;;) {
		struct der inside;
		bool constructed;

		if (der_done(&stack[depth])) {
			if (depth-- == 0)
				return true;
			continue;
		}
		constructed = (*stack[depth].p & 0x20) != 0;
		if (!der_any(&stack[depth], &inside))
			return false;
		if (!constructed)
			continue;
		if (depth == DEPTH_MAX)
			return false;
		stack[++depth] = inside;
	}
}

bool der_oid(struct der *d, struct slice oid)
{
	struct der at = *d;
	struct slice content;

	if (!der_bytes(&at, DER_OID, &content) || !slice_equal(content, oid))
		return false;
	*d = at;
	return true;
}

bool der_null(struct der *d)
{
	static const uint8_t null[] = { DER_NULL, 0 };

	return der_same(d, slice_of(null, sizeof(null)));
}

bool der_bool(struct der *d, bool *out)
{
	struct der at = *d;
	struct slice content;

	/* X.690 11.1: true is 0xff alone */
	if (!der_bytes(&at, DER_BOOLEAN, &content) || content.n != 1 || (content.p[0] != 0 && content.p[0] != 0xff))
		return false;
	*out = content.p[0] != 0;
	*d = at;
	return true;
}

/* X.690 8.3.2: a leading zero octet only where the next bit would be the sign. */
static bool der_natural(struct der *d, struct slice *content)
{
	struct slice c;
	struct der at = *d;

	if (!der_bytes(&at, DER_INTEGER, &c) || c.n < 1 || c.p[0] > 0x7f || (c.n > 1 && c.p[0] == 0 && c.p[1] <= 0x7f))
		return false;
	*content = c;
	*d = at;
	return true;
}

bool der_uint(struct der *d, uint64_t *out)
{
	struct slice c;
	struct der at = *d;
	uint64_t v = 0;

	if (!der_natural(&at, &c) || c.n > 9 || (c.n == 9 && c.p[0] != 0))
		return false;
	for (size_t i = 0; i < c.n; i++)
		v = v << 8 | c.p[i];
	*out = v;
	*d = at;
	return true;
}

bool der_positive(struct der *d, struct slice *content)
{
	struct slice c;
	struct der at = *d;

	if (!der_natural(&at, &c) || (c.n == 1 && c.p[0] == 0))
		return false;
	*content = c;
	*d = at;
	return true;
}

bool der_bits(struct der *d, struct slice *content)
{
	struct slice c;
	struct der at = *d;

	if (!der_bytes(&at, DER_BIT_STRING, &c) || c.n < 1 || c.p[0] != 0)
		return false;
	*content = slice_of(c.p + 1, c.n - 1);
	*d = at;
	return true;
}

static bool two_digits(const uint8_t *p, int *out)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

static int month_days(int year, int month)
{
	static const int8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

/* MMDDHHMMSSZ: RFC 5280 4.1.2.5 wants the seconds and Zulu, and no fraction. */
static bool read_civil(const uint8_t *p, struct time_civil *c)
{
	if (!two_digits(p, &c->month) || !two_digits(p + 2, &c->day) || !two_digits(p + 4, &c->hour) || !two_digits(p + 6, &c->minute) ||
		!two_digits(p + 8, &c->second) || p[10] != 'Z')
		return false;
	return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= month_days(c->year, c->month) && c->hour <= 23 &&
		c->minute <= 59 && c->second <= 59;
}

bool der_time(struct der *d, int64_t *out)
{
	struct der at = *d;
	struct time_civil c;
	int century;
	struct slice s;

	if (der_bytes(&at, DER_UTCTIME, &s)) {
		if (s.n != 13 || !two_digits(s.p, &c.year))
			return false;
		c.year += c.year >= 50 ? 1900 : 2000;
	} else {
		if (!der_bytes(&at, DER_GENERALIZED, &s) || s.n != 15 || !two_digits(s.p, &century) || !two_digits(s.p + 2, &c.year))
			return false;
		c.year += century * 100;
		/* dates through 2049 have one form only */
		if (c.year < 2050)
			return false;
	}
	if (!read_civil(s.p + s.n - 11, &c))
		return false;
	*out = time_from_civil(&c);
	*d = at;
	return true;
}

size_t der_open(struct buf *b, uint8_t tag)
{
	buf_add_u8(b, tag);
	buf_add_u8(b, 0);
	return b->n;
}

void der_close(struct buf *b, size_t mark)
{
	uint8_t octets[sizeof(uint64_t)] = { 0 };
	size_t n, more = 0;

	if (b->failed)
		return;
	n = b->n - mark;
	if (n > UINT32_MAX) {
		b->failed = true;
		return;
	}
	if (n <= 0x7f) {
		b->p[mark - 1] = (uint8_t)n;
		return;
	}
	while (more < LENGTH_OCTETS && n >> (8 * more) != 0)
		more++;
	buf_add(b, octets, more);
	if (b->failed)
		return;
	memmove(b->p + mark + more, b->p + mark, n);
	b->p[mark - 1] = (uint8_t)(0x80 | more);
	for (size_t i = 0; i < more; i++)
		b->p[mark + i] = (uint8_t)(n >> (8 * (more - 1 - i)));
}

void der_put(struct buf *b, uint8_t tag, struct slice content)
{
	size_t mark = der_open(b, tag);

	buf_add_slice(b, content);
	der_close(b, mark);
}

void der_put_oid(struct buf *b, struct slice oid)
{
	der_put(b, DER_OID, oid);
}

void der_put_positive(struct buf *b, struct slice magnitude)
{
	size_t mark = der_open(b, DER_INTEGER);

	while (magnitude.n > 0 && magnitude.p[0] == 0)
		magnitude = slice_of(magnitude.p + 1, magnitude.n - 1);
	if (magnitude.n == 0 || magnitude.p[0] > 0x7f)
		buf_add_u8(b, 0);
	buf_add_slice(b, magnitude);
	der_close(b, mark);
}

void der_put_uint(struct buf *b, uint64_t v)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(v >> (56 - 8 * i));
	der_put_positive(b, slice_of(octets, sizeof(octets)));
}

void der_put_bits(struct buf *b, struct slice content)
{
	size_t mark = der_open(b, DER_BIT_STRING);

	buf_add_u8(b, 0);
	buf_add_slice(b, content);
	der_close(b, mark);
}

void der_put_bool(struct buf *b, bool v)
{
	uint8_t octet = v ? 0xff : 0;

	der_put(b, DER_BOOLEAN, slice_of(&octet, 1));
}

/* RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from then on. */
void der_put_time(struct buf *b, int64_t t)
{
	struct time_civil c;
	size_t mark;

	if (t < TIME_1950 || t > TIME_MAX) {
		b->failed = true;
		return;
	}
	time_civil(t, &c);
	mark = der_open(b, c.year < 2050 ? DER_UTCTIME : DER_GENERALIZED);
	if (c.year < 2050)
		buf_printf(b, "%02d", c.year % 100);
	else
		buf_printf(b, "%04d", c.year);
	buf_printf(b, "%02d%02d%02d%02d%02dZ", c.month, c.day, c.hour, c.minute, c.second);
	der_close(b, mark);
}
