/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Whatever came from outside may stand in a text: a log line and a terminal must survive it. */
static void tame(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
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
}
