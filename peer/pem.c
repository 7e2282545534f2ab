/* SPDX-License-Identifier: ISC */
#include "peer/pem.h"

#include <stdio.h>
#include <string.h>

#include "peer/der.h"

enum { LINE = 64, LABEL_MAX = 40 };

/* Takes a line from the front, without its end (LF or CRLF) and without white space behind it. */
static bool next_line(struct slice *text, struct slice *line)
{
	const uint8_t *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	*line = slice_of(text->p, end == NULL ? text->n : (size_t)(end - text->p));
	*text = slice_of(line->p + line->n + (end != NULL), text->n - line->n - (end != NULL));
	while (line->n > 0 && (line->p[line->n - 1] == '\r' || line->p[line->n - 1] == ' ' || line->p[line->n - 1] == '\t'))
		line->n--;
	return true;
}

static bool is_boundary(struct slice line, const char *which, const char *label)
{
	char want[LABEL_MAX + 24];

	snprintf(want, sizeof(want), "-----%s %s-----", which, label);
	return slice_equal(line, slice_str(want));
}

/* Passes over everything up to and with the line that begins a block. */
static bool find_block(struct slice *text, const char *label)
{
	struct slice line;

	while (next_line(text, &line))
		if (is_boundary(line, "BEGIN", label))
			return true;
	return false;
}

bool pem_has(struct slice text, const char *label)
{
	return find_block(&text, label);
}

/* RFC 7468 section 3, the base64 of RFC 4648 section 4: as base64url without its padding, which must be there and right. */
static bool decode(struct buf *base64, struct buf *der)
{
	size_t n = base64->n, padding = 0;

	if (n == 0 || n % 4 != 0)
		return false;
	while (padding < 2 && base64->p[n - 1] == '=') {
		n--;
		padding++;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t c = base64->p[i];

		if (c == '-' || c == '_')
			return false;
		if (c == '+' || c == '/')
			base64->p[i] = c == '+' ? '-' : '_';
	}
	return base64url_decode(slice_of(base64->p, n), der);
}

/* From behind the line that begins a block to behind the one that ends it. */
static bool read_block(struct slice *text, const char *label, struct buf *der, struct err *e)
{
	struct buf base64 = { 0 };
	struct slice line;
	bool ended = false, rc;

	while (!ended && next_line(text, &line)) {
		ended = is_boundary(line, "END", label);
		if (!ended)
			buf_add_slice(&base64, line);
	}
	if (base64.failed)
		rc = err_memory(e);
	else
		rc = (ended && decode(&base64, der)) ||
			err_set(e, "bad_pem", "the %s block is cut off or not strict base64: fetch the file again", label);
	buf_free(&base64);
	return rc;
}

static bool is_der(struct slice text)
{
	struct der d = der_of(text);
	struct slice all;

	return der_element(&d, DER_SEQUENCE, &all) && der_done(&d);
}

bool pem_read(struct slice text, const char *label, struct buf *der, struct err *e)
{
	if (is_der(text)) {
		buf_add_slice(der, text);
		return der->failed ? err_memory(e) : true;
	}
	/* RFC 7468 section 7: an older name, which GnuTLS still writes */
	if (strcmp(label, "CERTIFICATE REQUEST") == 0 && !pem_has(text, label))
		label = "NEW CERTIFICATE REQUEST";
	if (!find_block(&text, label))
		return err_set(e, "bad_pem", "there is no block \"-----BEGIN %s-----\": is this the right file?", label);
	if (!read_block(&text, label, der, e))
		return false;
	if (pem_has(text, label))
		return err_set(e, "bad_pem", "there are several %s blocks: keep the one that is meant", label);
	return true;
}

static void put_base64(struct slice der, struct buf *out)
{
	static const char padding[3][3] = { "", "==", "=" };
	char line[LINE + 1];

	for (size_t i = 0; i < der.n; i += LINE / 4 * 3) {
		size_t n = der.n - i < LINE / 4 * 3 ? der.n - i : LINE / 4 * 3;

		base64url_encode(der.p + i, n, line);
		for (char *c = line; *c != '\0'; c++)
			*c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
		buf_printf(out, "%s%s\n", line, padding[n % 3]);
	}
	bytes_wipe(line, sizeof(line));
}

bool pem_write(const char *label, struct slice der, struct buf *out)
{
	buf_printf(out, "-----BEGIN %s-----\n", label);
	put_base64(der, out);
	buf_printf(out, "-----END %s-----\n", label);
	return !out->failed;
}
