/* SPDX-License-Identifier: ISC
 * A request's head: what the guard lets through. */
#include "tests/fuzz/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static char target[GUARD_TARGET_MAX + 2];
	struct guard_head h;
	struct guard_found found;
	struct err e = { 0 };
	char *text = malloc(n + 1);

	CHECK(text != NULL);
	memcpy(text, p, n);
	text[n] = '\0';
	memset(&h, 0, sizeof(h));
	if (cut_up(text, &h, target)) {
		h.layout = n % 2 == 0;
		if (!guard_check(&h, &found, &e))
			refused(&e);
		else
			CHECK(!(found.chunked && found.sized));
		guard_find(&h, "host");
	}
	free(text);
	return 0;
}
