/* SPDX-License-Identifier: ISC
 * Payloads of votes, proposals, decisions, motions, operators' words, vouches, challenges and receipts, freezes. */
#include "tests/fuzz/fuzz.h"
#include "voting/challenge.h"
#include "voting/decision.h"
#include "voting/freeze.h"
#include "voting/motion.h"
#include "voting/operator.h"
#include "voting/receipt.h"
#include "voting/vote.h"
#include "voting/vouch.h"

ROUND(KIND_VOTE, struct vote, vote_parse, vote_print(&a))
ROUND(KIND_PROPOSAL, struct proposal, proposal_parse, proposal_print(&a))
ROUND(KIND_DECISION, struct decision, decision_parse, decision_print(&a))
ROUND(KIND_MOTION, struct motion, motion_parse, motion_print(&a))
ROUND(KIND_OPERATOR, struct operator_word, operator_parse, operator_print(&a))
ROUND(KIND_VOUCH, struct vouch, vouch_parse, vouch_print(&a))
ROUND(KIND_CHALLENGE, struct challenge, challenge_parse, challenge_print(&a))
ROUND(KIND_RECEIPT, struct receipt, receipt_parse, receipt_print(&a))
ROUND(KIND_FREEZE, struct freeze, freeze_parse, freeze_print(&a))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice payload = slice_of(p, n);

	round_vote_parse(payload);
	round_proposal_parse(payload);
	round_decision_parse(payload);
	round_motion_parse(payload);
	round_operator_parse(payload);
	round_vouch_parse(payload);
	round_challenge_parse(payload);
	round_receipt_parse(payload);
	round_freeze_parse(payload);
	return 0;
}
