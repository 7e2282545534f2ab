/* SPDX-License-Identifier: ISC
 * The plain scheme: each vote is its own signature (Ed25519 or P-256), one visit, accountable. */
#ifndef VOTING_PLAIN_H
#define VOTING_PLAIN_H

#include "voting/vote.h"

/* One signature, by this key; no share. "bad_signature", "wrong_key", "bad_jws", "feature_unsupported". */
bool plain_vote_verify(struct crypto *c, const struct jws *j, const struct vote *v, const struct sig_pub *key, struct err *e);

#endif
