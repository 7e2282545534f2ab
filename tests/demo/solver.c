/* SPDX-License-Identifier: ISC
 * What a person would read: solver NUMBER SECRET TERMS prints the answer of the challenge with these terms. Number and secret (hex) are
 * the authority's own, from its store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/puzzles.h"

static bool solve(char **argv, struct err *e)
{
	char answer[PUZZLE_ANSWER];
	struct secret s;
	struct terms t;
	uint8_t key[32];

	if (strlen(argv[2]) != 64 || !hex_decode(argv[2], 64, key, sizeof(key)))
		return err_set(e, "bad_argument", "the secret is 64 hex digits");
	secret_make(&s, (uint32_t)strtoul(argv[1], NULL, 10), key);
	if (!terms_read(argv[3], s.terms, &t, e))
		return false;
	puzzle_answer(&s, &t, answer);
	puts(answer);
	return true;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };

	if (argc == 4 && solve(argv, &e))
		return 0;
	fprintf(stderr, "solver: %s\n", e.text);
	return 1;
}
