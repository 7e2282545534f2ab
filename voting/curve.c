/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <string.h>

#include "voting/curve.h"

_Static_assert(CURVE_BYTES == crypto_core_ed25519_BYTES && CURVE_BYTES == crypto_core_ed25519_SCALARBYTES, "both are 32 bytes");

/* ---- scalars */

/* libsodium reduces 64 bytes only, and takes 32 of L and above without a word. Comparing what is left over with what came takes constant
 * time. */
bool scalar_decode(const uint8_t b[static CURVE_BYTES], struct scalar *out, struct err *e)
{
	uint8_t wide[crypto_core_ed25519_NONREDUCEDSCALARBYTES] = { 0 };
	struct scalar reduced;
	bool canonical;

	memcpy(wide, b, CURVE_BYTES);
	crypto_core_ed25519_scalar_reduce(reduced.b, wide);
	canonical = bytes_equal_ct(reduced.b, b, CURVE_BYTES);
	if (canonical)
		*out = reduced;
	bytes_wipe(wide, sizeof(wide));
	bytes_wipe(&reduced, sizeof(reduced));
	return canonical || err_set(e, "bad_scalar", "a number is not below the order of the curve's group (RFC 9591 6.1)");
}

void scalar_of(uint64_t number, struct scalar *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(number); i++)
		out->b[i] = (uint8_t)(number >> (8 * i));
}

void scalar_random(struct scalar *out)
{
	crypto_core_ed25519_scalar_random(out->b);
}

void scalar_hash(const struct slice *parts, size_t n, struct scalar *out)
{
	crypto_hash_sha512_state h;
	uint8_t wide[crypto_hash_sha512_BYTES];

	crypto_hash_sha512_init(&h);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha512_update(&h, parts[i].p, parts[i].n);
	crypto_hash_sha512_final(&h, wide);
	crypto_core_ed25519_scalar_reduce(out->b, wide);
	bytes_wipe(wide, sizeof(wide));
	bytes_wipe(&h, sizeof(h));
}

void scalar_derive(const uint8_t seed[static SEED_BYTES], const char *purpose, uint32_t index, struct scalar *out)
{
	const uint8_t at[] = { (uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index };
	const struct slice parts[] = { slice_str("gmc-scalar/1"), { (const uint8_t *)"", 1 }, slice_of(seed, SEED_BYTES),
		slice_of(at, sizeof(at)), slice_str(purpose) };

	scalar_hash(parts, sizeof(parts) / sizeof(parts[0]), out);
}

void scalar_add(const struct scalar *a, const struct scalar *b, struct scalar *out)
{
	crypto_core_ed25519_scalar_add(out->b, a->b, b->b);
}

void scalar_sub(const struct scalar *a, const struct scalar *b, struct scalar *out)
{
	crypto_core_ed25519_scalar_sub(out->b, a->b, b->b);
}

void scalar_mul(const struct scalar *a, const struct scalar *b, struct scalar *out)
{
	crypto_core_ed25519_scalar_mul(out->b, a->b, b->b);
}

void scalar_invert(const struct scalar *a, struct scalar *out)
{
	/* It computes a^(L-2), which is 0 for 0, and says so by -1. */
	if (crypto_core_ed25519_scalar_invert(out->b, a->b) != 0)
		memset(out, 0, sizeof(*out));
}

bool scalar_is_zero(const struct scalar *a)
{
	return sodium_is_zero(a->b, sizeof(a->b));
}

/* ---- points */

/* y = 1. */
static const struct point identity = { .b = { 1 } };

void point_identity(struct point *out)
{
	*out = identity;
}

bool point_is_identity(const struct point *p)
{
	return point_equal(p, &identity);
}

bool point_equal(const struct point *p, const struct point *q)
{
	return memcmp(p->b, q->b, CURVE_BYTES) == 0;
}

/* Both y and the sign are out of range: nothing decodes it, and nothing equals it. */
static void no_point(struct point *out)
{
	memset(out->b, 0xff, CURVE_BYTES);
}

bool point_decode(const uint8_t b[static CURVE_BYTES], struct point *out, struct err *e)
{
	if (crypto_core_ed25519_is_valid_point(b) != 1)
		return err_set(e, "bad_point", "a point is not canonical, of small or mixed order, or the identity (RFC 9591 6.1)");
	memcpy(out->b, b, CURVE_BYTES);
	return true;
}

/* libsodium refuses a result that is the identity; with B, only 0 gives it. */
void point_base(const struct scalar *s, struct point *out)
{
	if (crypto_scalarmult_ed25519_base_noclamp(out->b, s->b) != 0)
		point_identity(out);
}

/* The same, and it refuses to multiply the identity. */
void point_mul(const struct scalar *s, const struct point *p, struct point *out)
{
	struct point product;

	if (crypto_scalarmult_ed25519_noclamp(product.b, s->b, p->b) == 0)
		*out = product;
	else if (point_is_identity(p) || (crypto_core_ed25519_is_valid_point(p->b) == 1 && scalar_is_zero(s)))
		point_identity(out);
	else
		no_point(out);
}

void point_add(const struct point *p, const struct point *q, struct point *out)
{
	if (crypto_core_ed25519_add(out->b, p->b, q->b) != 0)
		no_point(out);
}

void point_sub(const struct point *p, const struct point *q, struct point *out)
{
	if (crypto_core_ed25519_sub(out->b, p->b, q->b) != 0)
		no_point(out);
}

/* ---- does this libsodium do what all of the above takes for granted? */

static bool refuses_bad_points(void)
{
	static const char *const bad[] = {
		"0100000000000000000000000000000000000000000000000000000000000000", /* the identity */
		"0100000000000000000000000000000000000000000000000000000000000080", /* its x is 0, and negative */
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* of order 2 */
		"0000000000000000000000000000000000000000000000000000000000000080", /* of order 4 */
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", /* of order 8 */
		"9599999999999999999999999999999999999999999999999999999999999999", /* B and that of order 2: CVE-2025-69277 */
		"9bad33f580df7ecc49df5342bac8145d5bedc40f573d1b067f3c4ce449689a15", /* of order 4 */
		"98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819", /* of order 8 */
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p */
		"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p + 3, where y = 3 is on the curve */
		"0200000000000000000000000000000000000000000000000000000000000000", /* not on the curve */
	};
	struct point p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!hex_decode(bad[i], 64, p.b, sizeof(p.b)) || point_decode(p.b, &p, NULL))
			return false;
	return true;
}

/* In the group: B + B = 2 B, B - B and 0 B are nothing. Modulo L: (L - 1) + 1 = 0, 3 (1/3) = 1. */
static bool computes(void)
{
	struct scalar one, two, three, minus, s;
	struct point b, sum, twice, p;
	bool ok;

	scalar_of(0, &s);
	scalar_of(1, &one);
	scalar_of(2, &two);
	scalar_of(3, &three);
	scalar_sub(&s, &one, &minus);
	point_base(&s, &p);
	ok = point_is_identity(&p);
	point_base(&one, &b);
	point_add(&b, &b, &sum);
	point_mul(&two, &b, &twice);
	point_mul(&minus, &b, &p);
	point_add(&p, &b, &p);
	ok = ok && point_decode(b.b, &b, NULL) && point_equal(&sum, &twice) && point_is_identity(&p);
	scalar_add(&minus, &one, &s);
	ok = ok && scalar_is_zero(&s);
	scalar_invert(&three, &s);
	scalar_mul(&s, &three, &s);
	return ok && bytes_equal_ct(&s, &one, sizeof(s));
}

bool curve_self_test(struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, "crypto_unavailable", "libsodium does not start");
	if (!refuses_bad_points())
		return err_set(
			e, "crypto_unavailable", "this libsodium takes points that are none of Ed25519's group: install a corrected one");
	return computes() || err_set(e, "crypto_unavailable", "this libsodium computes wrongly: install another build of it");
}
