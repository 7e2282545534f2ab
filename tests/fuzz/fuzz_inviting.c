/* SPDX-License-Identifier: ISC
 * Payloads of candidacies, measurements, draws and invitations. */
#include "tests/fuzz/fuzz.h"
#include "voting/candidacy.h"
#include "voting/draw.h"
#include "voting/invitation.h"
#include "voting/measurement.h"

static const uint8_t nonce[CANDIDACY_NONCE] = { 1 };

ROUND(KIND_CANDIDACY, struct candidacy, candidacy_parse, candidacy_print(&a, nonce))
ROUND(KIND_MEASUREMENT, struct measurement, measurement_parse, measurement_print(&a))
ROUND(KIND_DRAW, struct draw, draw_parse, draw_print(&a))
ROUND(KIND_INVITATION, struct invitation, invitation_parse, invitation_print(&a))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice payload = slice_of(p, n);

	round_candidacy_parse(payload);
	round_measurement_parse(payload);
	round_draw_parse(payload);
	round_invitation_parse(payload);
	return 0;
}
