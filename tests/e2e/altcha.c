/* SPDX-License-Identifier: ISC
 * The server's side of ALTCHA, for tests/interop/altcha.mjs: altcha SIGNATURE-KEY KEY TERMS print UNTIL COUNTER prints a challenge,
 * altcha SIGNATURE-KEY KEY TERMS check reads from stdin what the widget gives, and prints the counter or the name of the error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/altcha.h"

static int say(const struct err *e)
{
	printf("%s\n", e->name);
	return 1;
}

static int print(char **argv, const struct altcha_keys *k)
{
	struct work_done w = { .counter = (uint32_t)strtoul(argv[6], NULL, 10) };
	struct buf text = { 0 };
	struct err e = { 0 };
	json_t *made = NULL;
	bool rc;

	bytes_random(&w.puzzle, sizeof(w.puzzle));
	rc = work_derive(&w.puzzle, w.counter, w.key, &e) && altcha_print(&w, argv[3], strtoll(argv[5], NULL, 10), k, &made, &e) &&
		json_write(made, &text, &e);
	if (rc)
		printf("%s\n", buf_cstr(&text));
	json_decref(made);
	buf_free(&text);
	return rc ? 0 : say(&e);
}

/* What it says is evidence is derived again, as auditors do. */
static int check(char **argv, const struct altcha_keys *k)
{
	char text[2 * ALTCHA_SOLUTION_MAX];
	const size_t n = fread(text, 1, sizeof(text), stdin);
	struct altcha_solution s;
	struct err e = { 0 };
	struct work_done w;

	if (!altcha_read(slice_of(text, n), &s, &e) || !altcha_verify(&s, k, argv[3], &w, &e) ||
		!work_holds(&w, work_effort(w.counter), &e))
		return say(&e);
	printf("%u\n", (unsigned)w.counter);
	return 0;
}

int main(int argc, char **argv)
{
	const bool prints = argc == 7 && strcmp(argv[4], "print") == 0, checks = argc == 5 && strcmp(argv[4], "check") == 0;
	struct altcha_keys k;

	if ((!prints && !checks) || strlen(argv[1]) != ALTCHA_KEY || strlen(argv[2]) != ALTCHA_KEY) {
		fprintf(stderr, "usage: altcha SIGNATURE-KEY KEY TERMS print UNTIL COUNTER | ... check; a key has %d bytes\n",
			(int)ALTCHA_KEY);
		return 2;
	}
	k.signature = (const uint8_t *)argv[1];
	k.key = (const uint8_t *)argv[2];
	return prints ? print(argv, &k) : check(argv, &k);
}
