/* SPDX-License-Identifier: ISC */
#include "authority/puzzle/dice.h"

#include <sodium.h>
#include <string.h>

_Static_assert(DICE_SEED == crypto_stream_chacha20_KEYBYTES, "the seed is the stream's key");

void dice_init(struct dice *d, const uint8_t seed[static DICE_SEED])
{
	memset(d, 0, sizeof(*d));
	memcpy(d->seed, seed, DICE_SEED);
}

void dice_wipe(struct dice *d)
{
	bytes_wipe(d, sizeof(*d));
}

/* The nonce counts the blocks: no part of the stream comes twice. */
static void refill(struct dice *d)
{
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	for (size_t i = 0; i < sizeof(nonce); i++)
		nonce[i] = (uint8_t)(d->blocks >> (8 * i));
	crypto_stream_chacha20(d->block, sizeof(d->block), nonce, d->seed);
	d->blocks++;
	d->left = sizeof(d->block);
}

void dice_bytes(struct dice *d, void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		size_t take;

		if (d->left == 0)
			refill(d);
		take = n < d->left ? n : d->left;
		memcpy(p, d->block + sizeof(d->block) - d->left, take);
		d->left -= take;
		p += take;
		n -= take;
	}
}

static uint32_t throw(struct dice * d)
{
	uint8_t b[4];

	dice_bytes(d, b, sizeof(b));
	return bytes_u32(b);
}

/* What is above the last multiple of n is thrown again, or small values came more often. */
uint32_t dice_below(struct dice *d, uint32_t n)
{
	const uint32_t limit = UINT32_MAX - UINT32_MAX % n;
	uint32_t v;

	do
		v = throw(d);
	while (v >= limit);
	return v % n;
}

double dice_between(struct dice *d, double low, double high)
{
	return low + (high - low) * (throw(d) / 4294967296.0);
}

void dice_shuffle(struct dice *d, uint8_t *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		uint32_t j = dice_below(d, (uint32_t)i);
		uint8_t kept = v[i - 1];

		v[i - 1] = v[j];
		v[j] = kept;
	}
}
