/* SPDX-License-Identifier: ISC */
#include "base/digest.h"

#include <sodium.h>
#include <string.h>

void digest_sha256(struct slice bytes, struct digest *out)
{
	crypto_hash_sha256(out->b, bytes.p, bytes.n);
}

/* The label's NUL parts it from what follows: no label is the beginning of another label's input. */
void digest_labelled(const char *label, const struct slice *parts, size_t n, struct digest *out)
{
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)label, strlen(label) + 1);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha256_update(&h, parts[i].p, parts[i].n);
	crypto_hash_sha256_final(&h, out->b);
	bytes_wipe(&h, sizeof(h));
}

void digest_of(const char *label, struct slice payload, struct digest *out)
{
	digest_labelled(label, &payload, 1, out);
}
