/* SPDX-License-Identifier: ISC
 * What a person would read: solver NUMBER SECRET TICKET.json KIND prints the answer of a ticket's challenge. Number and secret (hex)
 * are the authority's own, from its store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzles.h"
#include "peer/file.h"

static const char *terms_of(const json_t *ticket, const char *kind)
{
	const json_t *one, *all = json_object_get(ticket, "challenges");

	for (size_t i = 0; (one = json_array_get(all, i)) != NULL; i++)
		if (strcmp(json_string_value(json_object_get(one, "kind")), kind) == 0)
			return json_string_value(json_object_get(one, "terms"));
	return NULL;
}

static bool solve(char **argv, const json_t *ticket, struct err *e)
{
	const char *terms = terms_of(ticket, argv[4]);
	char answer[PUZZLE_ANSWER];
	struct secret s;
	struct terms t;
	uint8_t key[32];

	if (terms == NULL || strlen(argv[2]) != 64 || !hex_decode(argv[2], 64, key, sizeof(key)))
		return err_set(e, "not_found", "no such challenge, or no secret");
	secret_make(&s, (uint32_t)strtoul(argv[1], NULL, 10), key);
	if (!terms_read(terms, s.terms, &t, e))
		return false;
	puzzle_answer(&s, &t, answer);
	puts(answer);
	return true;
}

int main(int argc, char **argv)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	json_t *ticket = argc == 5 && file_read(argv[3], 65536, &text, &e) ? json_read(buf_slice(&text), 65536, &e) : NULL;
	bool rc = ticket != NULL && solve(argv, ticket, &e);

	if (!rc)
		fprintf(stderr, "solver: %s\n", e.text);
	json_decref(ticket);
	buf_free(&text);
	return !rc;
}
