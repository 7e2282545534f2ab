/* SPDX-License-Identifier: ISC */
#include "web/utf8.h"

size_t utf8_decode(const uint8_t *p, size_t n, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
	uint32_t c = p[0];

	if (len == 0 || len > n)
		return 0;
	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return len;
}

bool utf8_valid(struct slice text)
{
	uint32_t c;

	for (size_t at = 0; at < text.n;) {
		size_t len = utf8_decode(text.p + at, text.n - at, &c);

		if (len == 0)
			return false;
		at += len;
	}
	return true;
}
