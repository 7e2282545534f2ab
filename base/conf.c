/* SPDX-License-Identifier: ISC */
#include "base/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { CONF_NAME_MAX = 48, CONF_LINES_MAX = 10000 };

/* One reading of a file. */
struct reading {
	const char *path;
	FILE *file;
	uint32_t line; /* the one that is being read */
	const struct conf_key *keys;
	size_t n;
	bool *seen;
	void *into;
	struct err *e;
};

static bool size_parse(const char *s, int64_t *out)
{
	static const char letters[] = "kmgt";
	size_t digits = strspn(s, "0123456789");
	const char *unit = s + digits, *at = *unit == '\0' ? NULL : strchr(letters, *unit);
	int shift = at == NULL ? 0 : 10 * (int)(at - letters + 1);
	int64_t v = 0;

	if (digits == 0 || digits > 15 || (*unit != '\0' && (at == NULL || unit[1] != '\0')))
		return false;
	for (size_t i = 0; i < digits; i++)
		v = v * 10 + (s[i] - '0');
	if (v > INT64_MAX >> shift)
		return false;
	*out = v << shift;
	return true;
}

static bool int_parse(const char *s, int64_t *out)
{
	char *end;
	long long v;

	if (strspn(*s == '-' ? s + 1 : s, "0123456789") == 0)
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*out = v;
	return true;
}

static bool bool_parse(const char *s, bool *out)
{
	*out = strcmp(s, "yes") == 0 || strcmp(s, "true") == 0;
	return *out || strcmp(s, "no") == 0 || strcmp(s, "false") == 0;
}

static const char *number_form(enum conf_type type)
{
	if (type == CONF_DURATION)
		return "a duration such as 45s, 90m, 12h or 7d";
	if (type == CONF_SIZE)
		return "a size in bytes such as 4096, 64k or 1m";
	return "a whole number";
}

/* Values may be secrets: no error repeats one. */
static bool set_number(const struct conf_key *k, const char *value, int64_t *to, struct err *e)
{
	bool (*parse)(const char *, int64_t *) = k->type == CONF_DURATION ? time_duration_parse
		: k->type == CONF_SIZE                                    ? size_parse
									  : int_parse;

	if (!parse(value, to))
		return err_set(e, "config_bad_value", "'%s' in [%s] must be %s", k->name, k->section, number_form(k->type));
	if (*to < k->min || *to > k->max)
		return err_set(e, "config_bad_value", "'%s' in [%s] must lie between %" PRId64 " and %" PRId64 "%s", k->name, k->section,
			k->min, k->max,
			k->type == CONF_DURATION       ? " seconds"
				: k->type == CONF_SIZE ? " bytes"
						       : "");
	return true;
}

static bool set_value(const struct conf_key *k, const char *value, void *into, struct err *e)
{
	char *to = (char *)into + k->offset;
	int64_t number;
	bool yes;

	if (k->type == CONF_STRING) {
		size_t n = strlen(value);

		if (n >= k->size)
			return err_set(
				e, "config_bad_value", "'%s' in [%s] has %zu bytes; it may have %zu", k->name, k->section, n, k->size - 1);
		memcpy(to, value, n + 1);
		return true;
	}
	if (k->type == CONF_BOOL) {
		if (!bool_parse(value, &yes))
			return err_set(e, "config_bad_value", "'%s' in [%s] must be yes or no", k->name, k->section);
		memcpy(to, &yes, sizeof(yes));
		return true;
	}
	if (!set_number(k, value, &number, e))
		return false;
	memcpy(to, &number, sizeof(number));
	return true;
}

/* How many letters to insert, remove or replace (Levenshtein). Names longer than the table's are far from everything. */
static size_t distance(const char *a, const char *b)
{
	size_t row[CONF_NAME_MAX + 1], n = strlen(b);

	if (n > CONF_NAME_MAX || strlen(a) > CONF_NAME_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

/* The same name elsewhere is nearer than another name here. */
static const struct conf_key *nearest(const struct reading *r, const char *section, const char *name)
{
	const struct conf_key *best = NULL;
	size_t least = 4;

	for (size_t i = 0; i < r->n; i++) {
		size_t d = distance(name, r->keys[i].name);

		if (d > strlen(r->keys[i].name) / 2)
			continue;
		d += strcmp(section, r->keys[i].section) != 0;
		if (d >= least)
			continue;
		least = d;
		best = &r->keys[i];
	}
	return best;
}

static bool refuse_key(const struct reading *r, const char *section, const char *name)
{
	const struct conf_key *k = nearest(r, section, name);

	if (k == NULL)
		return err_set(
			r->e, "config_unknown_key", "there is no key '%.48s' in [%.48s]; the sample file shows all keys", name, section);
	return err_set(r->e, "config_unknown_key", "there is no key '%.48s' in [%.48s]; did you mean '%s' in [%s]?", name, section, k->name,
		k->section);
}

/* inih's handler: 0 refuses, and the reader below then stops the reading. */
static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;

	if (!err_ok(r->e))
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct conf_key *k = &r->keys[i];

		if (strcmp(section, k->section) != 0 || strcmp(name, k->name) != 0)
			continue;
		if (r->seen[i])
			return err_set(r->e, "config_syntax", "'%s' in [%s] stands there twice; remove one", k->name, k->section);
		r->seen[i] = true;
		return set_value(k, value, r->into, r->e);
	}
	return refuse_key(r, section, name);
}

/* Reads one line for inih, which would take the rest of a long line for the next one and an indented line for more of the value before:
 * here the first is refused, and the second loses its indentation. */
static char *next_line(char *to, int size, void *user)
{
	struct reading *r = user;
	int n = 0, c;

	if (!err_ok(r->e))
		return NULL;
	if (++r->line > CONF_LINES_MAX) {
		err_set(r->e, "config_syntax", "the file has more than %d lines", CONF_LINES_MAX);
		return NULL;
	}
	while ((c = getc(r->file)) != EOF && c != '\n') {
		if (n == 0 && (c == ' ' || c == '\t'))
			continue;
		if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
			err_set(r->e, "config_syntax", "a control character stands in the line");
			return NULL;
		}
		if (n >= size - 2) {
			err_set(r->e, "config_syntax", "the line is too long; it may have %d bytes", size - 2);
			return NULL;
		}
		to[n++] = (char)c;
	}
	if (c == EOF && n == 0)
		return NULL;
	to[n++] = '\n';
	to[n] = '\0';
	return to;
}

/* inih tells the line of the first error only at the end, after it went on reading: what is wrong further down may be but its echo. */
static void settle_syntax(struct reading *r, int bad)
{
	if (bad > 0 && (err_ok(r->e) || (uint32_t)bad < r->line)) {
		err_clear(r->e);
		r->line = (uint32_t)bad;
		err_set(r->e, "config_syntax", "the line is none of [section], name = value and # comment");
	}
	if (!err_ok(r->e))
		r->e->line = r->line;
}

static bool read_file(struct reading *r)
{
	int bad;

	r->file = fopen(r->path, "re");
	if (r->file == NULL)
		return err_set(r->e, "config_unreadable", "cannot read: %s", strerror(errno));
	errno = 0;
	bad = ini_parse_stream(next_line, r, take, r);
	if (bad < 0)
		err_memory(r->e);
	if (ferror(r->file))
		err_set(r->e, "config_unreadable", "cannot read: %s", strerror(errno));
	fclose(r->file);
	if (!err_is(r->e, "config_unreadable"))
		settle_syntax(r, bad);
	return err_ok(r->e);
}

static bool set_fallbacks(const struct reading *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!set_value(&r->keys[i], r->keys[i].fallback, r->into, r->e)) {
			err_prefix(r->e, "fallback of the program: ");
			return false;
		}
	return true;
}

static bool read_all(struct reading *r)
{
	bool rc;

	if (!set_fallbacks(r) || r->path == NULL)
		return err_ok(r->e);
	r->seen = calloc(r->n + 1, sizeof(*r->seen));
	if (r->seen == NULL)
		return err_memory(r->e);
	rc = read_file(r);
	free(r->seen);
	if (r->e->line > 0)
		err_prefix(r->e, "%s, line %u: ", r->path, (unsigned)r->e->line);
	else
		err_prefix(r->e, "%s: ", r->path);
	return rc;
}

bool conf_read(const char *path, const struct conf_key *keys, size_t n, void *into, struct err *e)
{
	struct err own = { 0 };
	struct reading r = { .path = path, .keys = keys, .n = n, .into = into, .e = &own };

	if (read_all(&r))
		return true;
	if (e != NULL && err_ok(e))
		*e = own;
	return false;
}

/* The largest unit that divides it; a zero needs none. */
static void print_units(FILE *to, int64_t v, const int64_t *sizes, const char *letters)
{
	for (size_t i = 0; v != 0 && letters[i] != '\0'; i++)
		if (v % sizes[i] == 0) {
			fprintf(to, " %" PRId64 "%c", v / sizes[i], letters[i]);
			return;
		}
	fprintf(to, " %" PRId64, v);
}

static void print_value(FILE *to, const struct conf_key *k, const void *from)
{
	static const int64_t times[] = { 86400, 3600, 60, 1 }, sizes[] = { INT64_C(1) << 40, 1 << 30, 1 << 20, 1 << 10 };
	const char *at = (const char *)from + k->offset;
	int64_t v = 0;
	bool yes;

	if (k->type == CONF_STRING) {
		fprintf(to, "%s%s", at[0] == '\0' ? "" : " ", at);
		return;
	}
	if (k->type == CONF_BOOL) {
		memcpy(&yes, at, sizeof(yes));
		fputs(yes ? " yes" : " no", to);
		return;
	}
	memcpy(&v, at, sizeof(v));
	if (k->type == CONF_DURATION)
		print_units(to, v, times, "dhms");
	if (k->type == CONF_SIZE)
		print_units(to, v, sizes, "tgmk");
	if (k->type == CONF_INT)
		fprintf(to, " %" PRId64, v);
}

static bool is_first_of_section(const struct conf_key *keys, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(keys[j].section, keys[i].section) == 0)
			return false;
	return true;
}

void conf_print(FILE *to, const struct conf_key *keys, size_t n, const void *from)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_first_of_section(keys, i))
			continue;
		fprintf(to, "%s[%s]\n", i > 0 ? "\n" : "", keys[i].section);
		for (size_t j = i; j < n; j++) {
			if (strcmp(keys[j].section, keys[i].section) != 0)
				continue;
			fprintf(to, "# %s\n%s =", keys[j].help, keys[j].name);
			print_value(to, &keys[j], from);
			fputc('\n', to);
		}
	}
}
