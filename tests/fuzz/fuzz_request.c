/* SPDX-License-Identifier: ISC
 * Payloads of renewals, rekeyings, revocations, heads and seeds. */
#include "peer/head.h"
#include "peer/recovery.h"
#include "peer/request.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t nonce[16] = { 1 };

ROUND(KIND_RENEWAL, struct renewal, renewal_parse, renewal_print(&a, nonce))
ROUND(KIND_REKEY, struct rekey, rekey_parse, rekey_print(&a, nonce))
ROUND(KIND_RECOVERY, struct recovery, recovery_parse, recovery_print(&a, nonce))
ROUND(KIND_REVOCATION, struct revocation, revocation_parse, revocation_print(&a))
ROUND(KIND_HEAD, struct head, head_parse, head_print(&a))
ROUND(KIND_SEEDS, struct seeds, seeds_parse, seeds_print(&a))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice payload = slice_of(p, n);

	round_renewal_parse(payload);
	round_rekey_parse(payload);
	round_recovery_parse(payload);
	round_revocation_parse(payload);
	round_head_parse(payload);
	round_seeds_parse(payload);
	return 0;
}
