/* SPDX-License-Identifier: ISC */
#include "voting/shares.h"

void shares_at(const struct scalar *f, size_t t, share_id id, struct scalar *out)
{
	struct scalar x, y = { 0 };

	scalar_of(id, &x);
	for (size_t k = t; k-- > 0;) {
		scalar_mul(&y, &x, &y);
		scalar_add(&y, &f[k], &y);
	}
	*out = y;
	bytes_wipe(&y, sizeof(y));
}

void shares_commit(const struct scalar *f, size_t t, struct point *out)
{
	for (size_t k = 0; k < t; k++)
		point_base(&f[k], &out[k]);
}

void shares_public(const struct point *commitment, size_t t, share_id id, struct point *out)
{
	struct scalar x;
	struct point y;

	scalar_of(id, &x);
	point_identity(&y);
	for (size_t k = t; k-- > 0;) {
		point_mul(&x, &y, &y);
		point_add(&y, &commitment[k], &y);
	}
	*out = y;
}

bool shares_verify(const struct share *s, const struct point *commitment, size_t t, struct err *e)
{
	struct point mine, want;

	point_base(&s->value, &mine);
	shares_public(commitment, t, s->id, &want);
	return point_equal(&mine, &want) || err_set(e, "bad_share", "the share of number %u is not the one that was committed to", s->id);
}

bool shares_ids_check(const share_id *ids, size_t n, struct err *e)
{
	if (n == 0 || n > SHARES_MAX)
		return err_set(e, "bad_identifiers", "1 to %d holders act together, not %zu", SHARES_MAX, n);
	for (size_t i = 0; i < n; i++)
		if (ids[i] <= (i == 0 ? 0 : ids[i - 1]))
			return err_set(e, "bad_identifiers", "numbers of holders are above 0 and ascend; here %u stands at place %zu",
				ids[i], i + 1);
	return true;
}

/* The product of ids[j] - at over all j but i. Differences have 16 bits, so several are multiplied at once before the next one modulo L. */
static void product(const share_id *ids, size_t n, size_t i, share_id at, struct scalar *out)
{
	struct scalar factor;
	uint64_t some = 1;
	bool negative = false;

	scalar_of(1, out);
	for (size_t j = 0; j < n; j++) {
		if (j == i)
			continue;
		negative ^= ids[j] < at;
		some *= (uint64_t)(ids[j] < at ? at - ids[j] : ids[j] - at);
		if (some >> 48 != 0) {
			scalar_of(some, &factor);
			scalar_mul(out, &factor, out);
			some = 1;
		}
	}
	scalar_of(some, &factor);
	scalar_mul(out, &factor, out);
	scalar_of(0, &factor);
	if (negative)
		scalar_sub(&factor, out, out);
}

void shares_lagrange(const share_id *ids, size_t n, size_t i, share_id at, struct scalar *out)
{
	struct scalar above, below;

	product(ids, n, i, at, &above);
	product(ids, n, i, ids[i], &below);
	scalar_invert(&below, &below);
	scalar_mul(&above, &below, out);
}
