/* SPDX-License-Identifier: ISC */
#include "voting/round.h"

#include <string.h>

/* ---- nonces */

/* RFC 9591 6.1: H3 of FROST(Ed25519, SHA-512). */
static void nonce_generate(const struct share *mine, const uint8_t random[static 32], struct scalar *out)
{
	const struct slice parts[] = { slice_str("FROST-ED25519-SHA512-v1nonce"), slice_of(random, 32),
		slice_of(mine->value.b, CURVE_BYTES) };

	scalar_hash(parts, sizeof(parts) / sizeof(parts[0]), out);
}

void round_commit(const struct share *mine, const uint8_t random[static ROUND_RANDOM], struct round_nonce *out)
{
	nonce_generate(mine, random, &out->hiding);
	nonce_generate(mine, random + 32, &out->binding);
	out->commitment.id = mine->id;
	point_base(&out->hiding, &out->commitment.hiding);
	point_base(&out->binding, &out->commitment.binding);
	out->fresh = true;
}

bool round_take(struct round_nonce *from, share_id id, struct round_nonce *out, struct err *e)
{
	*out = *from;
	bytes_wipe(from, sizeof(*from));
	if (out->fresh && out->commitment.id == id)
		return true;
	bytes_wipe(out, sizeof(*out));
	return err_set(e, "nonce_used", "this nonce has served, or is not number %u's: give out a new commitment", id);
}

/* ---- commitments */

bool round_check(const struct round_commitment *list, size_t n, size_t t, struct err *e)
{
	share_id ids[SHARES_MAX];

	if (n < t || n > SHARES_MAX)
		return err_set(e, "bad_package", "a package names %zu signers, and takes %zu to %d", n, t, SHARES_MAX);
	for (size_t i = 0; i < n; i++)
		ids[i] = list[i].id;
	return shares_ids_check(ids, n, e);
}

static bool same_points(const struct round_commitment *a, const struct round_commitment *b)
{
	return point_equal(&a->hiding, &b->hiding) && point_equal(&a->binding, &b->binding);
}

bool round_find(const struct round_commitment *list, size_t n, const struct round_commitment *own, size_t *at, struct err *e)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!same_points(&list[i], own))
			continue;
		if (list[i].id != own->id)
			return err_set(e, "bad_package", "number %u shows the commitment of number %u for its own", list[i].id, own->id);
		*at = i;
		found = true;
	}
	return found || err_set(e, "bad_package", "the package does not have the commitment that number %u gave", own->id);
}

/* ---- parts */

/* Who is left when different ones cancel each other (Boyer and Moore 1981). */
const struct point *round_reported(const struct round_part *parts, size_t n)
{
	const struct point *r = &parts[0].r;
	size_t ahead = 0;

	for (size_t i = 0; i < n; i++) {
		if (ahead == 0)
			r = &parts[i].r;
		ahead = point_equal(r, &parts[i].r) ? ahead + 1 : ahead - 1;
	}
	return r;
}

bool round_sum(struct crypto *c, const struct point *key, struct slice message, const struct round_part *parts, size_t n,
	const struct point *r, uint8_t signature[static SIG_BYTES])
{
	struct sig_pub pub = { .alg = SIG_ED25519 };
	struct scalar z = { 0 };

	for (size_t i = 0; i < n; i++)
		scalar_add(&z, &parts[i].z, &z);
	memcpy(pub.b, key->b, CURVE_BYTES);
	memcpy(signature, r->b, CURVE_BYTES);
	memcpy(signature + CURVE_BYTES, z.b, CURVE_BYTES);
	return sig_verify(c, &pub, message, signature, NULL);
}

void round_challenge(const struct point *r, const struct point *key, struct slice message, struct scalar *out)
{
	const struct slice parts[] = { slice_of(r->b, CURVE_BYTES), slice_of(key->b, CURVE_BYTES), message };

	scalar_hash(parts, 3, out);
}
