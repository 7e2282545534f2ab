/* SPDX-License-Identifier: ISC */
#include "web/page.h"

#include <string.h>

#include "web/utf8.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Controls, and the characters that turn the direction of text (UAX #9). */
static bool is_unfit(uint32_t c)
{
	if (c == '\t' || c == '\n')
		return false;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069);
}

static const char *entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void page_text(struct buf *out, const char *s)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t n = strlen(s);

	while (n > 0) {
		uint32_t c = 0;
		size_t len = utf8_decode(p, n, &c);

		if (len == 0 || is_unfit(c))
			buf_add_str(out, replacement);
		else if (entity(c) != NULL)
			buf_add_str(out, entity(c));
		else
			buf_add(out, p, len);
		len = len == 0 ? 1 : len;
		p += len;
		n -= len;
	}
}

void page_url(struct buf *out, const char *s)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s != '\0'; s++) {
		if (strchr(unreserved, *s) != NULL)
			buf_add(out, s, 1);
		else
			buf_printf(out, "%%%02X", (unsigned char)*s);
	}
}
