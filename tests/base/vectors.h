/* SPDX-License-Identifier: ISC
 * Published test vectors that are not part of the tree: $VECTORS/..., or ../shared/vectors. Tests skip themselves when they are absent. */
#ifndef TESTS_BASE_VECTORS_H
#define TESTS_BASE_VECTORS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file as JSON, or NULL with "skipped" printed. The result must be passed to json_decref. */
static inline json_t *vectors_load(const char *name)
{
	const char *dir = getenv("VECTORS");
	char path[1024];
	json_t *v;

	snprintf(path, sizeof(path), "%s/%s", dir == NULL || *dir == '\0' ? "../shared/vectors" : dir, name);
	v = json_load_file(path, 0, NULL);
	if (v == NULL)
		printf("%s: skipped, VECTORS names no folder that has it\n", name);
	return v;
}

static inline const char *vectors_text(const json_t *v, const char *name)
{
	const char *s = json_string_value(json_object_get(v, name));

	return s == NULL ? "" : s;
}

/* A member in hex, into at most max bytes; its length, or SIZE_MAX when it is longer or no hex. */
static inline size_t vectors_hex(const json_t *v, const char *name, unsigned char *out, size_t max)
{
	const char *s = vectors_text(v, name);
	size_t n = strlen(s) / 2;

	if (n > max)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		char pair[3] = { s[2 * i], s[2 * i + 1], '\0' }, *end;

		out[i] = (unsigned char)strtoul(pair, &end, 16);
		if (*end != '\0')
			return SIZE_MAX;
	}
	return n;
}

#endif
