/* SPDX-License-Identifier: ISC */
#include "base/digest.h"

#include <string.h>

/* OpenSSL's functions on a state of the caller's own, deprecated in 3.0 for not going through a provider: of all that there is, they alone
 * use the processor's instructions for SHA-256 and can neither allocate nor fail. docs/DESIGN.md has what the others cost. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

/* The functions return 1 whatever they are given. */
static void add(SHA256_CTX *h, struct slice s)
{
	if (s.n > 0)
		(void)SHA256_Update(h, s.p, s.n);
}

static void add_parts(SHA256_CTX *h, const struct slice *parts, size_t n, struct digest *out)
{
	for (size_t i = 0; i < n; i++)
		add(h, parts[i]);
	(void)SHA256_Final(out->b, h);
	/* parts may be secret seeds */
	bytes_wipe(h, sizeof(*h));
}

void digest_sha256(struct slice bytes, struct digest *out)
{
	digest_parts(&bytes, 1, out);
}

void digest_parts(const struct slice *parts, size_t n, struct digest *out)
{
	SHA256_CTX h;

	(void)SHA256_Init(&h);
	add_parts(&h, parts, n, out);
}

/* The label's NUL parts it from what follows: no label is the beginning of another label's input. */
void digest_labelled(const char *label, const struct slice *parts, size_t n, struct digest *out)
{
	SHA256_CTX h;

	(void)SHA256_Init(&h);
	add(&h, slice_of(label, strlen(label) + 1));
	add_parts(&h, parts, n, out);
}

void digest_of(const char *label, struct slice payload, struct digest *out)
{
	digest_labelled(label, &payload, 1, out);
}
