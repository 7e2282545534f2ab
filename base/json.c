/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include <string.h>

#include "base/json_plain.h"

/* A reading position in a text that is not to be trusted: beyond the end stands an endless row of NUL. */
struct cursor {
	struct slice text;
	size_t i;
};

static uint8_t peek(const struct cursor *c)
{
	return c->i < c->text.n ? c->text.p[c->i] : 0;
}

static bool done(const struct cursor *c)
{
	return c->i >= c->text.n;
}

/* Lines end at LF; columns count characters, so that an editor shows the same (continuation bytes of UTF-8 do not count). */
static void line_column(struct slice text, size_t at, uint32_t *line, uint32_t *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < text.n; i++) {
		if (text.p[i] == '\n') {
			(*line)++;
			*column = 1;
			continue;
		}
		if ((text.p[i] & 0xc0) != 0x80)
			(*column)++;
	}
}

/* The words never repeat the input: it may be a secret, and it may be somebody's attack on a terminal. */
static bool refuse(struct slice text, size_t at, const char *name, const char *why, struct err *e)
{
	uint32_t line, column;

	if (e == NULL || !err_ok(e))
		return false;
	line_column(text, at, &line, &column);
	err_set(e, name, "line %u, column %u: %s", (unsigned)line, (unsigned)column, why);
	e->line = line;
	e->column = column;
	return false;
}

/* From the opening quote to behind the closing one (or to the end). */
static void skip_string(struct cursor *c)
{
	for (c->i++; !done(c) && peek(c) != '"'; c->i++)
		if (peek(c) == '\\')
			c->i++;
	c->i++;
}

static bool is_number_byte(uint8_t b)
{
	return (b >= '0' && b <= '9') || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E';
}

/* I-JSON, RFC 7493 section 2.2: what is exact for every reader. Malformed numbers are left to the parser behind. */
static bool check_number(struct cursor *c, struct err *e)
{
	size_t start = c->i;
	int64_t value = 0;

	for (; is_number_byte(peek(c)); c->i++) {
		uint8_t b = peek(c);

		if (b == '.' || b == 'e' || b == 'E')
			return refuse(c->text, start, "bad_json", "a number must be an integer, written without '.' and exponent", e);
		if (b < '0' || b > '9')
			continue;
		value = value * 10 + (b - '0');
		if (value > JSON_INT_MAX)
			return refuse(c->text, start, "bad_json", "an integer must lie within 2^53 - 1 of zero", e);
	}
	if (c->text.p[start] == '-' && c->i - start > 1 && value == 0)
		return refuse(c->text, start, "bad_json", "zero has no sign: write 0", e);
	return true;
}

/* What the parser behind does not check, or only after it has spent stack and memory on it: depth and numbers.
 * On text that is no JSON it may see the structure wrongly; then the parser refuses. */
static bool prescan(struct slice text, struct err *e)
{
	struct cursor c = { .text = text };
	unsigned depth = 0;

	while (!done(&c)) {
		uint8_t b = peek(&c);

		if (b == '"') {
			skip_string(&c);
			continue;
		}
		if (b == '-' || (b >= '0' && b <= '9')) {
			if (!check_number(&c, e))
				return false;
			continue;
		}
		if ((b == '{' || b == '[') && ++depth > JSON_DEPTH_MAX)
			return refuse(text, c.i, "too_deep", "objects and arrays may be nested to a depth of 16", e);
		if ((b == '}' || b == ']') && depth > 0)
			depth--;
		c.i++;
	}
	return true;
}

static const char *why_not(const json_error_t *je)
{
	switch (json_error_code(je)) {
	case json_error_invalid_utf8:
		return "this is not valid UTF-8";
	case json_error_premature_end_of_input:
		return "the text ends before the value does";
	case json_error_end_of_input_expected:
		return "there is something behind the value; the text must be exactly one";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a string must not hold the character U+0000";
	case json_error_duplicate_key:
		return "the object has two members of this name";
	default:
		return "this is not JSON (RFC 8259) with an object or an array at the top";
	}
}

json_t *json_read(struct slice text, size_t max, struct err *e)
{
	json_error_t je;
	json_t *v;

	if (text.n > max) {
		err_set(e, "too_large", "the JSON text has %zu bytes, at most %zu are allowed", text.n, max);
		return NULL;
	}
	if (text.n == 0) {
		refuse(text, 0, "bad_json", "the text is empty", e);
		return NULL;
	}
	v = json_plain_read(text, JSON_DEPTH_MAX, JSON_INT_MAX);
	if (v != NULL)
		return v;
	if (!prescan(text, e))
		return NULL;
	v = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &je);
	if (v != NULL)
		return v;
	if (json_error_code(&je) == json_error_out_of_memory) {
		err_memory(e);
		return NULL;
	}
	/* `position` counts the bytes that were read: the last of them is where it went wrong. */
	refuse(text, je.position > 0 ? (size_t)je.position - 1 : 0, "bad_json", why_not(&je), e);
	return NULL;
}

static int append(const char *bytes, size_t n, void *out)
{
	struct buf *b = out;

	buf_add(b, bytes, n);
	return b->failed ? -1 : 0;
}

static bool write_with(const json_t *v, size_t flags, struct buf *out, struct err *e)
{
	if (out->failed || json_dump_callback(v, append, out, flags | JSON_ENCODE_ANY) != 0)
		return err_memory(e);
	return true;
}

bool json_write(const json_t *v, struct buf *out, struct err *e)
{
	size_t n = out->n;

	if (json_plain_write(v, out))
		return true;
	if (!out->failed)
		out->n = n;
	return write_with(v, JSON_COMPACT, out, e);
}

bool json_write_pretty(const json_t *v, struct buf *out, struct err *e)
{
	if (!write_with(v, JSON_INDENT(2), out, e))
		return false;
	buf_add_u8(out, '\n');
	return out->failed ? err_memory(e) : true;
}

static void skip_space(struct cursor *c)
{
	while (peek(c) == ' ' || peek(c) == '\t' || peek(c) == '\r' || peek(c) == '\n')
		c->i++;
}

/* The text was accepted, so brackets match and counting them is enough. */
static void skip_value(struct cursor *c)
{
	unsigned depth = 0;

	if (peek(c) != '"' && peek(c) != '{' && peek(c) != '[') {
		while (!done(c) && strchr(",]} \t\r\n", peek(c)) == NULL)
			c->i++;
		return;
	}
	do {
		uint8_t b = peek(c);

		if (b == '"') {
			skip_string(c);
			continue;
		}
		if (b == '{' || b == '[')
			depth++;
		if (b == '}' || b == ']')
			depth--;
		c->i++;
	} while (depth > 0 && !done(c));
}

static uint32_t hex4(struct cursor *c)
{
	uint32_t v = 0;

	for (int k = 0; k < 4; k++, c->i++) {
		uint8_t b = peek(c);

		v = v << 4 | (uint32_t)(b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
	}
	return v;
}

/* The UTF-8 of one character of a JSON string at c, which moves behind it. Returns its length. */
static size_t next_char(struct cursor *c, uint8_t out[static 4])
{
	static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
	uint32_t u;

	out[0] = peek(c);
	c->i++;
	if (out[0] != '\\')
		return 1;
	out[0] = peek(c);
	c->i++;
	if (out[0] != 'u') {
		const char *letter = out[0] == 0 ? NULL : strchr(letters, out[0]);

		if (letter != NULL)
			out[0] = (uint8_t)controls[letter - letters];
		return 1;
	}
	u = hex4(c);
	if (u >= 0xd800 && u < 0xdc00) { /* a pair of surrogates, RFC 8259 section 7 */
		c->i += 2;
		u = 0x10000 + ((u - 0xd800) << 10 | (hex4(c) & 0x3ff));
	}
	if (u < 0x80) {
		out[0] = (uint8_t)u;
		return 1;
	}
	if (u < 0x800) {
		out[0] = (uint8_t)(0xc0 | u >> 6);
		out[1] = (uint8_t)(0x80 | (u & 0x3f));
		return 2;
	}
	if (u < 0x10000) {
		out[0] = (uint8_t)(0xe0 | u >> 12);
		out[1] = (uint8_t)(0x80 | (u >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (u & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | u >> 18);
	out[1] = (uint8_t)(0x80 | (u >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (u >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (u & 0x3f));
	return 4;
}

/* Does the string at c spell the reference token (RFC 6901 section 4: "~1" is '/', "~0" is '~')? Moves behind the string. */
static bool name_is(struct cursor *c, struct slice token)
{
	struct cursor t = { .text = token };
	bool same = true;

	c->i++;
	while (!done(c) && peek(c) != '"') {
		uint8_t u[4];
		size_t n = next_char(c, u);

		for (size_t k = 0; k < n; k++) {
			uint8_t want = peek(&t);

			same = same && !done(&t);
			t.i++;
			if (want == '~') {
				same = same && (peek(&t) == '0' || peek(&t) == '1');
				want = peek(&t) == '1' ? '/' : '~';
				t.i++;
			}
			same = same && want == u[k];
		}
	}
	c->i++;
	return same && t.i == token.n;
}

static bool token_index(struct slice token, size_t *out)
{
	size_t v = 0;

	if (token.n == 0 || token.n > 9 || (token.p[0] == '0' && token.n > 1))
		return false;
	for (size_t i = 0; i < token.n; i++) {
		if (token.p[i] < '0' || token.p[i] > '9')
			return false;
		v = v * 10 + (size_t)(token.p[i] - '0');
	}
	*out = v;
	return true;
}

/* From the opening bracket of an object or array to the value that the token names. */
static bool descend(struct cursor *c, struct slice token)
{
	bool object = peek(c) == '{';
	size_t wanted = 0;

	if (!object && (peek(c) != '[' || !token_index(token, &wanted)))
		return false;
	c->i++;
	for (size_t k = 0;; k++, c->i++) {
		bool found = !object && k == wanted;

		skip_space(c);
		if (done(c) || peek(c) == '}' || peek(c) == ']')
			return false;
		if (object) {
			found = name_is(c, token);
			skip_space(c);
			c->i++; /* the colon */
			skip_space(c);
		}
		if (found)
			return true;
		skip_value(c);
		skip_space(c);
		if (peek(c) != ',')
			return false;
	}
}

bool json_locate(struct slice text, const char *pointer, uint32_t *line, uint32_t *column)
{
	struct cursor c = { .text = text };
	const char *p = pointer;

	skip_space(&c);
	while (*p != '\0') {
		size_t n;

		if (*p != '/')
			return false;
		p++;
		n = strcspn(p, "/");
		if (!descend(&c, slice_of(p, n)))
			return false;
		p += n;
	}
	if (done(&c))
		return false;
	line_column(text, c.i, line, column);
	return true;
}
