/* SPDX-License-Identifier: ISC */
#include "voting/epoch.h"

#include "base/digest.h"

int64_t epoch_length(const struct charter *c)
{
	return c->membership.nodes_by_key ? 0 : c->membership.rejoin;
}

int64_t epoch_end(const struct charter *c, const struct digest *genesis, const struct id16 *member, int64_t time)
{
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(member->b, sizeof(member->b)) };
	const int64_t length = epoch_length(c);
	uint64_t first = 0;
	struct digest d;
	int64_t offset;

	if (length == 0)
		return INT64_MAX;
	digest_labelled("gmc-epoch/1", parts, 2, &d);
	for (size_t i = 0; i < sizeof(first); i++)
		first = first << 8 | d.b[i];
	offset = (int64_t)(first % (uint64_t)length);
	return ((time + offset) / length + 1) * length - offset;
}
