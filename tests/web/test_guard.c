/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "web/guard.h"

/* Lays a head out in place as libmicrohttpd does: ends of lines, the colons and the spaces of the request line become NUL. */
struct laid {
	char text[40000];
	char target[GUARD_TARGET_MAX + 2];
	struct guard_head h;
};

/* Ends the line at p, in CRLF or a bare LF; gives the next. */
static char *end_line(char *p)
{
	char *lf = strchr(p, '\n');

	assert_non_null(lf);
	if (lf > p && lf[-1] == '\r')
		lf[-1] = '\0';
	*lf = '\0';
	return lf + 1;
}

static void lay(struct laid *l, const char *raw)
{
	char *p = l->text, *next;

	memset(l, 0, sizeof(*l));
	snprintf(l->text, sizeof(l->text), "%s", raw);
	l->h.size = strlen(raw);
	l->h.layout = true;
	next = end_line(p);
	l->h.method = p;
	l->h.target_at = strchr(p, ' ') + 1;
	l->h.version = strrchr(p, ' ') + 1;
	*strchr(p, ' ') = '\0';
	*((char *)(uintptr_t)l->h.version - 1) = '\0';
	l->h.target_n = strlen(l->h.target_at);
	snprintf(l->target, sizeof(l->target), "%s", l->h.target_at);
	l->h.target = l->target;
	for (p = next; *p != '\r' && *p != '\n'; p = next) {
		struct guard_header f = { .name = p };
		char *colon = strchr(p, ':');

		next = end_line(p);
		*colon = '\0';
		f.value = colon + 1 + strspn(colon + 1, " \t");
		f.name_n = strlen(f.name);
		f.value_n = strlen(f.value);
		if (l->h.n < GUARD_HEADERS_MAX)
			l->h.header[l->h.n] = f;
		l->h.n++;
	}
}

static void good(const char *raw, struct guard_found *found)
{
	struct laid *l = malloc(sizeof(*l));
	struct err e = { 0 };

	lay(l, raw);
	if (!guard_check(&l->h, found, &e))
		fail_msg("refused: %s: %s", e.text, raw);
	free(l);
}

static void bad(const char *raw, const char *name)
{
	struct laid *l = malloc(sizeof(*l));
	struct guard_found found;
	struct err e = { 0 };

	lay(l, raw);
	if (guard_check(&l->h, &found, &e))
		fail_msg("let in: %s", raw);
	assert_string_equal(e.name, name);
	free(l);
}

#define LINE "POST /a HTTP/1.1\r\n"
#define HOST "Host: a\r\n"

static void honest_heads_pass(void **state)
{
	struct guard_found f;

	(void)state;
	good("GET / HTTP/1.1\r\n" HOST "\r\n", &f);
	assert_false(f.sized || f.chunked);
	good(LINE HOST "Content-Length: 17\r\nX: \r\nY:\t z \r\n\r\n", &f);
	assert_true(f.sized && !f.chunked && f.length == 17);
	good(LINE HOST "transfer-encoding: Chunked\r\n\r\n", &f);
	assert_true(f.chunked && !f.sized);
	good("GET /a%20b?x=%41&y HTTP/1.1\r\nhost:a\r\nU: \xc3\xa4\r\n\r\n", &f);
}

static void framing_has_one_reading(void **state)
{
	(void)state;
	bad(LINE HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", "bad_request");
	bad(LINE HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "bad_request");
	bad(LINE HOST "Transfer-Encoding: xchunked\r\n\r\n", "bad_request");
	bad(LINE HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", "bad_request");
	bad(LINE HOST "Transfer-Encoding: identity\r\n\r\n", "bad_request");
	bad(LINE HOST "Transfer-Encoding: chunked \r\n\r\n", "bad_request");
	bad("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: +4\r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: 4, 4\r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: \r\n\r\n", "bad_request");
	bad(LINE HOST "Content-Length: 9999999999999999999\r\n\r\n", "bad_request");
	bad(LINE "\r\n", "bad_request");
	bad(LINE HOST HOST "\r\n", "bad_request");
}

static void names_and_values_are_tame(void **state)
{
	(void)state;
	bad(LINE HOST "Transfer-Encoding : chunked\r\n\r\n", "bad_request");
	bad(LINE HOST "a b: c\r\n\r\n", "bad_request");
	bad(LINE HOST ": c\r\n\r\n", "bad_request");
	bad(LINE HOST "a(: c\r\n\r\n", "bad_request");
	bad(LINE HOST "a: b\rc\r\n\r\n", "bad_request");
	bad(LINE HOST "a: b\x01\r\n\r\n", "bad_request");
	bad(LINE HOST "a: b\x7f\r\n\r\n", "bad_request");
	bad("P(ST / HTTP/1.1\r\n" HOST "\r\n", "bad_request");
}

static void targets_are_paths(void **state)
{
	char raw[GUARD_TARGET_MAX + 100] = "GET /", *p = raw + 5;

	(void)state;
	bad("GET http://b/ HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("GET /a%00b HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("GET /a b HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("GET /a\\b HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("GET /a#b HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	bad("GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", "bad_request");
	memset(p, 'a', GUARD_TARGET_MAX);
	snprintf(p + GUARD_TARGET_MAX, 64, " HTTP/1.1\r\n" HOST "\r\n");
	bad(raw, "bad_request");
}

static void heads_are_bounded(void **state)
{
	static char raw[40000];
	int n = snprintf(raw, sizeof(raw), LINE HOST);

	(void)state;
	for (int i = 0; i < GUARD_HEADERS_MAX; i++)
		n += snprintf(raw + n, sizeof(raw) - (size_t)n, "x: y\r\n");
	snprintf(raw + n, sizeof(raw) - (size_t)n, "\r\n");
	bad(raw, "headers_too_large");
	n = snprintf(raw, sizeof(raw), LINE HOST "x: ");
	memset(raw + n, 'y', GUARD_HEAD_MAX);
	snprintf(raw + n + GUARD_HEAD_MAX, 10, "\r\n\r\n");
	bad(raw, "headers_too_large");
}

static void lines_end_in_crlf(void **state)
{
	(void)state;
	bad("POST / HTTP/1.1\n" HOST "\r\n", "bad_request");
	bad(LINE "Host: a\n\r\n", "bad_request");
	bad(LINE HOST "x: y\nz: w\r\n\r\n", "bad_request");
	bad(LINE HOST "\n", "bad_request");
	/* A missing byte here cannot be made good by an odd one there. */
	bad(LINE "Host: a\nx: y \x01\r\n\r\n", "bad_request");
}

/* What the library does with a folded line or a NUL, done by hand: the value is shorter than its place, or lies elsewhere. */
static void values_fill_their_places(void **state)
{
	struct laid *l = malloc(sizeof(*l));
	struct guard_found found;
	struct err e = { 0 };
	char *copy;

	(void)state;
	lay(l, LINE HOST "x: abcdef\r\n\r\n");
	l->h.header[1].value_n = 3;
	assert_false(guard_check(&l->h, &found, &e));
	assert_true(err_is(&e, "bad_request"));
	err_clear(&e);
	lay(l, LINE HOST "x: abcdef\r\n\r\n");
	copy = strdup("x");
	l->h.header[1].name = copy;
	assert_false(guard_layout(&l->h, &e));
	err_clear(&e);
	free(copy);
	lay(l, LINE HOST "x: abcdef\r\n\r\n");
	l->h.size += 10;
	assert_false(guard_layout(&l->h, &e));
	err_clear(&e);
	l->h.layout = false;
	assert_true(guard_check(&l->h, &found, &e));
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_heads_pass),
		cmocka_unit_test(framing_has_one_reading),
		cmocka_unit_test(names_and_values_are_tame),
		cmocka_unit_test(targets_are_paths),
		cmocka_unit_test(heads_are_bounded),
		cmocka_unit_test(lines_end_in_crlf),
		cmocka_unit_test(values_fill_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
