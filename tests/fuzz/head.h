/* SPDX-License-Identifier: ISC
 * A request's head, cut up in one buffer as libmicrohttpd does it, but with every line ended as it pleases. */
#ifndef TESTS_FUZZ_HEAD_H
#define TESTS_FUZZ_HEAD_H

#include <stdio.h>

#include "tests/fuzz/fuzz.h"
#include "web/guard.h"

/* Ends a line in place: CRLF or a bare LF become NUL, and the library tells neither. Gives the start of the next line. */
static inline char *end_line(char *at)
{
	char *end = strchr(at, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	if (end > at && end[-1] == '\r')
		end[-1] = '\0';
	return end + 1;
}

static inline char *word(char **at)
{
	char *start = *at, *end = strchr(start, ' ');

	if (end != NULL) {
		*end = '\0';
		*at = end + 1;
	}
	return start;
}

static inline void header(struct guard_head *h, char *line)
{
	char *colon = strchr(line, ':');

	if (colon == NULL)
		return;
	*colon++ = '\0';
	while (*colon == ' ' || *colon == '\t')
		colon++;
	if (h->n++ >= GUARD_HEADERS_MAX)
		return;
	h->header[h->n - 1] = (struct guard_header){ .name = line, .value = colon, .name_n = strlen(line), .value_n = strlen(colon) };
}

/* The head is cut up in place; false when there is not even a first line. size is 0 when it does not end. */
static inline bool cut_up(char *text, struct guard_head *h, char target[static GUARD_TARGET_MAX + 2])
{
	char *at = text, *next = end_line(at);

	if (next == NULL)
		return false;
	h->method = word(&at);
	h->target_at = word(&at);
	h->version = at;
	h->target_n = strlen(h->target_at);
	snprintf(target, GUARD_TARGET_MAX + 2, "%s", h->target_at);
	h->target = target;
	for (at = next; (next = end_line(at)) != NULL && *at != '\0'; at = next)
		header(h, at);
	h->size = next == NULL ? 0 : (size_t)(next - text);
	return true;
}

#endif
