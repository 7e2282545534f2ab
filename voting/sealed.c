/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <string.h>

#include "base/digest.h"
#include "voting/sealed.h"

_Static_assert(SEALED_KEY == crypto_box_PUBLICKEYBYTES && SEALED_KEY == crypto_box_SECRETKEYBYTES, "X25519");
_Static_assert(sizeof(struct sealed) == SEALED_KEY + crypto_box_MACBYTES + CURVE_BYTES, "key, authenticator, number");

void sealed_pair(
	const uint8_t seed[static SEED_BYTES], const char *purpose, uint32_t index, struct sealed_public *pub, struct sealed_secret *secret)
{
	const uint8_t at[] = { (uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index };
	const struct slice parts[] = { slice_of(seed, SEED_BYTES), slice_of(at, sizeof(at)), slice_str(purpose) };
	struct digest d;

	digest_labelled("gmc-pair/1", parts, sizeof(parts) / sizeof(parts[0]), &d);
	memcpy(secret->b, d.b, SEALED_KEY);
	bytes_wipe(&d, sizeof(d));
	crypto_scalarmult_curve25519_base(pub->b, secret->b);
}

static void nonce_of(const uint8_t from[static SEALED_KEY], const uint8_t to[static SEALED_KEY], struct slice bound,
	uint8_t out[static crypto_box_NONCEBYTES])
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, crypto_box_NONCEBYTES);
	crypto_generichash_update(&h, from, SEALED_KEY);
	crypto_generichash_update(&h, to, SEALED_KEY);
	crypto_generichash_update(&h, bound.p, bound.n);
	crypto_generichash_final(&h, out, crypto_box_NONCEBYTES);
}

bool sealed_make(const struct scalar *number, const struct sealed_secret *once, const struct sealed_public *to, struct slice bound,
	struct sealed *out, struct err *e)
{
	uint8_t nonce[crypto_box_NONCEBYTES];

	crypto_scalarmult_curve25519_base(out->b, once->b);
	nonce_of(out->b, to->b, bound, nonce);
	if (crypto_box_easy(out->b + SEALED_KEY, number->b, CURVE_BYTES, nonce, to->b, once->b) == 0)
		return true;
	bytes_wipe(out, sizeof(*out));
	return err_set(e, "weak_key", "the receiver's X25519 key is of small order");
}

bool sealed_open(const struct sealed *s, const struct sealed_secret *mine, struct slice bound, struct scalar *out, struct err *e)
{
	uint8_t nonce[crypto_box_NONCEBYTES], own[SEALED_KEY], number[CURVE_BYTES] = { 0 };
	bool rc = false;

	crypto_scalarmult_curve25519_base(own, mine->b);
	nonce_of(s->b, own, bound, nonce);
	if (crypto_box_open_easy(number, s->b + SEALED_KEY, sizeof(s->b) - SEALED_KEY, nonce, s->b, mine->b) == 0)
		rc = scalar_decode(number, out, e);
	else
		err_set(e, "bad_seal", "a sealed number does not open: it is for somebody else, of another ceremony, or was altered");
	bytes_wipe(number, sizeof(number));
	return rc;
}

bool sealed_check(const struct sealed *s, const struct scalar *number, const struct sealed_secret *once, const struct sealed_public *to,
	struct slice bound, struct err *e)
{
	struct sealed again;

	if (!sealed_make(number, once, to, bound, &again, e))
		return false;
	return memcmp(&again, s, sizeof(again)) == 0 || err_set(e, "bad_seal", "this is not what was sealed");
}
