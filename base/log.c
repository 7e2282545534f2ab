/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"

enum { LINE_MAX_BYTES = 4096, VALUE_MAX = 256 };

/* A line is made whole and written at once, so that those of several threads stay whole. What does not fit is left out, never the line's
 * end. */
struct line {
	char b[LINE_MAX_BYTES];
	size_t n;
};

static void put(struct line *l, const char *s, size_t n)
{
	if (n > sizeof(l->b) - 1 - l->n)
		n = sizeof(l->b) - 1 - l->n;
	memcpy(l->b + l->n, s, n);
	l->n += n;
}

static void put_str(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

static void put_escaped(struct line *l, uint8_t b, bool readable)
{
	static const char hex[] = "0123456789abcdef", letters[] = "nrt", controls[] = "\n\r\t";
	const char *control = b == 0 ? NULL : strchr(controls, b);
	char four[4] = { '\\', 'x', hex[b >> 4], hex[b & 15] };

	if (control != NULL) {
		four[1] = letters[control - controls];
		put(l, four, 2);
		return;
	}
	if (b == '"' || b == '\\')
		put_str(l, "\\");
	if (b < 0x20 || b == 0x7f || (b >= 0x80 && !readable))
		put(l, four, 4);
	else
		put(l, (const char *)&b, 1);
}

static bool is_plain(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if ((uint8_t)*s <= 0x20 || (uint8_t)*s >= 0x7f || strchr("\"=\\", *s) != NULL)
			return false;
	return true;
}

/* Characters beyond ASCII stay readable when nothing hides in them; else a terminal would be at the mercy of whoever chose the value. */
static void put_value(struct line *l, const char *s)
{
	size_t n = strnlen(s, VALUE_MAX + 1);
	bool cut = n > VALUE_MAX, readable;

	if (cut)
		for (n = VALUE_MAX; n > 0 && ((uint8_t)s[n] & 0xc0) == 0x80;)
			n--;
	if (!cut && is_plain(s)) {
		put(l, s, n);
		return;
	}
	readable = text_is_clean(slice_of(s, n));
	put_str(l, "\"");
	for (size_t i = 0; i < n; i++)
		put_escaped(l, (uint8_t)s[i], readable);
	put_str(l, cut ? "...\"" : "\"");
}

static void put_pair(struct line *l, const char *name, const char *value)
{
	put_str(l, " ");
	put_str(l, name);
	put_str(l, "=");
	put_value(l, value == NULL ? "" : value);
}

static void put_pairs(struct line *l, va_list ap)
{
	const char *name;

	while ((name = va_arg(ap, const char *)) != NULL)
		put_pair(l, name, va_arg(ap, const char *));
}

static bool is_wanted(const struct log *l, enum log_level level)
{
	return l != NULL && l->to != NULL && level <= l->level;
}

static void begin(struct line *line, const struct log *l, enum log_level level, const char *event)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char now[TIME_TEXT];

	line->n = 0;
	time_text(time_now(), now);
	put_str(line, now);
	put_str(line, " ");
	put_str(line, l->program);
	put_str(line, " ");
	put_str(line, names[level]);
	put_str(line, " ");
	put_str(line, event);
}

/* A log that cannot be written has nobody to be told. */
static void end(struct line *line, struct log *l)
{
	line->b[line->n++] = '\n';
	fwrite(line->b, 1, line->n, l->to);
	fflush(l->to);
}

void log_event(struct log *l, enum log_level level, const char *event, ...)
{
	struct line line;
	va_list ap;

	if (!is_wanted(l, level))
		return;
	begin(&line, l, level, event);
	va_start(ap, event);
	put_pairs(&line, ap);
	va_end(ap);
	end(&line, l);
}

void log_error(struct log *l, enum log_level level, const char *event, const struct err *e, ...)
{
	static const struct err none = { .name = "none" };
	struct line line;
	va_list ap;

	if (!is_wanted(l, level))
		return;
	if (e == NULL)
		e = &none;
	begin(&line, l, level, event);
	put_pair(&line, "error", e->name);
	put_pair(&line, "text", e->text);
	if (e->pointer[0] != '\0')
		put_pair(&line, "pointer", e->pointer);
	va_start(ap, e);
	put_pairs(&line, ap);
	va_end(ap);
	end(&line, l);
}
