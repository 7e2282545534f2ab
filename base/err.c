/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed character at s (RFC 3629 section 4); 0 when there is none, also where a text was cut within one. */
static size_t character(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
		(s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* Whatever came from outside may stand in a text: a log line, a terminal and a JSON string must survive it. */
static void tame(char *s)
{
	while (*s != '\0') {
		size_t n = (unsigned char)*s < 0x20 || *s == 0x7f ? 0 : character(s);

		if (n == 0)
			*s++ = '?';
		else
			s += n;
	}
}

bool err_set(struct err *e, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL || e->name[0] != '\0')
		return false;
	snprintf(e->name, sizeof(e->name), "%s", name);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	tame(e->text);
	return false;
}

bool err_memory(struct err *e)
{
	return err_set(e, "no_memory", "out of memory");
}

bool err_ok(const struct err *e)
{
	return e == NULL || e->name[0] == '\0';
}

bool err_is(const struct err *e, const char *name)
{
	return e != NULL && strcmp(e->name, name) == 0;
}

void err_clear(struct err *e)
{
	if (e != NULL)
		memset(e, 0, sizeof(*e));
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	char words[ERR_TEXT_MAX], old[ERR_TEXT_MAX];
	va_list ap;

	if (err_ok(e))
		return;
	memcpy(old, e->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	tame(words);
	snprintf(e->text, sizeof(e->text), "%.200s%.300s", words, old);
	tame(e->text); /* where it was cut */
}
