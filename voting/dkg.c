/* SPDX-License-Identifier: ISC */
#include "voting/dkg.h"

#include <string.h>

void dkg_deal(const uint8_t seed[static SEED_BYTES], size_t t, struct dkg_polynomial *out)
{
	out->t = t;
	for (size_t k = 0; k < t; k++)
		scalar_derive(seed, "deal", (uint32_t)k, &out->f[k]);
}

void dkg_redeal(const uint8_t seed[static SEED_BYTES], const struct share *mine, const share_id *ids, size_t n, size_t i, size_t t,
	struct dkg_polynomial *out)
{
	struct scalar lambda;

	dkg_deal(seed, t, out);
	shares_lagrange(ids, n, i, 0, &lambda);
	scalar_mul(&lambda, &mine->value, &out->f[0]);
}

static void challenge(share_id id, const struct point *first, const struct point *r, struct slice bound, struct scalar *out)
{
	struct scalar number;
	const struct slice parts[] = { slice_str("FROST-ED25519-SHA512-v1dkg"), slice_of(number.b, CURVE_BYTES),
		slice_of(first->b, CURVE_BYTES), slice_of(r->b, CURVE_BYTES), bound };

	scalar_of(id, &number);
	scalar_hash(parts, sizeof(parts) / sizeof(parts[0]), out);
}

void dkg_prove(const struct dkg_polynomial *p, share_id id, struct slice bound, const struct scalar *nonce, struct dkg_proof *out)
{
	struct point first;
	struct scalar c;

	point_base(&p->f[0], &first);
	point_base(nonce, &out->r);
	challenge(id, &first, &out->r, bound, &c);
	scalar_mul(&c, &p->f[0], &c);
	scalar_add(&c, nonce, &out->z);
	bytes_wipe(&c, sizeof(c));
}

/* z B = R + c C_0 */
bool dkg_proof_verify(const struct dkg_proof *proof, share_id id, const struct point *first, struct slice bound, struct err *e)
{
	struct point left, right;
	struct scalar c;

	challenge(id, first, &proof->r, bound, &c);
	point_mul(&c, first, &right);
	point_add(&right, &proof->r, &right);
	point_base(&proof->z, &left);
	return point_equal(&left, &right) || err_set(e, "bad_proof", "number %u does not show that it knows the secret it deals", id);
}

bool dkg_commitment_check(size_t points, size_t t, struct err *e)
{
	if (points == t)
		return true;
	return err_set(e, "bad_commitment", "a commitment has %zu points where the key needs %zu holders", points, t);
}

bool dkg_redeal_check(const struct point *first, const struct point *share, const share_id *ids, size_t n, size_t i, struct err *e)
{
	struct scalar lambda;
	struct point want;

	shares_lagrange(ids, n, i, 0, &lambda);
	point_mul(&lambda, share, &want);
	return point_equal(first, &want) || err_set(e, "bad_commitment", "number %u deals something else than its share", ids[i]);
}

static void add_up(const struct dkg_dealt *dealt, size_t n, size_t t, struct share *out, struct point *commitment)
{
	scalar_of(0, &out->value);
	for (size_t k = 0; k < t; k++)
		point_identity(&commitment[k]);
	for (size_t j = 0; j < n; j++) {
		scalar_add(&out->value, &dealt[j].share, &out->value);
		for (size_t k = 0; k < t; k++)
			point_add(&commitment[k], &dealt[j].commitment[k], &commitment[k]);
	}
}

/* Whose share does not lie on the dealer's polynomial. */
static size_t blame(share_id mine, const struct dkg_dealt *dealt, size_t n, size_t t, bool *bad)
{
	struct share one = { .id = mine };
	size_t wrong = 0;

	for (size_t j = 0; j < n; j++) {
		one.value = dealt[j].share;
		bad[j] = !shares_verify(&one, dealt[j].commitment, t, NULL);
		wrong += bad[j];
	}
	bytes_wipe(&one, sizeof(one));
	return wrong;
}

bool dkg_finish(share_id mine, const struct dkg_dealt *dealt, size_t n, size_t t, struct share *out, struct point *commitment, bool *bad,
	struct err *e)
{
	struct share sum = { .id = mine };
	bool rc = false;

	memset(bad, 0, n * sizeof(*bad));
	add_up(dealt, n, t, &sum, commitment);
	if (!shares_verify(&sum, commitment, t, NULL)) {
		err_set(e, "bad_share", "%zu of %zu dealers gave number %u what they had not committed to", blame(mine, dealt, n, t, bad),
			n, mine);
		goto out;
	}
	if (point_is_identity(&commitment[0])) {
		err_set(e, "bad_key", "what all dealt adds up to nothing: make the key again");
		goto out;
	}
	*out = sum;
	rc = true;
out:
	bytes_wipe(&sum, sizeof(sum));
	return rc;
}
