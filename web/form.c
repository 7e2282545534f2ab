/* SPDX-License-Identifier: ISC */
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "web/utf8.h"

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool form_unescape(struct slice text, bool plus, char *out)
{
	size_t o = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == '%') {
			int hi = i + 1 < text.n ? hex_value(text.p[i + 1]) : -1;
			int lo = i + 2 < text.n ? hex_value(text.p[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				return false;
			c = (uint8_t)(hi << 4 | lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == '\0')
			return false;
		out[o++] = (char)c;
	}
	out[o] = '\0';
	return utf8_valid(slice_of(out, o));
}

static bool is_tame(const char *s, bool lines)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool line = c == '\t' || c == '\r' || c == '\n';

		if (c == 0x7f || (c < 0x20 && !(lines && line)))
			return false;
	}
	return true;
}

/* One pair; *at is where decoded text may be written. */
static bool add_pair(struct slice text, enum form_kind kind, struct form *f, char **at, struct err *e)
{
	const uint8_t *eq = memchr(text.p, '=', text.n);
	size_t name_n = eq == NULL ? text.n : (size_t)(eq - text.p);
	size_t value_n = eq == NULL ? 0 : text.n - name_n - 1;
	char *name = *at, *value;

	if (f->n == FORM_PAIRS_MAX)
		return err_set(e, "bad_request", "more than %d parameters", FORM_PAIRS_MAX);
	if (!form_unescape(slice_of(text.p, name_n), true, name) || !is_tame(name, false) || name[0] == '\0')
		return err_set(e, "bad_request", "a parameter's name is empty or badly encoded");
	value = name + strlen(name) + 1;
	if (!form_unescape(slice_of(eq == NULL ? text.p : eq + 1, value_n), true, value) || !is_tame(value, kind == FORM_BODY))
		return err_set(e, "bad_request", "the value of parameter '%.64s' is badly encoded", name);
	if (kind == FORM_QUERY && form_get(f, name) != NULL)
		return err_set(e, "bad_request", "parameter '%.64s' stands twice", name);
	f->pair[f->n].name = name;
	f->pair[f->n].value = value;
	f->n++;
	*at = value + strlen(value) + 1;
	return true;
}

bool form_parse(struct slice text, enum form_kind kind, struct form *f, struct err *e)
{
	char *at;

	*f = (struct form){ 0 };
	if (text.n == 0)
		return true;
	/* Decoding never lengthens; each pair adds two NUL. */
	f->text = malloc(text.n + 2 * FORM_PAIRS_MAX + 2);
	if (f->text == NULL)
		return err_memory(e);
	at = f->text;
	for (size_t from = 0; from <= text.n;) {
		const uint8_t *amp = memchr(text.p + from, '&', text.n - from);
		size_t to = amp == NULL ? text.n : (size_t)(amp - text.p);

		if (!add_pair(slice_of(text.p + from, to - from), kind, f, &at, e)) {
			form_free(f);
			return false;
		}
		from = to + 1;
	}
	return true;
}

void form_free(struct form *f)
{
	free(f->text);
	*f = (struct form){ 0 };
}

const char *form_get(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->pair[i].name, name) == 0)
			return f->pair[i].value;
	return NULL;
}

bool form_int(const struct form *f, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *out, struct err *e)
{
	const char *s = form_get(f, name);
	size_t digits;
	int64_t v;

	*out = fallback;
	if (s == NULL)
		return true;
	digits = strspn(s[0] == '-' ? s + 1 : s, "0123456789");
	if (digits == 0 || digits > 18 || strlen(s) != digits + (s[0] == '-'))
		return err_set(e, "bad_value", "parameter '%s' is not a whole number", name);
	v = strtoll(s, NULL, 10);
	if (v < min || v > max)
		return err_set(e, "bad_value", "parameter '%s' must lie between %lld and %lld", name, (long long)min, (long long)max);
	*out = v;
	return true;
}

bool form_only(const struct form *f, const char *const *names, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		size_t k = 0;

		while (names[k] != NULL && strcmp(names[k], f->pair[i].name) != 0)
			k++;
		if (names[k] == NULL)
			return err_set(e, "bad_request", "unknown parameter '%.64s'", f->pair[i].name);
	}
	return true;
}
