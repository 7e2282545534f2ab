/* SPDX-License-Identifier: ISC */
#include "voting/repair.h"

static void add_points(const struct point *points, size_t n, struct point *out)
{
	point_identity(out);
	for (size_t i = 0; i < n; i++)
		point_add(out, &points[i], out);
}

void repair_split(const uint8_t seed[static SEED_BYTES], const struct share *mine, const share_id *ids, size_t n, size_t i, share_id at,
	struct scalar *parts, struct point *commitments)
{
	struct scalar rest;

	shares_lagrange(ids, n, i, at, &rest);
	scalar_mul(&rest, &mine->value, &rest);
	for (size_t j = 0; j + 1 < n; j++) {
		scalar_derive(seed, "split", (uint32_t)j, &parts[j]);
		scalar_sub(&rest, &parts[j], &rest);
	}
	parts[n - 1] = rest;
	shares_commit(parts, n, commitments);
	bytes_wipe(&rest, sizeof(rest));
}

bool repair_split_check(
	const struct point *commitments, const struct point *share, const share_id *ids, size_t n, size_t i, share_id at, struct err *e)
{
	struct scalar lambda;
	struct point want, sum;

	shares_lagrange(ids, n, i, at, &lambda);
	point_mul(&lambda, share, &want);
	add_points(commitments, n, &sum);
	return point_equal(&want, &sum) || err_set(e, "bad_commitment", "number %u splits something else than its share", ids[i]);
}

void repair_sum(const struct scalar *parts, size_t n, struct scalar *out)
{
	scalar_of(0, out);
	for (size_t i = 0; i < n; i++)
		scalar_add(out, &parts[i], out);
}

bool repair_check(const struct scalar *number, const struct point *commitments, size_t n, struct err *e)
{
	struct point mine, want;

	point_base(number, &mine);
	add_points(commitments, n, &want);
	return point_equal(&mine, &want) || err_set(e, "bad_share", "a number is not what was committed to");
}
