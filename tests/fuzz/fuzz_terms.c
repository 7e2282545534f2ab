/* SPDX-License-Identifier: ISC
 * Terms of challenges, as text that somebody brings; and as fields under a MAC that holds, which no stranger can make. And requests for
 * them. */
#include <sodium.h>
#include <stdlib.h>

#include "authority/terms.h"
#include "tests/fuzz/fuzz.h"
#include "voting/ticket.h"

static const uint8_t key[TERMS_KEY] = { 1 }, nonce[TICKET_NONCE] = { 1 };

ROUND(KIND_TICKET, struct ticket, ticket_parse, ticket_print(&a, nonce))

static void read_back(const char *text)
{
	char again[TERMS_TEXT];
	struct terms t;

	if (!terms_read(text, key, &t, NULL))
		return;
	terms_write(&t, key, again);
	if (strcmp(text, again) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t signed_bytes[TERMS_MAX];
	char text[TERMS_TEXT];
	size_t take = n < TERMS_TEXT - 1 ? n : TERMS_TEXT - 1;

	memcpy(text, p, take);
	text[take] = '\0';
	read_back(text);
	take = n < TERMS_MAX - 32 ? n : TERMS_MAX - 32;
	memcpy(signed_bytes, p, take);
	crypto_auth_hmacsha256(signed_bytes + take, signed_bytes, take, key);
	base64url_encode(signed_bytes, take + 32, text);
	read_back(text);
	round_ticket_parse(slice_of(p, n));
	return 0;
}
