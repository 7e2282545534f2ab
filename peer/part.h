/* SPDX-License-Identifier: ISC
 * A member's part in one ceremony: it holds what the authority says against the log, reads the board, and says what is to be posted. What
 * its owner must not lose is in the vault before anybody else hears of it. */
#ifndef PEER_PART_H
#define PEER_PART_H

#include "peer/ledger.h"
#include "peer/vault.h"
#include "voting/dealing.h"

/* Who takes part, and what it goes by. Borrowed. */
struct agent {
	struct crypto *crypto;
	const struct sig_key *key; /* the member's */
	struct id16 member;
	const struct ledger *ledger; /* followed up to a head that was just seen */
	struct vault *vault;         /* NULL: looks on, and posts nothing */
};

struct part;
/* Whether a ceremony is what the log lets it be: a notary's, under the charter in force when it opened, of members under their own numbers
 * and keys. `base` is the transcript that it goes on from, as the server shows it (an array), or NULL. Whoever only looks on need not be
 * among them. NULL with e set: ceremony_parse's, jws_verify's, transcript_verify's, ledger_holder's, dealing_new's, "not_a_notary",
 * "wrong_context", "charter_not_in_force", "not_allowed" (this charter's members hold no key together), "transcript_missing",
 * "transcript_differs", "not_taking_part", "wrong_key" (of our own). Free with part_free. */
struct part *part_begin(const struct agent *a, uint64_t number, const struct jws *ceremony, const struct at *base, struct err *e);
void part_free(struct part *p);

/* The board's next post, signed by who is to have posted it. dealing_take's, jws_verify's, "not_a_notary". A board that has such a post is
 * followed no further. */
bool part_read(struct part *p, const struct jws *post, struct err *e);
/* What this member is to post now, as the text of an envelope, appended; nothing when nothing is wanted of it. The same post however often
 * it is asked. dealer_body's, the vault's. */
bool part_says(struct part *p, struct buf *out, struct err *e);
/* Once it is over: the vault learns how it ended. The vault's. */
bool part_settle(struct part *p, struct err *e);

const struct ceremony *part_ceremony(const struct part *p);
/* The board as it has been read, and all that follows from it. */
const struct dealing *part_board(const struct part *p);

#endif
