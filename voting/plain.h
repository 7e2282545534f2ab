/* SPDX-License-Identifier: ISC
 * The plain scheme: each vote is its own signature (Ed25519 or P-256), one visit, accountable. */
#ifndef VOTING_PLAIN_H
#define VOTING_PLAIN_H

#include "voting/vote.h"

/* Nothing stands beside what all schemes share: of a "vote", "decision", "record". "scheme_part" when something does. */
bool plain_part_verify(const char *of, const json_t *part, struct err *e);
/* One signature, by this key; no part of its own. "bad_signature", "wrong_key", "bad_jws", "scheme_part". */
bool plain_vote_verify(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e);

#endif
