/* SPDX-License-Identifier: ISC
 * A member's part in one ceremony: it holds what the authority says against the log, reads the board, and says what is to be posted. What
 * its owner must not lose is in the vault before anybody else hears of it. */
#ifndef PEER_PART_H
#define PEER_PART_H

#include "peer/ledger.h"
#include "peer/vault.h"
#include "voting/course.h"

/* Who takes part, and what it goes by. Borrowed. */
struct agent {
	struct crypto *crypto;
	const struct sig_key *key; /* the member's */
	struct id16 member;
	const struct ledger *ledger; /* followed up to a head that was just seen */
	struct vault *vault;         /* NULL: looks on, and posts nothing */
	int64_t now;                 /* by its own clock */
	/* Whether its owner said yes to a proposal, or lets it sign whatever the group decides. NULL: no. */
	bool (*agrees)(void *arg, const struct digest *proposal);
	void *arg;
};

struct part;
/* Whether a ceremony is what the log lets it be: a notary's, under the charter in force when it opened, of members under their own numbers
 * and keys. What is to be signed is made here, out of the log. Whoever only looks on need not be among them. As the server shows them:
 * `base`, the transcript that it goes on from (an array), or NULL; `items`, the bytes that are signed (an array), for who looks on, or
 * NULL.
 * NULL with e set: ceremony_parse's, jws_verify's, transcript_verify's, ledger_holder's, course_begin's, ledger_ca's, ledger_tbs's,
 * ledger_crl's, "not_a_notary", "wrong_context", "charter_not_in_force", "not_allowed" (this charter's members hold no key together),
 * "transcript_missing", "transcript_differs", "not_taking_part", "wrong_key" (of our own, or of what is signed), "share_missing" (ours is
 * not in the vault), "not_agreed" (what is signed rests on a vote that we were not for), "out_of_range" (times of a list). Free with
 * part_free. */
struct part *part_begin(
	const struct agent *a, uint64_t number, const struct jws *ceremony, const struct at *base, const struct at *items, struct err *e);
void part_free(struct part *p);

/* The board's next post, signed by who is to have posted it. course_take's, jws_verify's, "not_a_notary". A board that has such a post is
 * followed no further. */
bool part_read(struct part *p, const struct jws *post, struct err *e);
/* What this member is to post now, as the text of an envelope, appended; nothing when nothing is wanted of it. The same post however often
 * it is asked. dealer_body's, cosign_sign's, the vault's. */
bool part_says(struct part *p, struct buf *out, struct err *e);
/* Once it is over: the vault learns how it ended. The vault's. */
bool part_settle(struct part *p, struct err *e);

const struct ceremony *part_ceremony(const struct part *p);
/* The board as it has been read, and all that follows from it. */
const struct course *part_course(const struct part *p);

#endif
