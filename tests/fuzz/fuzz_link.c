/* SPDX-License-Identifier: ISC
 * A join link. */
#include "peer/link.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[1024], again[LINK_TEXT_MAX];
	struct join_link l, second;
	struct err e = { 0 };

	if (n >= sizeof(text))
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	join_link_server(text);
	if (!join_link_parse(text, &l, &e)) {
		refused(&e);
		return 0;
	}
	CHECK(join_link_server(l.server));
	join_link_print(&l, again);
	CHECK(join_link_parse(again, &second, NULL) && strcmp(l.server, second.server) == 0 && strcmp(l.group, second.group) == 0 &&
		digest_compare(&l.genesis, &second.genesis) == 0);
	return 0;
}
