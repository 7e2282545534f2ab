/* SPDX-License-Identifier: ISC
 * Payloads of the seeder's reveals, and of rejoinings. */
#include "tests/fuzz/fuzz.h"
#include "voting/rejoin.h"
#include "voting/seed.h"

ROUND(KIND_SEED, struct seed_reveal, seed_parse, seed_print(&a))
ROUND(KIND_REJOIN, struct rejoin, rejoin_parse, rejoin_print(&a))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice payload = slice_of(p, n);

	round_seed_parse(payload);
	round_rejoin_parse(payload);
	return 0;
}
